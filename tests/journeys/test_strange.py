"""Long and strange: large tenants, names in every script, a clock that is wrong, a computer that sleeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emi_installer import wiring
from emi_installer.core.plan.events import ChangeDone, Event
from emi_installer.simulator.scenarios import CALLBACK, Builder
from emi_installer.simulator.tenant import Entry
from tests.support.clock import FakeClock
from tests.support.journey import (
    Journey,
    assert_no_unsaved_secret,
    assert_secret_kept,
    assert_set_up,
    journey,
    watch_events,
)

NAMES = [
    "Müller & Söhne",
    "Ελληνικά",
    "日本語の窓口",
    "العربية مركز الاتصال",
    "עברית",
    "हिन्दी केंद्र",
    "🎧 Teams ☎️",
    "O'Brien's \"EMI\"",
    "$EMI ${HOME} %PATH% $filter=x",
    "a' or 1 eq 1 or displayName eq '",
    "<b>x</b>&amp;",
    "x" * 120,
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_every_script(name: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.simulator.tenant.name = name
    outcome = trip.apply("--app-name", name)
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    assert application["displayName"] == name
    assert trip.saved()[0]["organization"] == name
    text = trip.run("new-secret", "--demo", "--yes", "--handoff", "new.txt")
    assert text.code == 0, text.text
    assert name in (tmp_path / "new.txt").read_text(encoding="utf-8")


def test_ten_thousand_service_principals_cost_no_request_more(tmp_path: Path) -> None:
    small, large = journey(tmp_path), journey(tmp_path, "big-tenant")
    tenant = large.simulator.tenant
    body = next(iter(tenant.service_principals.values())).body
    for number in range(10_000):
        key = f"00000000-0000-4000-a000-{number:012}"
        tenant.service_principals[key] = Entry(body={**body, "id": key, "appId": key, "appRoles": []}, born=0.0)
    assert small.apply().code == 0
    large.handoffs = 5
    assert large.apply().code == 0
    assert len(large.simulator.requests) == len(small.simulator.requests)


def test_many_redirect_uris_and_secrets_are_all_kept(tmp_path: Path) -> None:
    trip = journey(tmp_path, "drifted")
    make = Builder(trip.simulator)
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    uris = [f"https://app{number}.contoso.com/signed-in" for number in range(255)]
    application["web"]["redirectUris"] = uris
    for number in range(250):
        make.secret(application, name=f"by hand {number}")
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert sorted(application["web"]["redirectUris"]) == sorted([*uris, CALLBACK])
    assert len(application["passwordCredentials"]) == 252


def test_more_redirect_uris_than_microsoft_allows(tmp_path: Path) -> None:
    trip = journey(tmp_path, "drifted")
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    application["web"]["redirectUris"] = [f"https://app{number}.contoso.com/" for number in range(256)]
    outcome = trip.apply()
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "redirect-uri-refused"
    assert len(application["web"]["redirectUris"]) == 256


@pytest.mark.parametrize(("hours", "word"), [(1.0, "60 minutes fast"), (-1.0, "60 minutes slow")])
def test_a_clock_that_is_an_hour_wrong_is_told(hours: float, word: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    wrong = FakeClock(trip.clock.now() + hours * 3600)
    connection = wiring.connect_simulator(trip.simulator, wrong)
    outcome = trip.run("plan", "--demo", connection=connection)
    assert f"This computer's clock is {word}" in outcome.out


def test_a_clock_that_is_right_is_not_mentioned(tmp_path: Path) -> None:
    assert "clock" not in journey(tmp_path).run("plan", "--demo").out


@pytest.mark.parametrize("nth", range(1, 6))
def test_a_computer_that_sleeps_for_hours_in_mid_run(nth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trip = journey(tmp_path)
    done: list[Event] = []

    def sleep(event: Event) -> None:
        done.extend([event] if isinstance(event, ChangeDone) else [])
        if len(done) == nth and isinstance(event, ChangeDone):
            trip.clock.sleep(5 * 3600)

    watch_events(monkeypatch, sleep)
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_the_most_talkative_log_holds_no_secret(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.run("apply", "--demo", "--yes", "--verbose", "--device-code", "--handoff", str(trip.folder / "handoff-1.json"))
    trip.run("verify", "--demo", "--verbose", "--handoff", "handoff-1.json")
    assert_secret_kept(trip)
    logged = "".join(text for place, text in trip.written() if place.endswith(".log"))
    assert "path=/$batch" in logged or '"path": "/$batch"' in logged
    codes = [r.body[key] for r in _forms(trip) for key in ("code", "device_code", "code_verifier") if key in r.body]
    assert codes
    assert not [code for code in codes if code in logged]
    assert not [json.dumps(one) for one in trip.printed if "eyJ0" in one]


def _forms(trip: Journey) -> list[Any]:
    return [r for r in trip.simulator.requests if "/token" in r.url and isinstance(r.body, dict)]
