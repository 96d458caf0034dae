"""Answers that are unusual but allowed: the program goes on, or says what is right."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from emi_installer.entra.parse import duration_days
from emi_installer.simulator.faults import Answer, Raw, throttle, unavailable
from tests.support.journey import assert_no_unsaved_secret, assert_set_up, journey

BUSY_HTML = Raw(status=429, content=b"<html>429 Too Many Requests</html>", content_type="text/html")


@pytest.mark.parametrize("step", ["POST /servicePrincipals", "GET /*/v2.0/.well-known/openid-configuration"])
def test_a_gateway_that_is_busy_says_so_in_html(step: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add(step, BUSY_HTML, BUSY_HTML)
    assert trip.apply().code == 0
    assert_set_up(trip)


def test_writes_that_are_confirmed_without_a_body(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add("PATCH /applications/*", *[Answer(status=200, acted=True)] * 9)
    assert trip.apply().code == 0
    assert_set_up(trip)


def test_a_secret_whose_answer_does_not_say_when_it_ends(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    body = {"keyId": "A0000000-0000-4000-8000-000000000001", "secretText": "x" * 40}
    trip.simulator.faults.add("POST /applications/*/addPassword", Answer(status=200, body=body, acted=True))
    outcome = trip.apply()
    assert outcome.event("change-done")
    (saved,) = trip.saved()
    assert saved["secret_expires"] > f"{datetime.now(UTC).year + 1}"


def test_one_permission_refused_and_another_not_there_yet(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    refusal = {"error": {"code": "Authorization_RequestDenied", "message": "no"}}
    missing = {"error": {"code": "Request_ResourceNotFound", "message": "not there"}}
    place = "POST /servicePrincipals/*/appRoleAssignedTo"
    trip.simulator.faults.add(place, Answer(status=403, body=refusal), Answer(status=404, body=missing))
    start = trip.clock.now()
    assert trip.apply().event("error")["code"] == "missing-privilege"
    assert trip.clock.now() - start < 10


def test_a_service_principal_that_stays_forbidden_is_a_question_of_roles(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    body = {"error": {"code": "Authorization_RequestDenied", "message": "… must in the local tenant"}}
    trip.simulator.faults.add("POST /servicePrincipals", *[Answer(status=403, body=body)] * 200)
    assert trip.apply().event("error")["code"] == "missing-privilege"


@pytest.mark.parametrize("field", ["token_endpoint", "authorization_endpoint"])
def test_a_sign_in_service_that_describes_itself_strangely(field: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    described = {"issuer": "x", "token_endpoint": "https://login.microsoftonline.com/t", field: [None]}
    trip.simulator.faults.add("GET /*/v2.0/.well-known/openid-configuration", Answer(status=200, body=described))
    assert trip.apply().event("error")["kind"] != "bug"


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
    assert_no_unsaved_secret(trip)


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
