"""Only one window at a time: a second start brings the first to the front.

A lock file tells the first from the second; the second touches a file that the first watches.
"""

from __future__ import annotations

import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

from platformdirs import user_runtime_dir
from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

_PATIENCE_S = 2.0


class Instance(QObject):
    """This start of the program; `woken` when another one wants this window in front."""

    woken = Signal()

    def __init__(self, name: str, folder: Path | None = None) -> None:
        super().__init__()
        with warnings.catch_warnings(action="ignore"):  # of a Linux without a session, which has another place
            place = folder or Path(user_runtime_dir("EMI Installer", appauthor=False))
        with suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = QLockFile(str(place / f"{name}.lock"))
        self._lock.setStaleLockTime(0)
        self._call = place / f"{name}.call"
        self.is_first = self._lock.tryLock(0) or self._lock.error() is not QLockFile.LockError.LockFailedError

    def wake_first(self) -> bool:
        """Ask the first to come to the front; whether it answered."""
        pid, *_ = self._lock.getLockInfo()
        _allow_foreground(int(pid))
        try:
            self._call.write_text("here", encoding="ascii")
        except OSError:
            return False
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            if not self._call.exists():
                return True
            time.sleep(0.05)
        return False

    def listen(self) -> None:
        """Be ready to be woken."""
        with suppress(OSError):
            self._call.unlink(missing_ok=True)
        self._watcher = QFileSystemWatcher([str(self._call.parent)], self)
        self._watcher.directoryChanged.connect(self._look)

    def _look(self) -> None:
        if self._call.exists():
            with suppress(OSError):
                self._call.unlink(missing_ok=True)
            self.woken.emit()


def _allow_foreground(pid: int) -> None:
    """Windows lets a program come to the front only if the one in front allows it."""
    if sys.platform == "win32" and pid > 0:
        import ctypes  # noqa: PLC0415 - Windows alone

        ctypes.windll.user32.AllowSetForegroundWindow(pid)
