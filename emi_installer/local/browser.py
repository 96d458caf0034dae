"""Opens links and folders in whatever program the system has for them, without waiting for it."""

from __future__ import annotations

import threading
import webbrowser
from contextlib import suppress
from pathlib import Path


def open_link(link: str) -> None:
    """Show `link` in the browser."""

    def show() -> None:
        with suppress(webbrowser.Error, OSError):
            webbrowser.open(link)

    threading.Thread(target=show, daemon=True).start()


def open_folder(folder: Path) -> None:
    """Show `folder` in the file manager."""
    open_link(folder.absolute().as_uri())
