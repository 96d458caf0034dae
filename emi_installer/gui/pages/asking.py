"""A card for what only a colleague can do: the link, and the request file to send on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from emi_installer.core.plan.request import Request
from emi_installer.documents.request import render_request
from emi_installer.gui.page import Page
from emi_installer.gui.saving import FileToSave
from emi_installer.gui.widgets import Button, CopyButton, column, label, row
from emi_installer.local.files import write_private
from emi_installer.wording.account import colleague_for

FILE_NAME = "emi-request.toml"


class RequestCard(QWidget):
    """Says what is left and for whom."""

    def __init__(self, page: Page, read: Callable[[], Request | None]) -> None:
        super().__init__()
        self._read = read
        layout = column(self, spacing=10)
        self._text = label()
        self._file = FileToSave(
            page=page,
            title="Save the request",
            kinds="Request (*.toml)",
            suggest=lambda: Path.home() / FILE_NAME,
            write=self._write,
            saved=self._saved,
        )
        self.save = Button("Save a re&quest …", self.ask, "save")
        self.link = CopyButton("Copy the consent &link", self._link)
        self.said = label(role="ok")
        self.said.hide()
        layout.addWidget(self._text)
        layout.addLayout(row(self.save, self.link))
        layout.addWidget(self.said)

    def ask(self) -> None:
        """Ask where to save the request."""
        self._file.ask()

    def show_request(self) -> None:
        """Show what is asked for; nothing where there is nothing to ask for."""
        request = self._read()
        self.setVisible(request is not None)
        self.said.hide()
        if request is not None:
            self._text.setText(_words(request))
            self.link.setVisible(request.consent_link is not None)

    def _write(self, place: Path) -> None:
        request = self._read()
        if request is not None:
            write_private(place, render_request(request), overwrite=True)

    def _saved(self, place: Path) -> None:
        self.said.setText(f"Saved to {place}. It holds no secret: send it to your colleague.")
        self.said.show()

    def _link(self) -> str:
        request = self._read()
        return request.consent_link or "" if request else ""


def _words(request: Request) -> str:
    text = (
        f"This is for {colleague_for(request)} of {request.organization}. Save a request and send it on: whoever opens "
        "it with this program sees what is asked for, and can do it after signing in."
    )
    if request.consent_link:
        text += " The consent can also be given on a page of Microsoft's, without this program: copy its link."
    return text
