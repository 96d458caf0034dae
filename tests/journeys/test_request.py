"""The account may register but not consent: its part, the request, the colleague's part, and the rest."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.simulator.scenarios import APPLICATION, Builder
from tests.support.journey import Journey, Outcome, assert_no_unsaved_secret, assert_secret_kept, assert_set_up, journey

GUID = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    return journey(tmp_path, "no-consent-role")


def ask(trip: Journey, *more: str) -> Outcome:
    return trip.apply("--request", "request.toml", *more)


def as_(trip: Journey, account: str) -> Journey:
    trip.simulator.tenant.default_account = account
    return trip


def request(trip: Journey) -> dict[str, Any]:
    return tomllib.loads((trip.folder / "request.toml").read_text(encoding="utf-8"))


def codes(outcome: Outcome) -> list[str]:
    return [one["code"] for one in outcome.event("plan")["blockers"]]


def test_the_whole_way_over_two_people(trip: Journey) -> None:
    first = ask(trip)
    assert first.code == 3, first.text
    assert first.event("result")["outcome"] == "waiting"
    assert trip.simulator.tenant.secrets == {}
    waiting = [e for e in first.events if e.get("status") == "waiting"]
    assert len(waiting) == len(APPLICATION) + 1  # and the client secret

    asked = request(trip)
    assert asked["purpose"] == "grant"
    assert asked["requested_by"] == "ben.brown@contoso.com"
    granted = as_(trip, "privileged-role-administrator").run(
        "grant", "--demo", "--yes", "--json", "--preset", "request.toml"
    )
    assert granted.code == 0, granted.text
    assert [c["change"] for c in granted.event("plan")["changes"]] == ["grant-application-permissions"]
    assert granted.event("result")["outcome"] == "done"

    last = as_(trip, "application-administrator").apply()
    assert last.code == 0, last.text
    assert [c["change"] for c in last.event("plan")["changes"]] == ["add-client-secret"]
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)
    assert_secret_kept(trip)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_link_is_that_of_the_tenants_cloud(cloud: str, trip: Journey) -> None:
    told = ask(trip, "--cloud", cloud).event("request")
    tenant, client = trip.simulator.tenant.id, request(trip)["registration"]
    assert told["consent_link"] == f"{CLOUDS[cloud].login}/{tenant}/adminconsent?client_id={client}"
    assert request(trip)["cloud"] == cloud


def test_started_again_before_the_colleague_did_anything(trip: Journey) -> None:
    ask(trip)
    again = ask(trip)
    assert again.code == 3
    assert again.event("plan")["changes"] == []
    assert len(again.event("plan")["waiting"]) == 1
    assert again.event("result")["outcome"] == "waiting"


def test_apply_with_a_request_is_the_grant_too(trip: Journey) -> None:
    ask(trip)
    outcome = as_(trip, "administrator").apply("--preset", "request.toml")
    assert outcome.code == 0, outcome.text
    assert [e["change"] for e in outcome.events if e["event"] == "change-done"] == ["grant-application-permissions"]
    assert trip.saved() == []


def test_a_request_for_another_registration_grants_nothing(trip: Journey) -> None:
    ask(trip)
    text = (trip.folder / "request.toml").read_text(encoding="utf-8").replace(request(trip)["registration"], GUID)
    (trip.folder / "request.toml").write_text(text, encoding="utf-8")
    outcome = as_(trip, "administrator").run("grant", "--demo", "--yes", "--json", "--preset", "request.toml")
    assert outcome.event("error")["code"] == "registration-not-found"
    assert trip.simulator.tenant.assignments == {}


def test_a_request_never_gets_consent_for_what_others_made(tmp_path: Path) -> None:
    trip = journey(tmp_path, "foreign-app")
    (foreign,) = [e.body for e in trip.simulator.tenant.applications.values()]
    trip.simulator.tenant.assignments.clear()
    preset = tmp_path / "evil.toml"
    preset.write_text(f'purpose = "grant"\nregistration = "{foreign["appId"]}"\n', encoding="utf-8")
    outcome = trip.run("grant", "--demo", "--yes", "--json", "--preset", str(preset))
    assert "not-ours" in codes(outcome)
    assert trip.simulator.tenant.assignments == {}


def test_a_colleague_without_the_role(trip: Journey) -> None:
    ask(trip)
    outcome = trip.run("grant", "--demo", "--yes", "--json", "--preset", "request.toml")
    assert outcome.code == 1
    assert codes(outcome) == ["role-for-application-permissions"]


def test_where_the_sign_ins_go_is_told_to_the_colleague(trip: Journey) -> None:
    ask(trip)
    outcome = as_(trip, "administrator").run("grant", "--demo", "--preset", "request.toml", types="n\n")
    assert "sends sign-ins to https://acme.brightpattern.com" in outcome.out


@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_an_account_without_a_role_asks_for_everything(verb: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, "not-admin")
    more = ("--handoff", "x.json", "--yes") if verb == "apply" else ()
    outcome = trip.run(verb, "--demo", "--json", "--request", "request.toml", *more)
    assert outcome.code == 1
    assert "role-for-delegated-permissions" in codes(outcome)
    asked = request(trip)
    assert asked["purpose"] == "set-up"
    assert asked["contact_center"] == "https://acme.brightpattern.com"
    assert asked["secret_months"] == 24
    done = as_(trip, "administrator").apply("--preset", "request.toml")
    assert done.code == 0, done.text
    assert_set_up(trip)


def test_an_account_without_a_role_asks_for_the_missing_consent_only(tmp_path: Path) -> None:
    trip = journey(tmp_path, "half-done")
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    Builder(trip.simulator).secret(application)
    as_(trip, "member").run("plan", "--demo", "--json", "--request", "request.toml")
    assert request(trip)["purpose"] == "grant"
    assert request(trip)["registration"] == application["appId"]


def test_a_tenant_that_forbids_registering(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    as_(trip, "privileged-role-administrator").simulator.tenant.users_may_register_apps = False
    planned = trip.run("plan", "--demo")
    assert "activate Application Administrator too" in planned.out
    outcome = ask(trip)
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "missing-privilege"
    assert request(trip)["purpose"] == "set-up"


def test_a_custom_role_is_left_to_microsoft(tmp_path: Path) -> None:
    trip = journey(tmp_path, "not-admin")
    outcome = trip.apply("--custom-role")
    assert outcome.event("plan")["blockers"] == []
    assert outcome.event("error")["code"] == "missing-privilege"
    assert trip.simulator.tenant.secrets == {}


def test_an_application_administrator_renews_where_all_consent_is_given(tmp_path: Path) -> None:
    trip = as_(journey(tmp_path, "configured"), "application-administrator")
    outcome = trip.run("new-secret", "--demo", "--yes", "--json", "--handoff", "handoff-1.json")
    assert outcome.code == 0, outcome.text
    assert_no_unsaved_secret(trip)


class TestPolicy:
    def test_the_longest_that_is_allowed(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "policy-90-days")
        outcome = trip.run("apply", "--demo", "--handoff", "handoff-1.json", types="y\ny\n")
        assert outcome.code == 0, outcome.text
        assert "does not allow a client secret that lives that long" in outcome.out
        assert_set_up(trip)
        assert_no_unsaved_secret(trip)
        (stored,) = trip.simulator.tenant.secrets.values()
        left = stored.expires.timestamp() - trip.clock.now()
        assert 89.9 * 86400 < left <= 90 * 86400

    @pytest.mark.parametrize("days", [1, 6, 10, 31, 100, 365, 700])
    def test_whatever_the_limit_is(self, days: float, tmp_path: Path) -> None:
        trip = journey(tmp_path, "empty")
        trip.simulator.tenant.max_secret_days = days
        assert trip.apply("--or-shorter").code == 0
        assert_set_up(trip)

    def test_forbidden_secrets_leave_everything_else_in_place(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "no-secrets-allowed")
        outcome = trip.apply()
        problem = outcome.event("error")
        assert problem["code"] == "secrets-forbidden"
        assert "Application policies" in problem["remedy"]
        assert "Administrator" in problem["remedy"]
        assert outcome.event("result")["remaining"] == ["add-client-secret"]
