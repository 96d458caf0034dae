"""Whatever an ordinary member does, before or during a run: no member can sign in as the application afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from emi_installer.simulator.builder import Builder
from emi_installer.simulator.scenarios import CALLBACK
from tests.support.journey import Journey, Outcome, Person, assert_secret_kept, assert_set_up, journey
from tests.support.rogue import THEIRS, Rogue

OURS = "EMI installer 2026-01-02 (abcdef)"


def blockers(outcome: Outcome) -> list[str]:
    return [problem["code"] for problem in outcome.event("plan")["blockers"]]


def holders(outcome: Outcome) -> dict[str, str]:
    return {one["id"]: one["text"] for one in outcome.event("plan")["holders"]}


def consents(trip: Journey) -> int:
    """How many consents there are to applications that are registered here; the sign-in leaves one of its own."""
    tenant = trip.simulator.tenant
    registered = {entry.body["appId"] for entry in tenant.applications.values()}
    ours = {key for key, entry in tenant.service_principals.items() if entry.body["appId"] in registered}
    given = [entry.body["clientId"] for entry in tenant.grants.values()]
    given += [entry.body["principalId"] for entry in tenant.assignments.values()]
    return sum(principal in ours for principal in given)


def the_application(trip: Journey) -> dict[str, Any]:
    (entry,) = trip.simulator.tenant.applications.values()
    return entry.body


def error_code(outcome: Outcome) -> str | None:
    return next((e["code"] for e in outcome.events if e["event"] == "error"), None)


@dataclass(frozen=True, kw_only=True)
class Plant:
    """What a member has prepared: an application that looks like ours, with ways in or without."""

    unique: bool
    tagged: bool
    right_uri: bool
    principal: bool
    our_secret: bool
    their_secret: bool
    principal_secret: bool
    certificate: bool
    federated: bool
    opened: bool
    accomplice: bool
    deleted: bool

    def carry_out(self, rogue: Rogue) -> str:
        app_id = rogue.register(
            unique=self.unique, tagged=self.tagged, uris=(CALLBACK,) if self.right_uri else (THEIRS,)
        )
        assert app_id
        for wanted, act in (
            (self.principal, lambda: rogue.add_principal(app_id)),
            (self.our_secret, lambda: rogue.add_secret(app_id, name=OURS)),
            (self.their_secret, lambda: rogue.add_secret(app_id)),
            (self.principal_secret, lambda: rogue.add_secret(app_id, kind="servicePrincipals")),
            (self.certificate, lambda: rogue.add_certificate(app_id)),
            (self.federated, lambda: rogue.add_federated(app_id)),
            (self.opened, lambda: rogue.open_up(app_id)),
            (self.accomplice, lambda: rogue.make_owner(app_id)),
            (self.deleted, lambda: rogue.call("DELETE", f"/applications(appId='{app_id}')")),
        ):
            if wanted:
                act()
        return app_id


PLANTS = st.builds(Plant, **dict.fromkeys(Plant.__dataclass_fields__, st.booleans()))
VERBS = ("apply", "new-secret", "grant")
CHOICES = ("nothing", "name it", "remove", "register new")


def run(trip: Journey, verb: str, choice: str, app_id: str) -> Outcome:
    """What an administrator does in good faith, unattended."""
    saving = () if verb == "grant" else ("--handoff", "handoff-1.json")
    more = {
        "nothing": (),
        "name it": ("--registration", app_id),
        "remove": ("--registration", app_id, "--remove-holders"),
        "register new": ("--register-new",),
    }[choice]
    return trip.run(verb, "--demo", "--yes", "--json", *saving, *more)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLANTS, st.sampled_from(VERBS), st.sampled_from(CHOICES), st.booleans())
def test_no_member_can_sign_in_whatever_was_planted(plant: Plant, verb: str, choice: str, genuine: bool) -> None:  # noqa: FBT001 - generated
    with tempfile.TemporaryDirectory() as folder:
        trip = journey(Path(folder), "configured" if genuine and not plant.unique else "empty")
        rogue = Rogue(simulator=trip.simulator)
        app_id = plant.carry_out(rogue)
        outcome = run(trip, verb, choice, app_id)
        event(f"{verb}, {choice}: {outcome.code}")
        assert outcome.code in (0, 1, 3), outcome.text
        assert error_code(outcome) != "unexpected", outcome.text
        assert rogue.ways_in() == [], (plant, verb, choice, outcome.text)
        assert_secret_kept(trip)


def registers(rogue: Rogue) -> None:
    """The clean plant: everything is right about it, but whose it is."""
    rogue.register(unique=True, tagged=True)


def registers_and_tries(rogue: Rogue) -> None:
    rogue.register(unique=False, tagged=True)
    rogue.try_everything()


RACES: dict[str, Callable[[Rogue], None]] = {
    "registers our unique name": registers,
    "tries everything": Rogue.try_everything,
    "registers with our tag and tries everything": registers_and_tries,
}
STARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "first run": ("empty", ()),
    "planted, removed": ("planted-app", ("--remove-holders",)),
    "planted by name, removed": ("planted-name", ("--registration", "?", "--remove-holders")),
    "planted, a new one": ("planted-name", ("--register-new",)),
    "half done": ("half-done", ()),
    "held, removed": ("held-app", ("--remove-holders",)),
}


def started(folder: Path, start: str) -> tuple[Journey, Rogue, tuple[str, ...]]:
    scenario, more = STARTS[start]
    trip = journey(folder, scenario)
    return (
        trip,
        Rogue(simulator=trip.simulator),
        tuple(the_application(trip)["appId"] if word == "?" else word for word in more),
    )


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("action", RACES)
def test_no_member_can_sign_in_who_acts_before_any_request(start: str, action: str, tmp_path: Path) -> None:
    alone, _, more = started(tmp_path, start)
    first = alone.apply(*more)
    assert first.code == 0, first.text
    for number in range(1, len(alone.simulator.requests) + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        trip, rogue, more = started(folder, start)
        trip.simulator.faults.race(number, partial(RACES[action], rogue))
        outcome = trip.apply(*more)
        assert outcome.code in (0, 1, 3), outcome.text
        assert error_code(outcome) != "unexpected", outcome.text
        held_before = start.startswith("held") and outcome.code  # a run that stopped takes back nothing given earlier
        assert held_before or rogue.ways_in() == [], (start, action, number, outcome.text)


@pytest.mark.parametrize("scenario", ["planted-app", "planted-name", "planted-secret"])
class TestPlanted:
    def test_nothing_is_given_to_it_and_everybody_is_named(self, scenario: str, tmp_path: Path) -> None:
        trip = journey(tmp_path, scenario)
        outcome = trip.apply()
        assert outcome.code == 1
        assert "held-by-others" in blockers(outcome)
        mia = trip.simulator.tenant.accounts["member"]
        assert f"owner:{mia.oid}" in holders(outcome)
        assert consents(trip) == 0
        assert trip.saved() == []
        assert len(trip.simulator.tenant.secrets) == (1 if scenario == "planted-secret" else 0)

    def test_removed_before_anything_is_given(self, scenario: str, tmp_path: Path) -> None:
        trip = journey(tmp_path, scenario)
        outcome = trip.apply("--remove-holders")
        assert outcome.code == 0, outcome.text
        done = [e["change"] for e in outcome.events if e["event"] == "change-done"]
        given = next(n for n, name in enumerate(done) if name.startswith(("grant", "add")))
        assert all(not name.startswith("remove") for name in done[given:])
        assert "remove-owner" in done
        assert Rogue(simulator=trip.simulator).ways_in() == []
        assert_set_up(trip)

    def test_kept_by_name_and_still_a_row(self, scenario: str, tmp_path: Path) -> None:
        trip = journey(tmp_path, scenario)
        found = holders(trip.run("plan", "--demo", "--json"))
        keeping = [word for holder in found for word in ("--keep-holder", holder)]
        outcome = trip.apply(*keeping)
        assert outcome.code == 0, outcome.text
        rows = [e for e in outcome.events if e.get("name") == "holder"]
        assert {row["status"] for row in rows} == {"note"}
        assert trip.run("verify", "--demo").code == 3
        assert trip.run("verify", "--demo", *keeping).code == 0

    def test_a_new_application_instead(self, scenario: str, tmp_path: Path) -> None:
        trip = journey(tmp_path, scenario)
        theirs = the_application(trip)["appId"]
        outcome = trip.apply("--register-new")
        assert outcome.code == 0, outcome.text
        (saved,) = trip.saved()
        assert saved["client_id"] != theirs
        assert Rogue(simulator=trip.simulator).powerful() == [saved["client_id"]]


def test_what_is_planted_while_a_person_reads_the_plan_gets_nothing(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    rogue = Rogue(simulator=trip.simulator)
    person = Person("y\n", partial(registers, rogue))
    outcome = trip.run("apply", "--demo", "--handoff", "teams.json", types=person)
    assert outcome.code == 1
    assert "is not as it was when the plan was shown" in outcome.text
    assert consents(trip) == 0
    assert not (tmp_path / "teams.json").exists()


@pytest.mark.parametrize("removing", [False, True])
def test_a_holder_that_was_not_in_the_plan_stops_it(removing: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    trip = journey(tmp_path, "half-done")
    application = the_application(trip)
    more = ("--remove-holders",) if removing else ()

    def meanwhile() -> None:
        Builder(trip.simulator).secret(application, name="by hand")

    person = Person("y\n", meanwhile)
    outcome = trip.run("apply", "--demo", "--handoff", "teams.json", *more, types=person)
    assert outcome.code == 1
    assert '"by hand"' in outcome.text
    before = consents(trip)
    assert len(trip.simulator.tenant.secrets) == 1
    again = trip.apply("--remove-holders")
    assert again.code == 0, again.text
    assert consents(trip) > before
    assert_set_up(trip)


def test_a_verification_names_every_way_in(tmp_path: Path) -> None:
    trip = journey(tmp_path, "held-app")
    outcome = trip.run("verify", "--demo", "--json")
    assert outcome.code == 3
    rows = [e for e in outcome.events if e.get("name") == "holder"]
    assert {row["status"] for row in rows} == {"attention"}
    said = "\n".join(row["detail"] for row in rows)
    for part in (
        "Mia Moore (mia.moore@contoso.com), owner of the app registration",
        'Client secret "made by hand" (starts with',
        'Client secret of the service principal: "of the service principal"',
        'Certificate "CN=Teams bot" (thumbprint ',
        "issuer https://token.actions.githubusercontent.com, subject repo:contoso/teams-bot:ref:refs/heads/main",
        "Redirect URI (Single-page application): https://intranet.contoso.com/teams",
        "Redirect URI (Mobile and desktop applications): http://localhost",
        "Implicit grant: access tokens",
        "Public client flows",
    ):
        assert part in said
    assert "EMI installer" not in said


def test_a_saved_secret_is_known_by_its_handoff_file_and_by_nothing_else(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    assert trip.apply().code == 0
    trip.keys = type(trip.keys)()  # another computer
    assert trip.run("verify", "--demo").code == 3
    handoff = str(trip.handoff)
    assert trip.run("verify", "--demo", "--handoff", handoff).code == 0
    assert trip.run("verify", "--demo", "--known-handoff", handoff).code == 0
    renewed = ("new-secret", "--demo", "--yes", "--json", "--handoff", "new.json")
    assert "held-by-others" in blockers(trip.run(*renewed))
    assert trip.run(*renewed, "--known-handoff", handoff).code == 0
    text = Path(handoff).read_text(encoding="utf-8").replace('"client_secret": "', '"client_secret": "x')
    (tmp_path / "forged.json").write_text(text, encoding="utf-8")
    assert trip.run("verify", "--demo", "--known-handoff", "forged.json").code == 3


def test_rounds(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    assert trip.apply().code == 0
    assert len(trip.graph_requests()) <= 7
    before = len(trip.graph_requests())
    assert trip.run("verify", "--demo").code == 0
    assert len(trip.graph_requests()) - before <= 3
