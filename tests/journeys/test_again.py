"""The second run: choose, adopt, restore, move, check, remove. Nothing but what was asked for changes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from emi_installer.simulator.faults import Drop, unavailable
from emi_installer.simulator.scenarios import CALLBACK, Builder
from tests.support.expected import OUTCOME
from tests.support.journey import Journey, Outcome, Person, assert_secret_kept, assert_set_up, journey

OLD = "https://old.brightpattern.com/agentdesktop/msteamscallback.html"
NEW = "https://new.brightpattern.com/agentdesktop/msteamscallback.html"


def applications(trip: Journey) -> list[dict[str, Any]]:
    return [e.body for e in trip.simulator.tenant.applications.values()]


def ours(trip: Journey) -> list[dict[str, Any]]:
    return [body for body in applications(trip) if "emi-installer" in body["tags"]]


def problem(outcome: Outcome) -> str:
    return str(outcome.event("plan")["blockers"][0]["code"])


class TestFound:
    def test_all_well(self, tmp_path: Path) -> None:
        outcome = journey(tmp_path, "configured").run("plan", "--demo", "--json")
        found = outcome.event("found")
        assert found["well"]
        assert found["text"] == "All well."
        details = {row["check"]: row["detail"] for row in found["checks"]}
        assert details["Delegated permissions"] == "9 of 9 declared, 9 of 9 granted"
        assert details["Application permissions"] == "4 of 4 declared, 4 of 4 granted"
        assert "valid until" in details["Client secret"]
        assert details["Redirect URI"] == CALLBACK

    def test_drift_in_words(self, tmp_path: Path) -> None:
        outcome = journey(tmp_path, "drifted").run("plan", "--demo")
        assert "Needs attention: who may sign in, service principal, delegated permissions" in outcome.out
        assert "8 of 9 declared" in outcome.out or "7 of 9 declared" in outcome.out
        assert 'Client secret "made by hand" (starts with' in outcome.out

    def test_each_secret_with_its_end(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "secret-expiring")
        Builder(trip.simulator).secret(ours(trip)[0], name="EMI installer {day} (abcdef)", days=-3)
        outcome = trip.run("plan", "--demo")
        assert "expires in 12 days" in outcome.out
        assert "(abcdef): expired on" in outcome.out


class TestChoose:
    def test_candidates_are_told_apart_by_facts(self, tmp_path: Path) -> None:
        outcome = journey(tmp_path, "several-apps").run("plan", "--demo", "--json")
        first, second = outcome.event("candidates")["candidates"]
        assert first["origin"] == second["origin"] == "ours"
        assert f"Redirect URI {CALLBACK}" in first["facts"]
        assert f"Redirect URI {OLD}" in second["facts"]
        assert "No client secret" in second["facts"]
        assert problem(outcome) == "several-registrations"

    def test_the_chosen_one_is_worked_on_and_the_other_left_alone(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "several-apps")
        first, second = applications(trip)
        before = copy.deepcopy(first)
        chosen = ("--registration", second["appId"])
        outcome = trip.apply(*chosen, *trip.keeping(*chosen))
        assert outcome.code == 0, outcome.text
        assert CALLBACK in second["web"]["redirectUris"]
        assert trip.saved()[0]["client_id"] == second["appId"]
        assert first == before

    def test_a_person_chooses_by_number(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "several-apps")
        outcome = trip.run("remove", "--demo", types="2\nEMI (old)\n")
        assert outcome.code == 0, outcome.text
        assert [body["displayName"] for body in applications(trip)] == ["Bright Pattern EMI"]

    @pytest.mark.parametrize(
        ("registration", "code", "said"),
        [("5c0f7a52-7d0e-4f0f-9d6c-3a1d6f9a2b11", 1, "There is no app registration"), ("x", 2, "App registration")],
    )
    def test_one_that_is_not_there(self, registration: str, code: int, said: str, tmp_path: Path) -> None:
        outcome = journey(tmp_path, "configured").run("plan", "--demo", "--registration", registration)
        assert (outcome.code, said in outcome.err) == (code, True)


class TestAdopt:
    def test_what_others_made_is_adopted_only_when_chosen(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "foreign-app")
        (foreign,) = applications(trip)
        assert problem(trip.run("plan", "--demo", "--json")) == "foreign-registration"
        planned = trip.run("plan", "--demo", "--registration", foreign["appId"])
        assert "Tag it as managed by this program" in planned.out
        secrets = copy.deepcopy(foreign["passwordCredentials"])
        chosen = ("--registration", foreign["appId"])
        assert problem(trip.apply(*chosen)) == "held-by-others"
        outcome = trip.apply(*chosen, *trip.keeping(*chosen))
        assert outcome.code == 0, outcome.text
        assert foreign["passwordCredentials"][: len(secrets)] == secrets
        assert foreign["displayName"] == "Teams integration"
        assert_set_up(trip, secrets=2)
        again = trip.apply()
        assert (again.code, again.event("result")["outcome"]) == (3, "nothing-to-change")  # nobody decided for good

    def test_one_with_our_name_and_permissions_is_noticed_whatever_its_address(self, tmp_path: Path) -> None:
        trip = journey(tmp_path)
        Builder(trip.simulator).application(ours=False, uris=())
        outcome = trip.run("plan", "--demo", "--json")
        assert problem(outcome) == "foreign-registration"

    def test_a_namesake_without_the_permissions_is_none(self, tmp_path: Path) -> None:
        trip = journey(tmp_path)
        Builder(trip.simulator).application(ours=False, uris=())["requiredResourceAccess"] = []
        assert trip.apply().code == 0

    def test_another_one_beside_ours_is_mentioned(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        Builder(trip.simulator).application("By hand", ours=False)
        notices = trip.run("plan", "--demo", "--json").event("plan")["notices"]
        assert any("By hand" in text and "Only one may" in text for text in notices)

    def test_what_others_made_is_never_removed(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "foreign-app")
        (foreign,) = applications(trip)
        name = foreign["displayName"]
        outcome = trip.run("remove", "--demo", "--json", "--registration", foreign["appId"], "--confirm", name)
        assert problem(outcome) == "not-ours"
        assert applications(trip) == [foreign]


class TestRestore:
    def test_a_deleted_one_comes_back_with_its_secret_and_its_consent(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "deleted-app")
        (deleted,) = [e.body for e in trip.simulator.tenant.deleted.values()]
        outcome = trip.apply("--registration", deleted["appId"])
        assert outcome.code == 0, outcome.text
        done = [e["change"] for e in outcome.events if e["event"] == "change-done"]
        assert done[0] == "restore-app-registration"
        assert "add-client-secret" not in done
        assert_set_up(trip)
        assert trip.simulator.tenant.deleted == {}

    def test_a_fresh_start_is_a_new_one(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "deleted-app")
        outcome = trip.apply()
        assert outcome.code == 0, outcome.text
        assert any("can be restored until" in text for text in outcome.event("plan")["notices"])
        assert_set_up(trip)
        assert len(trip.simulator.tenant.deleted) == 1

    @pytest.mark.parametrize("fault", [Drop(acted=True), Drop(acted=False), unavailable(acted=True)])
    def test_an_answer_that_is_lost(self, fault: Any, tmp_path: Path) -> None:
        trip = journey(tmp_path, "deleted-app")
        (deleted,) = [e.body for e in trip.simulator.tenant.deleted.values()]
        trip.simulator.faults.add("POST /directory/deletedItems/*/restore", fault)
        assert trip.apply("--registration", deleted["appId"]).code == 0
        assert_set_up(trip)

    def test_restored_on_servers_that_lag(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "deleted-app")
        (deleted,) = [e.body for e in trip.simulator.tenant.deleted.values()]
        trip.simulator.faults.lag = 4.0
        assert trip.apply("--registration", deleted["appId"]).code == 0
        assert_set_up(trip)


class TestMove:
    def test_the_new_address_is_added_and_the_old_one_stays(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        assert trip.apply("--contact-center", "new.brightpattern.com").code == 3  # who has the old address?
        assert ours(trip)[0]["web"]["redirectUris"] == [CALLBACK, NEW]
        assert trip.saved() == []

    def test_the_old_one_goes_when_that_is_asked_for(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        ours(trip)[0]["web"]["redirectUris"].append("https://intranet.contoso.com/signed-in")
        keep = ("--keep-holder", "address:web:https://intranet.contoso.com/signed-in")
        outcome = trip.apply("--contact-center", "new.brightpattern.com", "--remove-old-uri", *keep)
        assert outcome.code == 0, outcome.text
        assert ours(trip)[0]["web"]["redirectUris"] == ["https://intranet.contoso.com/signed-in", NEW]

    def test_what_somebody_grants_while_the_plan_is_read_is_kept(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "drifted")
        grant = next(iter(trip.simulator.tenant.grants.values())).body
        keeping = trip.keeping()

        def meanwhile() -> None:
            grant["scope"] += " User.Read"

        arguments = ("apply", "--demo", "--handoff", "handoff-1.json", *keeping)
        outcome = trip.run(*arguments, types=Person("y\n", meanwhile))
        assert outcome.code == 0, outcome.text
        assert "User.Read" in grant["scope"].split()

    def test_an_address_that_somebody_adds_while_the_plan_is_read_stops_it(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "drifted")
        (application,) = ours(trip)
        keeping = trip.keeping()
        before = copy.deepcopy(application)
        uris = application["web"]["redirectUris"]
        person = Person("y\n", lambda: uris.append("https://meanwhile.contoso.com/"))
        outcome = trip.run("apply", "--demo", "--handoff", "handoff-1.json", *keeping, types=person)
        assert outcome.code == 1
        assert (
            "others could use the application now: Redirect URI (Web): https://meanwhile.contoso.com/" in outcome.text
        )
        before["web"]["redirectUris"].append("https://meanwhile.contoso.com/")
        assert application == before


class TestCheck:
    def test_two_rounds(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        assert trip.run("verify", "--demo").code == 0
        assert len(trip.graph_requests()) <= 3

    @pytest.mark.parametrize("ending", ["txt", "json", "html"])
    def test_a_report_to_keep(self, ending: str, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        trip.simulator.tenant.name = "<b>Contoso</b> & Söhne"
        file = tmp_path / f"report.{ending}"
        assert trip.run("verify", "--demo", "--report", str(file)).code == 0
        text = file.read_text(encoding="utf-8")
        assert "All well." in text or json.loads(text)["passed"] is True
        assert "Chat.ReadWrite.All (application)" in text
        if ending == "html":
            assert "<b>" not in text
            assert "&lt;b&gt;Contoso&lt;/b&gt; &amp; Söhne" in text
        elif ending == "json":
            assert json.loads(text)["organization"] == trip.simulator.tenant.name

    def test_a_report_of_another_kind_is_refused_before_signing_in(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        assert trip.run("verify", "--demo", "--report", "report.pdf").code == 2
        assert trip.simulator.requests == []

    def test_a_failed_report_says_so(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "drifted")
        assert trip.run("verify", "--demo", "--report", "r.html").code == 3
        assert "Something does not work." in (tmp_path / "r.html").read_text(encoding="utf-8")


class TestRemove:
    def test_nothing_of_ours_is_left_and_nothing_else_is_touched(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        principals = set(trip.simulator.tenant.service_principals)
        other = Builder(trip.simulator).application("Other", ours=False, uris=("https://other.contoso.com/",))
        outcome = trip.run("remove", "--demo", "--json", "--confirm", "Bright Pattern EMI")
        assert outcome.code == 0, outcome.text
        assert outcome.event("result")["outcome"] == "removed"
        tenant = trip.simulator.tenant
        assert applications(trip) == [other]
        (gone,) = principals - set(tenant.service_principals)
        assert gone not in {grant.body["clientId"] for grant in tenant.grants.values()}
        assert tenant.assignments == {}
        assert len(tenant.deleted) == 1
        checked = [e["status"] for e in outcome.events if e["event"] == "checked"]
        assert checked == ["ok", "ok"]

    def test_it_can_be_restored(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        (application,) = ours(trip)
        assert trip.run("remove", "--demo", "--confirm", "Bright Pattern EMI").code == 0
        assert trip.apply("--registration", application["appId"]).code == 0
        assert_set_up(trip)

    @pytest.mark.parametrize("types", ["\n", "bright pattern emi\n", "y\n", None])
    def test_the_name_must_be_typed(self, types: str | None, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        outcome = trip.run("remove", "--demo", types=types)
        assert outcome.code == 2
        assert "Nothing was removed." in outcome.err
        assert len(ours(trip)) == 1

    def test_typed_by_a_person(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        outcome = trip.run("remove", "--demo", types="Bright Pattern EMI\n")
        assert outcome.code == 0, outcome.text
        assert "no longer be able to connect to Microsoft Teams" in outcome.out
        assert "Microsoft keeps the app registration until" in outcome.out
        assert ours(trip) == []

    @pytest.mark.parametrize("typed", ["Acme EMI", '"Acme EMI"', " Acme\N{NO-BREAK SPACE}EMI"])
    def test_a_name_that_was_pasted_can_be_typed(self, typed: str, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        (application,) = ours(trip)
        application["displayName"] = "Acme\N{NO-BREAK SPACE}EMI "
        assert trip.run("remove", "--demo", "--confirm", typed).code == 0
        assert ours(trip) == []

    @pytest.mark.parametrize("verb", [("remove", "--confirm", "Bright Pattern EMI"), ("grant", "--yes")])
    def test_what_is_deleted_already(self, verb: tuple[str, ...], tmp_path: Path) -> None:
        trip = journey(tmp_path, "deleted-app")
        (deleted,) = [e.body for e in trip.simulator.tenant.deleted.values()]
        outcome = trip.run(verb[0], "--demo", "--json", "--registration", deleted["appId"], *verb[1:])
        assert outcome.code == 1
        assert problem(outcome) == "not-set-up"

    def test_where_nothing_is(self, tmp_path: Path) -> None:
        outcome = journey(tmp_path).run("remove", "--demo", "--json", "--confirm", "x")
        assert outcome.code == 1
        assert problem(outcome) == "not-set-up"

    @pytest.mark.parametrize("fault", [Drop(acted=True), Drop(acted=False), unavailable(acted=True)])
    @pytest.mark.parametrize("place", ["/servicePrincipals/*", "/applications/*"])
    def test_an_answer_that_is_lost(self, place: str, fault: Any, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        trip.simulator.faults.add(f"DELETE {place}", fault)
        assert trip.run("remove", "--demo", "--confirm", "Bright Pattern EMI").code == 0
        assert ours(trip) == []

    def test_a_role_that_may_not(self, tmp_path: Path) -> None:
        trip = journey(tmp_path, "configured")
        trip.simulator.tenant.default_account = "member"
        outcome = trip.run("remove", "--demo", "--json", "--confirm", "Bright Pattern EMI")
        assert outcome.code == 1
        assert outcome.event("error")["code"] == "missing-privilege"
        assert len(ours(trip)) == 1


@pytest.mark.parametrize("scenario", ["configured", "drifted", "secret-expiring", "several-apps", "deleted-app"])
def test_no_task_spills_or_loses_a_secret(scenario: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    trip.apply()
    trip.run("verify", "--demo", "--report", "report.html")
    trip.run("new-secret", "--demo", "--yes", "--handoff", str(trip.handoff.with_name("handoff-9.json")))
    trip.run("remove", "--demo", "--confirm", "Bright Pattern EMI")
    assert_secret_kept(trip)
    made = {key for key, one in trip.simulator.tenant.secrets.items() if one.born}
    assert made <= {one["secret_key_id"] for one in trip.saved()}


ARGUMENTS = {
    "repair": ("apply", "--yes", "--handoff", "handoff-1.json"),
    "new-secret": ("new-secret", "--yes", "--handoff", "handoff-1.json"),
    "move": ("apply", "--yes", "--handoff", "handoff-1.json", "--contact-center", NEW, "--remove-old-uri"),
    "check": ("verify",),
    "remove": ("remove", "--confirm", "Bright Pattern EMI"),
}
CODES = {"done": 0, "nothing-to-change": 0, "all-well": 0, "removed": 0, "waiting": 3, "not-all-well": 3}


@pytest.mark.parametrize(("where", "expected"), OUTCOME.items())
def test_each_task_in_each_tenant(where: tuple[str, str], expected: str, tmp_path: Path) -> None:
    scenario, task = where
    trip = journey(tmp_path, scenario)
    verb, *more = ARGUMENTS[task]
    outcome = trip.run(verb, "--demo", "--json", *more)
    assert outcome.code == CODES.get(expected, 1), outcome.text
    planned = [one["code"] for e in outcome.events if e["event"] == "plan" for one in e["blockers"]]
    failed = [e["code"] for e in outcome.events if e["event"] == "error"]
    assert expected in (outcome.event("result")["outcome"], *planned[:1], *failed)
    assert_secret_kept(trip)
