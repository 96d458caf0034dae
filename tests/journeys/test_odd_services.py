"""Answers that are unusual but allowed: the program goes on, or says what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from emi_installer.entra.parse import duration_days
from emi_installer.simulator.faults import Answer, Raw, throttle, unavailable
from tests.support.journey import assert_no_unseen_secret, assert_set_up, journey

BUSY_HTML = Raw(status=429, content=b"<html>429 Too Many Requests</html>", content_type="text/html")


@pytest.mark.parametrize("step", ["POST /servicePrincipals", "GET /*/v2.0/.well-known/openid-configuration"])
def test_a_gateway_that_is_busy_says_so_in_html(step: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add(step, BUSY_HTML, BUSY_HTML)
    assert trip.apply().code == 0
    assert_set_up(trip)


def test_items_of_a_batch_that_are_throttled_longer_than_a_moment(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add("POST /oauth2PermissionGrants", *[throttle("1")] * 8)
    assert trip.apply().code == 0
    assert_set_up(trip)


def test_a_sign_in_service_that_is_busy_for_a_moment_proves_nothing_wrong(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    busy = Answer(
        status=400,
        body={
            "error": "temporarily_unavailable",
            "error_description": "AADSTS90033: A transient error has occurred.",
            "error_codes": [90033],
        },
    )
    trip.simulator.faults.add("POST /5c0f7a52-*/oauth2/v2.0/token", busy, busy)
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_no_unseen_secret(trip)


@pytest.mark.parametrize("limit", ["P10675199DT2H48M5.4775807S", "P9999Y", "PT99999999999999H"])
def test_a_limit_that_is_none(limit: str) -> None:
    assert duration_days(limit) == 36500.0


def test_an_old_secret_that_can_not_be_removed_at_once(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    trip.simulator.faults.add("POST /applications/*/removePassword", unavailable(), unavailable(acted=True))
    outcome = trip.run("new-secret", "--demo", "--yes", "--remove-old", "--handoff", "new.json")
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)


def test_a_secret_that_is_not_proven_is_not_recommended(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    refused = Answer(
        status=400,
        body={"error": "invalid_grant", "error_description": "AADSTS53003: No.", "error_codes": [53003]},
    )
    trip.simulator.faults.add("POST /5c0f7a52-*/oauth2/v2.0/token", *[refused] * 9)
    outcome = trip.run("apply", "--demo", "--yes", "--handoff", "handoff-1.json")
    assert outcome.code == 1
    assert "enter the three values" not in outcome.out
    assert "not proven yet" in outcome.out


def test_the_handoff_file_names_the_application_as_it_is_called(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    application["displayName"] = "Teams for Contoso"
    assert trip.run("new-secret", "--demo", "--yes", "--handoff", "new.txt").code == 0
    assert "Teams for Contoso" in (tmp_path / "new.txt").read_text(encoding="utf-8")
