"""The process is killed at every request, before and after Microsoft acted; the next run puts things right."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from emi_installer.entra.retry import SystemClock
from emi_installer.local.keys import KeyFile
from emi_installer.simulator.scenarios import simulate
from emi_installer.simulator.service import Simulator
from tests.support.journey import Journey, Outcome, assert_secret_kept, assert_set_up
from tests.support.processes import start
from tests.support.proxy import Authority, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="BROWSER holds a POSIX command, SIGKILL a signal")

REQUESTS = 11
"""Of a whole run: sign-in, reading, four writes, reading back, proof, note."""

DIES_BEFORE_SAVING = """
import os, signal, sys
from emi_installer.setup import delivery
delivery.write_private = lambda *_args, **_more: os.kill(os.getpid(), signal.SIGKILL)
from emi_installer.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


class Killer:
    """Kills the process at its nth request."""

    def __init__(self, simulator: Simulator, nth: int, *, acted: bool) -> None:
        self._handle = simulator.handle
        self._nth, self._acted = nth, acted
        self.seen = 0
        self.pid = 0
        simulator.handle = self.handle  # type: ignore[assignment,method-assign]

    def handle(self, *request: Any) -> Any:
        self.seen += 1
        if self.seen != self._nth:
            return self._handle(*request)
        if self._acted:
            self._handle(*request)
        os.kill(self.pid, signal.SIGKILL)
        return 503, {}, b""


def put_right(folder: Path, simulator: Simulator) -> Outcome:
    """The next run, and what must hold after it."""
    trip = Journey(folder=folder, simulator=simulator, clock=SystemClock(), keys=KeyFile(), handoffs=1)  # type: ignore[arg-type]
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert_set_up(trip)
    assert_secret_kept(trip)
    saved = {one["secret_key_id"]: one["client_secret"] for one in trip.saved()}
    assert {key: one.text for key, one in simulator.tenant.secrets.items()}.items() <= saved.items()
    return outcome


@pytest.mark.parametrize("acted", [False, True])
@pytest.mark.parametrize("nth", range(1, REQUESTS + 1))
def test_killed_at_a_request(nth: int, acted: bool, authority: Authority, tmp_path: Path) -> None:  # noqa: FBT001
    folder = tmp_path / "work"
    folder.mkdir()
    simulator = simulate("empty")
    killer = Killer(simulator, nth, acted=acted)
    with serving(simulator, authority) as proxy:
        child = start(folder, proxy, authority)
        killer.pid = child.pid
        assert child.wait(60) == -signal.SIGKILL
    simulator.handle = killer._handle  # type: ignore[method-assign]
    unsaved = any("unsaved" in tag for e in simulator.tenant.applications.values() for tag in e.body["tags"])
    lost = unsaved and bool(simulator.tenant.secrets) and not list(folder.glob("*.json"))
    notices = put_right(folder, simulator).event("plan")["notices"]
    assert any("never saved" in text for text in notices) or not lost


def test_killed_between_the_answer_and_the_file(authority: Authority, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    simulator = simulate("empty")
    with serving(simulator, authority) as proxy:
        assert start(folder, proxy, authority, ("-c", DIES_BEFORE_SAVING)).wait(60) == -signal.SIGKILL
    assert len(simulator.tenant.secrets) == 1
    outcome = put_right(folder, simulator)
    assert any("created but never saved" in text for text in outcome.event("plan")["notices"])
    done = [e["change"] for e in outcome.events if e["event"] == "change-done"]
    assert done == ["remove-client-secret", "add-client-secret"]


def test_a_whole_run_has_no_more_requests(authority: Authority, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    simulator = simulate("empty")
    killer = Killer(simulator, -1, acted=False)
    with serving(simulator, authority) as proxy:
        assert start(folder, proxy, authority).wait(60) == 0
    assert killer.seen == REQUESTS
