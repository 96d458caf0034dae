"""The built program, as `python3 dev.py build` leaves it in dist: what is in it, how large it is, and that it works."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.shared import ROOT

DIST = ROOT / "dist"
FOLDER = DIST / "EMI-Installer-folder"
ENDING = ".exe" if sys.platform == "win32" else ""
ONE_FILE, WINDOW, CONSOLE = (
    place.with_name(place.name + ENDING)
    for place in (DIST / "EMI-Installer", FOLDER / "EMI Installer", FOLDER / "emi-installer")
)
LARGEST_MB = {"linux": 52, "win32": 31, "darwin": 52}
QT = {"libQt6Core", "libQt6DBus", "libQt6Gui", "libQt6Svg", "libQt6Widgets", "libQt6XcbQpa"}
"""Qt's libraries in the program for Linux; another one must be wanted."""

pytestmark = pytest.mark.skipif(not ONE_FILE.exists(), reason="not built: python3 dev.py build")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "runtime").mkdir(mode=0o700)
    return tmp_path


def start(home: Path, program: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The program, without any Python on its path, in a group of its own; what it prints goes to out.txt."""
    kept = {key: os.environ[key] for key in ("SYSTEMROOT", "TEMP", "TMP", "LANG") if key in os.environ}
    places = {key: str(home / "home") for key in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA")}
    empty = {"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(home / "runtime")}
    with (home / "out.txt").open("wb") as out:
        return subprocess.Popen(
            [str(program), *arguments],
            cwd=home,
            env={**kept, **places, **empty},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(home: Path, program: Path, *arguments: str) -> tuple[int, str]:
    """The exit code, and what it printed."""
    code = start(home, program, *arguments).wait(60)
    return code, (home / "out.txt").read_text(encoding="utf-8")


def end(child: subprocess.Popen[bytes]) -> None:
    """End it; one file runs as two processes, the first of which only unpacks."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], check=True, capture_output=True)
    else:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(30)


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux")
def test_only_the_libraries_of_qt_that_are_needed() -> None:
    found = {path.name.partition(".so")[0] for path in FOLDER.rglob("libQt6*.so*")}
    assert found == QT


def test_it_is_not_larger_than_it_needs_to_be() -> None:
    size = ONE_FILE.stat().st_size / 1e6
    print(f"{ONE_FILE.name}: {size:.1f} MB")
    assert size <= LARGEST_MB[sys.platform]


@pytest.mark.parametrize("program", [CONSOLE, ONE_FILE], ids=lambda path: path.name)
def test_the_whole_demo_from_the_console(program: Path, home: Path) -> None:
    code, out = run(home, program, "apply", "--demo", "--yes", "--json", "--handoff", "handoff.json")
    assert code == 0, out
    saved = json.loads((home / "handoff.json").read_text(encoding="utf-8"))
    assert saved["verified"] is True
    assert saved["demo"] is True


def test_a_report_has_its_template(home: Path) -> None:
    code, out = run(home, CONSOLE, "verify", "--demo", "configured", "--report", "report.html")
    assert code == 0, out
    assert "All well." in (home / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def preset() -> Iterator[None]:
    place = FOLDER / "emi-installer.toml"
    place.write_text('contact_center = "vendor.brightpattern.com"\n', encoding="utf-8")
    yield
    place.unlink()


@pytest.mark.usefixtures("preset")
def test_the_preset_beside_it_is_found(home: Path) -> None:
    _, out = run(home, CONSOLE, "plan", "--demo")
    assert "https://vendor.brightpattern.com/agentdesktop/msteamscallback.html" in out


@pytest.mark.parametrize("program", [WINDOW, ONE_FILE], ids=lambda path: path.name)
def test_the_window_opens(program: Path, home: Path) -> None:
    child = start(home, program, "--demo")
    patience = time.monotonic() + 30
    try:
        while "step=welcome" not in "".join(p.read_text(encoding="utf-8") for p in home.rglob("*.log")):
            assert child.poll() is None, (home / "out.txt").read_text(encoding="utf-8")
            assert time.monotonic() < patience, "the first page does not come"
            time.sleep(0.05)  # another process gives no signal
    finally:
        end(child)
