"""Requests to Graph and their answers, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


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
