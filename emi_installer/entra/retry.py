"""Waiting that has a reason, an end, and stops at once when the person presses Cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from emi_installer.core.errors.errors import Cancelled
from emi_installer.core.plan.events import Event, RetryReason, RetryScheduled

Result = TypeVar("Result")

REPLICATION_SECONDS = 120.0
"""How long a new object may take to reach all of Microsoft's servers before we give up."""

SECRET_SECONDS = 90.0
"""How long a new client secret may take to be accepted."""

_FIRST, _GROWTH, _LONGEST = 0.5, 1.5, 2.0


class Clock(Protocol):
    """Time, so that tests need not spend it."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` passed; whether it is set."""
        ...


class SystemClock:
    """The time of this computer."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` passed; whether it is set."""
        return event.wait(seconds)


class Retry(Exception):  # noqa: N818 - says that another try is worth its while
    """`cause` may go away when the call is tried again; `after` is what Microsoft asked to wait, in seconds."""

    def __init__(self, cause: Exception, reason: RetryReason, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason
        self.after = after


class RetryPolicy:
    """Repeats calls, reports each wait, and gives up in time; one for each run."""

    def __init__(self, clock: Clock, cancel: threading.Event, on_event: Callable[[Event], None]) -> None:
        self.clock = clock
        self.cancel = cancel
        self.on_event = on_event

    def check(self) -> None:
        """Raise Cancelled when the person pressed Cancel."""
        if self.cancel.is_set():
            raise Cancelled

    def pause(self, seconds: float) -> None:
        """Wait; raises Cancelled as soon as the person presses Cancel."""
        if self.clock.wait(self.cancel, seconds):
            raise Cancelled

    def repeat(self, call: Callable[[], Result], *, seconds: float, tries: int | None = None) -> Result:
        """Call until it no longer raises Retry, for `seconds` of waiting and `tries` calls at most.

        Then raises the cause of the last Retry.
        """

        def given_up(state: RetryCallState) -> bool:
            upcoming = state.idle_for + _delay(state)
            return upcoming > seconds or (tries is not None and state.attempt_number >= tries)

        repeating = Retrying(
            retry=retry_if_exception_type(Retry),
            wait=_delay,
            stop=given_up,
            sleep=self.pause,
            before_sleep=self._announce,
            reraise=True,
        )
        try:
            return repeating(call)
        except Retry as retry:
            raise retry.cause from None

    def _announce(self, state: RetryCallState) -> None:
        self.on_event(RetryScheduled(reason=_retry(state).reason, seconds=state.upcoming_sleep))


def _retry(state: RetryCallState) -> Retry:
    problem = state.outcome.exception() if state.outcome else None
    if not isinstance(problem, Retry):
        raise TypeError("only a call that raised Retry is repeated")
    return problem


def _delay(state: RetryCallState) -> float:
    """What Microsoft asked for; at least half a second, half as much again each time, up to two seconds."""
    least: float = min(_LONGEST, _FIRST * _GROWTH ** (state.attempt_number - 1))
    return max(_retry(state).after or 0.0, least)
