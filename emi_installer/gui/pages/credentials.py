"""Credentials: the three values. The client secret is on this page, in the file that is saved, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from emi_installer.core.desired.cleaning import cleaned_path
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.documents.formats import handoff_format
from emi_installer.gui.clipboard import SECONDS, SecretClipboard
from emi_installer.gui.jobs import LeftUndone
from emi_installer.gui.page import Page
from emi_installer.gui.secret_edit import SecretEdit
from emi_installer.gui.widgets import Button, CopyButton, Field, Value, card, label, row, set_role
from emi_installer.gui.worker import Task
from emi_installer.local.places import caution, private_folder
from emi_installer.setup.flow import Step

_PLACES = QStandardPaths.StandardLocation
_FILE = "emi-credentials.txt"
_KINDS = "For people (*.txt);;For programs (*.json)"
_LOOK_MS = 300  # after the last key: the drive that is typed may be slow to answer
_FORMS = "A name that ends in .txt is for people, in .json for programs."
_NOT_NOTED = (
    "Your tenant could not be updated: the next run will treat this client secret as unsaved and offer to replace it."
)
_NOT_TIDIED = "What an interrupted attempt left in your tenant could not be removed. The next run removes it."


class _Place(NamedTuple):
    """A file as typed, and the sentence about others who may see it."""

    text: str
    caution: str | None


class CredentialsPage(Page):
    """Next opens when somebody has the client secret."""

    step = Step.CREDENTIALS
    lead = (
        "Your contact center needs these three values. Microsoft shows the client secret only this once: save it now."
    )

    def build(self) -> None:
        """Three values, and where to save them."""
        self.tenant_id = Value("Tenant ID", "Copy &Tenant ID")
        self.client_id = Value("Client ID", "Copy &Client ID")
        self.clipboard = SecretClipboard(self)
        self.secret = SecretEdit(self._copy)
        self.copy_secret = CopyButton("Copy Client &Secret", self.secret.text, lambda _secret: self._copy())
        self.reveal = Button("Sho&w", self._toggle, "show")
        self.secret.shown.connect(self._shown)
        value = Value("Client Secret", "", self.secret)
        value.copy.hide()
        value.line.addWidget(self.reveal)
        value.line.addWidget(self.copy_secret)
        self.expires = label(role="muted")
        self.add(card(self.tenant_id, self.client_id, value, self.expires))
        self.place = Field("Save to &file")
        self.place.edit.setObjectName("place")
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._look_at_place)
        self.place.edit.textChanged.connect(self._look.start)
        self.save = Button("Sa&ve", self._save_typed, "save", primary=True)
        self.said = label()
        self._had = ("", "muted")
        browse = Button("Ch&oose …", self._browse, "folder")
        self.add(card(self.place, row(self.save, browse), self.said))
        self.place.tell(_FORMS)
        self._suggest()

    def first(self) -> QWidget | None:
        """See Page."""
        return self.save

    def main(self) -> Button | None:
        """See Page."""
        return None if self._is_taken else self.save

    @property
    def _is_taken(self) -> bool:
        return self.state.delivery is not None and self.state.delivery.taken

    @property
    def holds_clipboard(self) -> bool:
        """Whether the client secret is on the clipboard."""
        return self.built and self.clipboard.holds

    def enter(self) -> None:
        """Show the values."""
        credentials = self.state.delivered.credentials
        secret = credentials.client_secret
        self.tenant_id.edit.setText(credentials.tenant_id)
        self.client_id.edit.setText(credentials.client_id)
        self.secret.setText(secret.secret.reveal())
        self.secret.home(False)
        self.expires.setText(f"The client secret is valid until {secret.expires.date().isoformat()}.")
        self._say("Next opens when the client secret was saved or copied.", "muted")
        self.set_valid(self._is_taken)

    def leave(self) -> bool:
        """Keep the client secret no longer; a copy stays on the clipboard for its minute."""
        self._drop()
        return True

    def forget(self) -> None:
        """The window is closed: nothing stays anywhere."""
        self._drop()
        if self.built:
            self.clipboard.clear()

    def _drop(self) -> None:
        if self.built:
            self.secret.hide_text()
            self.secret.clear()
        if self.state.delivery is not None:
            self.state.delivery.forget_secret()

    def _toggle(self) -> None:
        if self.secret.is_shown:
            self.secret.hide_text()
        else:
            self.secret.reveal()

    def _shown(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.reveal.set_look("Hide (&w)" if shown else "Sho&w", "hide" if shown else "show")

    def _copy(self) -> None:
        if self.busy or not self.secret.text():
            return
        self.clipboard.copy(self.secret.text())
        self._had_by(f"The client secret is on the clipboard for {SECONDS} seconds. Paste it now.", "attention")
        if not self._is_taken or self.state.owes:
            self._note()

    def _note(self) -> None:
        self.work(self.state.note_job, "Taking note in your tenant …", self._noted, must_end=True)

    def _suggest(self) -> None:
        """A private folder; found on a thread, since Documents may lie on a share that does not answer."""
        task = Task(lambda _task: _default_folder())
        task.done.connect(self._suggested)
        task.start()

    def _suggested(self, folder: object) -> None:
        if not self.place.edit.text():
            self.place.edit.setText(str(Path(str(folder)) / _FILE))

    def _browse(self) -> None:
        self._choose(self.place.edit.text())

    def _choose(self, start: str) -> None:
        dialog = QFileDialog(self, "Save the three values", start, _KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix("txt")
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, file: str) -> None:
        self.place.edit.setText(file)
        self._save_typed()

    def _look_at_place(self) -> None:
        text = cleaned_path(self.place.edit.text())
        task = Task(lambda _task: _Place(text, caution(Path(text)) if text else None))
        task.done.connect(self._warn)
        task.start()

    def _warn(self, place: _Place) -> None:
        """Say why others may see what is saved there, unless another place is typed already."""
        if place.text != cleaned_path(self.place.edit.text()):
            return
        if place.caution is None:
            self.place.tell(_FORMS)
        else:
            self.place.tell(place.caution, "attention")

    def _save_typed(self) -> None:
        self._save(Path(cleaned_path(self.place.edit.text())), overwrite=False)

    def _save(self, place: Path, *, overwrite: bool) -> None:
        """Save to `place`; what can be done when that fails is about this file, whatever is typed meanwhile."""
        if self.busy:
            return
        actions = {
            Action.REPLACE_FILE: lambda: self._save(place, overwrite=True),
            Action.OTHER_PLACE: lambda: self._choose(str(place)),
            Action.TRY_AGAIN: lambda: self._save(place, overwrite=overwrite),
        }
        try:
            handoff_format(place.suffix)
        except InstallerError as problem:
            self.tell(problem, {Action.OTHER_PLACE: actions[Action.OTHER_PLACE]})
            return
        self.work(
            lambda task: self.state.save_job(task, place=place, overwrite=overwrite),
            "Saving …",
            lambda left: self._saved(place, left),
            actions,
            must_end=True,
        )

    def _saved(self, place: Path, left: object) -> None:
        self._had_by(f"Saved to {place}", "ok")
        self._look_at_place()  # now that the file is there, the drive tells who can read it
        self._noted(left)

    def _noted(self, left: object) -> None:
        """Somebody has the values; say what is `left` undone in the tenant."""
        text, role = self._had
        note, tidy = left if isinstance(left, LeftUndone) else (None, None)
        if note or tidy:
            self._say(f"{text}\n{_NOT_NOTED if note else _NOT_TIDIED}", "attention")
        else:
            self._say(text, role)
        problem = note or tidy
        if isinstance(problem, InstallerError):
            self.tell(problem, {Action.TRY_AGAIN: self._note})
        self.set_valid(self._is_taken)
        self.ready.emit()

    def _had_by(self, text: str, role: str) -> None:
        """Somebody has the client secret now."""
        self._had = (text, role)
        self._say(text, role)

    def _say(self, text: str, role: str) -> None:
        self.said.setText(text)
        set_role(self.said, role)


def _default_folder() -> Path:
    wanted = (_PLACES.DocumentsLocation, _PLACES.DownloadLocation, _PLACES.HomeLocation)
    return private_folder(Path(QStandardPaths.writableLocation(place)) for place in wanted)
