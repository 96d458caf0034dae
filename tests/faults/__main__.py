"""Prints the fault matrix: `python -m tests.faults`; ends with 1 when a promise was broken."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from string import ascii_lowercase, ascii_uppercase

from tests.faults.matrix import FAULTS, JOURNEYS, Result, Verdict, cells, try_cell

_MARKS = {Verdict.FINISHED: "f", Verdict.RESUMED: "r", Verdict.BROKEN: "!"}


def main() -> int:
    """Run every cell, and print what came of it."""
    started = time.perf_counter()
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        todo = [cell for name in JOURNEYS for cell in cells(name)]
        results = list(pool.map(try_cell, todo, chunksize=8))
    _print_table(results)
    broken = [one for one in results if one.verdict is Verdict.BROKEN]
    for one in broken:
        print(f"\nBROKEN: {one.journey}, {one.place}, {one.fault}\n{one.why}")
    counts = Counter(one.verdict for one in results)
    print(
        f"\n{len(results)} cells in {time.perf_counter() - started:.0f} s: "
        + ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)
    )
    return 1 if broken else 0


def _letter(number: int) -> str:
    """A, B, … Z, a, b, …"""
    return (ascii_uppercase + ascii_lowercase)[number]


def _print_table(results: list[Result]) -> None:
    print("f finished by itself   r stopped with a sentence, and the next run finished   ! broken   . does not apply\n")
    for number, fault in enumerate(FAULTS):
        print(f"{_letter(number)}  {fault}")
    cells_of: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in results:
        cells_of[one.journey, one.place][one.fault] = _MARKS[one.verdict]
    shown = ""
    for (name, place), marks in cells_of.items():
        if name != shown:
            shown = name
            print(f"\n{name:62} {' '.join(_letter(n) for n in range(len(FAULTS)))}")
        print(f"  {place[:60]:60} {' '.join(marks.get(fault, '.') for fault in FAULTS)}")


if __name__ == "__main__":
    sys.exit(main())
