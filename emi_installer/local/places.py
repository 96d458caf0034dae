"""Where a private file is safe: not in folders that other computers see too, nor on drives without access rights."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from emi_installer.local.files import only_you_can_read

_SYNCED = re.compile(
    r"onedrive|dropbox|google ?drive|my drive|icloud ?drive|mobile documents|nextcloud|owncloud|box(?: sync)?|"
    r"sharepoint",
    re.IGNORECASE,
)
_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "sshfs", "fuse.sshfs", "afs", "9p", "davfs")
_WITHOUT_RIGHTS = ("vfat", "exfat", "msdos", "fuseblk")
_DRIVE_REMOTE = 4  # https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getdrivetypew
_PERSISTENT_ACLS = 8  # https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getvolumeinformationw


def exposed(path: Path) -> str | None:
    """Why others may see what is written to `path`, as a clause; None where no reason is known."""
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - resolve() asks network drives
    if any(_within(folder, synced) for synced in _synced_folders()) or any(map(_is_synced_name, folder.parts)):
        return "this folder is copied to a cloud storage"
    if _is_network(folder):
        return "this folder is on another computer"
    if not _has_rights(folder):
        return "this is a drive without access rights"
    return None


def caution(path: Path) -> str | None:
    """The sentence about others who may see the client secret in `path`; None where nothing is known against it.

    Of a file that is written already, it is read back whether the drive keeps it for this user.
    """
    if reason := exposed(path):
        return f"Take care: {reason}, where others may read the client secret."
    if os.path.lexists(path) and not only_you_can_read(path):
        return "Take care: others who use this computer may read the client secret there. The drive lets them."
    return None


def private_folder(candidates: Iterable[Path]) -> Path:
    """The first of the folders that exists and nobody else sees; the home folder if there is none."""
    for folder in candidates:
        if folder.is_dir() and exposed(folder / "x") is None:
            return folder
    return Path.home()


def _is_synced_name(part: str) -> bool:
    found = _SYNCED.match(part)
    return found is not None and (found.end() == len(part) or not part[found.end()].isalnum())


def _synced_folders() -> Iterator[Path]:
    """What OneDrive sets in the environment of Windows."""
    for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        if folder := os.environ.get(name):
            yield Path(folder)


def _within(folder: Path, other: Path) -> bool:
    return folder == other or other in folder.parents


def _is_network(folder: Path) -> bool:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        drive = folder.drive
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE
    return _mounted_as(folder).startswith(_NETWORK_FILE_SYSTEMS)


def _has_rights(folder: Path) -> bool:
    """Whether the drive knows who may read a file; FAT and exFAT do not."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        flags = ctypes.c_uint32(_PERSISTENT_ACLS)  # where Windows can't tell, nothing is said
        ctypes.windll.kernel32.GetVolumeInformationW(
            folder.drive + "\\", None, 0, None, None, ctypes.byref(flags), None, 0
        )
        return bool(flags.value & _PERSISTENT_ACLS)
    return not _mounted_as(folder).startswith(_WITHOUT_RIGHTS)


def _mounted_as(folder: Path) -> str:
    """The file system that `folder` lies on, as Linux calls it; empty where that is not known."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        _, place, system, *_ = line.split(" ")
        where = place.replace("\\040", " ")
        if _within(folder, Path(where)) and len(where) >= len(best):
            best, kind = where, system
    return kind
