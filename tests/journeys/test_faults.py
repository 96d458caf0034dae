"""What goes wrong on the wire: a sentence, an exit code, a tenant no worse than before, a second run that finishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emi_installer.simulator.faults import (
    Answer,
    Drop,
    Normal,
    Refuse,
    TimeOut,
    Truncated,
    throttle,
)
from tests.support.journey import Outcome, assert_no_unsaved_secret, assert_set_up, journey
from tests.support.shared import SHARED

ITEMS = {
    "grant": "POST /oauth2PermissionGrants",
    "role": "POST /servicePrincipals/*/appRoleAssignedTo",
    "me": "GET /me",
    "organization": "GET /organization",
    "roles": "GET /me/transitiveMemberOf/*",
    "graph": "GET /servicePrincipals(appId='00000003*",
    "unique": "GET /applications(uniqueName=*",
    "tagged": "GET /applications",
}
STEPS = {
    "discover": "GET /*/v2.0/.well-known/openid-configuration",
    "token": "POST /*/oauth2/v2.0/token",
    "batch": "POST /$batch",
    "register": "PATCH /applications(uniqueName=*",
    "principal": "POST /servicePrincipals",
    "secret": "POST /applications/*/addPassword",
    "note": "PATCH /applications/*",
}
EXPIRED = Answer(status=401, body={"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})


def known_errors() -> list[dict[str, Any]]:
    """The refusals of Graph that were seen on the wire; none where ../shared is absent."""
    file = SHARED / "graph" / "errors.json"
    listed: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["graph"] if file.exists() else []
    return [entry for entry in listed if entry["status"] >= 400]


@pytest.mark.parametrize("entry", known_errors(), ids=lambda entry: str(entry["key"]))
@pytest.mark.parametrize("step", ["register", "principal", "secret", "grant"])
def test_each_known_refusal(step: str, entry: dict[str, Any], tmp_path: Path) -> None:
    trip = journey(tmp_path)
    refusal = Answer(status=entry["status"], body=entry["body"], headers=tuple(entry["headers"].items()))
    trip.simulator.faults.add({**STEPS, **ITEMS}[step], refusal)
    first = trip.apply()
    assert "unexpected" not in first.text
    if first.code:
        assert first.event("error")["title"]
        assert first.event("error")["remedy"]
        assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


CONFLICTS = {
    "principal": Answer(
        status=409,
        body={"error": {"code": "Request_MultipleObjectsWithSameKeyValue", "message": "already in use"}},
        acted=True,
    ),
    "grant": Answer(
        status=400,
        body={"error": {"code": "Request_BadRequest", "message": "Permission entry already exists."}},
        acted=True,
    ),
    "role": Answer(
        status=400,
        body={
            "error": {"code": "Request_BadRequest", "message": "Permission being assigned already exists on the object"}
        },
        acted=True,
    ),
}


@pytest.mark.parametrize("what", CONFLICTS)
def test_exists_already_is_success_once_read_back(what: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add({**ITEMS, **STEPS}[what], CONFLICTS[what])
    assert trip.apply().code == 0
    assert_set_up(trip)


@pytest.mark.parametrize("status", [400, 404, 405, 501])
def test_where_the_upsert_is_refused_the_registration_is_posted(status: int, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    refused = Answer(status=status, body={"error": {"code": "Request_BadRequest", "message": "not supported here"}})
    trip.simulator.faults.add("PATCH /applications(uniqueName=*", *[refused] * 40)
    trip.simulator.faults.add("GET /applications(uniqueName=*", *[refused] * 40)
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)
    assert trip.clock.waits == []
    assert trip.run("plan", "--demo").code == 0


@pytest.mark.parametrize("lag_of_each", [False, True])
def test_an_earlier_run_that_the_servers_do_not_show_yet(lag_of_each: bool, tmp_path: Path) -> None:  # noqa: FBT001
    trip = journey(tmp_path)
    trip.simulator.faults.lag, trip.simulator.faults.lag_of_each = 8.0, lag_of_each
    trip.simulator.faults.add(STEPS["principal"], *[Answer(status=403, body={"error": {"code": "x"}})])
    assert trip.apply().code == 1
    assert_not_what_was_shown(trip.apply())
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def assert_not_what_was_shown(outcome: Outcome) -> None:
    """The tenant turned out to be another than was shown: the new plan is shown, and --yes does not cover it."""
    assert outcome.code == 1, outcome.text
    assert outcome.event("error")["code"] == "plan-stale"
    assert [e["event"] for e in outcome.events].count("plan") == 2
    assert outcome.event("result")["outcome"] == "blocked"


def test_a_person_agrees_to_what_is_shown_anew(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.lag = 8.0
    trip.simulator.faults.add(STEPS["principal"], *[Answer(status=403, body={"error": {"code": "x"}})])
    assert trip.apply().code == 1
    outcome = trip.run("apply", "--demo", "--handoff", str(trip.handoff), types="y\ny\n")
    assert outcome.code == 0, outcome.text
    assert outcome.out.count("This will be done:") == 2
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_somebody_else_finishes_between_reading_and_applying(tmp_path: Path) -> None:
    trip, other = journey(tmp_path), journey(tmp_path / "other")
    (tmp_path / "other").mkdir()
    other.simulator = trip.simulator
    handle, stop = trip.simulator.handle, iter([True])

    def overtaken(method: str, url: str, *rest: object) -> object:
        if method == "PATCH" and next(stop, False):
            assert other.apply().code == 0
        return handle(method, url, *rest)  # type: ignore[arg-type]

    trip.simulator.handle = overtaken  # type: ignore[assignment, method-assign]
    assert_not_what_was_shown(trip.apply())
    outcome = trip.apply()
    assert outcome.event("result")["outcome"] in ("done", "nothing-to-change")
    assert outcome.code == 3, outcome.text  # whose client secret is that?
    assert trip.saved() == []
    assert_no_unsaved_secret(other)
    assert_set_up(other)


def test_a_secret_whose_answer_was_lost_is_removed_and_made_anew(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add(STEPS["secret"], Drop(acted=True), Truncated(), TimeOut(acted=True))
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_the_network_gone_for_good_after_the_secret_was_made(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add(STEPS["secret"], Drop(acted=True))
    trip.simulator.faults.add("GET /applications/*", *[Refuse()] * 8)
    first = trip.apply()
    assert first.code == 1
    assert first.event("error")["code"] == "unreachable"
    assert len(trip.simulator.tenant.secrets) == 1
    plan = trip.run("plan", "--demo")
    assert "never saved" in plan.out
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_a_token_that_expires_in_mid_run_is_renewed_silently(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    for step in ("batch", "register", "principal", "secret"):
        trip.simulator.faults.add(STEPS[step], EXPIRED)
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    tokens = [r.body["grant_type"] for r in trip.simulator.requests if r.url.endswith("/oauth2/v2.0/token")]
    assert tokens.count("authorization_code") == 1
    assert tokens.count("refresh_token") == 4


def test_a_claims_challenge_is_answered_by_signing_in_again(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    claims = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTcyNjI1ODEyMiJ9fX0="
    challenge = Answer(
        status=401,
        body={"error": {"code": "InvalidAuthenticationToken", "message": "Continuous access evaluation"}},
        headers=(("WWW-Authenticate", f'Bearer realm="", error="insufficient_claims", claims="{claims}"'),),
    )
    trip.simulator.faults.add(STEPS["principal"], challenge)
    assert trip.apply().code == 0
    assert_set_up(trip)
    tokens = [r.body for r in trip.simulator.requests if r.url.endswith("/oauth2/v2.0/token")]
    codes = [t for t in tokens if t["grant_type"] == "authorization_code"]
    assert len(codes) == 2
    assert '"nbf"' in codes[1]["claims"]
    assert '"cp1"' in codes[1]["claims"]


def test_a_very_long_throttling_is_told_instead_of_waited_for(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add(STEPS["register"], throttle("600"))
    start = trip.clock.now()
    outcome = trip.apply()
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "throttled"
    assert "600 seconds" in outcome.event("error")["explanation"]
    assert trip.clock.now() - start < 10


NAME_TAKEN = Answer(
    status=400,
    body={
        "error": {
            "code": "Request_BadRequest",
            "message": "Another object with the same value for property uniqueName already exists.",
            "details": [{"code": "ObjectConflict", "target": "uniqueName"}],
        }
    },
)
NOT_THERE = Answer(
    status=404, body={"error": {"code": "Request_ResourceNotFound", "message": "Resource 'x' does not exist."}}
)


def test_a_lost_answer_and_a_server_that_lags_make_one_registration(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add("PATCH /applications(uniqueName=*", Drop(acted=True), *[NAME_TAKEN] * 20)
    trip.simulator.faults.add("GET /applications(uniqueName=*", Normal(), *[NOT_THERE] * 12)
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_a_deleted_registration_that_keeps_the_name_is_no_obstacle(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    tenant = trip.simulator.tenant
    for object_id in list(tenant.applications):
        tenant.delete_application(object_id, trip.clock.now())
    trip.simulator.faults.add("PATCH /applications(uniqueName=*", *[NAME_TAKEN] * 20)
    start = trip.clock.now()
    assert trip.apply().code == 0
    assert trip.clock.now() - start < 30
    assert_set_up(trip)


@pytest.mark.parametrize("after", ["0", "0.001", "-1"])
def test_who_asks_for_no_break_is_not_asked_without_end(after: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add("POST /servicePrincipals", *[throttle(after)] * 500)
    outcome = trip.apply()
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "throttled"
    assert len(trip.graph_requests()) < 100


DENIED = Answer(status=403, body={"error": {"code": "Authorization_RequestDenied", "message": "no"}})


def test_the_permission_that_was_refused_is_the_one_that_failed(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add(ITEMS["grant"], NOT_THERE)
    trip.simulator.faults.add(ITEMS["role"], *[DENIED] * 4)
    outcome = trip.apply()
    assert outcome.event("change-failed")["change"] == "grant-application-permissions"
    assert outcome.event("change-failed")["error"]["code"] == "missing-privilege"


def test_what_exists_already_but_is_never_seen_is_told_as_failed(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.add(STEPS["principal"], *[CONFLICTS["principal"]] * 99)
    trip.simulator.faults.add("GET /servicePrincipals(appId=*", Normal(), *[NOT_THERE] * 99)
    outcome = trip.apply()
    assert outcome.code == 1
    assert outcome.event("change-failed")["change"] == "create-service-principal"
    assert outcome.event("error")["code"] == "already-exists"


def test_a_refusal_that_nobody_knows_is_told_in_microsofts_words(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    unknown = {"error": {"code": "Something_New", "message": "Your tenant has a rule of its own."}}
    trip.simulator.faults.add(STEPS["principal"], Answer(status=403, body=unknown))
    problem = trip.apply().event("error")
    assert problem["code"] == "forbidden"
    assert problem["explanation"] == "Your tenant has a rule of its own."
    assert "Something_New" in problem["details"]
    assert "ole" not in problem["remedy"]
