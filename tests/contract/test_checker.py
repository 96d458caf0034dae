"""The contract check itself: it lets right requests pass and refuses wrong ones, also inside a $batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support import shared as shared_module
from tests.support.contract import assert_graph_accepts

GRAPH = "https://graph.microsoft.com/v1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None


def batch(method: str, url: str, body: object = None) -> Request:
    item: dict[str, object] = {"id": "1", "method": method, "url": url}
    if body is not None:
        item |= {"body": body, "headers": {"Content-Type": "application/json"}}
    return Request(method="POST", url=f"{GRAPH}/$batch", body={"requests": [item]})


ME = Request(method="GET", url=f"{GRAPH}/me?$select=id,displayName")
UPSERT = Request(
    method="PATCH",
    url=f"{GRAPH}/applications(uniqueName='bright-pattern-emi')",
    headers={"Prefer": "create-if-missing"},
    body={"displayName": "Bright Pattern EMI"},
)
SIGN_IN = Request(method="POST", url="https://login.microsoftonline.com/common/oauth2/v2.0/token", body={"a": "b"})


def test_right_requests_pass_and_are_counted_with_the_items_of_a_batch(tmp_path: Path) -> None:
    assert assert_graph_accepts([ME, UPSERT, SIGN_IN, batch("GET", "/me")], tmp_path) == 4


WRONG = [
    Request(method="GET", url=f"{GRAPH}/no-such-thing"),
    Request(method="GET", url="https://microsoftgraph.chinacloudapi.cn/v1.0/nor-in-china"),
    Request(method="POST", url=f"{GRAPH}/applications", body={"displayName": 7}),
    batch("GET", "/nor-in-a-batch"),
    batch("POST", "/servicePrincipals", {"appId": 7}),
]


def test_each_wrong_request_is_refused_in_every_cloud_and_inside_a_batch(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as refusal:
        assert_graph_accepts([ME, *WRONG], tmp_path)
    report = str(refusal.value)
    assert f", {len(WRONG)} refused" in report
    for line in (
        "GET /v1.0/no-such-thing",
        "GET /v1.0/nor-in-china",
        "POST /v1.0/applications",
        "GET /v1.0/nor-in-a-batch",
        "POST /v1.0/servicePrincipals",
    ):
        assert line in report


def test_no_graph_request_at_all_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="0 requests"):
        assert_graph_accepts([SIGN_IN], tmp_path)


def test_without_the_description_the_check_is_skipped_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "SHARED", tmp_path)
    monkeypatch.delenv("EMI_REQUIRE_SHARED", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"\.\./shared/graph/check_traffic\.py is not beside"):
        assert_graph_accepts([ME], tmp_path)


def test_the_ci_does_not_let_the_check_be_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_module, "SHARED", tmp_path)
    monkeypatch.setenv("EMI_REQUIRE_SHARED", "1")
    with pytest.raises(pytest.fail.Exception):
        assert_graph_accepts([ME], tmp_path)
