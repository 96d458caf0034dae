"""Only one window at a time: a second start brings the first to the front, and hands it the file that was opened.

A lock file tells the first from the second; the second leaves a call that the first watches for. Where the folder of
running programs is not ours alone, every start is a first one.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

from platformdirs import user_runtime_dir
from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

_PATIENCE_S = 2.0
_LARGEST = 64 * 1024  # bytes of a call
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Instance(QObject):
    """This start of the program; `called` when another one wants this window in front, with its file or nothing."""

    called = Signal(str)

    def __init__(self, name: str, folder: Path | None = None) -> None:
        super().__init__()
        place = _own_folder(folder)
        self._call = place / f"{name}.call" if place else None
        self._lock = QLockFile(str(place / f"{name}.lock")) if place else None
        self.is_first = self._lock is None or self._take(self._lock)

    @staticmethod
    def _take(lock: QLockFile) -> bool:
        lock.setStaleLockTime(0)
        return lock.tryLock(0) or lock.error() is not QLockFile.LockError.LockFailedError

    def call_first(self, file: Path | None) -> bool:
        """Ask the first to come to the front and to open `file`; whether it answered."""
        if self._call is None or self._lock is None:
            return False
        pid, *_ = self._lock.getLockInfo()
        _allow_foreground(int(pid))
        try:
            draft = self._call.with_suffix(f".{os.getpid()}")
            draft.write_text(json.dumps({"file": str(file.absolute()) if file else ""}), encoding="utf-8")
            draft.replace(self._call)
        except OSError:
            return False
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            if not self._call.exists():
                return True
            time.sleep(0.05)
        return False

    def listen(self) -> None:
        """Be ready to be called."""
        if self._call is None:
            return
        with suppress(OSError):
            self._call.unlink(missing_ok=True)
        self._watcher = QFileSystemWatcher([str(self._call.parent)], self)
        self._watcher.directoryChanged.connect(self._look)

    def _look(self) -> None:
        if self._call is None or not self._call.exists():
            return
        file = ""
        with suppress(OSError, ValueError, RecursionError):
            with self._call.open("rb") as stream:
                found = json.loads(stream.read(_LARGEST))
            file = found["file"] if isinstance(found, dict) and isinstance(found.get("file"), str) else ""
        with suppress(OSError):
            self._call.unlink(missing_ok=True)
        self.called.emit(file)


def _own_folder(folder: Path | None) -> Path | None:
    """A folder in which nobody else may write; None where there is none."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of a Linux without a session, which has another place
            place = folder or Path(user_runtime_dir("EMI Installer", appauthor=False))
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = place.lstat()
    except OSError:
        return None
    if sys.platform == "win32":
        return place
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & _OTHERS_MAY_WRITE
    return place if ours else None


def _allow_foreground(pid: int) -> None:
    """Windows lets a program come to the front only if the one in front allows it."""
    if sys.platform == "win32" and pid > 0:
        import ctypes  # noqa: PLC0415 - Windows alone

        ctypes.windll.user32.AllowSetForegroundWindow(pid)
