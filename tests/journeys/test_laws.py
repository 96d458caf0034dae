"""Laws, from any state of the tenant: planning again finds nothing to do, and what is not ours is never touched."""

from __future__ import annotations

import copy
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emi_installer.simulator.scenarios import APPLICATION, CALLBACK, DELEGATED, Builder
from tests.support.journey import Journey, assert_no_unseen_secret, assert_secret_kept, assert_set_up, journey

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


def unseen(state: State) -> int:
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
            assert_no_unseen_secret(trip)
            return
        assert_untouched(before, application, state)
        working = [d for d in state.our_secret_days if d > 0][unseen(state) and state.our_secret_days[0] > 0 :]
        made = 0 if working else 1
        kept = len(before["passwordCredentials"]) - unseen(state)
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
