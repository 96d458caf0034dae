"""Microsoft's manners, as its recorded answers show them: nothing here is tidier than the service itself."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
import requests

from emi_installer.simulator.scenarios import Builder, simulate
from emi_installer.simulator.server import SimulatorServer
from tests.simulator.session import Session, signed_in
from tests.support.clock import FakeClock
from tests.support.member import app_only, call

URIS = ["https://one.contoso.com/", "https://two.contoso.com/"]
UPSERT = "/applications(uniqueName='bright-pattern-emi')"


def made(session: Session, **more: Any) -> requests.Response:
    return session.post("/applications", {"displayName": "EMI", **more})


def test_lists_turn_round_after_the_creation() -> None:
    session = signed_in()
    build = Builder(session.simulator)
    access = [{"id": one, "type": "Scope"} for one in list(build.scopes.values())[:2]]
    apis = [{"resourceAppId": app_id, "resourceAccess": access} for app_id in (build.tenant.id, build.tenant.graph_id)]
    created = made(session, web={"redirectUris": URIS}, requiredResourceAccess=apis).json()
    assert (created["web"]["redirectUris"], created["requiredResourceAccess"]) == (URIS, apis)
    for path in (f"/applications/{created['id']}", f"/applications(appId='{created['appId']}')"):
        read = session.get(path).json()
        assert (read["web"]["redirectUris"], read["requiredResourceAccess"]) == (URIS[::-1], apis[::-1])
    (listed,) = session.get("/applications").json()["value"]
    assert listed["web"]["redirectUris"] == URIS[::-1]


def test_the_newest_secret_comes_first() -> None:
    session = signed_in()
    path = f"/applications/{made(session).json()['id']}"
    for name in ("old", "new"):
        session.post(f"{path}/addPassword", {"passwordCredential": {"displayName": name}})
    assert [one["displayName"] for one in session.get(path).json()["passwordCredentials"]] == ["new", "old"]


def test_times_lose_their_fraction_after_the_creation() -> None:
    session = signed_in()
    created = made(session).json()
    assert re.fullmatch(r".*:\d\d\.\d{5,7}Z", created["createdDateTime"])
    read = session.get(f"/applications/{created['id']}").json()["createdDateTime"]
    assert re.fullmatch(r".*:\d\dZ", read)
    assert created["createdDateTime"].startswith(read.removesuffix("Z"))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_ids_of_consent_are_base64url() -> None:
    session = signed_in("configured")
    tenant = session.simulator.tenant
    (principal,) = [e.body["id"] for e in tenant.service_principals.values() if e.body["displayName"].endswith("EMI")]
    (grant,) = session.get(f"/servicePrincipals/{principal}/oauth2PermissionGrants").json()["value"]
    assigned = session.get(f"/servicePrincipals/{principal}/appRoleAssignments").json()["value"]
    assert len(grant["id"]) == 43
    assert {len(one["id"]) for one in assigned} == {43}
    assert {decoded(one["id"])[:16] for one in (grant, *assigned)} == {decoded(grant["id"])[:16]}


def test_headers() -> None:
    session = signed_in()
    created = made(session)
    assert created.headers["Content-Type"].startswith("application/json;odata.metadata=minimal;")
    assert created.headers["Location"].endswith(f"/{created.json()['id']}/Microsoft.DirectoryServices.Application")
    path = f"/applications/{created.json()['id']}"
    assert session.post(f"{path}/addPassword", {}).headers["Location"] == "https://graph.microsoft.com"
    changed = session.patch(path, {"notes": "x"})
    assert (changed.status_code, changed.content, "Content-Type" in changed.headers) == (204, b"", False)
    assert session.get("/applications/nothing").headers["Content-Type"] == "application/json"


def test_a_refused_sign_in_is_one_line() -> None:
    simulator = simulate("configured", clock=FakeClock())
    ((_, application),) = simulator.tenant.applications.items()
    answer = app_only(simulator, application.body["appId"], "wrong").body
    assert "\n" not in answer["error_description"]
    pattern = r"AADSTS7000215: .* Trace ID: \S+ Correlation ID: \S+ Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"
    assert re.fullmatch(pattern, answer["error_description"])
    assert " " in answer["timestamp"]


def test_a_refused_token_names_two_ways_to_sign_in() -> None:
    answer = requests.Session()
    answer.mount("https://", simulate("empty").adapter())
    ways = answer.get("https://graph.microsoft.com/v1.0/me").headers["WWW-Authenticate"]
    assert ways.startswith("Bearer realm=")
    assert ", PoP realm=" in ways


def test_an_assignment_that_is_there_is_told_in_two_ways() -> None:
    session = signed_in("configured")
    tenant = session.simulator.tenant
    one = next(iter(tenant.assignments.values())).body
    body = {name: one[name] for name in ("principalId", "resourceId", "appRoleId")}
    path = f"/servicePrincipals/{tenant.graph_id}/appRoleAssignedTo"
    told = {session.post(path, body).json()["error"]["message"] for _ in range(3)}
    assert told == {"Permission being assigned already exists on the object", "EntitlementGrant entry already exists."}


def test_a_refused_lifetime_has_details() -> None:
    session = signed_in("policy-90-days")
    path = f"/applications/{made(session).json()['id']}/addPassword"
    (detail,) = session.post(path, {}).json()["error"]["details"]
    assert (detail["code"], detail["target"]) == ("InvalidKeyEndDate", "EndDate")


def test_an_application_is_for_its_own_organization_by_default() -> None:
    assert made(signed_in()).json()["signInAudience"] == "AzureADMyOrg"


def test_a_deleted_registration_keeps_its_unique_name() -> None:
    session = signed_in("deleted-app")
    (key,) = session.simulator.tenant.deleted
    refused = session.send("PATCH", UPSERT, {"displayName": "EMI"}, Prefer="create-if-missing")
    assert (refused.status_code, "uniqueName already exists" in refused.text) == (400, True)
    assert session.delete(f"/directory/deletedItems/{key}").status_code == 204
    assert session.send("PATCH", UPSERT, {"displayName": "EMI"}, Prefer="create-if-missing").status_code == 201


def test_a_registration_and_its_service_principal_are_restored_each_on_its_own() -> None:
    session = signed_in("deleted-app")
    ((key, _),) = session.simulator.tenant.deleted.items()
    (principal,) = session.get("/directory/deletedItems/microsoft.graph.servicePrincipal").json()["value"]
    early = session.post(f"/directory/deletedItems/{principal['id']}/restore")
    assert (early.status_code, "NoBackingApplicationObject" in early.text) == (400, True)
    restored = session.post(f"/directory/deletedItems/{key}/restore").json()
    assert session.get(f"/servicePrincipals(appId='{restored['appId']}')").status_code == 404
    assert session.post(f"/directory/deletedItems/{principal['id']}/restore").status_code == 200
    back = session.get(f"/servicePrincipals(appId='{restored['appId']}')").json()
    assert (back["id"], back["deletedDateTime"]) == (principal["id"], None)
    assert session.get(f"/servicePrincipals/{principal['id']}/oauth2PermissionGrants").json()["value"] == []
    assert session.post("/servicePrincipals", {"appId": restored["appId"]}).status_code == 409


def test_writes_in_a_crowd_are_refused_once() -> None:
    session = signed_in()
    session.simulator.faults.crowded = True
    path = f"/applications/{made(session).json()['id']}"
    statuses = [session.patch(path, {"notes": "x"}).status_code for _ in range(4)]
    assert statuses == [409, 204, 409, 204]
    assert session.patch(path, {}).json()["error"]["code"] == "Directory_ConcurrencyViolation"
    session.simulator.clock.sleep(1.0)
    assert session.patch(path, {}).status_code == 204


@pytest.fixture
def root() -> Any:
    server = SimulatorServer(simulate("configured"))
    yield server.root
    server.close()


@pytest.mark.parametrize(("encoding", "packed"), [("gzip", "gzip"), ("identity", None)])
def test_answers_over_loopback_come_in_chunks_and_packed(root: str, encoding: str, packed: str | None) -> None:
    answer = requests.get(f"{root}/v1.0/me", headers={"Accept-Encoding": encoding}, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.headers.get("Content-Encoding") == packed
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"


def test_who_signs_in_leaves_a_consent_to_the_sign_in_client() -> None:
    session = signed_in("empty")
    tenant = session.simulator.tenant
    (client,) = [e.body for e in tenant.service_principals.values() if e.body["id"] != tenant.graph_id]
    assert client["displayName"] == "Microsoft Graph Command Line Tools"
    path = f"/oauth2PermissionGrants?$filter=clientId eq '{client['id']}'"
    (grant,) = session.get(path).json()["value"]
    assert (grant["consentType"], len(grant["id"])) == ("Principal", 64)
    assert {"Application.ReadWrite.All", "User.Read"} <= set(grant["scope"].split())
    assert session.delete(f"/oauth2PermissionGrants/{grant['id']}").status_code == 204
    assert session.get(path).json()["value"] == []


def test_who_signs_in_for_everybody_consents_for_everybody() -> None:
    simulator = simulate("empty", clock=FakeClock())
    simulator.tenant.consents_for_all = True
    assert call(simulator, "administrator", "GET", "/me").ok
    assert simulator.tenant.grants == {}  # Azure CLI is preauthorized
    session = signed_in("empty", simulator=simulator)
    (grant,) = session.simulator.tenant.grants.values()
    assert (grant.body["consentType"], grant.body["principalId"]) == ("AllPrincipals", None)
