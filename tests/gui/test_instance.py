"""One window at a time: the second start wakes the first."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from emi_installer import wiring
from emi_installer.gui import instance
from emi_installer.gui.application import Desk
from emi_installer.gui.instance import Instance
from emi_installer.setup.launch import Choice
from tests.support.shared import ROOT
from tests.support.window import WindowJourney

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from emi_installer.gui.instance import Instance
app = QCoreApplication([])
second = Instance("window", Path(sys.argv[1]))
print(second.is_first, second.is_first or second.call_first(Path(sys.argv[2]) if sys.argv[2:] else None))
"""


def start_second(folder: Path, *file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SECOND, folder, *file], cwd=ROOT, stdout=subprocess.PIPE, text=True)


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


def test_the_second_start_hands_its_file_over(tmp_path: Path, qtbot: QtBot) -> None:
    first = Instance("window", tmp_path)
    first.listen()
    request = tmp_path / "for ünter.toml"
    with qtbot.waitSignal(first.called, timeout=20_000) as called:
        second = start_second(tmp_path, request)
    said, _ = second.communicate(timeout=20)
    assert said.split() == ["False", "True"]
    assert called.args == [str(request)]


@pytest.mark.parametrize("call", ["{", "[1]", '{"file": 7}', "\x00"])
def test_a_call_that_makes_no_sense_only_wakes(call: str, tmp_path: Path, qtbot: QtBot) -> None:
    first = Instance("window", tmp_path)
    first.listen()
    with qtbot.waitSignal(first.called, timeout=20_000) as called:
        (tmp_path / "window.call").write_text(call, encoding="utf-8")
    assert called.args == [""]


@pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are those of Unix")
@pytest.mark.parametrize("kind", ["open to others", "a link", "a file", "not to be made"])
def test_where_the_folder_is_not_ours_alone_there_is_no_lock(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if kind == "open to others":
        place.mkdir()
        place.chmod(0o777)
    elif kind == "a link":
        (tmp_path / "real").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "real")
    elif kind == "a file":
        place.touch()
    else:
        (tmp_path / "file").touch()
        place = tmp_path / "file" / "place"
    one, other = Instance("window", place), Instance("window", place)
    one.listen()
    assert one.is_first
    assert other.is_first
    assert not other.call_first(None)


def test_a_runtime_folder_of_somebody_else_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object, **_options: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(instance, "user_runtime_dir", refused)
    assert Instance("window").is_first


Go = Callable[..., WindowJourney]


class TestOffer:
    def test_the_open_window_asks_what_to_do_with_the_file(self, go: Go, tmp_path: Path) -> None:
        trip = go()
        opened: list[bool] = []
        trip.window.offer(tmp_path / "request.toml", lambda: opened.append(True))
        trip.answer("Keep this window")
        assert (opened, trip.window.isVisible()) == ([], True)
        trip.window.offer(tmp_path / "request.toml", lambda: opened.append(True))
        trip.answer("Open it")
        assert (opened, trip.window.isVisible()) == ([True], False)

    def test_a_client_secret_that_nobody_has_is_asked_about_first(self, go: Go, tmp_path: Path) -> None:
        trip = go()
        trip.apply_by_clicks()
        opened: list[bool] = []
        trip.window.offer(tmp_path / "request.toml", lambda: opened.append(True))
        trip.answer("Open it")
        trip.answer("Back to the client secret")
        assert (opened, trip.window.isVisible()) == ([], True)
        assert trip.window.state.has_secret

    def test_the_desk_opens_a_window_with_the_file(self, go: Go, tmp_path: Path, qtbot: QtBot) -> None:
        del go
        request = tmp_path / "request.toml"
        request.write_text('purpose = "set-up"\nrequested_by = "ben@contoso.com"\n', encoding="utf-8")
        desk = Desk(Choice(name="test", connect=lambda: wiring.connect_simulated("empty")))
        desk.open(None)
        old = desk.window
        qtbot.waitUntil(lambda: old.page_now.built)
        desk.called(str(request))
        box = old.findChild(QMessageBox)
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if b.text() == "&Open it").click()
        qtbot.waitUntil(lambda: desk.window is not old and desk.window.page_now.built)
        assert not old.isVisible()
        assert desk.window.state.launch.preset is not None
        desk.window.close()

    def test_what_nobody_foresaw_is_told_before_the_first_page_is_there(self, go: Go) -> None:
        del go
        desk = Desk(Choice(name="test", connect=lambda: wiring.connect_simulated("empty")))
        desk.open(None)
        assert not desk.window.page_now.built
        desk.tell_unforeseen(ZeroDivisionError, ZeroDivisionError(), None)
        assert "Code: unexpected" in desk.window.page_now.problem.accessibleDescription()
        desk.window.close()
