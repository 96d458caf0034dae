"""The window answers all the time, and is painted before anything slow is loaded."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.shared import ROOT

LONGEST_STALL_MS = 50
TRIES = 6  # a busy machine may hold up any one of them


def test_the_window_never_stops_answering() -> None:
    figures = []
    for _ in range(TRIES):
        ran = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.window"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        figures.append(json.loads(ran.stdout))
        print(figures[-1])
        assert figures[-1]["finished"], ran.stderr
        assert figures[-1]["loaded_at_first_paint"] == []
        if figures[-1]["longest_stall_ms"] <= LONGEST_STALL_MS:
            return
    raise AssertionError(figures)
