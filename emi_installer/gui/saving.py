"""Asks for a file and writes it on a thread, as a job of the page: a drive may take its time to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from emi_installer.core.errors.remedies import Action
from emi_installer.gui.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToSave:
    """What a page offers to save: the dialog's title, the file names, and who writes it.

    `write` runs on a thread and raises InstallerError; `saved` is told of the file on the window's thread.
    """

    page: Page
    title: str
    kinds: str
    suggest: Callable[[], Path]
    write: Callable[[Path], object]
    saved: Callable[[Path], object]

    def ask(self) -> None:
        """Ask where to save it."""
        self._ask(self.suggest())

    def save(self, place: Path) -> None:
        """Write it to `place`; what can be done when that fails is about this file."""
        actions = {
            Action.TRY_AGAIN: lambda: self.save(place),
            Action.OTHER_PLACE: lambda: self._ask(place),
        }
        self.page.work(
            lambda _task: self.write(place), "Saving …", lambda _nothing: self.saved(place), actions, must_end=True
        )

    def _ask(self, start: Path) -> None:
        dialog = QFileDialog(self.page, self.title, str(start), self.kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(start.suffix.lstrip("."))
        dialog.fileSelected.connect(lambda file: self.save(Path(file)))
        dialog.open()
