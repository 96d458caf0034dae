"""Each simulated tenant through each verb of the console."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from emi_installer.core.errors.codes import Code
from emi_installer.wording.errors import TEXTS
from tests.support.expected import APPLIED, PLAN, REFUSED
from tests.support.journey import Journey, assert_no_unsaved_secret, assert_secret_kept, assert_set_up, journey

VERIFY = {"configured": 0, "drifted": 3, "empty": 3, "half-done": 3, "secret-expiring": 3}


@pytest.mark.parametrize(("scenario", "expected"), PLAN.items())
def test_plan_says_what_would_change_and_changes_nothing(
    scenario: str, expected: tuple[int, str], tmp_path: Path
) -> None:
    trip = journey(tmp_path, scenario)
    outcome = trip.run("plan", "--demo")
    assert outcome.code == expected[0], outcome.text
    assert expected[1] in outcome.out
    assert {r.method for r in trip.graph_requests()} <= {"GET", "POST"}
    assert all(item["method"] == "GET" for r in trip.graph_requests() for item in (r.body or {}).get("requests", ()))


@pytest.mark.parametrize("scenario", APPLIED)
def test_apply_sets_up_verifies_and_hands_off(scenario: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert outcome.event("result")["outcome"] == "done"
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)
    assert_secret_kept(trip)
    (saved,) = trip.saved()
    assert saved["verified"] is True
    assert saved["demo"] is True
    checks = [e for e in outcome.events if e["event"] == "checked"]
    assert {e["status"] for e in checks} == {"ok"}
    assert "Permissions in the sign-in" in {e["check"] for e in checks}


@pytest.mark.parametrize("scenario", ["empty", "half-done", "drifted", "throttled"])
def test_a_second_run_changes_nothing(scenario: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    trip.apply()
    before = json.dumps({k: e.body for k, e in trip.simulator.tenant.applications.items()}, sort_keys=True)
    writes = len(_writes(trip))
    assert trip.run("plan", "--demo").code == 0
    again = trip.apply()
    assert again.code == 0
    assert again.event("plan")["changes"] == []
    assert again.event("result")["outcome"] == "nothing-to-change"
    assert len(_writes(trip)) == writes
    assert json.dumps({k: e.body for k, e in trip.simulator.tenant.applications.items()}, sort_keys=True) == before


def _writes(trip: Journey) -> list[str]:
    batched = [
        item["method"] for r in trip.graph_requests() if r.url.endswith("/$batch") for item in r.body["requests"]
    ]
    plain = [r.method for r in trip.graph_requests() if not r.url.endswith("/$batch")]
    return [method for method in (*plain, *batched) if method != "GET"]


def test_drift_is_corrected_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    trip = journey(tmp_path, "drifted")
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    others = {tuple(u) for u in [application["web"]["redirectUris"]]}
    keys = [c["keyId"] for c in application["passwordCredentials"]]
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip, secrets=2)
    assert set(next(iter(others))) < set(application["web"]["redirectUris"])
    assert [c["keyId"] for c in application["passwordCredentials"]] == keys
    assert "Mail.Read" in next(iter(trip.simulator.tenant.grants.values())).body["scope"]
    assert len(outcome.event("plan")["left_alone"]) == 5
    assert trip.saved() == []


@pytest.mark.parametrize("scenario", ["not-admin", "foreign-app", "several-apps"])
def test_a_blocked_plan_is_not_begun(scenario: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    applications = set(trip.simulator.tenant.applications)
    outcome = trip.apply()
    assert outcome.code == 1
    assert outcome.event("result")["outcome"] == "blocked"
    assert outcome.event("plan")["blockers"]
    assert set(trip.simulator.tenant.applications) == applications
    assert trip.saved() == []


@pytest.mark.parametrize(("scenario", "code"), REFUSED.items())
def test_a_refused_secret_leaves_the_rest_in_place(scenario: str, code: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    outcome = trip.run("apply", "--demo", "--handoff", "handoff-0.json", types="y\nn\n")
    assert outcome.code == 1, outcome.text
    assert TEXTS[Code(code)].title in outcome.err
    assert "Remaining: Create a client secret" in outcome.out
    assert trip.saved() == []
    trip.simulator.tenant.secrets_forbidden = False
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


@pytest.mark.parametrize(("scenario", "code"), VERIFY.items())
def test_verify_changes_nothing_and_tells(scenario: str, code: int, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    outcome = trip.run("verify", "--demo", "--json")
    assert outcome.code == code, outcome.text
    assert _writes(trip) == []
    assert any(e["status"] == "failed" for e in outcome.events if e["event"] == "checked") == (
        scenario in ("empty", "half-done", "drifted")
    )


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_the_handoff_file_is_private(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.apply()
    assert stat.S_IMODE(trip.handoff.stat().st_mode) == 0o600


HOSTS = {
    "global": {"login.microsoftonline.com", "graph.microsoft.com"},
    "us-gov": {"login.microsoftonline.us", "graph.microsoft.us"},
    "us-gov-dod": {"login.microsoftonline.us", "dod-graph.microsoft.us"},
    "china": {"login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"},
}


@pytest.mark.parametrize("cloud", HOSTS)
def test_each_cloud_has_its_own_hosts(cloud: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    assert trip.apply("--cloud", cloud).code == 0
    assert {urlsplit(r.url).hostname for r in trip.simulator.requests} == HOSTS[cloud]


@pytest.mark.parametrize("scenario", ["empty", "big-tenant"])
def test_the_rounds_of_a_first_run(scenario: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario, latency=0.1)
    start = trip.clock.now()
    assert trip.apply().code == 0
    requests = trip.graph_requests()
    assert len(requests) <= 7, [f"{r.method} {r.url}" for r in requests]
    signed_in = 3 * 0.1  # discovery, and the token
    assert trip.clock.now() - start - signed_in < 1.5


@pytest.mark.parametrize("lag", [0.5, 2, 5, 15, 60])
def test_slow_replication_costs_little_more_than_itself(lag: float, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.lag = lag
    start = trip.clock.now()
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert trip.clock.now() - start < lag + 3
    assert_set_up(trip)


@pytest.mark.parametrize("lag", [1, 4, 20])
def test_replication_of_each_object_is_waited_out(lag: float, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.faults.lag, trip.simulator.faults.lag_of_each = lag, True
    trip.simulator.faults.secret_lag = lag
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)
    assert {e["reason"] for e in outcome.events if e["event"] == "waiting"} <= {"replication", "secret"}
