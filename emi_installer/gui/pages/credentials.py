"""Credentials: the three values. The client secret is on this page, in the file that is saved, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.documents.handoff import format_for
from emi_installer.gui.clipboard import SECONDS, SecretClipboard
from emi_installer.gui.error_panel import Actions
from emi_installer.gui.page import Page, add
from emi_installer.gui.widgets import Button, CopyButton, Field, Value, card, label, row, set_role
from emi_installer.local.places import exposed, private_folder
from emi_installer.setup.flow import Step

_PLACES = QStandardPaths.StandardLocation
_FILE = "emi-credentials.txt"
_KINDS = "For people (*.txt);;For programs (*.json)"


class CredentialsPage(Page):
    """Next opens when somebody has the client secret, or does not want it."""

    step = Step.CREDENTIALS
    lead = (
        "Your contact center needs these three values. Microsoft shows the client secret only this once: save it now."
    )

    def build(self) -> None:
        """Three values, and where to save them."""
        self.tenant_id = Value("Tenant ID", "Copy &Tenant ID")
        self.client_id = Value("Client ID", "Copy &Client ID")
        self.secret = Value("Client Secret", "")
        self.secret.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.clipboard = SecretClipboard(self)
        self.secret.copy.hide()
        self.copy_secret = CopyButton("Copy Client &Secret", self.secret.edit.text, self._copy)
        self.reveal = Button("Sho&w", self._toggle, "show")
        self.secret.line.addWidget(self.reveal)
        self.secret.line.addWidget(self.copy_secret)
        self.expires = label(role="muted")
        add(self, card(self.tenant_id, self.client_id, self.secret, self.expires))
        self.place = Field("Save to &file")
        self.place.edit.setObjectName("place")
        self.place.edit.textChanged.connect(self._warn)
        self.save = Button("Sa&ve", self._save, "save", primary=True)
        self.said = label()
        browse = Button("Ch&oose …", self._browse, "folder")
        add(self, card(self.place, row(self.save, browse), self.said))

    def remedies(self) -> Actions:
        """What helps when the file could not be written."""
        return {
            **super().remedies(),
            Action.REPLACE_FILE: lambda: self._save(overwrite=True),
            Action.OTHER_PLACE: self._browse,
            Action.TRY_AGAIN: self._save,
        }

    def first(self) -> QWidget | None:
        """See Page."""
        return self.save

    def enter(self) -> None:
        """Show the values."""
        credentials = self.run.credentials()
        secret = credentials.client_secret
        self.tenant_id.edit.setText(credentials.tenant_id)
        self.client_id.edit.setText(credentials.client_id)
        self.secret.edit.setText(secret.secret.reveal())
        self.secret.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.expires.setText(f"The client secret is valid until {secret.expires.date().isoformat()}.")
        self.place.edit.setText(str(_default_folder() / _FILE))
        self._say("Next opens when the client secret was saved or copied.", "muted")
        self.set_valid(self.run.taken)

    def drop(self) -> None:
        """Keep the client secret no longer; a copy stays on the clipboard for its minute."""
        self.secret.edit.clear()
        self.run.drop_secret()

    def forget(self) -> None:
        """The window is closed: nothing stays anywhere."""
        self.run.drop_secret()
        if self.built:
            self.secret.edit.clear()
            self.clipboard.clear()

    def validatePage(self) -> bool:
        """Next."""
        self.drop()
        return True

    def _toggle(self) -> None:
        hidden = self.secret.edit.echoMode() is QLineEdit.EchoMode.Password
        modes = QLineEdit.EchoMode
        self.secret.edit.setEchoMode(modes.Normal if hidden else modes.Password)
        self.reveal.set_look("Hide (&w)" if hidden else "Sho&w", "hide" if hidden else "show")

    def _copy(self, secret: str) -> None:
        self.clipboard.copy(secret)
        self._say(f"The client secret is on the clipboard for {SECONDS} seconds. Paste it now.", "attention")
        if not self.run.taken:
            self.work(self.run.task(self.run.note_job), "Taking note in your tenant …", self._noted)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Save the three values", self.place.edit.text(), _KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix("txt")
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, file: str) -> None:
        self.place.edit.setText(file)
        self._save()

    def _warn(self) -> None:
        text = self.place.edit.text().strip()
        reason = exposed(Path(text)) if text else None
        if reason is None:
            self.place.tell("A name that ends in .txt is for people, in .json for programs. Only you can read it.")
        else:
            self.place.tell(f"Take care: {reason}, where others may read the client secret.", "attention")

    def _save(self, *, overwrite: bool = False) -> None:
        place = Path(self.place.edit.text().strip())
        try:
            format_for(place.suffix)
        except InstallerError as problem:
            self.tell(problem)
            return
        task = self.run.task(lambda task: self.run.save_job(task, place=place, overwrite=overwrite))
        self.work(task, "Saving …", self._saved)

    def _saved(self, problem: object) -> None:
        self._say(f"Saved to {self.run.saved}", "ok")
        self._noted(problem)

    def _noted(self, problem: object) -> None:
        """`problem`: the values are safe, but the tenant does not know it."""
        if isinstance(problem, InstallerError):
            self._say(
                f"{self.said.text()}\nMicrosoft could not take note of it: the next run will offer to replace this "
                "client secret.",
                "attention",
            )
        self.set_valid(self.run.taken)
        self.wizard().button(self.wizard().WizardButton.CommitButton).setFocus()

    def _say(self, text: str, role: str) -> None:
        self.said.setText(text)
        set_role(self.said, role)


def _default_folder() -> Path:
    wanted = (_PLACES.DocumentsLocation, _PLACES.DownloadLocation, _PLACES.HomeLocation)
    return private_folder(Path(QStandardPaths.writableLocation(place)) for place in wanted)
