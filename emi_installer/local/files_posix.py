"""Linux and macOS: private files, names that are taken only when they are free, and what survives a power cut."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

assert sys.platform != "win32"  # noqa: S101 - tells mypy, which skips the rest there


def create_private(path: Path) -> int:
    """Create `path` for this user alone; a descriptor to write to. Raises FileExistsError and other OSErrors."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def create_unnamed(folder: Path) -> int | None:
    """A descriptor to a file for this user alone that ends with this program, unless it is given a name.

    None where the drive knows no such files; man 2 open, O_TMPFILE. Raises OSErrors.
    """
    if sys.platform != "linux" or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, os.O_WRONLY | os.O_TMPFILE | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        if problem.errno in (errno.EOPNOTSUPP, errno.EISDIR):
            return None
        raise


def give_name(descriptor: int, name: Path) -> None:
    """Let a file that has none be called `name`; raises FileExistsError and other OSErrors."""
    # With a folder of its own Python calls linkat, which follows the link that /proc has for the descriptor.
    os.link(f"/proc/self/fd/{descriptor}", name, src_dir_fd=descriptor, follow_symlinks=True)


def is_private(path: Path) -> bool:
    """Whether the drive lets this user alone read it; raises OSError."""
    found = path.stat()
    return found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077


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
