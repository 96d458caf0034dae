"""What was typed last time, and where the window was; never a secret, never the word that a foreign host is trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_config_dir

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
class Remembered:
    """Answers as people type them, None where nothing is known; they are checked again like typed ones."""

    contact_center: str | None = None
    app_name: str | None = None
    cloud: str | None = None
    tenant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPlace:
    """Where the window was: left, top, width and height in pixels, without its frame."""

    rectangle: tuple[int, int, int, int]
    maximized: bool = False


def remember(answers: Answers) -> None:
    """Keep `answers` for the next run; where that is not possible, they are forgotten."""
    center = answers.contact_center
    kept = Remembered(
        contact_center=center.url if center else None,
        app_name=answers.app_name,
        cloud=answers.cloud.key,
        tenant=answers.tenant,
    )
    _keep(_ANSWERS, asdict(kept))


def recall() -> Remembered:
    """What was kept; nothing where the file is missing, unreadable or damaged."""
    found = _kept(_ANSWERS)
    return Remembered(**{field.name: _text(found.get(field.name)) for field in fields(Remembered)})


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
