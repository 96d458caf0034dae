"""One value of one answer is something odd: the run finishes, or stops with a sentence; the next one finishes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.faults.matrix import JOURNEYS, begin, run
from tests.support.journey import Journey, assert_secret_kept

ODD: list[Any] = [None, "", 5, -1, [], {}, "an odd text", True, [None], {"value": None}]


class Mutator:
    """Replaces a value of the answer to the nth request; which one, `where` says as a fraction of all."""

    def __init__(self, trip: Journey, nth: int, where: float, odd: Any) -> None:
        self._handle = trip.simulator.handle
        self._nth, self._where, self._odd = nth, where, odd
        self._seen = -1
        trip.simulator.handle = self.handle  # type: ignore[method-assign]

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Any:
        status, sent, content = self._handle(method, url, headers, body)
        self._seen += 1
        if self._seen != self._nth or not content.startswith(b"{"):
            return status, sent, content
        answer = json.loads(content)
        places = list(_places(answer))
        holder, key = places[int(self._where * len(places))]
        holder[key] = self._odd
        return status, sent, json.dumps(answer).encode()


def _places(value: Any) -> Any:
    """Every value inside, by what holds it and where; of long lists only the start."""
    for key in list(value) if isinstance(value, dict) else range(min(3, len(value))):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(JOURNEYS)), st.integers(0, 10), st.floats(0, 1, exclude_max=True), st.sampled_from(ODD))
def test_an_odd_value_anywhere(name: str, nth: int, where: float, odd: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trip, arguments = begin(Path(folder), name)
        mutator = Mutator(trip, nth, where, odd)
        first = run(trip, arguments)
        event(f"exit code {first.code}")
        assert "unexpected" not in first.text, first.text
        if first.code:
            told = [e for e in first.events if e["event"] == "error" and e["remedy"]]
            blocked = [one for e in first.events if e["event"] == "plan" for one in e["blockers"]]
            failed = [e for e in first.events if e.get("status") in ("failed", "attention")]
            assert told or blocked or failed, first.text
        trip.simulator.handle = mutator._handle  # type: ignore[method-assign]
        second = run(trip, arguments)
        removed = name == "remove" and "not-set-up" in second.text
        assert second.code == 0 or removed, second.text
        assert_secret_kept(trip)
