"""Virtual time: waiting costs nothing and is written down."""

from __future__ import annotations

import threading
import time


class FakeClock:
    """A clock that moves only when somebody waits; fits the simulator's and the installer's `Clock`."""

    def __init__(self, start: float | None = None) -> None:
        # msal compares the times in an id token with the computer's own clock.
        self._now = time.time() if start is None else start
        self.waits: list[float] = []

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.waits.append(seconds)
        self._now += seconds

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Let `seconds` pass at once, unless `event` is set; whether it is set."""
        if not event.is_set():
            self.sleep(seconds)
        return event.is_set()
