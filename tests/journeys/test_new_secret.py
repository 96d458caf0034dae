"""Another client secret: added, proven, saved; the old ones go only when that is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emi_installer import wiring
from emi_installer.simulator.faults import Answer, Drop
from tests.support.journey import Journey, assert_secret_kept, journey

REFUSED = Answer(
    status=401,
    body={"error": "invalid_client", "error_description": "AADSTS7000215: No.", "error_codes": [7000215]},
)
CLIENT_TOKEN = "POST /5c0f7a52-*/oauth2/v2.0/token"


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    return journey(tmp_path, "configured")


def keys(trip: Journey) -> list[str]:
    """The client secrets of the tenant, oldest first."""
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    return [one["keyId"] for one in application["passwordCredentials"]]


NEW = ("new-secret", "--demo", "--handoff", "new.json")


def saved_key(trip: Journey) -> str:
    saved = json.loads((trip.folder / "new.json").read_text(encoding="utf-8"))
    assert saved["verified"] is True
    return str(saved["secret_key_id"])


def test_the_new_one_is_proven_and_saved_and_the_old_one_stays(trip: Journey) -> None:
    (old,) = keys(trip)
    outcome = trip.run(*NEW, "--yes")
    assert outcome.code == 0, outcome.text
    assert keys(trip) == [old, saved_key(trip)]
    assert "1a2b3c" in outcome.out
    assert "They stay." in outcome.out
    assert trip.run("plan", "--demo").code == 0
    assert_secret_kept(trip)


def test_it_takes_six_rounds(trip: Journey) -> None:
    trip.run(*NEW, "--yes")
    assert len(trip.graph_requests()) <= 6


def test_the_contact_center_comes_from_the_tenant(trip: Journey) -> None:

    real = replace(wiring.connect_simulator(trip.simulator, trip.clock), contact_center=None, demo=False)
    outcome = trip.run("new-secret", "--yes", "--handoff", "new.json", connection=real)
    assert outcome.code == 0, outcome.text
    saved = json.loads((trip.folder / "new.json").read_text(encoding="utf-8"))
    assert saved["contact_center"] == "https://acme.brightpattern.com"


def test_the_old_one_goes_on_request_after_the_proof(trip: Journey) -> None:
    outcome = trip.run(*NEW, "--yes", "--json", "--remove-old")
    assert outcome.code == 0
    assert keys(trip) == [saved_key(trip)]
    done = [e["change"] for e in outcome.events if e["event"] == "change-done"]
    assert done == ["add-client-secret", "remove-client-secret"]


@pytest.mark.parametrize(("answer", "left"), [("y", 1), ("n", 2), ("", 2)])
def test_a_person_is_asked_about_the_old_one(answer: str, left: int, trip: Journey) -> None:
    outcome = trip.run(*NEW, types=f"y\n{answer}\n")
    assert outcome.code == 0, outcome.text
    assert "Remove the old client secrets?" in outcome.err
    assert len(keys(trip)) == left


def test_without_a_proof_the_old_one_stays(trip: Journey) -> None:
    (old,) = keys(trip)
    trip.simulator.faults.add(CLIENT_TOKEN, *[REFUSED] * 200)
    outcome = trip.run(*NEW, "--yes", "--remove-old")
    assert outcome.code == 1
    assert keys(trip)[0] == old
    assert len(keys(trip)) == 2


def test_never_fewer_working_secrets_whatever_breaks(trip: Journey) -> None:
    (old,) = keys(trip)
    trip.simulator.faults.add("POST /applications/*/addPassword", Drop(acted=True), Drop(acted=True))
    assert trip.run(*NEW, "--yes").code == 0
    assert keys(trip) == [old, saved_key(trip)]


def test_foreign_secrets_are_never_removed(tmp_path: Path) -> None:
    trip = journey(tmp_path, "drifted")
    ours, foreign = keys(trip)
    assert trip.run(*NEW, "--yes", "--remove-old").code == 0
    assert keys(trip) == [foreign, saved_key(trip)]
    assert ours not in keys(trip)


def test_where_nothing_is_set_up_there_is_nothing_to_renew(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    outcome = trip.run(*NEW, "--yes")
    assert outcome.code == 1
    assert "not set up" in outcome.text
    assert trip.simulator.tenant.applications == {}
