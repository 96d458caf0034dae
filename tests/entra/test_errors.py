"""Every answer that Microsoft is known to refuse with has a title and a remedy of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import BugError, error
from emi_installer.core.errors.texts import TEXTS
from emi_installer.entra.aadsts import explain_refusal, numbers_of
from emi_installer.entra.failures import GraphFailure, retry_after
from tests.support.shared import SHARED

KNOWN = SHARED / "graph" / "errors.json"
LIST: dict[str, Any] = (
    json.loads(KNOWN.read_text(encoding="utf-8")) if KNOWN.exists() else {"graph": [], "sts": {"codes": []}}
)

OUR_CODE = {
    "replication-not-found": "not-found",
    "replication-directory-object-not-found": "not-found",
    "no-backing-application": "request-refused",
    "sp-create-403-local-tenant": "missing-privilege",
    "remove-password-missing": "not-found",
    "sp-already-exists": "already-exists",
    "grant-already-exists": "already-exists",
    "grant-already-exists-400": "already-exists",
    "role-already-assigned": "already-exists",
    "role-not-on-resource": "request-refused",
    "not-a-valid-reference-update": "request-refused",
    "forbidden": "missing-privilege",
    "token-expired": "sign-in-again",
    "cae-challenge": "sign-in-again",
    "ca-challenge-doc": "sign-in-again",
    "throttled": "throttled",
    "service-unavailable": "unavailable",
    "gateway-timeout": "unavailable",
    "secret-lifetime-policy": "secret-lifetime-limited",
    "secret-forbidden-policy": "secrets-forbidden",
    "audience-policy": "audience-forbidden",
    "identifier-uri-policy": "uri-forbidden",
    "quota": "quota",
    "bad-redirect-uri": "redirect-uri-refused",
    "app-instance-lock": "request-refused",
    "upsert-without-prefer": "not-found",
    "batch-dependency": "request-refused",
    "batch-duplicate-id": "request-refused",
}
"""What each entry of the list is to us; "stale-read" is a success that lies, so no error."""

SPREADING = {
    "replication-not-found",
    "replication-directory-object-not-found",
    "no-backing-application",
    "sp-create-403-local-tenant",
    "remove-password-missing",
    "upsert-without-prefer",
}


def failure(entry: dict[str, Any]) -> GraphFailure:
    return GraphFailure.read(entry["status"], entry["body"], entry["headers"], "/applications?x=1")


def test_the_list_is_the_one_that_is_known_here() -> None:
    if not LIST["graph"]:
        pytest.skip("../shared is not beside this checkout")
    assert {entry["key"] for entry in LIST["graph"]} == {*OUR_CODE, "stale-read"}


@pytest.mark.parametrize("entry", [e for e in LIST["graph"] if e["key"] in OUR_CODE], ids=lambda e: str(e["key"]))
def test_an_answer_of_graph_is_explained(entry: dict[str, Any]) -> None:
    found = failure(entry)
    assert found.explained_code == OUR_CODE[entry["key"]]
    assert found.spreading == (entry["key"] in SPREADING)
    explained = found.explain()
    assert explained.title
    assert explained.remedy
    assert found.path == "/applications"


def test_what_support_asks_for_is_in_the_details() -> None:
    body = {"error": {"code": "X", "message": "Y", "innerError": {"request-id": "abc"}}}
    assert GraphFailure.read(400, body, {}, "/me").explain().details == "400 | X | Y | /me | abc"


@pytest.mark.parametrize(
    "body",
    [{}, {"error": None}, {"error": "text"}, {"error": {"code": 5, "details": "x", "innerError": []}}, {"error": []}],
)
def test_a_misshapen_refusal_is_explained_by_its_status(body: dict[str, Any]) -> None:
    assert GraphFailure.read(403, body, {}, "/me").explained_code == "missing-privilege"


def test_the_claims_of_a_challenge_are_decoded() -> None:
    entries = {e["key"]: e for e in LIST["graph"]}
    if not entries:
        pytest.skip("../shared is not beside this checkout")
    claims = failure(entries["cae-challenge"]).claims
    assert claims is not None
    assert json.loads(claims)["access_token"]["nbf"]["value"] == "1726258122"
    assert failure(entries["token-expired"]).claims is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2.128", 2.128), ("10", 10.0), ("0", 0.0), ("-1", None), ("soon", None), ("inf", None), ("", None), (None, None)],
)
def test_retry_after_is_read(header: str | None, seconds: float | None) -> None:
    assert retry_after({} if header is None else {"retry-AFTER": header}) == seconds


def test_retry_after_may_be_a_date() -> None:
    now, later = "Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 12:00:20 GMT"
    assert retry_after({"Retry-After": later, "Date": now}) == 20.0
    assert retry_after({"Retry-After": now, "Date": later}) == 0.0
    assert retry_after({"Retry-After": "Mon, 23 Nov 2020 12:00:00 -0000"}) == 0.0


@pytest.mark.parametrize("entry", LIST["sts"]["codes"], ids=lambda e: str(e["code"]))
def test_a_refusal_of_the_sign_in_is_explained(entry: dict[str, Any]) -> None:
    code = str(entry["code"])
    answer = {"error": code} if not code.startswith("AADSTS") else {"error": "e", "error_description": f"{code}: text"}
    explained = explain_refusal(answer, client="The client", tenant="contoso.com")
    assert explained.code != "sign-in-failed", "known codes have sentences of their own"
    assert explained.title
    assert explained.remedy


def test_an_unknown_refusal_shows_what_microsoft_said() -> None:
    answer = {"error": "x", "error_description": "AADSTS999999: Something new.\r\nTrace ID: 1", "error_codes": [999999]}
    explained = explain_refusal(answer, client="c", tenant="t")
    assert explained.code == "sign-in-failed"
    assert "Something new." in str(explained)
    assert "Trace ID" not in str(explained)


def test_numbers_come_from_list_and_text() -> None:
    assert numbers_of({"error_codes": [1, "x"], "error_description": "AADSTS2: a AADSTS1: b"}) == (1, 2)
    assert numbers_of({}) == ()


def test_every_text_can_be_filled_in() -> None:
    class Anything(dict[str, object]):
        def __missing__(self, key: str) -> str:
            return f"<{key}>"

    for text in TEXTS.values():
        for part in (text.title, text.explanation, text.remedy):
            part.format_map(Anything())
        assert text.title
        assert text.remedy


def test_a_bug_is_a_bug() -> None:
    assert isinstance(error(Code.REQUEST_REFUSED, message="m"), BugError)
