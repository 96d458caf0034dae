"""Files that people name on the command line, or that lie beside the program."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from emi_installer.core.blueprint import Blueprint
from emi_installer.core.errors import error
from emi_installer.core.preset import Preset, parse_preset
from emi_installer.local.assets import find_preset


def read_preset(file: Path | None, blueprint: Blueprint) -> Preset | None:
    """The preset in `file`, or the one that lies beside the program; None where there is none."""
    found = file or find_preset()
    if found is None:
        return None
    return parse_preset(read_file(found), str(found), blueprint, datetime.now(UTC).date())


def read_file(file: Path) -> bytes:
    """The contents; raises InstallerError "file-unreadable"."""
    try:
        return file.read_bytes()
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise error("file-unreadable", file=file, reason=reason) from problem
