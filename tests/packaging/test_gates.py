"""How large the program is. How fast it starts is a benchmark: tests/benchmarks/start.py."""

from __future__ import annotations

import sys

from tests.packaging.programs import ONE_FILE, built

LARGEST_MB = {"linux": 52, "win32": 31, "darwin": 52}

pytestmark = built


def test_it_is_not_larger_than_it_needs_to_be() -> None:
    size = ONE_FILE.stat().st_size / 1e6
    print(f"{ONE_FILE.name}: {size:.1f} MB, at most {LARGEST_MB[sys.platform]}")
    assert size <= LARGEST_MB[sys.platform]
