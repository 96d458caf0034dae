"""A windowed program on Windows that is asked for something that is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from emi_installer import __main__ as program
from emi_installer.local import twin


class Desk:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
        self.told: list[str] = []
        self.boxes: list[str] = []
        self.opened: list[str | None] = []
        monkeypatch.setattr(program, "is_without_console", lambda: True)
        monkeypatch.setattr(program, "tell_terminal", self.tell)
        monkeypatch.setattr(program, "tell_in_a_box", self.boxes.append)
        monkeypatch.setattr(program, "_window", self.open)
        self.terminal = terminal

    def tell(self, text: str) -> bool:
        self.told.append(text)
        return self.terminal

    def open(self, scenario: str | None, preset: Path | None) -> int:
        assert preset is None
        self.opened.append(scenario)
        return 0


def test_it_opens_and_tells_the_terminal_of_its_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch, terminal=True)
    assert program.main(["--demo"]) == 0
    assert (desk.opened, len(desk.told), desk.boxes) == (["empty"], 1, [])


@pytest.mark.parametrize("asked", [["apply", "--demo", "--handoff", "x.txt"], ["--help"], ["--version"], ["nonsense"]])
@pytest.mark.parametrize("terminal", [True, False])
def test_a_verb_is_for_the_twin(asked: list[str], terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    desk = Desk(monkeypatch, terminal=terminal)
    assert program.main(asked) == 2
    assert desk.opened == []
    assert len(desk.boxes) == (0 if terminal else 1)
    assert "emi-installer.exe" in desk.told[0]


def test_the_twin_is_named_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "EMI Installer.exe"))
    assert "in the folder edition" in twin.twin_hint()
    (tmp_path / twin.TWIN).touch()
    assert str(tmp_path / twin.TWIN) in twin.twin_hint()


def test_elsewhere_there_is_always_a_place_to_print() -> None:
    assert not twin.is_without_console()
