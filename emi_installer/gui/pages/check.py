"""Check only: every check in a row, a report to save, and a saved client secret to try."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from emi_installer.core.errors.remedies import Action
from emi_installer.core.observed.checks import VerificationReport
from emi_installer.core.plan.events import Checked
from emi_installer.gui.entry import Entries, Entry
from emi_installer.gui.page import Page
from emi_installer.gui.pages.sign_in_consent import SignInConsentCard
from emi_installer.gui.saving import FileToSave
from emi_installer.gui.status import STATUS
from emi_installer.gui.widgets import Button, card, label, row, set_role
from emi_installer.setup.flow import Step
from emi_installer.wording.checks import check_text

_REPORTS = "Web page (*.html);;Text (*.txt);;For programs (*.json)"
_HANDOFF = "Handoff file for programs (*.json)"


class CheckPage(Page):
    """The last page of a check; it changes nothing."""

    step = Step.CHECK
    lead = "Everything is read from your tenant; nothing is changed."

    def build(self) -> None:
        """The rows, and what can be done with them."""
        self.summary = label()
        self.summary.setProperty("weight", "heading")
        self._checks = Entries()
        self._file = FileToSave(
            page=self,
            title="Save the report",
            kinds=_REPORTS,
            suggest=lambda: Path.home() / "emi-report.html",
            write=self.state.save_report,
            saved=self._saved,
        )
        self._card = card(label("Verification", "heading"), self._checks)
        self._report = Button("Save the &report …", self._file.ask, "save")
        self._secret = Button("&Try a saved client secret …", self._browse_handoff, "folder")
        self._again = Button("C&heck again", self.begin, "again")
        self.said = label(role="ok")
        self.said.hide()
        hint = "To try a client secret, choose the .json file in which it was saved. It can't be read from Microsoft."
        self.add(self.summary, row(self._report, self._again), self.said)
        self.body.addWidget(self._card)
        self.consent = SignInConsentCard(self)
        self.add(card(label("A saved client secret", "heading"), label(hint, "muted"), row(self._secret)))
        self.add(self.consent)

    def enter(self) -> None:
        """Start at once."""
        self.consent.show_client()
        self.begin()

    def begin(self) -> None:
        """Check."""
        self._check(None)

    def check_with(self, file: str) -> None:
        """Check, and sign in with the client secret in a handoff file."""
        self._check(Path(file))

    def _check(self, file: Path | None) -> None:
        self.said.hide()
        self.summary.hide()
        self._checks.clear()
        self._card.hide()
        self._report.setEnabled(False)
        actions = {**self.ways_back(), Action.TRY_AGAIN: lambda: self._check(file)}
        self.work(lambda task: self.state.check_job(task, file=file), "Reading your tenant …", self._checked, actions)

    def event_came(self, event: object) -> None:
        """One more row."""
        if isinstance(event, Checked):
            check = event.check
            self._checks.add(Entry(str(check_text(check)), STATUS[check.status]))
            self._card.show()

    def _checked(self, report: object) -> None:
        if not isinstance(report, VerificationReport):
            return
        if report.passed:
            text, role = "All well.", "ok"
        elif report.failed:
            text, role = "Something does not work. Repair corrects what this program may correct.", "failed"
        else:
            text, role = "Something needs attention.", "attention"
        self._report.setEnabled(True)
        self.summary.setText(text)
        set_role(self.summary, role)
        self.summary.show()

    def _browse_handoff(self) -> None:
        dialog = QFileDialog(self, "Choose the file with the client secret", str(Path.home()), _HANDOFF)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.check_with)
        dialog.open()

    def _saved(self, place: Path) -> None:
        self.said.setText(f"Saved to {place}")
        self.said.show()
