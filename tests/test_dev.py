"""dev.py: what it installs and when, and what it makes of the demo's arguments."""

from __future__ import annotations

import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

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
        }.items():
            monkeypatch.setattr(dev, name, path)
        monkeypatch.setattr(venv, "create", self.make_venv)
        monkeypatch.setattr(dev, "run", self.run)
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
    with pytest.raises(SystemExit, match="could not be installed"):
        machine.prepare()
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
        monkeypatch.setattr(dev, "run", self.run)

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
    assert "sudo apt-get install --yes --no-install-recommends libgl1\n" in capsys.readouterr().err


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
