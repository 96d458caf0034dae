"""The built programs, as `python3 dev.py build` leaves them in dist, and how to build and start them."""

from __future__ import annotations

import locale
import os
import signal
import subprocess
import sys
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

built = pytest.mark.skipif(not ONE_FILE.exists(), reason="not built: python3 dev.py build")


def build(place: Path, program: str | None = None) -> Path:
    """Build once more into `place`/dist, perhaps another `program`; where the results are."""
    ours = {"EMI_PROGRAM": program} if program else {}
    where = (f"--distpath={place / 'dist'}", f"--workpath={place / 'build'}")
    subprocess.run(
        [sys.executable, ROOT / "dev.py", "pyinstaller", *where],
        cwd=ROOT,
        env={**os.environ, **ours},
        check=True,
        capture_output=True,
    )
    return place / "dist"


def start(home: Path, program: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The program, without any Python on its path, in a group of its own; what it prints goes to out.txt."""
    kept = {key: os.environ[key] for key in ("SYSTEMROOT", "TEMP", "TMP", "LANG") if key in os.environ}
    places = {key: str(home / "home") for key in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA")}
    empty = {"PATH": str(home), "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(home / "runtime")}
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
    """The exit code, and what it printed, in the character set that Windows has for such files."""
    code = start(home, program, *arguments).wait(60)
    return code, (home / "out.txt").read_text(encoding=locale.getencoding())


def end(child: subprocess.Popen[bytes]) -> None:
    """End it; one file runs as two processes, the first of which only unpacks."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], check=True, capture_output=True)
    else:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(30)
