"""Prints what everything costs: `python -m tests.benchmarks`. Nothing here fails; the machines are noisy.

Network time is virtual (so many milliseconds for each request); processor and process times and memory are real.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from emi_installer.simulator.tenant import Entry
from tests.support.journey import Journey, journey
from tests.support.shared import ROOT

_PROCESS_RUNS = 5
_HANDOFF = ("--demo", "--yes", "--handoff", "{handoff}")
_TASKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "first run": ("empty", ("apply", *_HANDOFF)),
    "repair": ("drifted", ("apply", "--remove-holders", *_HANDOFF)),
    "new secret": ("configured", ("new-secret", *_HANDOFF)),
    "check": ("configured", ("verify", "--demo")),
    "remove": ("configured", ("remove", "--demo", "--confirm", "Bright Pattern EMI")),
}
_WITH_MEMORY = (
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); sys.exit(done.returncode)"
)


def main() -> None:
    """Print all tables."""
    with tempfile.TemporaryDirectory() as folder, patch.dict("os.environ", {"HOME": folder, "LOCALAPPDATA": folder}):
        tasks(Path(folder))
        replication(Path(folder))
        processes(Path(folder))
        window()


def tasks(folder: Path) -> None:
    """Rounds, requests, bytes and seconds by task, size of the tenant and latency."""
    print("| task | service principals | Graph rounds | sign-in requests | kB | 0 ms | 100 ms | 300 ms | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in _TASKS:
        for size in (50, 500, 5000):
            runs = [_run(folder, name, size, latency) for latency in (0.0, 0.1, 0.3)]
            trip, sent, _, worked = runs[0]
            graph = len(trip.graph_requests())
            seconds = " | ".join(f"{spent:.2f}" for _, _, spent, _ in runs)
            login = len(trip.simulator.requests) - graph
            print(f"| {name} | {size} | {graph} | {login} | {sent / 1000:.0f} | {seconds} | {worked:.2f} |")


def _run(folder: Path, name: str, size: int, latency: float) -> tuple[Journey, int, float, float]:
    """One task: its journey, the bytes on the wire, and seconds of network and processor."""
    scenario, arguments = _TASKS[name]
    trip = journey(_fresh(folder), scenario, latency=latency)
    _fill(trip, size)
    sent = 0
    handle = trip.simulator.handle

    def counted(*request: Any) -> Any:
        nonlocal sent
        answer = handle(*request)
        sent += len(request[3]) + len(answer[2])
        return answer

    trip.simulator.handle = counted  # type: ignore[assignment,method-assign]
    started, worked = trip.clock.now(), time.process_time()
    _must(trip.run(*(part.format(handoff=trip.handoff) for part in arguments)).code)
    return trip, sent, trip.clock.now() - started, time.process_time() - worked


def _fill(trip: Journey, size: int) -> None:
    """Service principals of other applications."""
    tenant = trip.simulator.tenant
    for number in range(size - len(tenant.service_principals)):
        key = f"00000000-0000-4000-a000-{number:012}"
        body = {"id": key, "appId": key, "displayName": f"Application {number}", "accountEnabled": True}
        tenant.service_principals[key] = Entry(body=body, born=0.0)


def replication(folder: Path) -> None:
    """Seconds beyond the lag until everything is verified."""
    print("\n| replication | lag | seconds until verified | beyond the lag |\n|---|---|---|---|")
    for each in (False, True):
        for lag in (0, 2, 5, 15, 60):
            trip = journey(_fresh(folder))
            trip.simulator.faults.lag, trip.simulator.faults.lag_of_each = lag, each
            started = trip.clock.now()
            _must(trip.apply().code)
            spent = trip.clock.now() - started
            kind = "each object lags" if each else "a backlog drains"
            print(f"| {kind} | {lag} s | {spent:.1f} s | {spent - lag:+.1f} s |")


def processes(folder: Path) -> None:
    """Whole processes: time, and the most memory that they held."""
    print("\n| process | seconds: least | median | most | peak memory |\n|---|---|---|---|---|")
    _time("--help", lambda: ["-m", "emi_installer", "--help"])
    _time("plan --demo", lambda: ["-m", "emi_installer", "plan", "--demo", "configured"])
    _time("apply --demo", lambda: ["-m", "emi_installer", "apply", "--demo", "--yes", "--handoff", _new_file(folder)])
    _time("the window's journey", lambda: ["-m", "tests.benchmarks.window"], runs=1)


def _time(name: str, arguments: Callable[[], list[str]], runs: int = _PROCESS_RUNS) -> None:
    times, memory = [], 0
    for _ in range(runs):
        started = time.perf_counter()
        command = [sys.executable, "-c", _WITH_MEMORY, sys.executable, *arguments()]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - started)
        memory = max(memory, int(done.stdout))
    print(f"| {name} | {min(times):.2f} | {statistics.median(times):.2f} | {max(times):.2f} | {memory} MB |")


def window() -> None:
    """First paint, and the longest stall of the event loop at 100 ms a request."""
    print("\n| window | ms |\n|---|---|")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.window"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    figures = json.loads(done.stdout)
    print(f"| first paint | {figures['first_paint_ms']} |")
    print(f"| longest stall of a whole journey | {figures['longest_stall_ms']} |")


def _new_file(folder: Path) -> str:
    return str(_fresh(folder) / "handoff.json")


def _fresh(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _must(code: int) -> None:
    if code:
        sys.exit(f"the run failed with {code}")


if __name__ == "__main__":
    main()
