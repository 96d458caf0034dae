"""A renewal that ends early, at any event: nothing is lost, nothing in use is replaced, and the next run is true."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from emi_installer.core.plan.events import Event
from tests.support.journey import Journey, assert_no_unsaved_secret, assert_secret_kept, journey, watch_events

RENEW = ("new-secret", "--demo", "--yes", "--json", "--remove-old", "--handoff", "handoff-2.json")
EVENTS = 27
"""Of a whole renewal; `test_the_count` holds it."""


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


def kill() -> None:
    raise Killed


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def interrupt_twice() -> None:
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)


def set_up(tmp_path: Path) -> Journey:
    """A tenant whose contact center uses the client secret in handoff-1.json."""
    trip = journey(tmp_path)
    assert trip.apply().code == 0
    return trip


def in_use(trip: Journey) -> set[str]:
    """The key ids of client secrets that somebody has: those in handoff files."""
    return {one["secret_key_id"] for one in trip.saved()} & trip.simulator.tenant.secrets.keys()


def renew(trip: Journey, monkeypatch: pytest.MonkeyPatch, end: Callable[[], None] | None, nth: int) -> list[Event]:
    seen: list[Event] = []

    def watch(event: Event) -> None:
        seen.append(event)
        if end is not None and len(seen) == nth + 1:
            end()

    with monkeypatch.context() as patched:
        watch_events(patched, watch)
        try:
            trip.run(*RENEW)
        except Killed:
            trip.clock.sleep(1)
    return seen


def test_the_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(renew(set_up(tmp_path), monkeypatch, None, 0)) == EVENTS


@pytest.mark.parametrize("end", [kill, interrupt, interrupt_twice])
@pytest.mark.parametrize("nth", range(EVENTS))
def test_at_any_event(end: Callable[[], None], nth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trip = set_up(tmp_path)
    (old,) = in_use(trip)
    renew(trip, monkeypatch, end, nth)
    assert in_use(trip), "the contact center has no client secret that works"
    if old not in trip.simulator.tenant.secrets:
        assert {one["secret_key_id"]: one["verified"] for one in trip.saved()}[next(iter(in_use(trip)))]
    kept = in_use(trip)
    trip.handoffs = 2
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert kept <= in_use(trip), "a client secret that somebody has was removed"
    assert_no_unsaved_secret_beside(trip, old)
    assert_secret_kept(trip)


def assert_no_unsaved_secret_beside(trip: Journey, old: str) -> None:
    """Every client secret of the tenant is in a handoff file; the old one may be gone by now."""
    if old in trip.simulator.tenant.secrets:
        assert_no_unsaved_secret(trip)
    else:
        saved = {one["secret_key_id"] for one in trip.saved()}
        assert trip.simulator.tenant.secrets.keys() <= saved
