"""What Entra and Graph enforce, the simulator enforces: with the status and code that are known from the wire."""

from __future__ import annotations

from typing import Any

import pytest

from emi_installer.core.desired.blueprint import PermissionKind
from emi_installer.local.assets import read_blueprint
from emi_installer.simulator import scenarios
from emi_installer.simulator.faults import throttle
from emi_installer.simulator.tenant import GRAPH_APP_ID
from tests.simulator.session import Session, signed_in

UPSERT = "/applications(uniqueName='bright-pattern-emi')"
CREATE = {"Prefer": "create-if-missing"}
BODY = {"displayName": "EMI", "signInAudience": "AzureADMyOrg"}


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def registered(session: Session) -> dict[str, Any]:
    made: dict[str, Any] = session.send("PATCH", UPSERT, BODY, **CREATE).json()
    return made


def principal_of(session: Session, application: dict[str, Any]) -> str:
    return str(session.post("/servicePrincipals", {"appId": application["appId"]}).json()["id"])


def test_the_scenarios_speak_of_the_blueprint() -> None:
    blueprint = read_blueprint()
    session = signed_in("configured")
    (application,) = [e.body for e in session.simulator.tenant.applications.values()]
    assert application["displayName"] == blueprint.app_name
    assert application["uniqueName"] == blueprint.unique_name
    assert application["tags"] == [blueprint.tag]
    assert scenarios.CALLBACK.endswith(blueprint.redirect_path)
    assert blueprint.names(PermissionKind.DELEGATED) == scenarios.DELEGATED
    assert blueprint.names(PermissionKind.APPLICATION) == scenarios.APPLICATION
    assert set(blueprint.sign_in_client.scopes) <= scenarios.Builder(session.simulator).scopes.keys()


def test_upsert_creates_once_and_then_updates() -> None:
    session = signed_in()
    assert code(session.patch(UPSERT, BODY)) == (404, "Request_ResourceNotFound")
    assert session.send("PATCH", UPSERT, {"signInAudience": "AzureADMyOrg"}, **CREATE).status_code == 400
    first = session.send("PATCH", UPSERT, BODY, **CREATE)
    assert (first.status_code, first.json()["uniqueName"]) == (201, "bright-pattern-emi")
    again = session.send("PATCH", UPSERT, {**BODY, "displayName": "New"}, **CREATE)
    assert (again.status_code, again.content) == (204, b"")
    assert session.get(UPSERT).json()["displayName"] == "New"


@pytest.mark.parametrize(
    "body",
    [
        {**BODY, "surprise": 1},
        {**BODY, "passwordCredentials": []},
        {**BODY, "appId": "x"},
        {**BODY, "uniqueName": "x"},
        {**BODY, "displayName": 5},
        {**BODY, "displayName": "x" * 121},
        {**BODY, "signInAudience": "Everybody"},
        {**BODY, "tags": ["a b"]},
        {**BODY, "tags": ["a", "a"]},
        {**BODY, "tags": ["x" * 257]},
        {**BODY, "web": {"redirectUris": ["http://acme.brightpattern.com/"]}},
        {**BODY, "web": {"redirectUris": ["https://acme.brightpattern.com/$"]}},
        {**BODY, "web": {"redirectUris": ["https://a/" + "x" * 256]}},
        {**BODY, "web": {"redirectUris": ["https://a.b/", "https://a.b/"]}},
        {**BODY, "web": {"colour": "red"}},
        {**BODY, "requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID}]},
        {
            **BODY,
            "requiredResourceAccess": [
                {"resourceAppId": GRAPH_APP_ID, "resourceAccess": [{"id": "no guid", "type": "Role"}]}
            ],
        },
    ],
)
def test_a_body_that_graph_refuses(body: dict[str, Any]) -> None:
    session = signed_in()
    assert code(session.send("PATCH", UPSERT, body, **CREATE)) == (400, "Request_BadRequest")
    assert session.simulator.tenant.applications == {}


def test_a_secret_is_shown_once() -> None:
    session = signed_in()
    path = f"/applications/{registered(session)['id']}"
    made = session.post(path + "/addPassword", {"passwordCredential": {"displayName": "x"}}).json()
    assert len(made["secretText"]) == 40
    assert made["hint"] == made["secretText"][:3]
    assert int(made["endDateTime"][:4]) - int(made["startDateTime"][:4]) == 2
    (kept,) = session.get(path).json()["passwordCredentials"]
    assert kept["secretText"] is None
    assert made["secretText"] not in session.get(path).text
    assert session.post(path + "/removePassword", {"keyId": made["keyId"]}).status_code == 204
    gone = session.post(path + "/removePassword", {"keyId": made["keyId"]})
    assert code(gone) == (400, "Request_BadRequest")
    assert "No password credential found" in gone.text


@pytest.mark.parametrize(
    ("scenario", "refusal"),
    [
        ("policy-90-days", "CredentialInvalidLifetimeAsPerAppPolicy"),
        ("no-secrets-allowed", "CredentialTypeNotAllowedAsPerAppPolicy"),
    ],
)
def test_policies_refuse_secrets(scenario: str, refusal: str) -> None:
    session = signed_in(scenario)
    path = f"/applications/{registered(session)['id']}/addPassword"
    assert code(session.post(path, {})) == (400, refusal)
    assert session.get("/policies/defaultAppManagementPolicy").json()["isEnabled"] is True


def test_a_service_principal_needs_its_application_and_is_alone() -> None:
    session = signed_in()
    missing = session.post("/servicePrincipals", {"appId": "00000000-0000-4000-8000-000000000000"})
    assert code(missing) == (400, "Request_BadRequest")
    assert missing.json()["error"]["details"][0]["code"] == "NoBackingApplicationObject"
    application = registered(session)
    principal_of(session, application)
    twice = session.post("/servicePrincipals", {"appId": application["appId"]})
    assert code(twice) == (409, "Request_MultipleObjectsWithSameKeyValue")


def test_consent_is_kept_once() -> None:
    session = signed_in()
    principal, graph = principal_of(session, registered(session)), session.simulator.tenant.graph_id
    grant = {"clientId": principal, "consentType": "AllPrincipals", "resourceId": graph, "scope": "User.Read.All"}
    made = session.post("/oauth2PermissionGrants", grant)
    assert made.status_code == 201
    assert code(session.post("/oauth2PermissionGrants", grant)) == (409, "Request_MultipleObjectsWithSameKeyValue")
    assert session.patch(f"/oauth2PermissionGrants/{made.json()['id']}", {"scope": "Nonsense"}).status_code == 400
    role = scenarios.Builder(session.simulator).roles["Chat.ReadWrite.All"]
    assignment = {"principalId": principal, "resourceId": graph, "appRoleId": role}
    path = f"/servicePrincipals/{graph}/appRoleAssignedTo"
    assert session.post(path, assignment).status_code == 201
    assert "already exists on the object" in session.post(path, assignment).text
    assert (
        "Not a valid reference update"
        in session.post(f"/servicePrincipals/{_other(session)}/appRoleAssignedTo", assignment).text
    )
    assert "was not found" in session.post(path, {**assignment, "appRoleId": principal}).text
    assert code(session.post(path, {**assignment, "principalId": role})) == (404, "Request_ResourceNotFound")


def _other(session: Session) -> str:
    """The service principal of another application."""
    made = session.post("/applications", {"displayName": "Other"}).json()
    return principal_of(session, made)


@pytest.mark.parametrize(
    ("account", "allowed"),
    [
        ("administrator", {"create", "consent", "assign"}),
        ("application-administrator", {"create", "consent"}),
        ("member", {"create"}),
    ],
)
def test_roles_decide(account: str, allowed: set[str]) -> None:
    session = signed_in(account=account)
    application = registered(session)
    principal, graph = principal_of(session, application), session.simulator.tenant.graph_id
    grant = {"clientId": principal, "consentType": "AllPrincipals", "resourceId": graph, "scope": "User.Read.All"}
    role = scenarios.Builder(session.simulator).roles["Chat.ReadWrite.All"]
    assignment = {"principalId": principal, "resourceId": graph, "appRoleId": role}
    done = {
        "create": application.get("appId"),
        "consent": session.post("/oauth2PermissionGrants", grant).ok,
        "assign": session.post(f"/servicePrincipals/{graph}/appRoleAssignedTo", assignment).ok,
    }
    assert {name for name, success in done.items() if success} == allowed
    session.simulator.tenant.users_may_register_apps = False
    assert session.post("/applications", BODY).ok == (account != "member")


def test_another_members_application_is_not_mine() -> None:
    owner = signed_in("configured")
    (application,) = owner.simulator.tenant.applications.values()
    application.owners.append("somebody else")
    member = signed_in("configured", account="member")
    (theirs,) = member.simulator.tenant.applications
    assert code(member.patch(f"/applications/{theirs}", {"notes": "x"})) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        (("User.Read",), "/applications", 403),
        (("User.Read",), "/me", 200),
        (("Application.ReadWrite.All",), "/policies/defaultAppManagementPolicy", 403),
        (("Application.ReadWrite.All",), "/oauth2PermissionGrants", 403),
        (("DelegatedPermissionGrant.ReadWrite.All",), "/oauth2PermissionGrants", 200),
    ],
)
def test_scopes_decide(scopes: tuple[str, ...], path: str, status: int) -> None:
    assert signed_in(scopes=scopes).get(path).status_code == status


def test_assigning_needs_a_read_scope_too() -> None:
    session = signed_in(scopes=("AppRoleAssignment.ReadWrite.All",))
    path = f"/servicePrincipals/{session.simulator.tenant.graph_id}/appRoleAssignedTo"
    assert code(session.post(path, {})) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/applications?$filter=web/redirectUris/any(u:u eq 'https://x/')", {}, 400),
        (
            "/applications?$filter=web/redirectUris/any(u:u eq 'https://x/')&$count=true",
            {"ConsistencyLevel": "eventual"},
            200,
        ),
        ("/me/transitiveMemberOf/microsoft.graph.directoryRole", {}, 400),
        (
            "/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true",
            {"ConsistencyLevel": "eventual"},
            200,
        ),
        ("/applications?$filter=tags/any(t:t eq 'emi-installer')", {}, 200),
        ("/applications?$filter=displayName eq 'it''s' and appId eq 'x'", {}, 200),
        ("/applications?$filter=startswith(displayName,'Bright')", {}, 200),
        ("/applications?$filter=nonsense", {}, 400),
        ("/applications?$filter=notes eq 'x'", {}, 400),
        ("/applications?$search=x", {}, 400),
        ("/applications?$wish=x", {}, 400),
        ("/applications?$top=1000", {}, 400),
    ],
)
def test_queries(path: str, headers: dict[str, str], status: int) -> None:
    assert signed_in("configured").get(path, **headers).status_code == status


def test_pages_hold_everything_once() -> None:
    session = signed_in("big-tenant")
    page = session.get("/servicePrincipals?$top=999&$select=id").json()
    seen = [one["id"] for one in page["value"]]
    assert page["value"][0].keys() == {"id"}
    while link := page.get("@odata.nextLink"):
        page = session.get(link.partition("/v1.0")[2]).json()
        seen.extend(one["id"] for one in page["value"])
    assert len(seen) == len(set(seen)) == len(session.simulator.tenant.service_principals) > 3000


def batch(session: Session, *items: dict[str, Any]) -> Any:
    return session.post("/$batch", {"requests": list(items)})


def test_a_batch_answers_each_item_in_an_order_of_its_own() -> None:
    session = signed_in()
    items = [{"id": str(n), "method": "GET", "url": "/me"} for n in range(10)]
    answered = [one["id"] for one in batch(session, *items).json()["responses"]]
    assert sorted(answered, key=int) == [item["id"] for item in items]
    assert answered != [item["id"] for item in items]


def test_a_failed_dependency_fails_what_depends_on_it() -> None:
    session = signed_in()
    items = (
        {"id": "1", "method": "GET", "url": "/applications/nothing"},
        {"id": "2", "method": "GET", "url": "/me", "dependsOn": ["1"]},
    )
    assert {one["id"]: one["status"] for one in batch(session, *items).json()["responses"]} == {"1": 404, "2": 424}


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"id": str(n), "method": "GET", "url": "/me"} for n in range(21)],
        [{"id": "a", "method": "GET", "url": "/me"}, {"id": "A", "method": "GET", "url": "/me"}],
        [{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/me"}],
        [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["2"]}],
    ],
)
def test_a_batch_that_graph_refuses(items: list[dict[str, Any]]) -> None:
    assert batch(signed_in(), *items).status_code == 400


def test_an_item_with_a_body_needs_its_content_type() -> None:
    item = {"id": "1", "method": "POST", "url": "/applications", "body": {"displayName": "x"}}
    session = signed_in()
    assert batch(session, item).json()["responses"][0]["status"] == 400
    typed = {**item, "headers": {"Content-Type": "application/json"}}
    assert batch(session, typed).json()["responses"][0]["status"] == 201


def test_one_item_alone_can_be_throttled() -> None:
    session = signed_in()
    session.simulator.faults.add("GET /organization", throttle("2.128"))
    items = [{"id": "1", "method": "GET", "url": "/me"}, {"id": "2", "method": "GET", "url": "/organization"}]
    answers = {one["id"]: one for one in batch(session, *items).json()["responses"]}
    assert (answers["1"]["status"], answers["2"]["status"]) == (200, 429)
    assert answers["2"]["headers"]["Retry-After"] == "2.128"


@pytest.mark.parametrize(("method", "path"), [("GET", "/groups"), ("PUT", "/applications"), ("GET", "/me/photo")])
def test_what_is_not_simulated_says_so_loudly(method: str, path: str) -> None:
    answer = signed_in().send(method, path)
    assert answer.status_code == 501
    assert f"{method} {path}" in answer.text


def test_deleting_takes_consent_along_and_can_be_undone() -> None:
    session = signed_in("configured")
    (object_id,) = session.simulator.tenant.applications
    assert session.delete(f"/applications/{object_id}").status_code == 204
    tenant = session.simulator.tenant
    assert {grant.body["consentType"] for grant in tenant.grants.values()} == {"Principal"}
    assert tenant.assignments == {}
    listed = session.get("/directory/deletedItems/microsoft.graph.application").json()["value"]
    assert [one["id"] for one in listed] == [object_id]
    assert session.post(f"/directory/deletedItems/{object_id}/restore").status_code == 200
    assert session.get(f"/applications/{object_id}").status_code == 200
    session.delete(f"/applications/{object_id}")
    assert session.delete(f"/directory/deletedItems/{object_id}").status_code == 204
    assert session.get(f"/directory/deletedItems/{object_id}").status_code == 404


@pytest.mark.parametrize("each", [False, True])
def test_new_objects_spread_slowly(each: bool) -> None:  # noqa: FBT001
    session = signed_in()
    faults, clock = session.simulator.faults, session.simulator.clock
    faults.lag, faults.lag_of_each = 4.0, each
    application = registered(session)
    path = f"/applications/{application['id']}"
    assert code(session.get(path)) == (404, "Request_ResourceNotFound")
    assert session.get("/applications").json()["value"] == []
    refusals = {code(session.post("/servicePrincipals", {"appId": application["appId"]})) for _ in range(2)}
    assert refusals == {(400, "Request_BadRequest"), (403, "Authorization_RequestDenied")}
    clock.sleep(4.0)
    assert session.get(path).status_code == 200
    principal = principal_of(session, application)
    assert session.get(f"/servicePrincipals/{principal}").status_code == (404 if each else 200)
