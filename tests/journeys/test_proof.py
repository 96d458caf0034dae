"""Proof, not hope: a run whose result does not hold is not called done."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from emi_installer.simulator.faults import Answer, Outcome
from tests.support.journey import Journey, assert_no_unsaved_secret, assert_set_up, journey

APP_ONLY = "POST /5c0f7a52-*/oauth2/v2.0/token"


def token(**claims: object) -> Answer:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return opaque(f"e30.{payload}.sig")


def opaque(text: str) -> Answer:
    return Answer(status=200, body={"token_type": "Bearer", "expires_in": 3599, "access_token": text})


def refused(number: int) -> Answer:
    return Answer(
        status=401,
        body={"error": "invalid_client", "error_description": f"AADSTS{number}: No.", "error_codes": [number]},
    )


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    return journey(tmp_path)


def rows(trip: Journey, *outcomes: Outcome) -> tuple[int, dict[str, str], dict[str, str]]:
    """Exit code, status and detail of each row, where the sign-in with the secret ends with `outcomes`."""
    trip.simulator.faults.add(APP_ONLY, *outcomes)
    outcome = trip.apply()
    checked = [e for e in outcome.events if e["event"] == "checked"]
    return outcome.code, {e["check"]: e["status"] for e in checked}, {e["check"]: e["detail"] for e in checked}


SIGN_IN, ROLES = "Sign-in with the client secret", "Permissions in the sign-in"


@pytest.mark.parametrize("number", [7000215, 700016, 7000112])
def test_a_secret_that_needs_time_is_waited_for(number: int, trip: Journey) -> None:
    code, status, _ = rows(trip, *[refused(number)] * 20)
    assert code == 0
    assert status[SIGN_IN] == "ok"


def test_a_secret_that_is_never_accepted(trip: Journey) -> None:
    start = trip.clock.now()
    code, status, detail = rows(trip, *[refused(7000215)] * 200)
    assert code == 1
    assert status[SIGN_IN] == "failed"
    assert "does not accept the client secret" in detail[SIGN_IN]
    assert 80 < trip.clock.now() - start < 95
    assert trip.saved()[0]["verified"] is False
    assert_no_unsaved_secret(trip)


def test_a_secret_that_policy_refuses_is_not_asked_for_again(trip: Journey) -> None:
    start = trip.clock.now()
    code, _, detail = rows(trip, refused(53003))
    assert code == 1
    assert "sign-in rules" in detail[SIGN_IN]
    assert trip.clock.now() - start < 5


@pytest.mark.parametrize("odd", [{"code": "Request_BadRequest"}, ["x"], 5, None])
def test_a_refusal_of_another_shape(odd: object, trip: Journey) -> None:
    code, status, _ = rows(trip, *[Answer(status=400, body={"error": odd})] * 200)
    assert code == 1
    assert status[SIGN_IN] == "failed"


@pytest.mark.parametrize("text", ["opaque", "a.b.c", "e30.W10.sig"])
def test_a_token_that_cannot_be_read(text: str, trip: Journey) -> None:
    code, status, detail = rows(trip, *[opaque(text)] * 200)
    assert code == 1
    assert status[SIGN_IN] == "failed"
    assert "can't be read" in detail[SIGN_IN]


def test_a_token_for_somebody_else(trip: Journey) -> None:
    wanted = ["Chat.ReadWrite.All", "ChannelMessage.Read.All", "User.Read.All", "Presence.ReadWrite.All"]
    code, status, _ = rows(trip, token(tid="other", appid="other", roles=wanted))
    assert code == 1
    assert (status[SIGN_IN], status[ROLES]) == ("failed", "ok")


def test_a_token_whose_permissions_come_late(trip: Journey) -> None:
    code, status, _ = rows(trip, *[token(tid="t", appid="a", roles=["Chat.ReadWrite.All"])] * 3)
    assert code == 0
    assert status[ROLES] == "ok"


def test_a_token_whose_permissions_never_come(trip: Journey) -> None:
    code, status, detail = rows(trip, *[token(tid="t", appid="a")] * 200)
    assert code == 1
    assert status[ROLES] == "failed"
    assert "Presence.ReadWrite.All" in detail[ROLES]


def test_a_grant_that_disappears_is_noticed(trip: Journey) -> None:
    path = "GET /servicePrincipals(appId='*/appRoleAssignments"
    trip.simulator.faults.add(path, *[Answer(status=200, body={"value": []})] * 300)
    outcome = trip.apply()
    assert outcome.code == 1
    failed = [e["check"] for e in outcome.events if e["event"] == "checked" and e["status"] == "failed"]
    assert failed == [
        "Chat.ReadWrite.All (application)",
        "ChannelMessage.Read.All (application)",
        "User.Read.All (application)",
        "Presence.ReadWrite.All (application)",
    ]
    assert_set_up(trip)


def test_the_registration_deleted_meanwhile(tmp_path: Path) -> None:
    trip = journey(tmp_path, "drifted")
    (object_id,) = trip.simulator.tenant.applications
    gone = {"error": {"code": "Request_ResourceNotFound", "message": f"Resource '{object_id}' does not exist."}}
    trip.simulator.faults.add("PATCH /applications/*", *[Answer(status=404, body=gone)] * 100)
    outcome = trip.apply(*trip.keeping())
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "still-spreading"


def test_verify_shows_an_unsaved_secret_and_several_registrations(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    tenant = trip.simulator.tenant
    (entry,) = tenant.applications.values()
    entry.body["tags"].append("emi-installer-unsaved-1a2b3c")
    twin = {**entry.body, "id": tenant.graph_id, "appId": tenant.id, "uniqueName": None}
    tenant.applications["twin"] = type(entry)(body=twin, born=0.0)
    outcome = trip.run("verify", "--demo", "--json")
    status = {e["check"]: e["status"] for e in outcome.events if e["event"] == "checked"}
    assert outcome.code == 3
    assert status["App registration"] == "failed"
    assert status["Unsaved client secret"] == "attention"
    plan = trip.run("plan", "--demo", "--json")
    assert plan.code == 1
    assert "several-registrations" in {b["code"] for b in plan.event("plan")["blockers"]}


def test_verify_without_a_contact_center_takes_any_of_ours(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    assert trip.run("verify", "--demo", "--contact-center", "other.brightpattern.com").code == 3
    outcome = trip.run("verify", "--demo")
    assert outcome.code == 0
