"""Who controls an application: owners, credentials of every kind, redirect URIs, and who signs in as it with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emi_installer.simulator.faults import Refuse
from emi_installer.simulator.scenarios import simulate
from emi_installer.simulator.service import Simulator
from emi_installer.simulator.tenant import APPLICATION_DEVELOPER, HYBRID_IDENTITY_ADMINISTRATOR, Account
from tests.simulator.session import signed_in
from tests.support.clock import FakeClock
from tests.support.member import (
    FEDERATED_AUDIENCE,
    Answer,
    app_only,
    app_only_by_certificate,
    app_only_by_federation,
    by_code,
    by_device_code,
    by_implicit_grant,
    call,
    certificate,
)

CREATE = {"Prefer": "create-if-missing"}
UPSERT = "/applications(uniqueName='bright-pattern-emi')"
ISSUER = "https://issuer.example.com"
THEIRS = "https://elsewhere.example.com/signed-in"


@pytest.fixture
def simulator() -> Simulator:
    """A tenant whose application is set up, with admin consent, and has nobody but administrators."""
    return simulate("configured", clock=FakeClock())


def the_application(simulator: Simulator) -> dict[str, Any]:
    (entry,) = simulator.tenant.applications.values()
    return entry.body


def place(simulator: Simulator, kind: str = "applications") -> str:
    """The path of the application, or of its service principal."""
    app_id = the_application(simulator)["appId"]
    return f"/{kind}(appId='{app_id}')"


def make_owner(simulator: Simulator, account: str = "member", kind: str = "applications") -> None:
    person = simulator.tenant.accounts[account].oid
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{person}"}
    assert call(simulator, "administrator", "POST", f"{place(simulator, kind)}/owners/$ref", reference).status == 204


def owners(simulator: Simulator, account: str = "member", kind: str = "applications") -> list[str]:
    listed = call(simulator, account, "GET", f"{place(simulator, kind)}/owners?$select=id,userPrincipalName").body
    return [one["userPrincipalName"] for one in listed["value"]]


def with_role(simulator: Simulator, role: str) -> None:
    account = Account(key="x", name="X", user_principal_name="x@contoso.com", roles=frozenset({role}))
    simulator.tenant.accounts["x"] = account


MAKE: dict[str, Callable[[Simulator, str], Answer]] = {
    "post": lambda simulator, who: call(simulator, who, "POST", "/applications", {"displayName": "EMI"}),
    "upsert": lambda simulator, who: call(simulator, who, "PATCH", UPSERT, {"displayName": "EMI"}, **CREATE),
}


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize(
    ("account", "owns"),
    [
        ("member", True),
        ("guest", True),
        (APPLICATION_DEVELOPER, True),
        ("application-administrator", False),
        ("administrator", False),
    ],
)
def test_who_makes_an_application_owns_it_unless_a_role_lets_make_it(make: str, account: str, owns: bool) -> None:  # noqa: FBT001 - a parameter of the test
    simulator = simulate("empty", clock=FakeClock())
    if account not in simulator.tenant.accounts:
        with_role(simulator, account)
        account = "x"
    made = MAKE[make](simulator, account).body
    principal = call(simulator, account, "POST", "/servicePrincipals", {"appId": made["appId"]})
    assert principal.status == 201
    expected = [simulator.tenant.accounts[account].user_principal_name] if owns else []
    assert owners(simulator, account) == owners(simulator, account, "servicePrincipals") == expected


def test_a_hybrid_identity_administrator_changes_owners_and_no_credentials(simulator: Simulator) -> None:
    with_role(simulator, HYBRID_IDENTITY_ADMINISTRATOR)
    assert call(simulator, "x", "POST", f"{place(simulator)}/addPassword", {}).status == 403
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{simulator.tenant.accounts['x'].oid}"}
    assert call(simulator, "x", "POST", f"{place(simulator)}/owners/$ref", reference).status == 204
    assert call(simulator, "x", "POST", f"{place(simulator)}/addPassword", {}).status == 200


def test_owners_are_told_as_far_as_the_rights_go(simulator: Simulator) -> None:
    make_owner(simulator)
    mia = simulator.tenant.accounts["member"]
    narrow = signed_in("configured", scopes=("Application.Read.All",))
    (application,) = narrow.simulator.tenant.applications.values()
    application.owners.append(narrow.simulator.tenant.accounts["member"].oid)
    path = f"/applications/{application.body['id']}/owners"
    (told,) = narrow.get(f"{path}?$select=id,displayName").json()["value"]
    oid = narrow.simulator.tenant.accounts["member"].oid
    assert told == {"@odata.type": "#microsoft.graph.user", "id": oid, "displayName": None}
    (told,) = call(simulator, "member", "GET", f"{place(simulator)}/owners?$select=id,displayName").body["value"]
    assert told == {"@odata.type": "#microsoft.graph.user", "id": mia.oid, "displayName": "Mia Moore"}


def test_a_service_principal_can_own(simulator: Simulator) -> None:
    graph = simulator.tenant.graph_id
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/servicePrincipals/{graph}"}
    assert call(simulator, "administrator", "POST", f"{place(simulator)}/owners/$ref", reference).ok
    make_owner(simulator)
    listed = call(simulator, "member", "GET", f"{place(simulator)}/owners?$select=id").body["value"]
    assert {one["@odata.type"] for one in listed} == {"#microsoft.graph.user", "#microsoft.graph.servicePrincipal"}
    (cast,) = call(simulator, "member", "GET", f"{place(simulator)}/owners/graph.servicePrincipal").body["value"]
    assert (cast["id"], cast["displayName"]) == (graph, "Microsoft Graph")


def test_owners_are_changed_by_owners_and_administrators_alone(simulator: Simulator) -> None:
    path = f"{place(simulator)}/owners"
    gus = simulator.tenant.accounts["guest"].oid
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{gus}"}
    assert call(simulator, "member", "POST", f"{path}/$ref", reference).status == 403
    make_owner(simulator)
    assert call(simulator, "member", "POST", f"{path}/$ref", reference).status == 204
    assert "already exist" in call(simulator, "member", "POST", f"{path}/$ref", reference).body["error"]["message"]
    assert call(simulator, "guest", "DELETE", f"{path}/{gus}/$ref").status == 204
    assert call(simulator, "guest", "DELETE", f"{path}/{gus}/$ref").status == 403
    assert call(simulator, "member", "DELETE", f"{path}/{gus}/$ref").status == 404
    nobody = {"@odata.id": "https://graph.microsoft.com/v1.0/users/00000000-0000-4000-8000-000000000000"}
    assert call(simulator, "member", "POST", f"{path}/$ref", nobody).status == 404
    assert call(simulator, "member", "POST", f"{path}/$ref", {"@odata.id": "https://x/"}).status == 400
    mia = simulator.tenant.accounts["member"].oid
    assert call(simulator, "administrator", "DELETE", f"{path}/{mia}/$ref").status == 204
    assert owners(simulator) == []


def test_adding_an_owner_needs_the_right_to_read_the_directory() -> None:
    session = signed_in("configured", scopes=("Application.ReadWrite.All",))
    (key,) = session.simulator.tenant.applications
    assert session.post(f"/applications/{key}/owners/$ref", {"@odata.id": "x"}).status_code == 403


def a_secret(simulator: Simulator, account: str, kind: str) -> Answer:
    made = call(simulator, account, "POST", f"{place(simulator, kind)}/addPassword", {})
    app_id = the_application(simulator)["appId"]
    return app_only(simulator, app_id, made.body["secretText"]) if made.ok else made


def a_certificate(simulator: Simulator, account: str, kind: str) -> Answer:
    body = {"keyCredentials": [certificate().credential]}
    made = call(simulator, account, "PATCH", place(simulator, kind), body)
    app_id = the_application(simulator)["appId"]
    return app_only_by_certificate(simulator, app_id, certificate()) if made.ok else made


def a_federated_credential(simulator: Simulator, account: str, _kind: str) -> Answer:
    body = {"name": "x", "issuer": ISSUER, "subject": "me", "audiences": [FEDERATED_AUDIENCE]}
    made = call(simulator, account, "POST", f"{place(simulator)}/federatedIdentityCredentials", body)
    app_id = the_application(simulator)["appId"]
    return app_only_by_federation(simulator, app_id, ISSUER, "me") if made.ok else made


def an_address(platform: str) -> Callable[[Simulator, str, str], Answer]:
    def add(simulator: Simulator, account: str, _kind: str) -> Answer:
        made = call(simulator, account, "PATCH", place(simulator), {platform: {"redirectUris": [THEIRS]}})
        app_id = the_application(simulator)["appId"]
        return by_code(simulator, app_id, THEIRS) if made.ok else made

    return add


def the_implicit_grant(simulator: Simulator, account: str, _kind: str) -> Answer:
    web = {"redirectUris": [THEIRS], "implicitGrantSettings": {"enableAccessTokenIssuance": True}}
    made = call(simulator, account, "PATCH", place(simulator), {"web": web})
    app_id = the_application(simulator)["appId"]
    return by_implicit_grant(simulator, app_id, THEIRS) if made.ok else made


def the_public_client(simulator: Simulator, account: str, _kind: str) -> Answer:
    made = call(simulator, account, "PATCH", place(simulator), {"isFallbackPublicClient": True})
    app_id = the_application(simulator)["appId"]
    return by_device_code(simulator, app_id) if made.ok else made


WAYS: dict[str, tuple[str, Callable[[Simulator, str, str], Answer]]] = {
    "secret": ("applications", a_secret),
    "secret of the service principal": ("servicePrincipals", a_secret),
    "certificate": ("applications", a_certificate),
    "certificate of the service principal": ("servicePrincipals", a_certificate),
    "federated credential": ("applications", a_federated_credential),
    "SPA": ("applications", an_address("spa")),
    "public client": ("applications", an_address("publicClient")),
    "implicit grant": ("applications", the_implicit_grant),
    "device code": ("applications", the_public_client),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_owner_can_sign_in_as_the_application_and_nobody_else(simulator: Simulator, way: str) -> None:
    kind, plant = WAYS[way]
    assert plant(simulator, "member", kind).status == 403
    make_owner(simulator, kind=kind)
    planted = plant(simulator, "member", kind)
    assert planted.signed_in, planted


def test_the_address_of_a_web_application_alone_is_no_way_in(simulator: Simulator) -> None:
    make_owner(simulator)
    assert call(simulator, "member", "PATCH", place(simulator), {"web": {"redirectUris": [THEIRS]}}).ok
    app_id = the_application(simulator)["appId"]
    assert by_code(simulator, app_id, THEIRS).body["error_codes"] == [7000218]
    (stored,) = simulator.tenant.secrets.values()
    assert by_code(simulator, app_id, THEIRS, secret=stored.text).signed_in
    assert "AADSTS50011" in by_code(simulator, app_id, "https://nowhere.example.com/").body["error_description"]


def test_a_certificate_is_gone_with_an_empty_list_and_stays_by_its_key_id(simulator: Simulator) -> None:
    app_id, path = the_application(simulator)["appId"], place(simulator)
    both = [certificate("one").credential, certificate("two").credential]
    assert call(simulator, "administrator", "PATCH", path, {"keyCredentials": both}).ok
    _, second = call(simulator, "administrator", "GET", path).body["keyCredentials"]
    assert second["key"] is None
    listed = call(simulator, "administrator", "GET", f"{path}?$select=keyCredentials").body["keyCredentials"]
    assert [one["key"] for one in listed] == [one["key"] for one in both]
    assert call(simulator, "administrator", "PATCH", path, {"keyCredentials": [second]}).ok
    assert not app_only_by_certificate(simulator, app_id, certificate("one")).signed_in
    assert app_only_by_certificate(simulator, app_id, certificate("two")).signed_in
    assert call(simulator, "administrator", "PATCH", path, {"keyCredentials": []}).ok
    assert app_only_by_certificate(simulator, app_id, certificate("two")).body["error_codes"] == [700027]


@pytest.mark.parametrize(
    "credential",
    [
        {"type": "AsymmetricX509Cert", "usage": "Verify"},
        {"type": "AsymmetricX509Cert", "usage": "Wave", "key": "AAAA"},
        {"usage": "Verify", "key": "AAAA"},
        {"type": "AsymmetricX509Cert", "usage": "Verify", "key": "?"},
        "x",
    ],
)
def test_a_certificate_that_graph_refuses(simulator: Simulator, credential: Any) -> None:
    body = {"keyCredentials": [credential]}
    assert call(simulator, "administrator", "PATCH", place(simulator), body).status == 400


def test_federated_credentials(simulator: Simulator) -> None:
    app_id, path = the_application(simulator)["appId"], f"{place(simulator)}/federatedIdentityCredentials"
    body = {"name": "x", "issuer": ISSUER, "subject": "me", "audiences": [FEDERATED_AUDIENCE]}
    made = call(simulator, "administrator", "POST", path, body)
    assert (made.status, made.body["name"]) == (201, "x")
    assert call(simulator, "administrator", "POST", path, body).status == 409
    assert call(simulator, "administrator", "POST", path, {"name": "y"}).status == 400
    assert [one["subject"] for one in call(simulator, "member", "GET", path).body["value"]] == ["me"]
    assert call(simulator, "administrator", "PATCH", f"{path}/{made.body['id']}", {"subject": "you"}).status == 204
    assert not app_only_by_federation(simulator, app_id, ISSUER, "me").signed_in
    assert app_only_by_federation(simulator, app_id, ISSUER, "you").signed_in
    for number in range(19):
        more = {**body, "name": str(number), "subject": str(number)}
        assert call(simulator, "administrator", "POST", path, more).status == 201
    assert call(simulator, "administrator", "POST", path, {**body, "name": "z"}).status == 400
    assert call(simulator, "administrator", "GET", f"{path}/x").body["subject"] == "you"
    assert call(simulator, "administrator", "DELETE", f"{path}/{made.body['id']}").status == 204
    assert call(simulator, "administrator", "DELETE", f"{path}/{made.body['id']}").status == 404
    assert app_only_by_federation(simulator, app_id, ISSUER, "you").body["error_codes"] == [70021]


def test_an_owner_deletes_and_restores_and_stays_owner(simulator: Simulator) -> None:
    make_owner(simulator)
    key = the_application(simulator)["id"]
    assert call(simulator, "member", "DELETE", f"/applications/{key}").status == 204
    assert call(simulator, "guest", "POST", f"/directory/deletedItems/{key}/restore").status == 403
    assert call(simulator, "member", "POST", f"/directory/deletedItems/{key}/restore").status == 200
    assert owners(simulator) == ["mia.moore@contoso.com"]


def test_a_unique_name_is_given_once_and_to_one(simulator: Simulator) -> None:
    made = call(simulator, "member", "POST", "/applications", {"displayName": "Mine"}).body
    path = f"/applications/{made['id']}"
    taken = call(simulator, "member", "PATCH", path, {"uniqueName": "bright-pattern-emi"})
    assert "same value for property uniqueName" in taken.body["error"]["message"]
    assert call(simulator, "member", "PATCH", path, {"uniqueName": "mine"}).status == 204
    assert call(simulator, "member", "PATCH", path, {"uniqueName": "yours"}).status == 400
    body = {"displayName": "Mine", "uniqueName": "mine"}
    assert call(simulator, "member", "POST", "/applications", body).status == 400


def test_an_application_can_be_made_with_its_secret_and_certificate(simulator: Simulator) -> None:
    body = {
        "displayName": "Mine",
        "passwordCredentials": [{"displayName": "first"}],
        "keyCredentials": [certificate().credential],
    }
    made = call(simulator, "member", "POST", "/applications", body).body
    call(simulator, "member", "POST", "/servicePrincipals", {"appId": made["appId"]})
    assert app_only(simulator, made["appId"], made["passwordCredentials"][0]["secretText"]).signed_in
    assert app_only_by_certificate(simulator, made["appId"], certificate()).signed_in
    kept = call(simulator, "member", "GET", f"/applications/{made['id']}").body["passwordCredentials"]
    assert [one["secretText"] for one in kept] == [None]


def test_a_service_principals_secret_goes_with_it(simulator: Simulator) -> None:
    made = call(simulator, "administrator", "POST", f"{place(simulator, 'servicePrincipals')}/addPassword", {}).body
    app_id = the_application(simulator)["appId"]
    assert app_only(simulator, app_id, made["secretText"]).signed_in
    path = place(simulator, "servicePrincipals")
    assert call(simulator, "administrator", "POST", f"{path}/removePassword", {"keyId": made["keyId"]}).ok
    assert app_only(simulator, app_id, made["secretText"]).body["error_codes"] == [7000215]


@pytest.mark.parametrize(
    ("where", "switch"),
    [
        ("application", {"isDisabled": True}),
        ("application", {"disabledByMicrosoftStatus": "DisabledDueToViolationOfServicesAgreement"}),
        ("principal", {"accountEnabled": False}),
        ("principal", {"isDisabled": True}),
    ],
)
def test_switches_that_keep_an_application_out(simulator: Simulator, where: str, switch: dict[str, Any]) -> None:
    application = the_application(simulator)
    (stored,) = simulator.tenant.secrets.values()
    assert app_only(simulator, application["appId"], stored.text).signed_in
    principal = simulator.tenant.service_principal(application["appId"])
    assert principal is not None
    (application if where == "application" else principal.body).update(switch)
    assert app_only(simulator, application["appId"], stored.text).body["error_codes"] == [7000112]


def test_required_assignment_keeps_people_out(simulator: Simulator) -> None:
    make_owner(simulator)
    assert an_address("spa")(simulator, "member", "").signed_in
    path = place(simulator, "servicePrincipals")
    assert call(simulator, "administrator", "PATCH", path, {"appRoleAssignmentRequired": True}).ok
    app_id = the_application(simulator)["appId"]
    assert "AADSTS50105" in by_code(simulator, app_id, THEIRS).body["error_description"]


def test_people_get_what_was_consented_to(simulator: Simulator) -> None:
    make_owner(simulator)
    assert an_address("spa")(simulator, "member", "").body["scope"] == "https://graph.microsoft.com/User.Read.All"
    app_id = the_application(simulator)["appId"]
    more = by_code(simulator, app_id, THEIRS, scopes=("Mail.Read",))
    assert "AADSTS65001" in more.body["error_description"]


@pytest.mark.parametrize("scenario", ["planted-app", "planted-name", "planted-secret"])
def test_what_a_member_planted_is_the_members(scenario: str) -> None:
    simulator = simulate(scenario, clock=FakeClock())
    assert owners(simulator) == owners(simulator, kind="servicePrincipals") == ["mia.moore@contoso.com"]
    body = the_application(simulator)
    assert (body["tags"] == ["emi-installer"], body["uniqueName"] is None) == (
        (False, False) if scenario == "planted-name" else (True, True)
    )
    assert len(body["passwordCredentials"]) == (scenario == "planted-secret")


def test_the_held_application_is_open_in_every_way() -> None:
    simulator = simulate("held-app", clock=FakeClock())
    app_id = the_application(simulator)["appId"]
    assert owners(simulator) == ["mia.moore@contoso.com"]
    assert all(app_only(simulator, app_id, one.text).signed_in for one in simulator.tenant.secrets.values())
    trusted = call(simulator, "member", "GET", f"{place(simulator)}/federatedIdentityCredentials").body["value"][0]
    assert app_only_by_federation(simulator, app_id, trusted["issuer"], trusted["subject"]).signed_in
    assert by_code(simulator, app_id, "https://intranet.contoso.com/teams").signed_in
    assert by_code(simulator, app_id, "http://localhost:5000").signed_in
    assert by_implicit_grant(simulator, app_id, the_application(simulator)["web"]["redirectUris"][0]).signed_in
    assert by_device_code(simulator, app_id).signed_in
    (listed,) = call(simulator, "member", "GET", place(simulator)).body["keyCredentials"]
    assert len(listed["customKeyIdentifier"]) == 40


@pytest.mark.parametrize("after", [False, True])
def test_a_member_can_act_at_any_request_of_a_run(after: bool) -> None:  # noqa: FBT001 - a parameter of the test
    session = signed_in("configured")
    simulator = session.simulator
    (key,) = simulator.tenant.applications
    number = len(simulator.requests) + 2
    seen = []
    simulator.faults.race(number, lambda: seen.append(len(simulator.requests)), after=after)
    simulator.faults.race(
        number, lambda: call(simulator, "administrator", "DELETE", f"/applications/{key}"), after=after
    )
    statuses = [session.get(f"/applications/{key}").status_code for _ in range(3)]
    assert statuses == ([200, 200, 404] if after else [200, 404, 404])
    assert seen == [number if after else number - 1]
    assert len(simulator.requests) == number + 1


def test_what_is_asked_aside_meets_no_fault(simulator: Simulator) -> None:
    simulator.faults.add("*", Refuse())
    assert call(simulator, "member", "GET", "/me").status == 200
    assert simulator.requests == []
