"""Opens links and folders in whatever program the system has for them, without waiting for it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_OF_THE_BUILT_PROGRAM = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def open_link(link: str) -> None:
    """Show `link` in the browser."""

    def show() -> None:
        with suppress(OSError):
            start_browser(link)

    threading.Thread(target=show, daemon=True).start()


def open_folder(folder: Path) -> None:
    """Show `folder` in the file manager."""
    open_link(folder.absolute().as_uri())


def start_browser(link: str) -> bool:
    """Show `link` in the browser; whether one was started. May last as long as the browser; raises OSError."""
    import webbrowser  # noqa: PLC0415 - not before it is needed

    with _libraries_of_the_system():
        try:
            return webbrowser.open(link)
        except webbrowser.Error:
            return False


@contextmanager
def _libraries_of_the_system() -> Iterator[None]:
    """The built program has libraries of its own, which no program that it starts may load.

    https://pyinstaller.org/en/stable/common-issues-and-pitfalls.html (launching external programs).
    """
    unpacked = getattr(sys, "_MEIPASS", None)
    if unpacked is not None:
        _restore_environment()
        _search_libraries_in(None)
    try:
        yield
    finally:
        if unpacked is not None:
            _search_libraries_in(unpacked)


def _search_libraries_in(folder: str | None) -> None:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        ctypes.windll.kernel32.SetDllDirectoryW(folder)


@cache
def _restore_environment() -> None:
    """Once: what is restored must not be taken for ours the next time. This process has read it all long ago."""
    for name in _OF_THE_BUILT_PROGRAM:
        os.environ.pop(name, None)
    if sys.platform == "linux":
        before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
        if before is None:
            os.environ.pop("LD_LIBRARY_PATH", None)
        else:
            os.environ["LD_LIBRARY_PATH"] = before
