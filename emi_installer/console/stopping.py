"""Ctrl-C in the console: once stops before the next change, twice stops at once, but never loses a client secret."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from emi_installer.console.terminal import Terminal

_STOPPING = "Stopping before the next step. Press Ctrl-C again to stop at once."
_SAVING = "Saving the client secret first: Microsoft shows it only once."


class Stopper:
    """Turns Ctrl-C into `cancel`, and a second one into KeyboardInterrupt, which waits while `shielded`."""

    def __init__(self, cancel: threading.Event, terminal: Terminal) -> None:
        self._cancel = cancel
        self._terminal = terminal
        self._pressed_again = False
        self._shielded = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Within, Ctrl-C is ours."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: Callable[[int, Any], Any] | int | None = signal.signal(signal.SIGINT, self._stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def shield(self) -> None:
        """From now on a client secret may be there that nobody has: nothing ends the run at once."""
        self._shielded = True

    def unshield(self) -> None:
        """It is safe now; raises KeyboardInterrupt if somebody asked for that meanwhile."""
        self._shielded = False
        if self._pressed_again:
            self._pressed_again = False
            raise KeyboardInterrupt

    def _stop(self, _signal: int, _frame: object) -> None:
        if not self._cancel.is_set():
            self._cancel.set()
            self._terminal.say(_STOPPING)
        elif self._shielded:
            self._pressed_again = True
            self._terminal.say(_SAVING)
        else:
            raise KeyboardInterrupt
