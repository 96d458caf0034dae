"""Files that people name on the command line, or that lie beside the program."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.local.assets import find_preset

if TYPE_CHECKING:
    from emi_installer.core.desired.preset import Preset

LARGEST = 1024 * 1024
"""Bytes; a preset or handoff file has a few hundred."""


def read_preset(file: Path | None, blueprint: Blueprint) -> Preset | None:
    """The preset in `file`; else what one that merely lies beside the program may decide. None where there is none."""
    found = file or find_preset()
    if found is None:
        return None
    from emi_installer.core.desired.origin import as_found  # noqa: PLC0415 - the first page does not wait for it
    from emi_installer.core.desired.preset import parse_preset  # noqa: PLC0415

    preset = parse_preset(read_file(found), str(found), blueprint, datetime.now(UTC).date())
    return preset if file is not None else as_found(preset)


def read_file(file: Path) -> bytes:
    """The contents, one megabyte at most; raises InstallerError "file-unreadable"."""
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise error(Code.FILE_UNREADABLE, file=file, reason=reason) from problem
