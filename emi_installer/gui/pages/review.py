"""Review: what will be done, what stays, what is in the way. The last page before anything is changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget, QWizard

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.core.plan.plan import Plan
from emi_installer.gui.entry import Entry, Look
from emi_installer.gui.error_panel import Actions, add_panels
from emi_installer.gui.page import Page, add
from emi_installer.gui.pages.asking import RequestCard
from emi_installer.gui.plan_view import changes_card, deferred_card, left_alone_card, permissions_card
from emi_installer.gui.widgets import Button, Field, card, column, label, row
from emi_installer.local.files import write_private
from emi_installer.setup.flow import Step
from emi_installer.wording.notices import notice_text
from emi_installer.wording.plan import plan_lines

_NO_WAY_BACK = (
    "Apply can't be undone with Back. You can stop between two changes; what is done then stays, and the program can "
    "do the rest another time."
)


class ReviewPage(Page):
    """Shows the plan; its Next is Apply."""

    step = Step.REVIEW
    lead = "Nothing has been changed yet. Please read what will happen in your tenant."

    def build(self) -> None:
        """A place for the plan."""
        self.shown = QWidget()
        add(self, self.shown)
        self.save = Button("Save the &plan …", self._save, "save")
        self.said = label(role="ok")
        self.said.hide()
        self.warning = label(role="muted")
        self.name = Field("&Type the name of the app registration")
        self.name.edit.textChanged.connect(self._check)
        self.request = RequestCard(self.run.request, self.tell)
        self._request_card = card(label("For a colleague", "heading"), self.request)
        add(self, self._request_card, self.name, row(self.save, self.said), self.warning)

    def remedies(self) -> Actions:
        """What helps against a blocker."""
        return {
            **super().remedies(),
            Action.TRY_AGAIN: self.read_again,
            Action.OTHER_ACCOUNT: lambda: self.jump.emit(Step.SIGN_IN),
            Action.CHANGE_SIGN_IN: lambda: self.jump.emit(Step.WELCOME),
            Action.CHANGE_SETTINGS: lambda: self.jump.emit(Step.SETTINGS),
            Action.CHOOSE_TASK: lambda: self.jump.emit(Step.CHOOSE_TASK),
        }

    def first(self) -> QWidget | None:
        """See Page."""
        return self.name.edit if self.run.purpose is Purpose.REMOVE else self.save

    def enter(self) -> None:
        """Show the plan; read the tenant again first, if it was touched meanwhile."""
        self.said.hide()
        if self.run.stale:
            self.read_again()
        else:
            self.show_plan()

    def read_again(self) -> None:
        """Read the tenant again."""
        self.set_valid(False)
        self.work(self.run.task(self.run.read_job), "Reading your tenant …", lambda _: self.show_plan())

    def show_plan(self) -> None:
        """Plan, and show it."""
        self.tell(None)
        try:
            plan = self.run.make_plan()
        except InstallerError as problem:
            self.set_valid(False)
            self.tell(problem)
            return
        self._describe(plan)
        removing = plan.purpose is Purpose.REMOVE
        self.setButtonText(QWizard.WizardButton.CommitButton, "&Remove now" if removing else "&Apply now")
        self.warning.setText(_NO_WAY_BACK if plan.changes else "Apply reads everything back and changes nothing.")
        self.warning.setVisible(not plan.blockers)
        self.name.setVisible(removing and not plan.blockers)
        self.name.tell(f"To be sure, type it exactly: {self._name}" if removing else "")
        self.name.edit.clear()
        self.request.show_request()
        self._request_card.setVisible(not self.request.isHidden())
        self._check()

    @property
    def _name(self) -> str:
        observed = self.run.observed
        registration = observed.registration if observed else None
        return registration.display_name if registration else ""

    def _check(self) -> None:
        """Whether Apply may be pressed."""
        plan = self.run.plan
        removing = self.run.purpose is Purpose.REMOVE
        typed = not removing or self.name.edit.text().strip() == self._name.strip()
        self.set_valid(plan is not None and not plan.blockers and typed)

    def _describe(self, plan: Plan) -> None:
        shown = QWidget()
        self.body.replaceWidget(self.shown, shown)
        self.shown.hide()
        self.shown.deleteLater()
        self.shown = shown
        layout = column(shown, spacing=14)
        add_panels(layout, plan.blockers, self.remedies(), self.support)
        if plan.notices:
            layout.addWidget(
                card(*(Entry(notice_text(one), Look("info", "on_note", "Note")) for one in plan.notices), name="note")
            )
        layout.addWidget(changes_card(plan))
        if plan.deferred:
            layout.addWidget(deferred_card(plan))
        if plan.left_alone:
            layout.addWidget(left_alone_card(plan))
        observed = self.run.observed
        if observed is not None and plan.purpose is not Purpose.REMOVE:
            layout.addWidget(permissions_card(self.run.launch.blueprint, observed))

    def _save(self) -> None:
        dialog = QFileDialog(self, "Save the plan", str(Path.home() / "emi-plan.txt"), "Text (*.txt)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, file: str) -> None:
        """Write the plan as text."""
        plan = self.run.plan
        if plan is None:
            return
        try:
            write_private(Path(file), "\n".join(plan_lines(plan)) + "\n", overwrite=True)
        except InstallerError as problem:
            self.tell(problem)
            return
        self.said.setText(f"Saved to {file}")
        self.said.show()
