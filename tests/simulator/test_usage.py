"""What the application itself may ask for, with a token of its own, once it is set up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emi_installer.simulator.scenarios import simulate
from emi_installer.simulator.service import Simulator
from tests.simulator.session import signed_in
from tests.support.clock import FakeClock
from tests.support.member import Answer, as_application


@pytest.fixture
def simulator() -> Simulator:
    return simulate("configured", clock=FakeClock())


def ask(simulator: Simulator, path: str) -> Answer:
    """GET with a token of the application."""
    ((_, application),) = simulator.tenant.applications.items()
    secret = next(iter(simulator.tenant.secrets.values())).text
    return as_application(simulator, application.body["appId"], secret, path)


def somebody(simulator: Simulator) -> str:
    return simulator.tenant.accounts["administrator"].oid


def test_it_reads_people_with_user_read_all(simulator: Simulator) -> None:
    found = ask(simulator, "/users?$top=1&$select=id")
    assert found.status == 200
    assert [list(one) for one in found.body["value"]] == [["id"]]
    assert "@odata.nextLink" in found.body
    assert ask(simulator, f"/users/{somebody(simulator)}?$select=id,displayName").body["displayName"] == "Ada Adams"
    assert ask(simulator, "/users/ada.adams@contoso.com").body["id"] == somebody(simulator)
    assert ask(simulator, "/users/nobody").status == 404


def test_it_reads_presence_and_chats(simulator: Simulator) -> None:
    person = somebody(simulator)
    assert ask(simulator, f"/users/{person}/presence").body["availability"] == "Available"
    (chat,) = ask(simulator, f"/users/{person}/chats?$top=1").body["value"]
    assert chat["id"].startswith("19:")
    assert ask(simulator, f"/users/{person}/chats?$select=id").status == 400
    assert ask(simulator, f"/users/{person}/chats?$top=51").status == 400


def test_a_person_without_a_teams_licence_has_no_chats(simulator: Simulator) -> None:
    accounts = simulator.tenant.accounts
    accounts["administrator"] = replace(accounts["administrator"], has_teams=False)
    refused = ask(simulator, f"/users/{somebody(simulator)}/chats?$top=1")
    assert refused.status == 403
    assert refused.body["error"]["message"].startswith("Failed to get license information for the user.")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("User.Read.All", "/users?$top=1&$select=id"),
        ("Presence.ReadWrite.All", "/users/{person}/presence"),
        ("Chat.ReadWrite.All", "/users/{person}/chats?$top=1"),
    ],
)
def test_each_answer_needs_its_permission(simulator: Simulator, role: str, path: str) -> None:
    tenant = simulator.tenant
    roles = {one["id"]: one["value"] for one in tenant.service_principals[tenant.graph_id].body["appRoles"]}
    tenant.assignments = {k: e for k, e in tenant.assignments.items() if roles[e.body["appRoleId"]] != role}
    assert ask(simulator, path.format(person=somebody(simulator))).status == 403


def test_an_application_is_nobody_and_writes_nothing(simulator: Simulator) -> None:
    assert ask(simulator, "/me").status == 400
    assert ask(simulator, "/applications").status == 403


def test_the_contact_center_connects_after_a_while(simulator: Simulator) -> None:
    assert ask(simulator, "/subscriptions").body["value"] == []
    tenant, clock = simulator.tenant, simulator.clock
    tenant.connects_after = 20.0
    (secret,) = tenant.secrets.values()
    secret.born = clock.now()
    assert ask(simulator, "/subscriptions").body["value"] == []
    clock.sleep(20.0)
    connected = ask(simulator, "/subscriptions").body["value"]
    assert [one["resource"] for one in connected] == ["/chats/getAllMessages", "/teams/getAllMessages"]
    ((_, application),) = tenant.applications.items()
    assert {one["applicationId"] for one in connected} == {application.body["appId"]}
    assert {one["clientState"] for one in connected} == {None}
    assert ask(simulator, f"/subscriptions/{connected[0]['id']}").body["resource"] == "/chats/getAllMessages"
    assert ask(simulator, "/subscriptions/00000000-0000-4000-8000-000000000000").status == 404


def test_subscriptions_take_no_options(simulator: Simulator) -> None:
    refused = ask(simulator, "/subscriptions?$select=id")
    assert refused.body["error"]["message"] == "Query option 'Select' is not allowed."


@pytest.mark.parametrize(("account", "seen"), [("administrator", 2), ("application-administrator", 0)])
def test_a_global_administrator_sees_the_subscriptions_of_all(account: str, seen: int) -> None:
    simulator = simulate("configured", clock=FakeClock())
    simulator.tenant.connects_after = 0.0
    session = signed_in(account=account, scopes=("Subscription.Read.All",), simulator=simulator)
    assert len(session.get("/subscriptions").json()["value"]) == seen
