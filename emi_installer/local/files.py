"""Files that people name: whole or not there at all; those that hold a secret are private from their first instant.

`check_writable` finds out beforehand whether `write_private` will work; `fallback_place` names another place where
it did not. All raise InstallerError "file-not-writable" or "handoff-exists".
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.text import visible
from emi_installer.local.unfinished import noted

if sys.platform == "win32":
    from emi_installer.local import files_windows as system
else:
    from emi_installer.local import files_posix as system

_FALLBACK_NAME = "emi-installer-handoff"
_LONGEST_NAME = 255  # characters on Windows; bytes elsewhere, as the system itself finds
_PROBE = bytes(4096)  # a full disk still takes an empty file

_DISK_FULL = "The disk is full"
_TOO_LONG = "The name is too long"
_GONE = "The drive or network share is not there any more"
_NOT_ALLOWED = "You are not allowed to write there"
_PROTECTED = "Windows, or a program that watches over it, protects that folder from programs that it does not know"
_READ_ONLY = "The drive is read-only"
_NO_QUOTA = "Your disk quota is used up"
_DEFECTIVE = "The drive does not work properly"
_REASONS = {
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: _READ_ONLY,
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: _NO_QUOTA,
    errno.EFBIG: "The drive takes no file of that size",
    errno.ENAMETOOLONG: _TOO_LONG,
    errno.ENOENT: "Its folder does not exist",
    errno.ENOTDIR: "A part of its path is a file, not a folder",
    errno.EISDIR: "It is a folder",
    errno.ELOOP: "Its path leads in circles",
    errno.EINVAL: "The name has characters that are not possible there",
    errno.EBUSY: "Another program is using it",
    errno.EIO: _DEFECTIVE,
    errno.ENODEV: "It is a device, not a file",
    errno.ENXIO: _GONE,
    errno.ESTALE: _GONE,
    errno.EHOSTDOWN: _GONE,
    errno.EHOSTUNREACH: _GONE,
    errno.ENETUNREACH: _GONE,
    errno.ENOTCONN: _GONE,
    errno.ETIMEDOUT: _GONE,
}
_WINDOWS_REASONS = {
    19: _READ_ONLY,  # ERROR_WRITE_PROTECT
    21: _GONE,  # ERROR_NOT_READY
    32: "Another program is using it",  # ERROR_SHARING_VIOLATION
    39: _DISK_FULL,  # ERROR_HANDLE_DISK_FULL
    53: _GONE,  # ERROR_BAD_NETPATH
    55: _GONE,  # ERROR_DEV_NOT_EXIST
    59: _GONE,  # ERROR_UNEXP_NET_ERR
    64: _GONE,  # ERROR_NETNAME_DELETED
    67: _GONE,  # ERROR_BAD_NET_NAME
    112: _DISK_FULL,  # ERROR_DISK_FULL
    121: _GONE,  # ERROR_SEM_TIMEOUT
    206: _TOO_LONG,  # ERROR_FILENAME_EXCED_RANGE
    1117: _DEFECTIVE,  # ERROR_IO_DEVICE
    1167: _GONE,  # ERROR_DEVICE_NOT_CONNECTED
    1231: _GONE,  # ERROR_NETWORK_UNREACHABLE
    1295: _NO_QUOTA,  # ERROR_DISK_QUOTA_EXCEEDED
}
"""Python knows most of these as EINVAL alone; learn.microsoft.com/windows/win32/debug/system-error-codes."""

_HELD = {5, 32}  # ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION
_HELD_SECONDS, _LOOK_SECONDS = 2.0, 0.1

_DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    "CONIN$",
    "CONOUT$",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"),
}
"""Names of Windows that are never files; learn.microsoft.com/windows/win32/fileio/naming-a-file."""


Pause = Callable[[float], object]
"""Waits for some seconds."""


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Find out whether `path` can be written, by writing another file beside it and removing it again."""
    with _explained(path):
        _check_name(path, overwrite=overwrite)
        temporary = _beside(path)
        with noted(temporary):
            _write(system.create_private(temporary), _PROBE)


def write_private(path: Path, text: str, *, overwrite: bool, pause: Pause = time.sleep) -> None:
    """Write `text` as UTF-8, for this user alone; `only_you_can_read` says whether that is true of the drive.

    Whatever happens, `path` holds afterwards what it held before or all of `text`. Without `overwrite` a file that
    has appeared meanwhile stays. What is half-written when this program is killed is removed at its next start.
    """
    data = text.encode(errors="backslashreplace")

    def write(temporary: Path) -> None:
        unnamed = system.create_unnamed(temporary.parent)
        if unnamed is None:
            _write(system.create_private(temporary), data)
        else:
            _write(unnamed, data, whole=lambda: system.give_name(unnamed, temporary))

    with _explained(path):
        _put(path, write, overwrite=overwrite, pause=pause)


def write_public(
    path: Path, fill: Callable[[IO[bytes]], object], *, overwrite: bool, pause: Pause = time.sleep
) -> None:
    """Let `fill` write a file that others may read, in the same way; raises "file-exists" instead."""

    def write(temporary: Path) -> None:
        with temporary.open("xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())

    with _explained(path, Code.FILE_EXISTS):
        _put(path, write, overwrite=overwrite, pause=pause)


def only_you_can_read(path: Path) -> bool:
    """Whether the drive keeps the file from other users, as read back; False where that can't be found out.

    Administrators of the computer can read everything.
    """
    try:
        return system.is_private(path)
    except OSError:
        return False


def _put(path: Path, write: Callable[[Path], object], *, overwrite: bool, pause: Pause) -> None:
    """Let `write` make a file beside `path`, and move it there when it is whole."""
    _check_name(path, overwrite=overwrite)
    temporary = _beside(path)
    move = temporary.replace if overwrite else lambda name: system.rename_to_free_name(temporary, name)
    with noted(temporary):
        write(temporary)
        _insist(lambda: move(path), pause)
    system.settle(path.parent)


def _insist(act: Callable[[], object], pause: Pause) -> None:
    """Do it, again for two seconds where Windows has a new file open for a virus scanner or the index of its search."""
    for _ in range(int(_HELD_SECONDS / _LOOK_SECONDS)):
        try:
            act()
        except OSError as problem:
            if getattr(problem, "winerror", None) not in _HELD:
                raise
            pause(_LOOK_SECONDS)
        else:
            return
    act()


def fallback_place(path: Path) -> Path:
    """A free and writable name in the working directory or at home, ending like `path`; `path` if there is none.

    Asked again with its own answer, it goes on to the next folder and so comes to an end.
    """
    folders = list(_fallback_folders())
    tried = _folder(path)
    if path.name.startswith(_FALLBACK_NAME) and tried in folders:
        folders = folders[folders.index(tried) + 1 :]
    for folder in folders:
        for number in ("", *(f"-{n}" for n in range(2, 100))):
            place = folder / f"{_FALLBACK_NAME}{number}{path.suffix}"
            try:
                check_writable(place, overwrite=False)
            except InstallerError as problem:
                if problem.code == Code.HANDOFF_EXISTS:
                    continue
                break
            return place
    return path


def _folder(path: Path) -> Path | None:
    try:
        return path.absolute().parent
    except OSError:  # relative to a working directory that may have been deleted
        return None


def _fallback_folders() -> Iterator[Path]:
    with suppress(OSError):
        yield Path.cwd()
    with suppress(RuntimeError):  # there may be no home
        yield Path.home()


def windows_refuses(name: str) -> bool:
    """Whether Windows takes `name` for something else than a file, or not at all."""
    stem = name.partition(".")[0].rstrip(" ").upper()
    return stem in _DEVICES or name.endswith((".", " ")) or any(c in '<>:"|?*/\\' or c < " " for c in name)


def _check_name(path: Path, *, overwrite: bool) -> None:
    """Raise what is wrong with `path` already, without touching it."""
    if sys.platform == "win32" and windows_refuses(path.name):
        raise OSError(errno.EINVAL, "the name is reserved")
    if len(path.name) > _LONGEST_NAME:  # Windows says only that there is no such file
        raise OSError(errno.ENAMETOOLONG, "the name is too long")
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a directory")
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ENODEV, "is a device")
    if not overwrite:
        raise FileExistsError(errno.EEXIST, "exists")
    if stat.S_ISREG(found.st_mode) and not os.access(path, os.W_OK):  # a link is replaced, whatever it leads to
        raise PermissionError(errno.EACCES, "is read-only")


def _beside(path: Path) -> Path:
    """A new name in the folder of `path`, so that renaming stays on one drive; as long, so that it fails alike."""
    return path.with_name(f".emi-{secrets.token_hex(8)}".ljust(len(path.name) - 4, "-") + ".tmp")


def _write(descriptor: int, data: bytes, whole: Callable[[], object] = lambda: None) -> None:
    """Write `data` to the drive, and call `whole` before the file is closed."""
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
        whole()


@contextmanager
def _explained(path: Path, exists: Code = Code.HANDOFF_EXISTS) -> Iterator[None]:
    file = visible(str(path), limit=1000)
    try:
        yield
    except FileExistsError:
        raise error(exists, file=file) from None
    except ValueError:  # a NUL character, or one that the file system can't encode
        raise error(Code.FILE_NOT_WRITABLE, file=file, reason=_REASONS[errno.EINVAL]) from None
    except OSError as problem:
        details = errno.errorcode.get(problem.errno or 0, "")
        raise error(Code.FILE_NOT_WRITABLE, file=file, reason=_reason(problem, path), details=details) from problem


def _reason(problem: OSError, path: Path) -> str:
    if problem.errno == errno.ENOENT and _is_folder(path.parent):
        return _PROTECTED  # so answers "controlled folder access", as if there were no such folder
    on_windows = _WINDOWS_REASONS.get(getattr(problem, "winerror", None) or 0)
    return on_windows or _REASONS.get(problem.errno or 0) or problem.strerror or type(problem).__name__


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
