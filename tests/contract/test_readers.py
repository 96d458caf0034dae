"""Every recorded answer of Microsoft's, read by our readers: nothing misread, nothing told wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emi_installer.core.errors.codes import Code
from emi_installer.core.observed.tenant import SecretPolicy
from emi_installer.entra import aadsts, parse
from emi_installer.entra.failures import GraphFailure
from tests.support.recorded import LOGIN, recordings

APPLICATIONS = ("get-application", "get-applications", "post-applications")
PRINCIPALS = ("get-servicePrincipal", "get-servicePrincipals", "post-servicePrincipals")

BY_CODE = {
    "Authorization_RequestDenied": Code.MISSING_PRIVILEGE,
    "Authorization_IdentityNotFound": Code.SIGN_IN_AGAIN,
    "InvalidAuthenticationToken": Code.SIGN_IN_AGAIN,
    "Request_ResourceNotFound": Code.NOT_FOUND,
    "CredentialInvalidLifetimeAsPerAppPolicy": Code.SECRET_LIFETIME_LIMITED,
}
"""What a refusal of Graph means, by Microsoft's code; the others are told in Microsoft's own words."""

BY_NUMBER = {
    65001: Code.CONSENT_NEEDED,
    70011: Code.SCOPE_REFUSED,
    70016: Code.CODE_EXPIRED,
    90002: Code.TENANT_NOT_FOUND,
    500011: Code.SERVICE_MISSING,
    700016: Code.CLIENT_NOT_FOUND,
    7000215: Code.SECRET_REJECTED,
}
"""What a refused sign-in means, by Microsoft's number; the others are told in Microsoft's own words."""


def bodies(*operations: str) -> Iterator[dict[str, Any]]:
    """Every object in a recorded success of these calls."""
    for name in operations:
        for one in recordings()[name]:
            if one["response"]["status"] < 300:
                body = one["response"]["body"]
                yield from body.get("value", [body])


def is_whole(body: dict[str, Any]) -> bool:
    """Whether $select left the ids in it."""
    return {"id", "appId"} <= body.keys()


def refusals(*, login: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, exchanges in recordings().items():
        for one in exchanges:
            answer = one["response"]
            if (name in LOGIN) == login and answer["status"] >= 400:
                yield one["request"]["url"], answer


def test_app_registrations() -> None:
    whole = [body for body in bodies(*APPLICATIONS) if is_whole(body)]
    assert len(whole) > 60
    for body in whole:
        read = parse.app_registration(body)
        assert (read.object_id, read.app_id) == (body["id"], body["appId"])
        assert read.display_name == (body.get("displayName") or "")
        assert list(read.redirect_uris) == body.get("web", {}).get("redirectUris", [])
        assert len(read.secrets) == len(body.get("passwordCredentials", []))
        declared = {(api["resourceAppId"], one["id"]) for api in _apis(body) for one in api["resourceAccess"]}
        assert {(api, one) for api, pairs in read.required.items() for one, _ in pairs} == declared
        assert (read.created is None) == (body.get("createdDateTime") is None)
        assert read.audience == (body.get("signInAudience") or "")


def _apis(body: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body.get("requiredResourceAccess", [])
    return found


def test_service_principals() -> None:
    whole = [body for body in bodies(*PRINCIPALS) if "id" in body]
    assert len(whole) > 30
    for body in whole:
        read = parse.service_principal(body)
        assert read
        assert (read.object_id, read.enabled) == (body["id"], body.get("accountEnabled") is not False)
        published = parse.published_graph(body)
        scopes = {one["value"] for one in body.get("oauth2PermissionScopes", []) if one["isEnabled"]}
        assert published.delegated.keys() == scopes


def test_client_secrets() -> None:
    made = list(bodies("post-addPassword"))
    assert len(made) == 7
    for body in made:
        read = parse.secret_metadata(body)
        assert (read.key_id, read.name) == (body["keyId"], body["displayName"] or "")
        assert f"{read.expires:%Y-%m-%dT%H:%M:%S}" == body["endDateTime"][:19]


def test_consent() -> None:
    grants = list(bodies("post-oauth2PermissionGrants", "get-oauth2PermissionGrants"))
    assert len(grants) > 5
    for body in grants:
        read = parse.tenant_wide_grant([body], body["resourceId"])
        assert (read is not None) == (body["consentType"] == "AllPrincipals")
        assert read is None or (read.id, list(read.scopes)) == (body["id"], body["scope"].split())
    given = list(bodies("post-appRoleAssignment", "get-appRoleAssignments"))
    assert len(given) > 3
    for body in given:
        assert parse.granted_roles([body], body["resourceId"]) == {body["appRoleId"]}


def test_the_policy_that_is_off() -> None:
    (policy,) = bodies("get-defaultAppManagementPolicy")
    assert parse.secret_policy(policy) == SecretPolicy()


def test_refusals_of_graph() -> None:
    told = list(refusals(login=False))
    assert len(told) > 20
    for url, answer in told:
        failure = GraphFailure(answer["status"], answer["body"], answer["headers"], url)
        assert failure.code == expected(answer), answer["body"]


def expected(answer: dict[str, Any]) -> Code:
    error = answer["body"]["error"]
    if "same value for property uniqueName" in error["message"]:
        return Code.ALREADY_EXISTS
    other = {401: Code.SIGN_IN_AGAIN, 403: Code.FORBIDDEN, 404: Code.NOT_FOUND}
    return BY_CODE.get(error["code"]) or other.get(answer["status"], Code.REQUEST_REFUSED)


def test_refusals_of_the_sign_in_service() -> None:
    told = list(refusals(login=True))
    assert len(told) == 13
    for _, answer in told:
        body = answer["body"]
        (number,) = body["error_codes"]
        assert aadsts.numbers_of(body) == (number,)
        problem = aadsts.sign_in_error(body, client="client", tenant="tenant")
        assert problem.code == BY_NUMBER.get(number, Code.SIGN_IN_FAILED), body
        reason = str(problem.facts["reason"])
        assert reason.startswith(f"AADSTS{number}: ")
        assert not any(word in reason for word in ("Trace ID", "Correlation ID", "Timestamp", "\n"))
        assert body["trace_id"] in problem.details
