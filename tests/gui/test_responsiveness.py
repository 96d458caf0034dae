"""The window answers all the time: its thread waits for nobody, and it is painted before anything slow is loaded.

How long it takes is a benchmark: tests/benchmarks/window.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.clock import FakeClock
from tests.support.shared import ROOT
from tests.support.window import WindowJourney

MOST_MODULES = 95
"""Modules besides Python's own that are loaded at the first paint; 81 of them when this was written."""


def test_the_first_page_is_painted_before_anything_slow_is_loaded() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.window"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["finished"], ran.stderr
    assert figures["loaded_at_first_paint"] == []
    assert figures["modules_at_first_paint"] <= MOST_MODULES


def test_no_request_and_no_wait_is_on_the_thread_of_the_window(
    go: Callable[..., WindowJourney], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, set[threading.Thread]] = {"requests": set(), "waits": set()}
    wait = FakeClock.sleep

    def noted_wait(clock: FakeClock, *seconds: Any) -> Any:
        threads["waits"].add(threading.current_thread())
        return wait(clock, *seconds)

    monkeypatch.setattr(FakeClock, "sleep", noted_wait)
    trip = go("slow-replication")
    handle = trip.simulator.handle

    def noted_request(*request: Any) -> Any:
        threads["requests"].add(threading.current_thread())
        return handle(*request)

    monkeypatch.setattr(trip.simulator, "handle", noted_request)
    trip.apply_by_clicks()
    trip.click("Next")
    trip.save()
    for what, on in threads.items():
        assert on, what
        assert threading.main_thread() not in on, what
