"""What was typed last time, to save typing; never a secret, and never the word that a foreign host is trusted."""

from __future__ import annotations

import json
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Answers as people type them, None where nothing is known; they are checked again like typed ones."""

    contact_center: str | None = None
    app_name: str | None = None
    cloud: str | None = None
    tenant: str | None = None


def remember(answers: Answers) -> None:
    """Keep `answers` for the next run; where that is not possible, they are forgotten."""
    from emi_installer.local.files import write_private  # noqa: PLC0415 - the first page only recalls

    center = answers.contact_center
    kept = Remembered(
        contact_center=center.url if center else None,
        app_name=answers.app_name,
        cloud=answers.cloud.key,
        tenant=answers.tenant,
    )
    place = _place()
    with suppress(OSError, InstallerError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(place, json.dumps(asdict(kept), indent=2) + "\n", overwrite=True)


def recall() -> Remembered:
    """What was kept; nothing where the file is missing, unreadable or damaged."""
    try:
        with _place().open("rb") as file:
            found = read_json(file.read(LARGEST))
    except (OSError, ValueError):
        return Remembered()
    if not isinstance(found, dict):
        return Remembered()
    return Remembered(**{field.name: _text(found.get(field.name)) for field in fields(Remembered)})


def _place() -> Path:
    return Path(user_config_dir("EMI Installer", appauthor=False)) / "answers.json"


def _text(value: object) -> str | None:
    usable = isinstance(value, str) and len(value) <= LONGEST_ANSWER and not any(map(is_control, value))
    return str(value) if usable else None
