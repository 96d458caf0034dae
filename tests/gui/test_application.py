"""Starting the program without a verb: the window, or a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.shared import ROOT

QUIT_SOON = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from emi_installer.gui import wizard
from emi_installer.__main__ import main

class Shown(wizard.Wizard):
    def showEvent(self, event):
        super().showEvent(event)
        page = self.page_now
        QTimer.singleShot(0, lambda: print(page.step, page.problem.accessibleDescription(), sep="|"))
        {more}
        QTimer.singleShot(50, self.close)

import emi_installer.gui.application as application
application.Wizard = Shown
sys.exit(main(sys.argv[1:]))
"""


def start(*arguments: str, home: Path, more: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.run(
        [sys.executable, "-c", QUIT_SOON.replace("{more}", more), *arguments],
        cwd=ROOT,
        env={**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_without_a_verb_the_window_opens(tmp_path: Path) -> None:
    ran = start(home=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "welcome|\n"), ran.stderr


def test_a_demo(tmp_path: Path) -> None:
    assert start("--demo", home=tmp_path).stdout == "welcome|\n"


def test_a_file_alone_is_a_preset(tmp_path: Path) -> None:
    request = tmp_path / "Request.TOML"
    request.write_text('purpose = "remove"\n', encoding="utf-8")
    ran = start(str(request), home=tmp_path)
    assert "Code: preset-invalid" in ran.stdout
    assert "can't be asked for" in ran.stdout


def test_a_broken_preset_is_told_in_the_window(tmp_path: Path) -> None:
    preset = tmp_path / "preset.toml"
    preset.write_text("colour = 1\n", encoding="utf-8")
    ran = start("--preset", str(preset), home=tmp_path)
    assert ran.returncode == 0
    assert "there is no such key" in ran.stdout
    assert "Code: preset-invalid" in ran.stdout


def test_an_exception_that_nobody_foresaw_is_told_and_the_window_goes_on(tmp_path: Path) -> None:
    tell = "print(page.problem.accessibleDescription())"
    more = f"QTimer.singleShot(10, lambda: 1 / 0); QTimer.singleShot(30, lambda: {tell})"
    ran = start(home=tmp_path, more=more)
    assert ran.returncode == 0
    assert "This is our mistake (ZeroDivisionError)" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    (log,) = tmp_path.rglob("emi-installer.log")
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_where_there_is_no_screen_the_console_is_named(tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    ran = subprocess.run(
        [sys.executable, "-m", "emi_installer"], cwd=ROOT, env=kept, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "no screen" in ran.stderr
    assert "emi-installer --help" in ran.stderr


def bare(tmp_path: Path, *, probe: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """A start, or a `probe`, with nothing of this machine's screens but what `environment` says."""
    screens = {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"}
    kept = {k: v for k, v in os.environ.items() if k not in screens}
    return subprocess.run(
        [sys.executable, *(("-c", probe) if probe else ("-m", "emi_installer"))],
        cwd=ROOT,
        env={**kept, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


DEAD = [
    {"DISPLAY": ""},
    {"DISPLAY": ":4711"},
    {"DISPLAY": "nonsense"},
    {"WAYLAND_DISPLAY": "wayland-gone"},
    {"WAYLAND_DISPLAY": "wayland-gone", "DISPLAY": ":4711", "XDG_SESSION_TYPE": "wayland"},
    {"QT_QPA_PLATFORM": "xcb"},
    {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":4711"},
    {"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-gone"},
    {"QT_QPA_PLATFORM": "nonsense"},
]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
@pytest.mark.parametrize("screen", DEAD, ids=str)
def test_a_dead_screen_is_told_instead_of_aborting(screen: dict[str, str], tmp_path: Path) -> None:
    ran = bare(tmp_path, **screen)
    assert ran.returncode == 1, ran.stderr
    assert ran.stderr.endswith("see emi-installer --help.\n")
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stdout == ""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_where_one_of_two_screens_is_dead_the_other_one_is_used(tmp_path: Path) -> None:
    probe = (
        "import os\n"
        "from emi_installer.gui import screen\n"
        "screen._why_not = lambda name: 'dead' if name == 'wayland' else None\n"
        "print(screen.why_no_window(), os.environ.get('QT_QPA_PLATFORM'))"
    )
    ran = bare(tmp_path, probe=probe, XDG_SESSION_TYPE="wayland", DISPLAY=":0", WAYLAND_DISPLAY="gone")
    assert ran.stdout.split() == ["None", "xcb"]


def test_no_screen_is_tried_where_qt_needs_none(tmp_path: Path) -> None:
    probe = "from emi_installer.gui.screen import why_no_window\nprint(why_no_window())"
    assert bare(tmp_path, probe=probe, QT_QPA_PLATFORM="offscreen").stdout == "None\n"


@pytest.mark.parametrize("arguments", [("--demo", "moon"), ("--demo", "empty", "plan"), ("--preset", "x", "plan")])
def test_wrong_options_end_with_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = start(*arguments, home=tmp_path)
    assert ran.returncode == 2
    assert ran.stdout + ran.stderr
