"""A card for what only a colleague can do: the link, and the request file to send on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.plan.request import Request
from emi_installer.documents.request import render_request
from emi_installer.gui.widgets import Button, CopyButton, column, label, row
from emi_installer.local.files import write_private
from emi_installer.wording.account import colleague_for

FILE_NAME = "emi-request.toml"


class RequestCard(QWidget):
    """Says what is left and for whom; `tell` shows a problem of writing the file."""

    def __init__(self, read: Callable[[], Request | None], tell: Callable[[InstallerError | None], None]) -> None:
        super().__init__()
        self._read = read
        self._tell = tell
        layout = column(self, spacing=10)
        self._text = label()
        self.save = Button("Save a re&quest …", self.browse, "save")
        self.link = CopyButton("Copy the consent &link", self._link)
        self.said = label(role="ok")
        self.said.hide()
        layout.addWidget(self._text)
        layout.addLayout(row(self.save, self.link))
        layout.addWidget(self.said)

    def show_request(self) -> None:
        """Show what is asked for; nothing where there is nothing to ask for."""
        request = self._read()
        self.setVisible(request is not None)
        if request is not None:
            self._text.setText(_words(request))
            self.link.setVisible(request.consent_link is not None)

    def browse(self) -> None:
        """Ask where to save the request."""
        dialog = QFileDialog(self, "Save the request", str(Path.home() / FILE_NAME), "Request (*.toml)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, file: str) -> None:
        """Write the request."""
        request = self._read()
        if request is None:
            return
        try:
            write_private(Path(file), render_request(request), overwrite=True)
        except InstallerError as problem:
            self._tell(problem)
            return
        self._tell(None)
        self.said.setText(f"Saved to {file}. It holds no secret: send it to your colleague.")
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
