"""What real tenants and real people bring along: switches, applications made by hand, partners, guests, clocks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emi_installer import wiring
from emi_installer.simulator.builder import Builder
from emi_installer.simulator.scenarios import CALLBACK
from emi_installer.simulator.tenant import GLOBAL_ADMINISTRATOR, timestamp
from tests.support.clock import FakeClock
from tests.support.journey import Journey, assert_set_up, journey

DAY = 86400
MICROSOFTS = ("isDisabled", "disabledByMicrosoftStatus", "nativeAuthenticationApisEnabled", "managerApplications")


def application(trip: Journey) -> Any:
    (entry,) = trip.simulator.tenant.applications.values()
    return entry.body


def principal(trip: Journey) -> Any:
    entry = trip.simulator.tenant.service_principal(application(trip)["appId"])
    assert entry is not None
    return entry.body


def checked(trip: Journey, name: str, *more: str) -> list[dict[str, Any]]:
    events = trip.run("verify", "--demo", "--json", *more).events
    return [event for event in events if event["event"] == "checked" and event["name"] == name]


def assignment(trip: Journey) -> None:
    principal(trip)["appRoleAssignmentRequired"] = True


def deactivated(trip: Journey) -> None:
    application(trip)["isDisabled"] = True


def deactivated_principal(trip: Journey) -> None:
    principal(trip)["isDisabled"] = True


def disabled(trip: Journey) -> None:
    principal(trip)["accountEnabled"] = False


@pytest.mark.parametrize("switch", [assignment, deactivated, deactivated_principal, disabled])
def test_every_switch_that_is_ours_is_shown_and_set_right(switch: Any, tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    switch(trip)
    assert trip.run("verify", "--demo").code == 3
    plan = trip.run("plan", "--demo", "--json").event("plan")
    assert [change["change"] for change in plan["changes"]] == ["enable-service-principal"]
    assert trip.apply().code == 0
    assert trip.run("verify", "--demo").code == 0
    assert principal(trip)["accountEnabled"]
    assert not principal(trip)["appRoleAssignmentRequired"]
    assert not application(trip)["isDisabled"]
    assert not principal(trip)["isDisabled"]


@pytest.mark.parametrize("find", [application, principal])
def test_what_microsoft_disabled_is_told_and_left_to_microsoft(find: Any, tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    find(trip)["disabledByMicrosoftStatus"] = "DisabledDueToViolationOfServicesAgreement"
    (check,) = checked(trip, "switched-off")
    assert check["status"] == "failed"
    assert "Microsoft disabled" in trip.run("plan", "--demo").out
    assert trip.run("plan", "--demo", "--json").event("plan")["changes"] == []


@pytest.mark.parametrize("lacking", [(name,) for name in MICROSOFTS] + [MICROSOFTS])
def test_a_property_that_a_cloud_does_not_have_stops_nobody(lacking: tuple[str, ...], tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.tenant.lacking = frozenset(lacking)
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)
    assert trip.run("verify", "--demo").code == 0


@pytest.mark.parametrize(("platform", "name"), [("spa", "Single-page"), ("publicClient", "Mobile and desktop")])
def test_the_callback_on_another_platform_is_shown_and_moved(platform: str, name: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    theirs = "https://intranet.contoso.com/teams"
    application(trip)["web"]["redirectUris"].remove(CALLBACK)
    application(trip)[platform]["redirectUris"] = [theirs, CALLBACK]
    (check,) = checked(trip, "redirect-uri", "--contact-center", "acme.brightpattern.com")
    assert name in check["detail"]
    plan = trip.run("plan", "--demo", "--json").event("plan")
    assert name in str(plan["changes"])
    outcome = trip.apply(*trip.keeping())
    assert outcome.code == 0, outcome.text
    assert application(trip)["web"]["redirectUris"] == [CALLBACK]
    assert application(trip)[platform]["redirectUris"] == [theirs]


@pytest.mark.parametrize("platform", ["spa", "publicClient"])
def test_an_application_of_others_is_found_by_its_callback_on_any_platform(platform: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, "foreign-app")
    application(trip)["web"]["redirectUris"].remove(CALLBACK)
    application(trip)[platform]["redirectUris"] = [CALLBACK]
    outcome = trip.apply("--registration", application(trip)["appId"], "--remove-holders")
    assert outcome.code == 0, outcome.text
    assert application(trip)["web"]["redirectUris"] == [CALLBACK]


def test_a_host_has_no_case(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    application(trip)["web"]["redirectUris"] = [CALLBACK.replace("acme.brightpattern", "ACME.BrightPattern")]
    assert trip.run("plan", "--demo").code == 0
    assert trip.run("verify", "--demo", "--contact-center", "acme.brightpattern.com").code == 0


def test_scopes_have_no_case(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    (grant,) = trip.simulator.tenant.grants.values()
    grant.body["scope"] = grant.body["scope"].lower()
    assert trip.run("plan", "--demo").code == 0


def test_several_blocks_of_one_api_are_one(tmp_path: Path) -> None:
    trip = journey(tmp_path, "drifted")
    (block,) = application(trip)["requiredResourceAccess"]
    theirs = {"id": Builder(trip.simulator).scopes["Mail.Read"], "type": "Scope"}
    split = [{**block, "resourceAccess": [one]} for one in block["resourceAccess"]]
    split.append({"resourceAppId": block["resourceAppId"].upper(), "resourceAccess": [theirs]})
    application(trip)["requiredResourceAccess"] = split
    assert trip.apply(*trip.keeping()).code == 0
    declared = [one for entry in application(trip)["requiredResourceAccess"] for one in entry["resourceAccess"]]
    assert theirs in declared
    assert all(one in declared for one in block["resourceAccess"])


def test_a_partner_who_is_no_user_of_the_tenant_sets_it_up(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    accounts = trip.simulator.tenant.accounts
    accounts["guest"] = replace(
        accounts["guest"], in_directory=False, roles=frozenset({GLOBAL_ADMINISTRATOR}), user_principal_name="p@fab.com"
    )
    trip.simulator.tenant.default_account = "guest"
    assert "Microsoft did not return them" in trip.run("plan", "--demo").out
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)


def test_a_guest_with_the_roles_sets_it_up(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    accounts = trip.simulator.tenant.accounts
    accounts["guest"] = replace(accounts["guest"], roles=frozenset({GLOBAL_ADMINISTRATOR}))
    trip.simulator.tenant.default_account = "guest"
    assert trip.apply().code == 0
    assert_set_up(trip)


def test_a_guest_with_a_custom_role_is_left_to_microsoft(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.tenant.default_account = "guest"
    assert trip.run("plan", "--demo", "--json").event("error")["code"] == "guest-account"
    assert trip.run("plan", "--demo", "--custom-role").code == 3


@pytest.mark.parametrize(("days", "word"), [(-70, "70 days slow"), (70, "70 days fast")])
def test_microsofts_clock_decides_about_a_client_secret(days: int, word: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    expires = {-70: -1, 70: 50}[days]
    (secret,) = application(trip)["passwordCredentials"]
    secret["endDateTime"] = timestamp(trip.clock.now() + expires * DAY)
    wrong = wiring.connect_simulator(trip.simulator, FakeClock(trip.clock.now() + days * DAY), keys=trip.keys)
    outcome = trip.run("verify", "--demo", connection=wrong)
    assert outcome.code == (3 if expires < 0 else 0)
    assert f"This computer's clock is {word}" in outcome.out


def test_a_client_secret_is_dated_by_microsofts_clock(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    wrong = wiring.connect_simulator(trip.simulator, FakeClock(trip.clock.now() - 70 * DAY))
    outcome = trip.run("apply", "--demo", "--yes", "--secret-months", "3", "--handoff", "h.json", connection=wrong)
    assert outcome.code == 0, outcome.text
    (secret,) = application(trip)["passwordCredentials"]
    assert secret["endDateTime"] > timestamp(trip.clock.now() + 80 * DAY)
