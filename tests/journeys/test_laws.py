"""Laws, from any state of the tenant: planning again finds nothing to do, and what is not ours is never touched."""

from __future__ import annotations

import copy
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from emi_installer.simulator.faults import Answer
from emi_installer.simulator.scenarios import APPLICATION, CALLBACK, DELEGATED, Builder
from emi_installer.simulator.tenant import moment
from tests.support.journey import Journey, Outcome, assert_no_unsaved_secret, assert_secret_kept, assert_set_up, journey

FOREIGN_URI = "https://other.contoso.com/signed-in"
AUDIENCES = ("AzureADMyOrg", "AzureADMultipleOrgs")


@dataclass(frozen=True, kw_only=True)
class State:
    """What an earlier life left in the tenant."""

    registered: bool
    unique: bool
    tagged: bool
    uris: tuple[str, ...]
    audience: str
    declared: frozenset[int]
    principal: bool
    enabled: bool
    delegated: tuple[str, ...] | None
    application: tuple[str, ...]
    our_secret_days: tuple[float, ...]
    foreign_secrets: int
    unsaved: bool
    other_api: bool


STATES = st.builds(
    State,
    registered=st.booleans() | st.just(True),
    unique=st.booleans(),
    tagged=st.booleans(),
    uris=st.sampled_from([(), (CALLBACK,), (FOREIGN_URI,), (FOREIGN_URI, CALLBACK)]),
    audience=st.sampled_from(AUDIENCES),
    declared=st.frozensets(st.integers(0, 12)),
    principal=st.booleans() | st.just(True),
    enabled=st.booleans(),
    delegated=st.none() | st.lists(st.sampled_from([*DELEGATED, "Mail.Read"]), unique=True).map(tuple),
    application=st.lists(st.sampled_from([*APPLICATION, "Mail.Read"]), unique=True).map(tuple),
    our_secret_days=st.lists(st.sampled_from([-5.0, 10.0, 300.0]), max_size=2).map(tuple),
    foreign_secrets=st.integers(0, 2),
    unsaved=st.booleans(),
    other_api=st.booleans(),
)


def build(trip: Journey, state: State) -> dict[str, Any] | None:
    """Put `state` into the tenant; the app registration, if it is recognizable as ours."""
    if not state.registered or not (state.unique or state.tagged):
        return None
    make = Builder(trip.simulator)
    application = make.application(uris=state.uris)
    application["uniqueName"] = "bright-pattern-emi" if state.unique else None
    application["tags"] = ["theirs", *(["emi-installer"] if state.tagged else [])]
    application["signInAudience"] = state.audience
    declared = application["requiredResourceAccess"][0]["resourceAccess"]
    declared[:] = [one for number, one in enumerate(declared) if number in state.declared]
    if not declared:
        application["requiredResourceAccess"] = []
    if state.other_api:
        other = {"id": "11111111-2222-4333-8444-555555555555", "type": "Scope"}
        application["requiredResourceAccess"].append(
            {"resourceAppId": "00000002-0000-0ff1-ce00-000000000000", "resourceAccess": [other]}
        )
    for number, days in enumerate(state.our_secret_days):
        make.secret(application, name=f"EMI installer {{day}} (00000{number})", days=days)
    for _ in range(state.foreign_secrets):
        make.secret(application, name="by hand")
    if state.unsaved:
        application["tags"].append("emi-installer-unsaved-000000")
    if state.principal:
        principal = make.principal(application)
        trip.simulator.tenant.service_principals[principal].body["accountEnabled"] = state.enabled
        if state.delegated is not None:
            make.consent(principal, delegated=state.delegated, application=state.application)
    return application


def unsaved(state: State) -> int:
    """How many of our secrets nobody saved."""
    return int(state.unsaved and bool(state.our_secret_days))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STATES)
def test_apply_reaches_the_blueprint_and_then_finds_nothing_to_do(state: State) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trip = journey(Path(folder))
        application = build(trip, state)
        before = copy.deepcopy(application)
        first = trip.apply()
        assert first.code == 0, first.text
        again = trip.apply()
        assert again.event("plan")["changes"] == [], state
        assert again.event("result")["outcome"] == "nothing-to-change"
        assert_secret_kept(trip)
        if before is None or application is None:
            assert_set_up(trip)
            assert_no_unsaved_secret(trip)
            return
        assert_untouched(before, application, state)
        working = [d for d in state.our_secret_days if d > 0][unsaved(state) and state.our_secret_days[0] > 0 :]
        made = 0 if working else 1
        kept = len(before["passwordCredentials"]) - unsaved(state)
        assert len(application["passwordCredentials"]) == kept + made


def assert_untouched(before: dict[str, Any], after: dict[str, Any], state: State) -> None:
    """What was not ours is as it was."""
    assert set(before["web"]["redirectUris"]) <= set(after["web"]["redirectUris"])
    assert "theirs" in after["tags"]
    assert not [tag for tag in after["tags"] if "unsaved" in tag]
    assert after["displayName"] == before["displayName"]
    others = {r["resourceAppId"] for r in after["requiredResourceAccess"]}
    assert ("00000002-0000-0ff1-ce00-000000000000" in others) == state.other_api
    foreign = [c["keyId"] for c in before["passwordCredentials"] if c["displayName"] == "by hand"]
    assert set(foreign) <= {c["keyId"] for c in after["passwordCredentials"]}


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Who comes, what the tenant's policy is, and what else is there."""

    account: str
    users_may_register: bool
    max_days: float | None
    forbidden: bool
    foreign: bool
    namesake: bool
    second: bool
    deleted: bool
    refused_proofs: int
    verb: str


CIRCUMSTANCES = st.builds(
    Circumstances,
    account=st.sampled_from(
        ["administrator", "privileged-role-administrator", "application-administrator", "member", "guest"]
    ),
    users_may_register=st.booleans(),
    max_days=st.sampled_from([None, None, 5.0, 90.0, 400.0]),
    forbidden=st.sampled_from([False, False, True]),
    foreign=st.booleans(),
    namesake=st.booleans(),
    second=st.sampled_from([False, False, True]),
    deleted=st.booleans(),
    refused_proofs=st.sampled_from([0, 0, 1, 200]),
    verb=st.sampled_from(["apply", "apply", "new-secret"]),
)


def surround(trip: Journey, around: Circumstances) -> list[dict[str, Any]]:
    """Put `around` into the tenant; the app registrations there that are not ours."""
    tenant, make = trip.simulator.tenant, Builder(trip.simulator)
    tenant.default_account = around.account
    tenant.users_may_register_apps = around.users_may_register
    tenant.max_secret_days, tenant.secrets_forbidden = around.max_days, around.forbidden
    others = [make.application("Intranet", ours=False, uris=(FOREIGN_URI,))]
    if around.foreign:
        others.append(make.application("Teams integration", ours=False))
    if around.namesake:
        others.append(make.application(ours=False, uris=()))
    if around.second:
        make.application("EMI (old)", uris=())["uniqueName"] = None
    if around.deleted:
        gone = make.application("EMI (gone)")
        gone["uniqueName"] = None
        tenant.delete_application(gone["id"], trip.clock.now() - 86400)
    for other in others:
        make.secret(other, name="by hand")
    refusal = {"error": "invalid_client", "error_description": "AADSTS7000215: No.", "error_codes": [7000215]}
    answers = [Answer(status=401, body=refusal)] * around.refused_proofs
    trip.simulator.faults.add("POST /5c0f7a52-*/oauth2/v2.0/token", *answers)
    return others


def count_ours(trip: Journey) -> int:
    return sum("emi-installer" in e.body["tags"] for e in trip.simulator.tenant.applications.values())


def working(trip: Journey) -> int:
    """How many client secrets of ours sign in and are not marked as seen by nobody."""
    now, found = trip.clock.now(), 0
    for entry in trip.simulator.tenant.applications.values():
        marks = [tag[-6:] for tag in entry.body["tags"] if "-unsaved-" in tag]
        for one in entry.body["passwordCredentials"]:
            ours = one["displayName"].startswith("EMI installer") and one["displayName"][-7:-1] not in marks
            found += ours and moment(one["endDateTime"]).timestamp() > now
    return found


def stated(outcome: Outcome) -> tuple[list[str], list[str], list[str]]:
    """What a plan comes to: its changes, what waits for a colleague, and what is in the way."""
    plan = outcome.event("plan")
    names = [[one["change"] for one in plan[kind]] for kind in ("changes", "waiting")]
    return names[0], names[1], sorted(one["code"] for one in plan["blockers"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STATES, CIRCUMSTANCES)
def test_whoever_comes_into_whatever_tenant(state: State, around: Circumstances) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trip = journey(Path(folder))
        build(trip, state)
        others = surround(trip, around)
        before = copy.deepcopy(others)
        registrations, secrets = count_ours(trip), working(trip)
        first = trip.run(around.verb, "--demo", "--yes", "--json", "--handoff", "handoff-1.json")
        event(f"exit code {first.code}")
        assert first.code in (0, 1, 3), first.text
        assert "unexpected" not in first.text
        assert others == before
        assert count_ours(trip) <= max(registrations, 1)
        assert working(trip) >= secrets
        assert_secret_kept(trip)
        if any(e["event"] == "error" for e in first.events):  # a refusal, or an account that may not come in
            return
        changes, waiting, blockers = stated(first)
        again = stated(trip.run("plan", "--demo", "--json"))
        if blockers:
            assert again == (changes, waiting, blockers) or around.verb == "new-secret"
        else:
            assert again == ([], waiting, []), (state, around)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STATES, CIRCUMSTANCES)
def test_the_last_working_secret_goes_only_after_a_better_one_is_proven(state: State, around: Circumstances) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trip = journey(Path(folder))
        build(trip, state)
        surround(trip, around)
        secrets = working(trip)
        outcome = trip.run("new-secret", "--demo", "--yes", "--json", "--remove-old", "--handoff", "handoff-1.json")
        proven = [e for e in outcome.events if e.get("check") == "Sign-in with the client secret"]
        if outcome.code == 0:
            assert proven[-1]["status"] == "ok"
            assert working(trip) >= 1
        else:
            assert working(trip) >= secrets
