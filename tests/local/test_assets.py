"""Resources and presets are found wherever the program lives."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from emi_installer.local import assets
from tests.support.shared import ROOT


def test_a_checkout_has_its_resources_beside_the_package() -> None:
    assert assets.asset("emi.toml") == ROOT / "resources" / "emi.toml"
    assert assets.read_blueprint().unique_name == "bright-pattern-emi"
    assert "Contact Center Administrator" in assets.read_handoff_template()


def test_a_wheel_has_them_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resources = tmp_path / "emi_installer" / "resources"
    resources.mkdir(parents=True)
    monkeypatch.setattr(assets, "__file__", str(tmp_path / "emi_installer" / "local" / "assets.py"))
    assert assets.asset("emi.toml") == resources / "emi.toml"


def test_pyinstaller_unpacks_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert assets.asset("emi.toml") == tmp_path / "resources" / "emi.toml"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The executable's folder and the working directory."""
    beside, working = tmp_path / "beside", tmp_path / "working"
    beside.mkdir()
    working.mkdir()
    monkeypatch.chdir(working)
    monkeypatch.setattr(sys, "executable", str(beside / "emi-installer.exe"))
    return beside, working


def test_without_a_preset_there_is_none(places: tuple[Path, Path]) -> None:
    (places[1] / assets.PRESET_NAME).mkdir()
    assert assets.find_preset() is None


def test_a_preset_lies_beside_a_built_program_and_nowhere_else(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, _ = places
    for folder in places:
        (folder / assets.PRESET_NAME).touch()
    assert assets.find_preset() is None  # Python's own folder is not looked at
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert assets.find_preset() == beside / assets.PRESET_NAME
    (beside / assets.PRESET_NAME).unlink()
    assert assets.find_preset() is None  # the working folder is not looked at


def test_a_place_that_can_not_be_read_has_no_preset(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "is_file", refuse)
    assert assets.find_preset() is None


def test_a_preset_that_notepad_named_is_found_too(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    beside, _ = places
    notepads = beside / f"{assets.PRESET_NAME}.txt"
    notepads.touch()
    assert assets.find_preset() == notepads
    (beside / assets.PRESET_NAME).touch()
    assert assets.find_preset() == beside / assets.PRESET_NAME
