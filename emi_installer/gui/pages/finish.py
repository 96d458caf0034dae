"""Finish: what to do with what was achieved, and what comes later."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QWidget

from emi_installer.core.desired.purpose import Purpose
from emi_installer.documents.reminder import reminder
from emi_installer.gui.page import Page
from emi_installer.gui.pages.asking import RequestCard
from emi_installer.gui.pages.old_secrets import OldSecretsCard
from emi_installer.gui.pages.sign_in_consent import SignInConsentCard
from emi_installer.gui.saving import FileToSave
from emi_installer.gui.widgets import Button, bullet, card, label, named, row, selectable
from emi_installer.local.browser import open_folder
from emi_installer.local.files import write_private
from emi_installer.setup.flow import Step

_BEFORE = "In the Contact Center Administrator application, add a Microsoft Teams Integration Account and fill in:"
_BEFORE_AGAIN = "In Contact Center Administrator, open the Microsoft Teams Integration Account and enter:"
_AFTERWARDS = (
    "Save it. When the Integration Account works, delete the file with the three values and empty the recycle bin."
)
_LATER = (
    "Before the client secret expires, start this program again: it makes another one.",
    (
        "If the address of your contact center changes, or somebody changes the application, start it again: it shows "
        "what differs and corrects it."
    ),
    "Microsoft never shows the client secret a second time. If it is lost, choose New client secret.",
)
_NONE_MADE = (
    "No client secret was made: the one that was saved earlier stays valid. Microsoft never shows it again; if it is "
    "lost, start again and choose New client secret."
)
_WAITING = "When your colleague has given the consent, start this program again: it makes the client secret then."
_ENDS = {
    Purpose.REMOVE: (
        "EMI is removed from your tenant.",
        "Delete the Microsoft Teams Integration Account too. The app registration can be restored for 30 days.",
    ),
    Purpose.GRANT: (
        "The consent is given.",
        "Tell your colleague to start the program again: it verifies everything and makes the client secret.",
    ),
}


class FinishPage(Page):
    """The last page."""

    step = Step.FINISH

    def build(self) -> None:
        """What comes next, here and in a year."""
        self.outcome = label(role="heading")
        self.more = label(role="muted")
        self.fields = QWidget()
        self._grid = QGridLayout(self.fields)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setColumnStretch(1, 1)
        self._before = label()
        self._next = card(
            label("Next: in your contact center", "heading"), self._before, self.fields, label(_AFTERWARDS)
        )
        self.request = RequestCard(self, self.state.request)
        self._asking = card(label("Next: ask a colleague", "heading"), self.request, label(_WAITING))
        self.old = OldSecretsCard(self)
        self._reminder = FileToSave(
            page=self,
            title="Save a calendar reminder",
            kinds="Calendar (*.ics)",
            suggest=lambda: (self.state.delivered.place or Path.home() / "x").with_name("emi-reminder.ics"),
            write=self._write_reminder,
            saved=self._reminder_saved,
        )
        self.folder = Button("Open fo&lder", self._open_folder, "folder")
        self.remind = Button("Save a calendar &reminder …", self._reminder.ask, "calendar")
        self.said = label(role="ok")
        self.said.hide()
        self._later = card(label("Later", "heading"), *(bullet("again", text) for text in _LATER))
        self.add(self.outcome, self.more, self._asking, self._next, row(self.folder, self.remind), self.said)
        self.consent = SignInConsentCard(self)
        self.add(self.old, self._later, self.consent)
        if self.support:
            self.add(label(f"Help: {self.support}"))

    def enter(self) -> None:
        """Say how it went."""
        self.said.hide()
        self.tell(None)
        delivery, purpose = self.state.delivered, self.state.purpose
        made = delivery.taken
        self.request.show_request()
        waiting = not self.request.isHidden()
        outcome, more = self._ending(made=made, waiting=waiting)
        self.outcome.setText(outcome)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self._asking.setVisible(waiting)
        self._next.setVisible(made)
        self._before.setText(_BEFORE_AGAIN if purpose is Purpose.NEW_SECRET else _BEFORE)
        self._later.setVisible(purpose not in _ENDS and not waiting)
        if made and not self._grid.count():
            self._fill_fields()
        self.folder.setVisible(delivery.place is not None)
        self.remind.setVisible(delivery.made_secret)
        self.old.show_secrets(delivery.old_secrets)
        self.consent.show_client()

    def _ending(self, *, made: bool, waiting: bool) -> tuple[str, str]:
        """What was achieved, and what is to be known about it."""
        if self.state.purpose in _ENDS:
            return _ENDS[self.state.purpose]
        if waiting:
            return "Your part is done.", ""
        outcome = (
            "Your tenant is ready, and everything was verified."
            if self.state.delivered.verified
            else "Your tenant is set up; not everything could be verified."
        )
        return outcome, "" if made else _NONE_MADE

    def _fill_fields(self) -> None:
        delivery = self.state.delivered
        where = f"the one in {delivery.place}" if delivery.place else "the one that you copied"
        values = (
            ("Tenant ID", delivery.observed.signed_in.tenant_id),
            ("Client ID", delivery.result.client_id),
            ("Client Secret", where),
        )
        for line, (field, value) in enumerate(values):
            self._grid.addWidget(label(field, "muted", wrap=False), line, 0)
            self._grid.addWidget(named(selectable(value), field, value), line, 1)

    def _open_folder(self) -> None:
        place = self.state.delivered.place
        if place is not None:
            open_folder(place.absolute().parent)

    def _write_reminder(self, place: Path) -> None:
        delivery = self.state.delivered
        if delivery.expiry is None:
            return
        text = reminder(
            expires=delivery.expiry.expires,
            key_id=delivery.expiry.key_id,
            organization=delivery.observed.signed_in.organization,
            now=datetime.now(UTC),
        )
        write_private(place, text, overwrite=True)

    def _reminder_saved(self, place: Path) -> None:
        """Calendar programs open it by a double-click."""
        self.said.setText(f"Saved to {place}. Open it to add it to your calendar.")
        self.said.show()
