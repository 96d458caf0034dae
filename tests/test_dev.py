"""dev.py: what it installs and when, and what it makes of the demo's arguments."""

from __future__ import annotations

import runpy
import sys
import venv
from collections.abc import Sequence
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
