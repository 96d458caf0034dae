"""What goes wrong on purpose: replication lag, throttling, broken connections, strange answers, races.

    faults.add("POST /applications/*/addPassword", Drop(acted=True))
    faults.race(4, plant_an_owner, after=True)

A pattern is a method and a path without the API version, with wildcards; login paths have no host. Outcomes are used up
one by one by the requests, or items of a $batch, that match; then everything is normal again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """This answer instead of the right one; `acted`: the server carries the request out all the same."""

    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    acted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """These bytes instead of the right answer."""

    status: int = 200
    content: bytes = b""
    content_type: str = "text/html"
    acted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """The right answer: what goes wrong comes later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated:
    """The first half of the right answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOut:
    """No answer in time; `acted`: the server carried the request out."""

    acted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The connection breaks before or after the server acted."""

    acted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """The connection is refused."""


Outcome = Answer | Raw | Normal | Truncated | TimeOut | Drop | Refuse


def throttle(retry_after: str | None = None) -> Answer:
    """429, with or without a Retry-After header."""
    error = {"code": "TooManyRequests", "message": "Please retry again later.", "innerError": {"code": "429"}}
    headers = (("Retry-After", retry_after),) if retry_after is not None else ()
    return Answer(status=429, body={"error": error}, headers=headers)


def unavailable(status: int = 503, *, retry_after: str | None = None, acted: bool = False) -> Answer:
    """503 or 504; the write may have been carried out."""
    error = {"code": "Service_ServiceUnavailable", "message": "Service is temporarily unavailable."}
    headers = (("Retry-After", retry_after),) if retry_after is not None else ()
    return Answer(status=status, body={"error": error}, headers=headers, acted=acted)


def html(status: int = 200) -> Raw:
    """A web page, as a captive portal or gateway sends it."""
    return Raw(status=status, content=b"<!doctype html><html><body>Please sign in to this network</body></html>")


def huge(size: int = 10_000_000) -> Raw:
    """An answer of ten megabytes."""
    return Raw(content=b'{"value": "' + b"x" * size + b'"}', content_type="application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """What somebody else does right before or after the request `number` of the run."""

    number: int
    action: Callable[[], object]
    after: bool


class Disconnected(Exception):  # noqa: N818 - told to the transport, which raises what requests would raise
    """No answer; `kind` is time-out, drop or refuse."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(kw_only=True)
class Faults:
    """The faults of one simulated service.

    `lag`: seconds until other replicas know what is written. With `lag_of_each` every new object takes that long;
    otherwise it is a backlog: from the first write on nothing new is seen for `lag` seconds, then everything is.
    `secret_lag`: seconds until the sign-in service accepts a new client secret. `crowded`: a write that follows another
    within a second is refused with Directory_ConcurrencyViolation, once.
    """

    lag: float = 0.0
    lag_of_each: bool = False
    secret_lag: float = 0.0
    crowded: bool = False
    first_write: float | None = None
    last_write: float | None = None
    scripted: list[tuple[str, deque[Outcome]]] = field(default_factory=list)
    races: list[Race] = field(default_factory=list)

    def add(self, pattern: str, *outcomes: Outcome) -> None:
        """Let the next requests that match `pattern` end with `outcomes`."""
        self.scripted.append((pattern, deque(outcomes)))

    def race(self, number: int, action: Callable[[], object], *, after: bool = False) -> None:
        """Let somebody else act right before, or after, the request `number` of the run, counted from 1."""
        self.races.append(Race(number=number, action=action, after=after))

    def next(self, method: str, path: str) -> Outcome | None:
        """The outcome for this request, used up; None when nothing goes wrong."""
        for pattern, outcomes in self.scripted:
            if outcomes and fnmatchcase(f"{method} {path}", pattern):
                return outcomes.popleft()
        return None

    def wrote(self, now: float) -> None:
        """Note a write at `now`."""
        self.first_write = now if self.first_write is None else self.first_write
        self.last_write = now

    def crowds(self, now: float) -> bool:
        """Whether a write at `now` is refused since another one was just made; the next try is not."""
        close = self.crowded and self.last_write is not None and now < self.last_write + 1
        self.last_write = None if close else self.last_write
        return close

    def sees(self, born: float, now: float) -> bool:
        """Whether a replica knows at `now` what was written at `born`."""
        if not self.lag or self.first_write is None or born < self.first_write:
            return True
        start = born if self.lag_of_each else self.first_write
        return now >= start + self.lag
