"""What was typed last time, and where the window was; never a secret, never the word that a foreign host is trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_config_dir

from emi_installer.core.desired.typed import REMEMBERED, Typed
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.json_text import read_json
from emi_installer.core.text import is_control

if TYPE_CHECKING:
    from emi_installer.core.desired.answers import Answers

LARGEST = 64 * 1024
"""Bytes."""

LONGEST_ANSWER = 300
"""Characters."""

_ANSWERS, _WINDOW = "answers.json", "window.json"
_FARTHEST = 100_000  # pixels: beyond any desk of screens


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPlace:
    """Where the window was: left, top, width and height in pixels, without its frame."""

    rectangle: tuple[int, int, int, int]
    maximized: bool = False


def remember(answers: Answers) -> None:
    """Keep `answers` for the next run; where that is not possible, they are forgotten."""
    from emi_installer.core.desired.fields import as_typed  # noqa: PLC0415 - the first page only recalls

    _keep(_ANSWERS, {name: as_typed(getattr(answers, name)) for name in REMEMBERED})


def recall() -> Typed:
    """What was kept, to be checked again like what is typed; nothing where the file is missing or damaged."""
    found = _kept(_ANSWERS)
    return Typed.of({name: _text(found.get(name)) for name in REMEMBERED})


def remember_place_as(rectangle: tuple[int, int, int, int], *, maximized: bool) -> None:
    """Keep where the window was: left, top, width and height in pixels."""
    _keep(_WINDOW, {"rectangle": rectangle, "maximized": maximized})


def recall_place() -> WindowPlace | None:
    """Where the window was; None where that is not known, or damaged."""
    found = _kept(_WINDOW)
    rectangle = found.get("rectangle")
    if not isinstance(rectangle, list) or len(rectangle) != len("xywh"):
        return None
    if not all(type(number) is int and abs(number) < _FARTHEST for number in rectangle):
        return None
    left, top, width, height = rectangle
    return WindowPlace(rectangle=(left, top, width, height), maximized=found.get("maximized") is True)


def _keep(name: str, values: Mapping[str, object]) -> None:
    from emi_installer.local.files import write_private  # noqa: PLC0415 - the first page only recalls

    place = _place(name)
    with suppress(OSError, InstallerError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(place, json.dumps(values, indent=2) + "\n", overwrite=True)


def _kept(name: str) -> dict[str, object]:
    try:
        with _place(name).open("rb") as file:
            found = read_json(file.read(LARGEST))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _place(name: str) -> Path:
    return Path(user_config_dir("EMI Installer", appauthor=False)) / name


def _text(value: object) -> str | None:
    usable = isinstance(value, str) and len(value) <= LONGEST_ANSWER and not any(map(is_control, value))
    return str(value) if usable else None
