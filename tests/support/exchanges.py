"""What the simulator is asked and what it answers, with the items of a $batch as exchanges of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from emi_installer.simulator.service import Simulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer; bodies are parsed, `headers` are those of the answer."""

    method: str
    url: str
    body: Any
    status: int
    headers: Mapping[str, str]
    answer: Any

    @property
    def is_graph(self) -> bool:
        return "/v1.0/" in self.url


def record(simulator: Simulator) -> list[Exchange]:
    """Every exchange from now on; not what faults answer instead of the service."""
    seen: list[Exchange] = []
    serve = simulator._serve

    def recording(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Any:
        status, sent, content = serve(method, url, headers, body)
        asked = _parsed(body, headers)
        seen.extend(_exchanges(method, url, asked, (status, sent, json.loads(content) if content else None)))
        return status, sent, content

    simulator._serve = recording  # type: ignore[method-assign]
    return seen


def _parsed(body: bytes, headers: Mapping[str, str]) -> Any:
    if not body:
        return None
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return json.loads(body) if "json" in kind else dict(parse_qsl(body.decode()))


def _exchanges(method: str, url: str, body: Any, reply: tuple[int, Mapping[str, str], Any]) -> Iterator[Exchange]:
    status, headers, answer = reply
    yield Exchange(method=method, url=url, body=body, status=status, headers=headers, answer=answer)
    if url.endswith("/$batch") and status == 200:
        asked = {item["id"]: item for item in body["requests"]}
        for item in answer["responses"]:
            one = asked[item["id"]]
            yield Exchange(
                method=one["method"],
                url=url.removesuffix("/$batch") + one["url"],
                body=one.get("body"),
                status=item["status"],
                headers=item["headers"],
                answer=item.get("body"),
            )
