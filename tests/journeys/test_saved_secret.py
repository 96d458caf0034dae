"""Checking a client secret that was saved earlier."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.journey import Journey, Outcome, assert_secret_kept, journey

SIGN_IN = "Sign-in with the client secret"


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    trip = journey(tmp_path)
    assert trip.apply().code == 0
    return trip


def check(trip: Journey, file: str = "handoff-1.json") -> tuple[Outcome, dict[str, str]]:
    outcome = trip.run("verify", "--demo", "--json", "--handoff", file)
    return outcome, {e["check"]: e["status"] for e in outcome.events if e["event"] == "checked"}


def test_a_saved_secret_signs_in(trip: Journey) -> None:
    outcome, status = check(trip)
    assert outcome.code == 0
    assert status[SIGN_IN] == status["Permissions in the sign-in"] == "ok"
    assert_secret_kept(trip)


def test_a_secret_that_was_removed_meanwhile_is_told_at_once(trip: Journey) -> None:
    trip.simulator.tenant.secrets.clear()
    start = trip.clock.now()
    outcome, status = check(trip)
    assert outcome.code == 3
    assert status[SIGN_IN] == "failed"
    assert trip.clock.now() - start < 1


@pytest.mark.parametrize("content", ["", "{}", "[]", "5", '{"tenant_id": 1}', "Tenant ID: x"])
def test_what_is_no_handoff_file(content: str, trip: Journey) -> None:
    (trip.folder / "other.txt").write_text(content, encoding="utf-8")
    outcome, _ = check(trip, "other.txt")
    assert outcome.code == 2
    assert outcome.event("error")["code"] == "handoff-unreadable"


def test_a_handoff_file_that_is_not_there(trip: Journey) -> None:
    outcome, _ = check(trip, "gone.json")
    assert outcome.code == 2
    assert "gone.json" in outcome.event("error")["title"]
