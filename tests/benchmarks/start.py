"""How fast the built programs start, beside a program with one label that is built in the same way.

python -m tests.benchmarks.start      prints a table; needs a screen and dist, as `python3 dev.py build` leaves it
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from tests.packaging.programs import ONE_FILE, WINDOW, build
from tests.support.desk import MISSING, a_desk

RUNS = 7


def main() -> None:
    """Print the table."""
    print("| start | ms | a label | times as long |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        label = build(place / "label", "tests/packaging/label.py")
        pairs = {
            "one file": (ONE_FILE, label / ONE_FILE.name),
            "folder": (WINDOW, label / WINDOW.parent.name / WINDOW.name),
        }
        for name, pair in pairs.items():
            ours, least = (statistics.median(times) for times in _starts(place / name, pair))
            print(f"| {name} | {ours * 1000:.0f} | {least * 1000:.0f} | {ours / least:.2f} |")


def _starts(place: Path, pair: tuple[Path, Path]) -> list[list[float]]:
    """Seconds from the start to the window on the screen, in turns; each time for a user who has never run it."""
    times: list[list[float]] = [[], []]
    for number in range(RUNS + 1):
        for which, program in enumerate(pair):
            home = place / f"{number}-{which}"
            home.mkdir(parents=True)
            with a_desk(home) as desk:
                began = time.monotonic()
                desk.start(str(program))
                times[which].append(time.monotonic() - began)
    return [each[1:] for each in times]  # the first fills the system's cache


if __name__ == "__main__":
    if MISSING:
        raise SystemExit(f"This needs a screen: {', '.join(MISSING)} missing.")
    main()
