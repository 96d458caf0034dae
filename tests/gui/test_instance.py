"""One window at a time: the second start wakes the first."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from emi_installer.gui import instance
from emi_installer.gui.instance import Instance
from tests.support.shared import ROOT

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from emi_installer.gui.instance import Instance
app = QCoreApplication([])
second = Instance("window", Path(sys.argv[1]))
print(second.is_first, second.is_first or second.call_first(Path(sys.argv[2]) if sys.argv[2:] else None))
"""


def start_second(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SECOND, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_the_second_start_brings_the_first_to_the_front(tmp_path: Path, qtbot: QtBot) -> None:
    first = Instance("window", tmp_path)
    first.listen()
    assert first.is_first
    with qtbot.waitSignal(first.called, timeout=20_000):
        second = start_second(tmp_path)
    said, _ = second.communicate(timeout=20)
    assert said.split() == ["False", "True"]


def test_a_first_that_hangs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "_PATIENCE_S", 0.1)
    first = Instance("window", tmp_path)
    first.listen()
    answers: list[bool] = []

    def start() -> None:
        second = Instance("window", tmp_path)
        answers.append(second.is_first or second.call_first(None))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert answers == [False]
    assert first.is_first


def test_a_demo_may_be_open_beside_the_real_one(tmp_path: Path) -> None:
    window, demo = Instance("window", tmp_path), Instance("demo", tmp_path)
    assert window.is_first
    assert demo.is_first


def test_a_lock_that_was_left_behind_locks_nobody_out(tmp_path: Path) -> None:
    crash = SECOND + "\nimport os; os._exit(1)\n"
    subprocess.run([sys.executable, "-c", crash, tmp_path], cwd=ROOT, check=False, capture_output=True)
    assert (tmp_path / "window.lock").exists()
    assert Instance("window", tmp_path).is_first
