"""The client of Microsoft Graph: one session, $batch, paging, throttling, renewed tokens, plain failures.

    send   one request          repeats what is safe to repeat; raises GraphFailure or TransportFailure
    batch  up to 20 in a round   the same, item by item; failures come back as values

Throttling and refused connections are repeated for every request; reads also after a broken or late
answer.
Sources: https://learn.microsoft.com/graph/json-batching, https://learn.microsoft.com/graph/throttling.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from emi_installer.core.desired.clouds import Cloud
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra.failures import GraphFailure, moment_of
from emi_installer.entra.http import Session
from emi_installer.entra.network import TransportFailure, explain
from emi_installer.entra.retry import Clock, Result, Retry, RetryPolicy

BATCH_SIZE = 20
THROTTLED_SECONDS = 120.0
UNAVAILABLE_TRIES = 5
NETWORK_TRIES = 3
EMPTY = "it is empty"

Json = dict[str, Any]
Log = Callable[..., None]


class Tokens(Protocol):
    """Where access tokens come from."""

    def access_token(self, *, renew: bool = False, claims: str | None = None) -> str:
        """A token for Graph; `renew` asks for a fresh one, `claims` answers a claims challenge."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: `path` from the API version on, quoted; `body` as JSON."""

    method: str
    path: str
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success: `body` is empty where Graph sent none; further pages are asked for with the same `headers`."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


def get(path: str, *, advanced: bool = False) -> Call:
    """A read; `advanced` asks for the index behind advanced queries (the path must then hold $count=true)."""
    return Call(method="GET", path=path, headers={"ConsistencyLevel": "eventual"} if advanced else {})


class GraphClient:
    """Speaks with the Graph of one cloud on behalf of the signed-in person."""

    def __init__(self, session: Session, cloud: Cloud, tokens: Tokens, clock: Clock, log: Log) -> None:
        self.clock_ahead = 0.0
        """Seconds by which the clock of this computer is ahead of Graph's, as far as it was told."""
        self._clock = clock
        self._session = session
        self._root = cloud.graph + "/v1.0"
        self._host = urlsplit(cloud.graph).hostname
        self._tokens = tokens
        self._log = log

    def send(self, call: Call, patience: RetryPolicy) -> Answer:
        """Carry out one request.

        Raises GraphFailure when Graph refuses, TransportFailure when no answer came, Cancelled.
        """
        return self._patiently(lambda: self._authorized(call), call.reads, patience)

    def batch(self, calls: Sequence[Call], patience: RetryPolicy) -> list[Answer | GraphFailure]:
        """Carry out requests together, in no particular order; the answers stand in the order of `calls`.

        Raises what `send` raises when the round as a whole failed.
        """
        answers: dict[int, Answer | GraphFailure] = {}
        waiting = list(range(len(calls)))
        rounds = 0

        def round_trip() -> None:
            nonlocal rounds
            rounds += 1
            for start in range(0, len(waiting), BATCH_SIZE):
                part = waiting[start : start + BATCH_SIZE]
                outcomes = self._batch_once([calls[i] for i in part], patience)
                answers.update(zip(part, outcomes, strict=True))
            patient = rounds < UNAVAILABLE_TRIES
            again = {i: retry for i in waiting if (retry := _retry_reason(calls[i], answers[i], patient=patient))}
            waiting[:] = again
            if again:
                raise max(again.values(), key=lambda retry: retry.after or 0.0)

        try:
            patience.repeat(round_trip, seconds=THROTTLED_SECONDS)
        except GraphFailure as failure:
            if failure not in answers.values():
                raise
        return [answers[i] for i in range(len(calls))]

    def collect(self, first: Answer, patience: RetryPolicy) -> list[Json]:
        """All entries of a collection, page by page."""
        return list(self._pages(first, patience))

    def _pages(self, page: Answer, patience: RetryPolicy) -> Iterator[Json]:
        seen: set[str] = set()
        while True:
            entries = page.body.get("value")
            if not isinstance(entries, list):
                raise self._unreadable("a list is missing")
            yield from (e for e in entries if isinstance(e, dict))
            link = page.body.get("@odata.nextLink")
            if not link:
                return
            if not isinstance(link, str) or not link.startswith(self._root + "/"):
                raise self._unreadable("a link leads elsewhere")
            if link in seen:
                raise self._unreadable("a list has no end")
            seen.add(link)
            page = self.send(Call(method="GET", path=link.removeprefix(self._root), headers=page.headers), patience)

    def _batch_once(self, calls: list[Call], patience: RetryPolicy) -> list[Answer | GraphFailure]:
        items = [_item(str(n), call) for n, call in enumerate(calls)]
        envelope = Call(method="POST", path="/$batch", body={"requests": items})
        reads = all(call.reads for call in calls)
        return self._patiently(lambda: self._item_outcomes(calls, self._authorized(envelope)), reads, patience)

    def _item_outcomes(self, calls: list[Call], answer: Answer) -> list[Answer | GraphFailure]:
        found = _by_id(answer.body)
        if not {str(n) for n in range(len(calls))} <= set(found):
            raise self._unreadable("answers are missing")
        return [self._item_outcome(call, found[str(n)]) for n, call in enumerate(calls)]

    def _item_outcome(self, call: Call, item: Json) -> Answer | GraphFailure:
        status, body = item.get("status"), item.get("body")
        if not isinstance(status, int):
            raise self._unreadable("a status is missing")
        content = body if isinstance(body, dict) else {}
        headers = item.get("headers")
        self._log("graph", method=call.method, path=_place(call.path), status=status, batched=True)
        if status < 300:  # noqa: PLR2004 - HTTP success
            return Answer(status=status, body=content, headers=call.headers)
        return GraphFailure.read(status, content, headers if isinstance(headers, dict) else {}, call.path)

    def _patiently(self, once: Callable[[], Result], reads: bool, patience: RetryPolicy) -> Result:  # noqa: FBT001
        """Repeat `once` where that can do no harm, for a bounded time."""
        broken = 0

        def attempt() -> Result:
            nonlocal broken
            patience.check()
            try:
                return once()
            except TransportFailure as failure:
                broken += 1
                safe = failure.problem.code == Code.UNREACHABLE or (reads and failure.acted)
                if safe and broken < NETWORK_TRIES:
                    raise Retry(failure, RetryReason.NETWORK) from failure
                raise
            except GraphFailure as failure:
                if failure.throttled:
                    raise Retry(failure, RetryReason.THROTTLED, after=failure.after) from failure
                broken += 1
                if reads and failure.unavailable and broken < UNAVAILABLE_TRIES:
                    raise Retry(failure, RetryReason.UNAVAILABLE, after=failure.after) from failure
                raise

        return patience.repeat(attempt, seconds=THROTTLED_SECONDS)

    def _authorized(self, call: Call) -> Answer:
        """One request with a token; a token that is no longer valid is renewed once."""
        try:
            return self._once(call, self._tokens.access_token())
        except GraphFailure as failure:
            if failure.status != 401:  # noqa: PLR2004 - unauthorized
                raise
            renewed = self._tokens.access_token(renew=True, claims=failure.claims)
        return self._once(call, renewed)

    def _once(self, call: Call, token: str) -> Answer:
        url = self._root + call.path
        headers = {**call.headers, "Authorization": f"Bearer {token}", "Accept": "application/json"}
        started = time.monotonic()
        try:
            response = self._session.request(call.method, url, json=call.body, headers=headers)
        except (requests.RequestException, OSError) as problem:
            failure = explain(problem, url)
            self._log("graph", method=call.method, path=_place(call.path), code=failure.problem.code)
            raise failure from problem
        self._compare_clocks(response)
        self._log(
            "graph",
            method=call.method,
            path=_place(call.path),
            status=response.status_code,
            request_id=response.headers.get("request-id", ""),
            duration_ms=round((time.monotonic() - started) * 1000),
        )
        return self._read(call, response)

    def _compare_clocks(self, response: requests.Response) -> None:
        date = moment_of(response.headers.get("Date", ""))
        if date is not None:
            self.clock_ahead = self._clock.now() - date.timestamp()

    def _read(self, call: Call, response: requests.Response) -> Answer:
        status = response.status_code
        body = self._body(response)
        if status >= 300:  # noqa: PLR2004 - everything but success
            raise GraphFailure.read(status, body, dict(response.headers), call.path)
        if not body and status != 204 and not (status == 202 and call.method == "DELETE"):  # noqa: PLR2004
            raise self._unreadable(EMPTY)
        return Answer(status=status, body=body, headers=call.headers)

    def _body(self, response: requests.Response) -> Json:
        """The JSON object of an answer; raises InstallerError where something else than Graph answered."""
        text = response.content.strip()
        moved = 300 <= response.status_code < 400  # noqa: PLR2004 - redirects
        busy = response.status_code == 429 or response.status_code >= 500  # noqa: PLR2004 - gateways say so in HTML
        if moved or (text.startswith(b"<") and not busy):
            raise TransportFailure(error(Code.CAPTIVE_PORTAL, host=self._host), acted=False)
        if not text:
            return {}
        try:
            body = json.loads(text)
        except ValueError:
            if response.status_code >= 400:  # noqa: PLR2004 - the status says enough
                return {}
            raise self._unreadable("it is cut off or not JSON") from None
        if not isinstance(body, dict):
            raise self._unreadable("it is not an object")
        return body

    def _unreadable(self, problem: str) -> TransportFailure:
        return TransportFailure(error(Code.ANSWER_UNREADABLE, host=self._host, problem=problem), acted=True)


def _item(key: str, call: Call) -> Json:
    headers = dict(call.headers)
    item: Json = {"id": key, "method": call.method, "url": call.path}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
        item["body"] = call.body
    return {**item, "headers": headers} if headers else item


def _by_id(body: Json) -> dict[str, Json]:
    entries = body.get("responses")
    listed = entries if isinstance(entries, list) else []
    return {str(e.get("id")): e for e in listed if isinstance(e, dict)}


def _retry_reason(call: Call, outcome: Answer | GraphFailure, *, patient: bool) -> Retry | None:
    """Why an item is asked for again: throttled ones as long as it takes, unavailable ones while `patient`."""
    if isinstance(outcome, Answer):
        return None
    if outcome.throttled:
        return Retry(outcome, RetryReason.THROTTLED, after=outcome.after)
    if patient and call.reads and outcome.unavailable:
        return Retry(outcome, RetryReason.UNAVAILABLE, after=outcome.after)
    return None


def _place(path: str) -> str:
    """The path without its query, for the log."""
    return path.partition("?")[0]
