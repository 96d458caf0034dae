"""Microsoft's description of Graph and its known errors, where they lie beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def shared(name: str) -> Path:
    """The file `name` of ../shared; skips the test where it is absent, unless the CI requires it."""
    path = SHARED / name
    if not path.exists():
        missing = f"../shared/{name} is not beside this checkout"
        if os.environ.get("EMI_REQUIRE_SHARED"):
            pytest.fail(missing)
        pytest.skip(missing)
    return path
