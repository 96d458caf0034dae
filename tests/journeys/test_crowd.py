"""Writes that come close together: Directory_ConcurrencyViolation refuses some, and every task gets over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emi_installer.simulator.scenarios import Builder
from tests.support.exchanges import record
from tests.support.journey import assert_no_unsaved_secret, assert_secret_kept, assert_set_up, journey

CONSENT = 6
"""The request of a first run that carries all consent; two of the sign-in come before those of Graph."""


@pytest.mark.parametrize("scenario", ["empty", "half-done", "drifted", "deleted-app"])
def test_every_task_gets_over_a_crowd(scenario: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    trip.simulator.faults.crowded = True
    keeping = trip.keeping()
    outcome = trip.apply(*keeping)
    assert outcome.code == 0, outcome.text
    assert trip.simulator.faults.refused_in_crowd > 0
    assert_set_up(trip, secrets=2 if scenario == "drifted" else 1)
    assert_no_unsaved_secret(trip)
    renewed = trip.run("new-secret", "--demo", "--yes", "--remove-old", "--handoff", "new.json", *keeping)
    assert renewed.code == 0, renewed.text
    assert_secret_kept(trip)
    removed = trip.run("remove", "--demo", "--confirm", "Bright Pattern EMI")
    assert removed.code == 0, removed.text


def test_consent_that_somebody_gives_meanwhile_is_success_in_each_of_microsofts_sentences(tmp_path: Path) -> None:
    trip = journey(tmp_path)

    def consent() -> None:
        (application,) = [entry.body for entry in trip.simulator.tenant.applications.values()]
        principal = trip.simulator.tenant.service_principal(application["appId"])
        assert principal
        Builder(trip.simulator).consent(principal.body["id"])

    told = record(trip.simulator)
    trip.simulator.faults.race(CONSENT, consent)
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert {one.answer["error"]["message"] for one in told if one.status in (400, 409)} == {
        "EntitlementGrant entry already exists.",
        "Permission being assigned already exists on the object",
        "Permission entry already exists.",
    }
    assert_set_up(trip)
