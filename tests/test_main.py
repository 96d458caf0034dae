"""A windowed program on Windows that is asked for something that is printed."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from emi_installer import __main__ as program
from emi_installer.gui import application
from emi_installer.local import twin

elsewhere = pytest.mark.skipif(sys.platform == "win32", reason="real there: tests/packaging/test_windows.py")


@pytest.fixture(autouse=True)
def _garbage_is_collected() -> Iterator[None]:
    """The program puts it off when it opens a window."""
    yield
    gc.enable()


class Windows:
    """What the program finds there: no standard streams, and a terminal that started it or none.

    Windows' own functions and the window are replaced; the terminal, which has the name of a file, is one.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
        self.functions = MagicMock()
        self.opened: list[str] = []
        self._terminal = folder / "CONOUT$"
        if not terminal:
            self._terminal.mkdir()  # can't be opened
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "platform", "win32")
        monkeypatch.setattr(sys, "stdout", None)
        monkeypatch.setattr(sys, "stderr", None)
        monkeypatch.setattr(ctypes, "windll", self.functions, raising=False)
        monkeypatch.setattr(application, "open_window", self.open)

    def open(self, choice: Any, preset: Path | None) -> int:
        assert preset is None
        self.opened.append(choice.name)
        return 0

    @property
    def printed(self) -> str:
        """What the terminal shows."""
        return self._terminal.read_text(encoding="utf-8") if self._terminal.is_file() else ""

    @property
    def boxes(self) -> list[str]:
        """What was shown in message boxes."""
        return [call.args[1] for call in self.functions.user32.MessageBoxW.call_args_list]


@elsewhere
def test_it_opens_and_tells_the_terminal_of_its_twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Windows(tmp_path, monkeypatch, terminal=True)
    assert program.main(["--demo"]) == 0
    assert (windows.opened, windows.boxes) == (["demo"], [])
    assert "emi-installer.exe" in windows.printed


@elsewhere
@pytest.mark.parametrize("asked", [["apply", "--demo", "--handoff", "x.txt"], ["--help"], ["--version"], ["nonsense"]])
@pytest.mark.parametrize("terminal", [True, False])
def test_a_verb_is_for_the_twin(
    asked: list[str],
    terminal: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows = Windows(tmp_path, monkeypatch, terminal=terminal)
    assert program.main(asked) == 2
    assert windows.opened == []
    assert "emi-installer.exe" in (windows.printed if terminal else windows.boxes[0])
    assert len(windows.boxes) == (0 if terminal else 1)
    assert not (tmp_path / "x.txt").exists()


def test_the_twin_is_named_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "EMI Installer.exe"))
    assert "in the folder edition" in twin.twin_hint()
    (tmp_path / twin.TWIN).touch()
    assert str(tmp_path / twin.TWIN) in twin.twin_hint()


def test_elsewhere_there_is_always_a_place_to_print() -> None:
    assert not twin.is_without_console()
