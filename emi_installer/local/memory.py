"""What was typed last time, to save typing; never a secret, and never the word that a foreign host is trusted."""

from __future__ import annotations

import json
from contextlib import suppress
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


def remember(answers: Answers) -> None:
    """Keep `answers` for the next run; where that is not possible, they are forgotten."""
    from emi_installer.core.desired.fields import as_typed  # noqa: PLC0415 - see below
    from emi_installer.local.files import write_private  # noqa: PLC0415 - the first page only recalls

    kept = {name: as_typed(getattr(answers, name)) for name in REMEMBERED}
    place = _place()
    with suppress(OSError, InstallerError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(place, json.dumps(kept, indent=2) + "\n", overwrite=True)


def recall() -> Typed:
    """What was kept, to be checked again like what is typed; nothing where the file is missing or damaged."""
    try:
        with _place().open("rb") as file:
            found = read_json(file.read(LARGEST))
    except (OSError, ValueError):
        return Typed()
    if not isinstance(found, dict):
        return Typed()
    return Typed.of({name: _text(found.get(name)) for name in REMEMBERED})


def _place() -> Path:
    return Path(user_config_dir("EMI Installer", appauthor=False)) / "answers.json"


def _text(value: object) -> str | None:
    usable = isinstance(value, str) and len(value) <= LONGEST_ANSWER and not any(map(is_control, value))
    return str(value) if usable else None
