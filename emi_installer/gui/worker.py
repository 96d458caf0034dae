"""Jobs on a thread of their own; the only place where Qt meets threads.

    Task(job).start() ─▶ thread: job(task) ─▶ event* ─▶ done | failed | cancelled   (signals, on the window's thread)

The threads are daemons: one that hangs in the network does not keep the program from ending. A task is an object of
the window's thread, so it must be let go there: it outlives its thread.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.local.logs import log, log_place

if TYPE_CHECKING:
    from emi_installer.core.plan.events import Event

_COLLECT_MS = 10_000
_SWITCH_S = 0.0002  # how long a busy thread may keep the window's waiting; Python's own choice is 5 ms


class Task(QObject):
    """One job; exactly one of `done`, `failed` and `cancelled` follows its events, unless it is abandoned."""

    told = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    _arrived = Signal(str, object)

    def __init__(self, job: Callable[[Task], Any], cancel: threading.Event | None = None) -> None:
        super().__init__()
        self.cancel = cancel or threading.Event()
        self._job = job
        self._abandoned = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._inbox: deque[tuple[str, object]] = deque()
        self._postman = QTimer(self)
        self._postman.timeout.connect(self._deliver)
        self._arrived.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin."""
        _running.add(self)
        self._thread.start()

    def report(self, event: Event) -> None:
        """Tell the window; called by the job."""
        self._send("event", event)

    def abandon(self) -> None:
        """Cancel, and hear nothing of it any more."""
        self._abandoned = True
        self.cancel.set()

    def _run(self) -> None:
        try:
            self._send("done", self._job(self))
        except Cancelled:
            self._send("cancelled", None)
        except InstallerError as problem:
            self._send("failed", problem)
        except Exception as problem:  # noqa: BLE001 - nobody is shown a traceback
            self._send("failed", unexpected(problem))

    def _send(self, kind: str, value: object) -> None:
        with suppress(RuntimeError):  # the window is gone
            self._arrived.emit(kind, value)

    def _receive(self, kind: str, value: object) -> None:
        self._inbox.append((kind, value))
        self._postman.start()

    def _deliver(self) -> None:
        """One event a turn of the event loop, so that a burst of them does not hold up painting and typing."""
        kind, value = self._inbox.popleft()
        if not self._inbox:
            self._postman.stop()
        if kind != "event":
            self._thread.join()  # it has nothing left to do
            _running.discard(self)
        if self._abandoned:
            return
        if kind == "cancelled":
            self.cancelled.emit()
        else:
            signal = {"event": self.told, "done": self.done, "failed": self.failed}[kind]
            signal.emit(value)


_running: set[Task] = set()
"""Tasks whose thread still needs them."""


def unexpected(problem: BaseException) -> InstallerError:
    """Our mistake in a sentence; the log has where it happened."""
    log("unexpected", problem=problem)
    return error(Code.UNEXPECTED, what=type(problem).__name__, log=log_place())


def prefer_this_thread(window: QObject) -> None:
    """Let the window's thread wait for no other, and garbage be collected on it alone.

    A widget that another thread destroys ends the program.
    """
    sys.setswitchinterval(_SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.disable()
    timer = QTimer(window)
    timer.setInterval(_COLLECT_MS)
    timer.timeout.connect(gc.collect)
    timer.start()
