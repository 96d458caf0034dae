"""The client of Microsoft Graph: one session, $batch, paging, throttling, renewed tokens.

    send   one request          repeats what is safe to repeat; raises GraphFailure or TransportFailure
    batch  up to 20 in a round   the same, item by item; refusals come back as values

Sources: https://learn.microsoft.com/graph/json-batching, https://learn.microsoft.com/graph/throttling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

import requests

from emi_installer.core.desired.clouds import Cloud
from emi_installer.entra.batch import Batch, Outcome, UnfinishedBatchError, envelope, read_items
from emi_installer.entra.calls import Answer, Call, Json
from emi_installer.entra.failures import EmptyAnswer, GraphFailure, moment_of
from emi_installer.entra.http import Session
from emi_installer.entra.properties import Properties
from emi_installer.entra.retry import Clock, RetryPolicy
from emi_installer.entra.wire import exchange, read_object, unreadable

THROTTLED_SECONDS = 120.0


class Tokens(Protocol):
    """Where access tokens come from."""

    def access_token(self, *, renew: bool = False, claims: str | None = None) -> str:
        """A token for Graph; `renew` asks for a fresh one, `claims` answers a claims challenge."""
        ...


class GraphClient:
    """Speaks with the Graph of one cloud on behalf of the signed-in person."""

    def __init__(self, session: Session, cloud: Cloud, tokens: Tokens, clock: Clock) -> None:
        self.clock_ahead = 0.0
        """Seconds by which the clock of this computer is ahead of Graph's, as far as it was told."""
        self._clock = clock
        self._session = session
        self._root = cloud.graph + "/v1.0"
        self._host = str(urlsplit(cloud.graph).hostname)
        self._tokens = tokens
        self._properties = Properties()

    @property
    def now(self) -> datetime:
        """Microsoft's time, in UTC; until it was told, that of this computer."""
        return datetime.fromtimestamp(self._clock.now() - self.clock_ahead, UTC)

    def send(self, call: Call, patience: RetryPolicy) -> Answer:
        """Carry out one request.

        Raises GraphFailure when Graph refuses, TransportFailure when no answer came, Cancelled.
        """
        sent = self._properties.known(call)
        try:
            return patience.request(lambda: self._authorized(sent), reads=sent.reads, seconds=THROTTLED_SECONDS)
        except GraphFailure as failure:
            self._properties.learn(failure)
            if self._properties.known(call) == sent:
                raise
        return self.send(call, patience)

    def batch(self, calls: Sequence[Call], patience: RetryPolicy) -> list[Outcome]:
        """Carry out requests together, in no particular order; the answers stand in the order of `calls`.

        Raises what `send` raises when the round as a whole failed.
        """
        sent = [self._properties.known(call) for call in calls]
        batch = Batch(sent, lambda part: self._batch_once(part, patience))
        with suppress(UnfinishedBatchError):  # what failed to the end is among the outcomes
            patience.repeat(batch.send_open, seconds=THROTTLED_SECONDS)
        outcomes = batch.outcomes
        for outcome in outcomes:
            if isinstance(outcome, GraphFailure):
                self._properties.learn(outcome)
        again = [number for number, call in enumerate(calls) if self._asks_less(call, sent[number], outcomes[number])]
        if again:
            answers = self.batch([calls[number] for number in again], patience)
            for number, answer in zip(again, answers, strict=True):
                outcomes[number] = answer
        return outcomes

    def _asks_less(self, call: Call, sent: Call, outcome: Outcome) -> bool:
        """Whether a call was refused that would be sent without some of its properties by now."""
        return isinstance(outcome, GraphFailure) and self._properties.known(call) != sent

    def collect(self, first: Answer, patience: RetryPolicy) -> list[Json]:
        """All entries of a collection, page by page."""
        return list(self._pages(first, patience))

    def _pages(self, page: Answer, patience: RetryPolicy) -> Iterator[Json]:
        seen: set[str] = set()
        while True:
            entries = page.body.get("value")
            if not isinstance(entries, list):
                raise unreadable(self._host, "a list is missing")
            yield from (entry for entry in entries if isinstance(entry, dict))
            link = page.body.get("@odata.nextLink")
            if not link:
                return
            if not isinstance(link, str) or not link.startswith(self._root + "/"):
                raise unreadable(self._host, "a link leads elsewhere")
            if link in seen:
                raise unreadable(self._host, "a list has no end")
            seen.add(link)
            page = self.send(Call(method="GET", path=link.removeprefix(self._root), headers=page.headers), patience)

    def _batch_once(self, calls: list[Call], patience: RetryPolicy) -> list[Outcome]:
        reads = all(call.reads for call in calls)
        request = envelope(calls)
        outcomes = patience.request(
            lambda: read_items(calls, self._authorized(request), self._host), reads=reads, seconds=THROTTLED_SECONDS
        )
        for call, outcome in zip(calls, outcomes, strict=True):
            refused = outcome.request_id if isinstance(outcome, GraphFailure) else None
            path = _without_query(call.path)
            self._session.log(
                "graph", method=call.method, path=path, status=outcome.status, request_id=refused, batched=True
            )
        return outcomes

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
        headers = {**call.headers, "Authorization": f"Bearer {token}", "Accept": "application/json"}
        response = exchange(
            self._session,
            "graph",
            call.method,
            self._root + call.path,
            logged=_without_query(call.path),
            json=call.body,
            headers=headers,
        )
        self._compare_clocks(response)
        return self._read(call, response)

    def _compare_clocks(self, response: requests.Response) -> None:
        date = moment_of(response.headers.get("Date", ""))
        if date is not None:
            self.clock_ahead = self._clock.now() - date.timestamp()

    def _read(self, call: Call, response: requests.Response) -> Answer:
        status, body = response.status_code, read_object(response)
        if status >= 300:  # noqa: PLR2004 - everything but success
            raise GraphFailure(status, body, dict(response.headers), call.path)
        if not body and status != 204 and not (status == 202 and call.method == "DELETE"):  # noqa: PLR2004
            raise EmptyAnswer(self._host)
        return Answer(status=status, body=body, headers=call.headers)


def _without_query(path: str) -> str:
    """The path without its query, for the log."""
    return path.partition("?")[0]
