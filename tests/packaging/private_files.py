"""For Windows: writes a private file in the folder that is named, beside one of everybody's; prints what holds."""

from __future__ import annotations

import json
import msvcrt
import sys
from pathlib import Path

from emi_installer.local import files, files_windows, unfinished
from emi_installer.local.signature import read_signature

assert sys.platform == "win32"  # tells mypy, which skips the rest elsewhere


def _handles_left(folder: Path) -> bool:
    """Whether a file can't be removed after its descriptor could not be made: then its handle has leaked."""
    opened = msvcrt.open_osfhandle
    msvcrt.open_osfhandle = _refuse
    try:
        files_windows.create_private(folder / "leak")
    except MemoryError:
        pass
    finally:
        msvcrt.open_osfhandle = opened
    try:
        (folder / "leak").unlink()
    except PermissionError:
        return True
    return False


def _refuse(handle: int, flags: int) -> int:
    raise MemoryError(handle, flags)


def _seen(folder: Path) -> dict[str, object]:
    private, public = folder / "private.txt", folder / "public.txt"
    for overwrite in (False, True):
        files.write_private(private, "s3cret", overwrite=overwrite)
    public.write_text("x")
    public.chmod(0o666)
    temporary = folder / ".emi-0123456789abcdef.tmp"
    with unfinished.noted(temporary):
        temporary.write_text("s3cret")
        unfinished.remove_unfinished()
        kept = temporary.exists()
    return {
        "text": private.read_text(),
        "private": files.only_you_can_read(private),
        "missing": files.only_you_can_read(folder / "missing.txt"),
        "kept while it is written": kept,
        "left": sorted(path.name for path in folder.iterdir()),
        "handle left": _handles_left(folder),
        "signature": read_signature(Path(sys.executable)).trust.value,
        "signature of a text": read_signature(private).trust.value,
    }


if __name__ == "__main__":
    print(json.dumps(_seen(Path(sys.argv[1]))))
