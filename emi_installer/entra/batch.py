"""Requests that go out together: the items of a $batch, and which of them are asked for again.

Source: https://learn.microsoft.com/graph/json-batching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emi_installer.entra.calls import Answer, Call, Json
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.retry import RequestRetries, Retry
from emi_installer.entra.wire import unreadable

BATCH_SIZE = 20

Outcome = Answer | GraphFailure
Send = Callable[[list[Call]], list[Outcome]]


class UnfinishedBatchError(Exception):
    """Some items have failed for a reason that may pass."""


class Batch:
    """The items of one batch: what was answered to each, and which are still open."""

    def __init__(self, calls: Sequence[Call], send: Send) -> None:
        self._calls = calls
        self._send = send
        self._retries = [RequestRetries(reads=call.reads) for call in calls]
        self._outcomes: dict[int, Outcome] = {}
        self._open = list(range(len(calls)))

    @property
    def outcomes(self) -> list[Outcome]:
        """What was answered last to each item, in their order."""
        return [self._outcomes[number] for number in range(len(self._calls))]

    def send_open(self) -> None:
        """Send what is still open, 20 at a time; raises Retry where some of it is worth another try."""
        for start in range(0, len(self._open), BATCH_SIZE):
            numbers = self._open[start : start + BATCH_SIZE]
            answers = self._send([self._calls[number] for number in numbers])
            self._outcomes.update(zip(numbers, answers, strict=True))
        again = {number: retry for number in self._open if (retry := self._retry(number))}
        self._open = list(again)
        if again:
            longest = max(again.values(), key=lambda retry: retry.after or 0.0)
            raise Retry(UnfinishedBatchError(), longest.reason, after=longest.after)

    def _retry(self, number: int) -> Retry | None:
        outcome = self._outcomes[number]
        return self._retries[number].of(outcome) if isinstance(outcome, GraphFailure) else None


def envelope(calls: Sequence[Call]) -> Call:
    """The request that carries `calls`."""
    items = [_item(str(number), call) for number, call in enumerate(calls)]
    return Call(method="POST", path="/$batch", body={"requests": items})


def read_items(calls: Sequence[Call], answer: Answer, host: str) -> list[Outcome]:
    """What was answered to each of `calls`; raises TransportFailure where something is missing."""
    entries = answer.body.get("responses")
    listed = entries if isinstance(entries, list) else []
    items = {str(entry.get("id")): entry for entry in listed if isinstance(entry, dict)}
    if not {str(number) for number in range(len(calls))} <= set(items):
        raise unreadable(host, "answers are missing")
    return [_outcome(call, items[str(number)], host) for number, call in enumerate(calls)]


def _item(key: str, call: Call) -> Json:
    headers = dict(call.headers)
    item: Json = {"id": key, "method": call.method, "url": call.path}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
        item["body"] = call.body
    return {**item, "headers": headers} if headers else item


def _outcome(call: Call, item: Json, host: str) -> Outcome:
    status, body, headers = item.get("status"), item.get("body"), item.get("headers")
    if not isinstance(status, int):
        raise unreadable(host, "a status is missing")
    content = body if isinstance(body, dict) else {}
    if status < 300:  # noqa: PLR2004 - HTTP success
        return Answer(status=status, body=content, headers=call.headers)
    return GraphFailure(status, content, headers if isinstance(headers, dict) else {}, call.path)
