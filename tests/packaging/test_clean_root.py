"""On a Debian that has nothing but Qt's libraries: no Python, no Qt, no certificates of anybody's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import dev
from tests.packaging.programs import FOLDER, ONE_FILE, built
from tests.support.desk import a_desk, needed
from tests.support.root import POSSIBLE, REASON, make_root

pytestmark = [
    built,
    pytest.mark.skipif(not POSSIBLE and not os.environ.get("EMI_REQUIRE_TOOLS"), reason=REASON),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new root with the built programs in /programs."""
    place = tmp_path_factory.mktemp("clean")
    make_root(place, [*dev.LIBRARIES.values(), "fonts-dejavu-core"])
    shutil.copytree(FOLDER, place / "programs" / FOLDER.name, symlinks=True)
    shutil.copy2(ONE_FILE, place / "programs")
    return place


def inside(root: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    empty = {"PATH": "/usr/bin:/bin", "HOME": "/home", "XDG_RUNTIME_DIR": "/home", **environment}
    return subprocess.run(
        ["/usr/sbin/chroot", str(root), *command], env=empty, capture_output=True, text=True, check=False, timeout=60
    )


def test_there_is_no_python(root: Path) -> None:
    listed = inside(root, "sh", "-c", "echo there is:; ls /usr/bin/python* /usr/lib/python*").stdout
    assert listed == "there is:\n"


@pytest.mark.parametrize("program", [f"{FOLDER.name}/emi-installer", ONE_FILE.name])
def test_the_whole_demo_from_the_console(program: str, root: Path) -> None:
    ran = inside(
        root, f"/programs/{program}", "apply", "--demo", "--yes", "--handoff", "/home/handoff.json", "--overwrite"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads((root / "home" / "handoff.json").read_text(encoding="utf-8"))["verified"] is True


@needed
@pytest.mark.parametrize("program", [f"{FOLDER.name}/EMI Installer", ONE_FILE.name])
def test_the_window_comes_on_the_screen(program: str, root: Path, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        sockets = root / "tmp" / ".X11-unix"
        sockets.mkdir(exist_ok=True)
        socket = sockets / f"X{desk.display.removeprefix(':')}"
        socket.unlink(missing_ok=True)
        socket.hardlink_to(f"/tmp/.X11-unix/{socket.name}")
        desk.start("/usr/sbin/chroot", str(root), f"/programs/{program}", "--demo")
        assert desk.window()
