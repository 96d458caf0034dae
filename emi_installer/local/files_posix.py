"""Linux and macOS: private files, names that are taken only when they are free, and what survives a power cut."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

assert sys.platform != "win32"  # noqa: S101 - tells mypy, which skips the rest there


def create_private(path: Path) -> int:
    """Create `path` for this user alone; a descriptor to write to. Raises FileExistsError and other OSErrors."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def rename_to_free_name(file: Path, name: Path) -> None:
    """Rename `file` to `name`, or leave it where it is; raises FileExistsError when the name is taken."""
    try:
        name.hardlink_to(file)
    except FileExistsError:
        raise
    except OSError:  # a drive without hard links, such as a USB stick
        _claim_and_replace(file, name)
    else:
        with suppress(OSError):
            file.unlink()


def _claim_and_replace(file: Path, name: Path) -> None:
    os.close(create_private(name))
    try:
        file.replace(name)
    except BaseException:
        name.unlink(missing_ok=True)
        raise


def settle(folder: Path) -> None:
    """Write the names in `folder` to the drive, where it can be asked to."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
