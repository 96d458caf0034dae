"""Answers that Microsoft's servers really sent, where they lie beside the checkout."""

from __future__ import annotations

import importlib.util
import sys
from functools import lru_cache
from typing import Any

from tests.support.shared import shared

LOGIN = ("get-openid-configuration", "post-devicecode", "post-token")
"""The calls of the sign-in service; the others are Graph's."""


@lru_cache(maxsize=1)
def compare() -> Any:
    """The module that holds an answer against recorded ones; skips as `shared` does."""
    name, path = "recorded_compare", shared("graph/recorded/compare.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def recordings() -> dict[str, list[dict[str, Any]]]:
    """The recorded exchanges by call."""
    return {name: compare().load(name) for name in compare().operations()}
