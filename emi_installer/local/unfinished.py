"""Notes where a private file is being written, so that the next start removes what a killed program left there."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_TEMPORARY = re.compile(r"\.emi-[0-9a-f]{16}-*\.tmp")
_LONGEST_PATH = 64 * 1024  # bytes


@contextmanager
def noted(temporary: Path) -> Iterator[None]:
    """Remove `temporary` at the end, or at the next start of this program if there is no end.

    Where nothing can be noted, the file is written all the same.
    """
    with suppress(OSError):
        _notes().mkdir(mode=0o700, parents=True, exist_ok=True)
    note = _notes() / temporary.name[:21]
    held = _write_note(note, temporary)
    try:
        yield
    finally:
        if _is_gone(temporary) and held is not None:
            held.close()
            with suppress(OSError):
                note.unlink()
        elif held is not None:
            held.close()


def remove_unfinished() -> None:
    """Remove every noted file whose program has ended."""
    try:
        notes = list(_notes().iterdir())
    except OSError:
        return
    for note in notes:
        with suppress(OSError), note.open("r+b") as held:
            if not _lock(held):
                continue  # its program is still writing
            temporary = Path(os.fsdecode(held.read(_LONGEST_PATH)))
            if not _is_ours(temporary) or _is_gone(temporary):
                held.close()
                note.unlink()


def _notes() -> Path:
    from platformdirs import user_state_dir  # noqa: PLC0415 - release/assets.py runs without packages

    return Path(user_state_dir("EMI Installer", appauthor=False), "unfinished")


def _write_note(note: Path, temporary: Path) -> IO[bytes] | None:
    """The note, open and locked as long as this program lives."""
    try:
        held = note.open("xb")
        held.write(os.fsencode(temporary.absolute()))
        held.flush()
        _lock(held)
    except OSError:
        return None
    return held


def _is_ours(temporary: Path) -> bool:
    """Whether only this program gives such names: a note must not make it remove anything else."""
    return temporary.is_absolute() and _TEMPORARY.fullmatch(temporary.name) is not None


def _is_gone(temporary: Path) -> bool:
    """Remove it; False where its drive is not there now, or does not let it go."""
    try:
        temporary.unlink(missing_ok=True)
        return temporary.parent.is_dir()
    except OSError:
        return False


def _lock(held: IO[bytes]) -> bool:
    """Whether no other program holds it; it is released when this one ends, however that happens."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows alone

            held.seek(_LONGEST_PATH)  # nobody can read what is locked there
            msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)
            held.seek(0)
        else:
            import fcntl  # noqa: PLC0415 - there is none on Windows

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
