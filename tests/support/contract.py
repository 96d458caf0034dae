"""Holds recorded requests against Microsoft's own description of Graph.

    simulator.requests ─▶ traffic.jsonl ─▶ ../shared/graph/check_traffic.py ─▶ "N requests …, 0 refused"

The check reads the description anew at each call, which takes seconds: hand over many journeys at once.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from tests.support.shared import shared

GRAPH_HOSTS = frozenset(
    {
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    }
)


class Recorded(Protocol):
    """One request as the simulator received it."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> object: ...


def assert_graph_accepts(requests: Iterable[Recorded], folder: Path) -> int:
    """How many requests went to Graph; fails with the checker's reasons if it refuses one or there is none.

    `folder` takes the recording, traffic.jsonl. Skips where ../shared is absent.
    """
    checker = shared("graph/check_traffic.py")
    recording = folder / "traffic.jsonl"
    rows = [_row(request) for request in requests if urlsplit(request.url).hostname in GRAPH_HOSTS]
    recording.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, checker, recording], capture_output=True, text=True, encoding="utf-8", check=False
    )
    output = checked.stdout + checked.stderr
    count = re.search(r"^(\d+) requests held against the description, 0 refused$", output, re.MULTILINE)
    assert checked.returncode == 0, output
    assert count, output
    return int(count[1])


def _row(request: Recorded) -> dict[str, object]:
    row: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
    }
    return row if request.body is None else {**row, "body": request.body}
