"""Prints what a first run costs: `python -m tests.benchmarks`. Nothing here fails; the machines are noisy.

Network time is virtual (so many milliseconds for each request); processor and process times are real.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from tests.support.journey import journey
from tests.support.shared import ROOT

_PROCESS_RUNS = 5


def main() -> None:
    """Print all tables."""
    with tempfile.TemporaryDirectory() as folder, patch.dict("os.environ", {"HOME": folder, "LOCALAPPDATA": folder}):
        first_runs(Path(folder))
        replication(Path(folder))
        processes(Path(folder))


def first_runs(folder: Path) -> None:
    """Rounds, requests, bytes and seconds by latency and size of the tenant."""
    print("first run: sign in, observe, plan, apply, verify, hand off")
    print(f"{'scenario':12} {'ms/request':>10} {'Graph':>6} {'login':>6} {'kB sent':>8} {'network s':>10} {'CPU s':>7}")
    for scenario in ("empty", "big-tenant"):
        for latency in (0.0, 0.1, 0.3):
            trip = journey(_fresh(folder), scenario, latency=latency)
            started, worked = trip.clock.now(), time.process_time()
            _must(trip.apply().code)
            graph = trip.graph_requests()
            sent = sum(len(str(r.body or "")) for r in trip.simulator.requests) / 1000
            print(
                f"{scenario:12} {latency * 1000:10.0f} {len(graph):6} {len(trip.simulator.requests) - len(graph):6} "
                f"{sent:8.1f} {trip.clock.now() - started:10.2f} {time.process_time() - worked:7.2f}"
            )


def replication(folder: Path) -> None:
    """Seconds beyond the lag until everything is verified."""
    print("\nreplication: seconds until verified, and beyond the lag")
    for each in (False, True):
        for lag in (0, 2, 5, 15, 60):
            trip = journey(_fresh(folder))
            trip.simulator.faults.lag, trip.simulator.faults.lag_of_each = lag, each
            started = trip.clock.now()
            _must(trip.apply().code)
            spent = trip.clock.now() - started
            kind = "each object lags" if each else "a backlog drains"
            print(f"{kind}  lag {lag:3} s  {spent:7.1f} s  {spent - lag:+6.1f} s")


def processes(folder: Path) -> None:
    """Whole processes: minimum, median and maximum of some runs."""
    print("\nwhole processes, seconds: minimum, median, maximum")
    _time("--help", lambda: ["--help"])
    _time("plan --demo", lambda: ["plan", "--demo", "configured"])
    _time("apply --demo empty", lambda: ["apply", "--demo", "--yes", "--handoff", str(_fresh(folder) / "handoff.json")])


def _time(name: str, arguments: Callable[[], list[str]]) -> None:
    times = []
    for _ in range(_PROCESS_RUNS):
        command = [sys.executable, "-m", "emi_installer", *arguments()]
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - started)
    print(f"{name:20} {min(times):6.2f} {statistics.median(times):6.2f} {max(times):6.2f}")


def _fresh(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _must(code: int) -> None:
    if code:
        sys.exit(f"the run failed with {code}")


if __name__ == "__main__":
    main()
