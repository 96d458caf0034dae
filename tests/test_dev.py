"""dev.py: what it installs and when, and what it makes of the demo's arguments."""

from __future__ import annotations

import ast
import importlib.util
import os
import runpy
import shutil
import socket
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import dev
from tests.support.shared import ROOT


class Machine:
    """A checkout in a temporary folder with a pretended .venv and pip; `done` is what was carried out."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.pip_fails = False
        self.root = root
        (root / "requirements.lock").write_text("a==1")
        (root / "pyproject.toml").write_text("[project]")
        for name, path in {
            "ROOT": root,
            "LOCK": root / "requirements.lock",
            "VENV": root / ".venv",
            "PYTHON": root / ".venv" / "python",
            "LOG": root / "setup.log",
        }.items():
            monkeypatch.setattr(dev, name, path)
        monkeypatch.setattr(venv, "create", self.make_venv)
        monkeypatch.setattr(dev, "watch", self.run)
        monkeypatch.setattr(dev, "install_system_packages", lambda: None)

    def make_venv(self, folder: Path, *, clear: bool, with_pip: bool) -> None:
        assert clear
        assert with_pip
        self.done.append("venv")
        for stamp in folder.glob("*"):
            stamp.unlink()
        folder.mkdir(exist_ok=True)
        (folder / "python").touch()

    def run(self, command: Sequence[str | Path]) -> int:
        self.done.append("project" if "--no-deps" in command else "packages")
        (self.root / "setup.log").write_text("Collecting a==1\nERROR: No matching distribution for a\n")
        return int(self.pip_fails)

    def prepare(self) -> list[str]:
        """What one start carries out."""
        self.done.clear()
        dev.prepare()
        return list(self.done)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


EVERYTHING = ["venv", "packages", "project"]


def test_the_first_start_installs_and_the_second_does_nothing(machine: Machine) -> None:
    assert machine.prepare() == EVERYTHING
    assert machine.prepare() == []


def test_a_changed_lock_makes_everything_anew_and_a_changed_pyproject_the_project_alone(
    machine: Machine,
) -> None:
    machine.prepare()
    (machine.root / "pyproject.toml").write_text("[project] # changed")
    assert machine.prepare() == ["project"]
    (machine.root / "requirements.lock").write_text("a==2")
    assert machine.prepare() == EVERYTHING


def test_another_python_makes_everything_anew(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.prepare()
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert machine.prepare() == EVERYTHING


def test_a_start_after_a_failed_or_interrupted_one_begins_again(machine: Machine) -> None:
    machine.pip_fails = True
    with pytest.raises(SystemExit, match="could not be installed") as ended:
        machine.prepare()
    assert "No matching distribution for a" in str(ended.value)
    assert str(machine.root / "setup.log") in str(ended.value)
    assert machine.done == ["venv", "packages"]
    machine.pip_fails = False
    assert machine.prepare() == EVERYTHING


def test_a_venv_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.prepare()
    dev.PYTHON.unlink()
    assert machine.prepare() == EVERYTHING


class Debian:
    """A Debian that lacks libgl1; `ran` lists what was started there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, root: bool, installs: bool = True) -> None:
        self.ran: list[str] = []
        self.installs = installs
        libraries = "".join(f"\t{name} (libc6) => /{name}\n" for name in dev.LIBRARIES if name != "libGL.so.1")
        known = subprocess.CompletedProcess([], 0, stdout=libraries)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: known)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
        monkeypatch.setattr(dev, "watch", self.run)

    def run(self, command: Sequence[str], more: Mapping[str, str]) -> int:
        assert more == {"DEBIAN_FRONTEND": "noninteractive"}
        self.ran.append(" ".join(command))
        return 0 if self.installs else 100


def test_root_gets_the_missing_system_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    debian = Debian(monkeypatch, root=True)
    dev.install_system_packages()
    update, install = debian.ran
    assert update.startswith("apt-get update")
    assert install.startswith("apt-get install --yes --no-install-recommends libgl1 -")


def test_a_person_gets_the_one_command_for_them_and_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    debian = Debian(monkeypatch, root=False)
    dev.install_system_packages()
    assert debian.ran == []
    command = "sudo apt-get update && sudo apt-get install --yes --no-install-recommends libgl1\n"
    assert command in capsys.readouterr().err


def test_it_goes_on_without_system_packages_that_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Debian(monkeypatch, root=True, installs=False)
    dev.install_system_packages()
    assert "going on without them" in capsys.readouterr().err


def test_without_ensurepip_it_names_the_package_and_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Debian(monkeypatch, root=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match="ensurepip"):
        dev.install_system_packages()
    assert f" python3.{sys.version_info.minor}-venv\n" in capsys.readouterr().err


PIP = """import sys
print("Ignoring d: markers don't match your environment")
for name in "abc":
    print(f"Collecting {name}==1 (from -r requirements.lock (line 1))\\n  Downloading {name}.whl")
print("Installing collected packages: a, b, c")
sys.exit(3)"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock of four packages, and where the log goes."""
    (tmp_path / "lock").write_text("a==1\nb==1\nc==1\nd==1\n")
    monkeypatch.setattr(dev, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(dev, "LOG", tmp_path / "new" / "log")
    return tmp_path / "new" / "log"


def test_progress_is_a_line_for_each_phase_and_the_log_has_everything(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.watch([sys.executable, "-c", PIP]) == 3
    assert capsys.readouterr().err == "Downloading 3 packages …\nInstalling 3 packages …\n"
    assert len(log.read_text(encoding="utf-8").splitlines()) == 8


def test_on_a_terminal_progress_is_one_line_that_changes(
    log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    dev.watch([sys.executable, "-c", PIP])
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert [line.strip() for line in told.split("\r")[1:]] == [
        "Downloading 1 of 3: a==1",
        "Downloading 2 of 3: b==1",
        "Downloading 3 of 3: c==1",
        "Installing 3 packages",
    ]


def test_every_python_3_can_read_as_far_as_the_sentence() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))


screens = pytest.mark.skipif(sys.platform != "linux", reason="only Linux names its screens")


@screens
@pytest.mark.parametrize("display", ["", ":", "nonsense", ":99.x", ":4093", ":4093.0", "unix:4093", "127.0.0.1:4093"])
def test_a_display_that_is_empty_or_dead_is_no_screen(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", "")
    assert not dev.has_screen()


@screens
def test_a_display_that_answers_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with socket.socket(socket.AF_UNIX) as server:  # in the abstract names, where no file is left
        server.bind("\0/tmp/.X11-unix/X4094")
        server.listen()
        monkeypatch.setenv("DISPLAY", ":4094.0")
        assert dev.has_screen()


@screens
def test_a_wayland_screen_answers_at_its_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    assert not dev.has_screen()
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-7")
        server.listen()
        monkeypatch.setenv("XDG_RUNTIME_DIR", ".")
        assert dev.has_screen()


def test_what_was_skipped_is_counted_by_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "SKIPPED", tmp_path / "results.xml")
    assert not dev.skipped()
    tests = tmp_path / "test_some.py"
    tests.write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', range(3))\n"
        "def test_a(n):\n    pytest.skip('needs a screen')\n"
        "@pytest.mark.skipif(True, reason='of Windows')\n"
        "def test_b():\n    pass\n"
    )
    report = [f"--junitxml={dev.SKIPPED}", "-q", "--override-ini=addopts=", f"--rootdir={tmp_path}"]
    subprocess.run([sys.executable, "-m", "pytest", *report, tests], cwd=tmp_path, check=True, capture_output=True)
    assert dev.skipped() == {"needs a screen": 3, "of Windows": 1}


def test_processors_are_busy_only_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def noted(*command: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(start(*command, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    with dev.busy(2):
        assert [process.poll() for process in started] == [None, None]
    assert all(process.poll() is not None for process in started)


def test_the_bare_demo_is_the_main_job_into_a_fresh_handoff_file() -> None:
    first, second = dev.demo_arguments([]), dev.demo_arguments([])
    assert first[:-1] == ["apply", "--yes", "--demo", "--handoff"]
    assert first[-1] != second[-1]
    assert not Path(first[-1]).exists()


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        ("list", "plan --demo list"),
        ("plan", "plan --demo"),
        ("plan --contact-center=b.example --json", "plan --contact-center=b.example --json --demo"),
        ("verify --demo configured", "verify --demo configured"),
        ("apply --handoff f.txt", "apply --handoff f.txt --demo"),
        ("--demo=half-done --handoff f.json", "apply --yes --demo=half-done --handoff f.json"),
    ],
)
def test_the_demo_passes_on_what_is_given_and_adds_what_is_missing(given: str, passed_on: str) -> None:
    assert dev.demo_arguments(given.split()) == passed_on.split()


def test_an_older_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python 3\.9\."):
        runpy.run_path(str(ROOT / "dev.py"))


def test_an_unknown_verb_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["tset"]) == 2
    assert "'tset'" in capsys.readouterr().err
    assert dev.main(["--help"]) == dev.main([]) == 0
