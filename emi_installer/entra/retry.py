"""Waiting that has a reason, an end, and stops at once when the person presses Cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from emi_installer.core.errors.errors import Cancelled
from emi_installer.core.plan.events import Event, RetryReason, RetryScheduled
from emi_installer.entra.failures import ServiceFailure, TransportFailure

Result = TypeVar("Result")

REPLICATION_SECONDS = 120.0
"""How long a new object may take to reach all of Microsoft's servers before we give up."""

SECRET_SECONDS = 90.0
"""How long a new client secret may take to be accepted."""

NETWORK_TRIES, UNAVAILABLE_TRIES = 3, 5
"""How often a request is sent that meets no answer, or a service that is broken."""

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


class Retry(Exception):  # noqa: N818 - a decision, not an error
    """`cause` may go away when the call is tried again; `after` is what Microsoft asked to wait, in seconds."""

    def __init__(self, cause: Exception, reason: RetryReason, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason
        self.after = after


class _NotYetError(Exception):
    """What came is not yet what was waited for."""

    def __init__(self, came: Any) -> None:
        super().__init__()
        self.came = came


@dataclass(kw_only=True)
class RequestRetries:
    """Which failures of one request are worth another try.

    Throttling is waited out. Broken connections and services get a few tries; a write only where nothing can have been
    carried out.
    """

    reads: bool
    broken: int = 0

    def of(self, failure: ServiceFailure | TransportFailure) -> Retry | None:
        """Why to send the request again; None where that would not help, or do harm."""
        if isinstance(failure, TransportFailure):
            harmless = failure.passing and (self.reads or not failure.acted)
            return self._again(Retry(failure, RetryReason.NETWORK), NETWORK_TRIES) if harmless else None
        if failure.throttled:
            return Retry(failure, RetryReason.THROTTLED, after=failure.after)
        if failure.unavailable and self.reads:
            return self._again(Retry(failure, RetryReason.UNAVAILABLE, after=failure.after), UNAVAILABLE_TRIES)
        return None

    def _again(self, retry: Retry, tries: int) -> Retry | None:
        self.broken += 1
        return retry if self.broken < tries else None


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

    def request(self, send: Callable[[], Result], *, reads: bool, seconds: float, tries: int | None = None) -> Result:
        """Send a request until it is answered, as far as that does no harm; raises its last failure, Cancelled."""
        retries = RequestRetries(reads=reads)

        def attempt() -> Result:
            self.check()
            try:
                return send()
            except (ServiceFailure, TransportFailure) as failure:
                retry = retries.of(failure)
                if retry is None:
                    raise
                raise retry from failure

        return self.repeat(attempt, seconds=seconds, tries=tries)

    def until(
        self, call: Callable[[], Result], passes: Callable[[Result], bool], reason: RetryReason, *, seconds: float
    ) -> Result:
        """Call until what comes `passes`, for `seconds` of waiting at most; what came last."""

        def attempt() -> Result:
            came = call()
            if not passes(came):
                raise Retry(_NotYetError(came), reason)
            return came

        try:
            return self.repeat(attempt, seconds=seconds)
        except _NotYetError as last:
            return cast("Result", last.came)

    def repeat(self, call: Callable[[], Result], *, seconds: float, tries: int | None = None) -> Result:
        """Call until it no longer raises Retry, for `seconds` of waiting and `tries` calls at most.

        Then raises the cause of the last Retry.
        """

        def given_up(state: RetryCallState) -> bool:
            return state.idle_for + _delay(state) > seconds or (tries is not None and state.attempt_number >= tries)

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
