"""Every request of every console journey, held against Microsoft's own description of Graph: 0 refused."""

from __future__ import annotations

from pathlib import Path

from tests.contract.journeys import traffic
from tests.support.contract import assert_graph_accepts


def test_graph_accepts_every_request(tmp_path: Path) -> None:
    assert assert_graph_accepts(traffic(tmp_path), tmp_path) > 200
