"""A program that is killed while it writes a secret: the next start removes what is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emi_installer.local import unfinished
from emi_installer.local.unfinished import noted, remove_unfinished
from tests.support.shared import ROOT

NAME = ".emi-0123456789abcdef----.tmp"
KILLED = """
import os, signal, sys
from pathlib import Path
from emi_installer.local import files
files.system.create_unnamed = lambda _folder: None
os.fsync = lambda _descriptor: os.kill(os.getpid(), signal.SIGKILL)
files.write_private(Path(sys.argv[1]), "s3cret", overwrite=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_what_a_killed_program_leaves_is_removed_by_the_next(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "handoff.txt"], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.read_text() == "s3cret"
    remove_unfinished()
    assert list(tmp_path.iterdir()) == []
    remove_unfinished()


def test_what_another_program_is_writing_is_left_alone(tmp_path: Path) -> None:
    with noted(tmp_path / NAME):
        (tmp_path / NAME).write_text("s3cret")
        remove_unfinished()
        assert (tmp_path / NAME).exists()
    assert list(tmp_path.iterdir()) == []


def test_a_drive_that_is_not_there_is_cleaned_when_it_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive, away = tmp_path / "drive", tmp_path / "away"
    drive.mkdir()
    with noted(drive / NAME):
        (drive / NAME).write_text("s3cret")
        drive.rename(away)
    remove_unfinished()
    away.rename(drive)
    assert (drive / NAME).exists()
    remove_unfinished()
    assert list(drive.iterdir()) == []


@pytest.mark.parametrize("name", ["answers.json", ".emi-0123.tmp", "x/../../emi.tmp", ".emi-0123456789abcdef.tmp.txt"])
def test_a_note_removes_nothing_but_temporary_files(name: str, tmp_path: Path, notes: Path) -> None:
    precious = tmp_path / Path(name).name
    precious.write_text("precious")
    notes.mkdir(parents=True)
    (notes / "planted").write_bytes(os.fsencode(tmp_path / name))
    remove_unfinished()
    assert precious.read_text() == "precious"
    assert list(notes.iterdir()) == []


def test_a_relative_note_is_dropped(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / NAME).write_text("precious")
    notes.mkdir(parents=True)
    (notes / "planted").write_text(NAME)
    remove_unfinished()
    assert (tmp_path / NAME).exists()


def test_without_a_place_for_notes_it_goes_on(tmp_path: Path, notes: Path) -> None:
    notes.parent.mkdir(parents=True)
    notes.write_text("in the way")
    with noted(tmp_path / NAME):
        (tmp_path / NAME).write_text("s3cret")
    assert not (tmp_path / NAME).exists()
    remove_unfinished()


@pytest.fixture
def notes() -> Path:
    return unfinished._notes()
