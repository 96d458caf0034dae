"""Every answer that Microsoft is known to refuse with has a title and a remedy of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emi_installer.entra.aadsts import may_spread, numbers_of, proof_error, sign_in_error
from emi_installer.entra.failures import GraphFailure, retry_after
from emi_installer.wording.errors import explain
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
    return GraphFailure(entry["status"], entry["body"], entry["headers"], "/applications?x=1")


def test_the_list_is_the_one_that_is_known_here() -> None:
    if not LIST["graph"]:
        pytest.skip("../shared is not beside this checkout")
    assert {entry["key"] for entry in LIST["graph"]} == {*OUR_CODE, "stale-read"}


@pytest.mark.parametrize("entry", [e for e in LIST["graph"] if e["key"] in OUR_CODE], ids=lambda e: str(e["key"]))
def test_an_answer_of_graph_is_explained(entry: dict[str, Any]) -> None:
    found = failure(entry)
    assert found.code == OUR_CODE[entry["key"]]
    assert found.spreading == (entry["key"] in SPREADING)
    explained = explain(found)
    assert explained.title
    assert explained.remedy
    assert found.path == "/applications"


def test_what_support_asks_for_is_in_the_details() -> None:
    body = {"error": {"code": "X", "message": "Y", "innerError": {"request-id": "abc"}}}
    assert GraphFailure(400, body, {}, "/me").details == "400 | X | Y | /me | abc"


@pytest.mark.parametrize(
    "body",
    [{}, {"error": None}, {"error": "text"}, {"error": {"code": 5, "details": "x", "innerError": []}}, {"error": []}],
)
def test_a_misshapen_refusal_is_explained_by_its_status(body: dict[str, Any]) -> None:
    assert GraphFailure(403, body, {}, "/me").code == "forbidden"


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
    problem = sign_in_error(answer, client="The client", tenant="contoso.com")
    assert problem.code != "sign-in-failed", "known codes have sentences of their own"
    explained = explain(problem)
    assert explained.title
    assert explained.remedy


@pytest.mark.parametrize("oauth_error", ["access_denied", "interaction_required", "invalid_grant", "x"])
@pytest.mark.parametrize("end", ["\r\nTrace ID: 1", " Trace ID: 1 Correlation ID: 2 Timestamp: 2026-11-25 10:00:00Z"])
def test_an_unknown_number_is_told_in_microsofts_words_alone(oauth_error: str, end: str) -> None:
    answer = {"error": oauth_error, "error_description": f"AADSTS999999: Something new.{end}", "error_codes": [999999]}
    problem = sign_in_error(answer, client="c", tenant="t")
    assert problem.code == "sign-in-failed"
    assert explain(problem).explanation == "AADSTS999999: Something new."


def test_a_number_that_stands_in_the_list_only_is_told_too() -> None:
    answer = {"error": "access_denied", "error_description": "No.", "error_codes": [530084]}
    assert explain(sign_in_error(answer, client="c", tenant="t")).explanation == "AADSTS530084: No."


@pytest.mark.parametrize("answer", [{}, {"error": 5}, {"error_description": ["x"], "error_codes": "x"}, {"error": ""}])
def test_a_misshapen_refusal_of_the_sign_in_is_explained(answer: dict[str, Any]) -> None:
    assert explain(sign_in_error(answer, client="c", tenant="t")).explanation


def refusal(number: int) -> dict[str, Any]:
    return {
        "error": "invalid_grant",
        "error_description": f"AADSTS{number}: Microsoft's words.",
        "error_codes": [number],
    }


def test_a_code_that_is_forbidden_leads_to_the_browser() -> None:
    problem = sign_in_error(refusal(53003), client="c", tenant="t", device_code=True)
    assert problem.code == "device-code-refused"
    assert "browser" in explain(problem).remedy
    assert "code" not in explain(sign_in_error(refusal(53003), client="c", tenant="t")).remedy


def test_need_admin_approval_leads_to_an_administrator() -> None:
    said = explain(sign_in_error(refusal(90094), client="Microsoft Graph Command Line Tools", tenant="t"))
    assert "Microsoft Graph Command Line Tools" in said.title
    assert "Need admin approval" in said.explanation
    assert "Global Administrator" in said.remedy


@pytest.mark.parametrize(
    ("number", "is_new", "code"),
    [
        (7000215, True, "secret-not-spread"),
        (700016, True, "secret-not-spread"),
        (7000215, False, "secret-rejected"),
        (7000222, False, "secret-expired"),
        (700016, False, "application-unknown"),
        (7000112, False, "application-disabled"),
        (53003, True, "proof-refused-here"),
        (53003, False, "proof-refused-here"),
        (999999, True, "proof-refused"),
    ],
)
def test_a_failed_proof_tells_what_would_help(number: int, is_new: bool, code: str) -> None:  # noqa: FBT001
    problem = proof_error(refusal(number), is_new=is_new)
    said = explain(problem)
    assert problem.code == code
    makes_new = "reate a new client secret" in said.remedy
    assert makes_new == (code in {"secret-rejected", "secret-expired"}), "only where a new one can help"


def body(code: str, message: str = "Microsoft's words.") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (body("Authorization_RequestDenied"), "missing-privilege"),
        (body("Something_New"), "forbidden"),
        (body("Directory_ResourceSizeExceeded"), "object-full"),
        (
            body("Directory_QuotaExceeded", "The directory object quota limit for the Tenant has been exceeded."),
            "tenant-quota",
        ),
        (body("Directory_QuotaExceeded", "The directory object quota limit for the Principal has been …"), "quota"),
    ],
)
def test_a_role_is_missing_only_where_microsoft_says_so(answer: dict[str, Any], code: str) -> None:
    problem = GraphFailure(403, answer, {}, "/applications")
    assert problem.code == code
    said = explain(problem)
    assert ("role is missing" in said.explanation) == (code == "missing-privilege")
    assert ("250" in said.explanation) == (code == "quota")
    if code in {"forbidden", "object-full", "tenant-quota"}:
        assert said.explanation == answer["error"]["message"]


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def test_a_refusal_that_is_nested_deeply_is_read() -> None:
    deep = nested(900)
    answer = {"error": {"code": deep, "message": deep, "details": deep, "innerError": {"request-id": deep}}}
    assert GraphFailure(403, answer, {}, "/me").details == "403 | /me"


def test_numbers_come_from_list_and_text() -> None:
    assert numbers_of({"error_codes": [1, "x"], "error_description": "AADSTS2: a AADSTS1: b"}) == (1, 2)
    assert numbers_of({}) == ()


def test_a_refusal_without_a_reason_says_so() -> None:
    assert explain(GraphFailure(403, {}, {}, "/me")).explanation == "Microsoft gave no reason."
    assert explain(sign_in_error({}, client="c", tenant="t")).explanation == "Microsoft gave no reason."


def test_a_refusal_in_the_form_of_graph_does_not_spread() -> None:
    assert not may_spread({"error": {"code": "Request_BadRequest", "message": "Invalid value."}})
