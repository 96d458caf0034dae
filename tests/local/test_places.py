"""Which folders others can see."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from emi_installer.local import places
from emi_installer.local.places import caution, exposed, private_folder


@pytest.mark.parametrize(
    "folder",
    ["OneDrive", "OneDrive - Contoso", "Dropbox", "Google Drive", "iCloudDrive", "Nextcloud", "Box", "ownCloud"],
)
def test_synced_folders_are_known_by_name(folder: str, tmp_path: Path) -> None:
    assert exposed(tmp_path / folder / "Documents" / "x.txt") == "this folder is copied to a cloud storage"


@pytest.mark.parametrize("folder", ["Documents", "Boxes", "Toolbox", "My Drivers"])
def test_other_folders_are_not(folder: str, tmp_path: Path) -> None:
    assert exposed(tmp_path / folder / "x.txt") is None


def test_the_folder_that_windows_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Firm"))
    assert exposed(tmp_path / "Firm" / "x.txt") is not None
    assert exposed(tmp_path / "Firmware" / "x.txt") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by the drive")
def test_network_file_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_mounted_as", lambda _folder: "nfs4")
    assert exposed(tmp_path / "x.txt") == "this folder is on another computer"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by the volume")
@pytest.mark.parametrize("system", ["vfat", "exfat", "fuseblk"])
def test_drives_without_access_rights(system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_mounted_as", lambda _folder: system)
    assert exposed(tmp_path / "x.txt") == "this is a drive without access rights"


def test_the_caution_is_a_sentence_about_the_folder(tmp_path: Path) -> None:
    assert caution(tmp_path / "x.txt") is None
    assert caution(tmp_path / "OneDrive" / "x.txt") == (
        "Take care: this folder is copied to a cloud storage, where others may read the client secret."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX systems")
def test_what_the_drive_made_of_a_file_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "handoff.txt"
    file.touch(mode=0o600)
    assert caution(file) is None
    file.chmod(0o644)
    assert "others who use this computer may read" in (caution(file) or "")


def test_a_private_folder_is_preferred(tmp_path: Path) -> None:
    synced, own = tmp_path / "Dropbox", tmp_path / "own"
    synced.mkdir()
    own.mkdir()
    assert private_folder([tmp_path / "missing", synced, own]) == own
    assert private_folder([synced]) == Path.home()
