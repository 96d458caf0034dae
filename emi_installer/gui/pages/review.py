"""Review: what will be done, what stays, what is in the way. The last page before anything is changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from emi_installer.core.desired.cleaning import same_text
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.core.plan.plan import Plan
from emi_installer.gui.entry import Entry, Look
from emi_installer.gui.error_panel import Actions, add_panels
from emi_installer.gui.holders_view import HoldersCard
from emi_installer.gui.page import Page
from emi_installer.gui.pages.asking import RequestCard
from emi_installer.gui.plan_view import changes_card, deferred_card, left_alone_card, permissions_card
from emi_installer.gui.saving import FileToSave
from emi_installer.gui.widgets import Button, Field, card, column, label, row
from emi_installer.local.files import write_private
from emi_installer.setup.flow import Step
from emi_installer.wording.notices import notice_text
from emi_installer.wording.plan import plan_lines

_NO_WAY_BACK = (
    "Apply can't be undone with Back. You can stop between two changes; what is done then stays, and the program can "
    "do the rest another time."
)
_NEW = (
    "A new application will be registered. The one that was found is left alone; the new Client ID and client secret "
    "have to be entered in the contact center."
)


class ReviewPage(Page):
    """Shows the plan; its Next is Apply."""

    step = Step.REVIEW
    forward = "&Apply now"
    lead = "Nothing has been changed yet. Please read what will happen in your tenant."

    def build(self) -> None:
        """A place for the plan."""
        self.shown = QWidget()
        self.holders = HoldersCard(self.state.decide_holder, self.show_plan, lambda: self.register_new(wanted=True))
        back = Button("&Use the one that was found", lambda: self.register_new(wanted=False), "change")
        self._new = card(label(_NEW), row(back), name="note")
        self.add(self._new, self.holders, self.shown)
        self._file = FileToSave(
            page=self,
            title="Save the plan",
            kinds="Text (*.txt)",
            suggest=lambda: Path.home() / "emi-plan.txt",
            write=self._write,
            saved=self._saved,
        )
        self.save = Button("Save the &plan …", self._file.ask, "save")
        self.said = label(role="ok")
        self.said.hide()
        self.warning = label(role="muted")
        self.name = Field("&Type the name of the app registration")
        self.name.edit.textChanged.connect(self._check)
        self.request = RequestCard(self, self.state.request)
        self._request_card = card(label("For a colleague", "heading"), self.request)
        self.add(self._request_card, self.name, row(self.save, self.said), self.warning)

    def first(self) -> QWidget | None:
        """See Page."""
        if self.state.purpose is Purpose.REMOVE:
            return self.name.edit
        return self.save if self.holders.isHidden() else self.holders.first_undecided or self.save

    def enter(self) -> None:
        """Show the plan; read the tenant again first, if it was touched meanwhile."""
        self.said.hide()
        if self.state.stale:
            self.read_again()
        else:
            self.show_plan()

    def register_new(self, *, wanted: bool) -> None:
        """Leave the app registration that was found alone and register another one; or go back to that one."""
        self.state.register_new(wanted)
        self.read_again()

    def read_again(self) -> None:
        """Read the tenant again; what was shown is not to be applied any more."""
        self.state.plan = None
        self.set_valid(False)
        self.work(self.state.read_job, "Reading your tenant …", lambda _: self.show_plan(), self._remedies())

    def _remedies(self) -> Actions:
        """What helps against a blocker, or when the tenant could not be read."""
        return {**self.ways_back(), Action.TRY_AGAIN: self.read_again}

    def show_plan(self) -> None:
        """Plan, and show it."""
        self.tell(None)
        try:
            plan = self.state.make_plan()
        except InstallerError as problem:
            self.set_valid(False)
            self.tell(problem, self._remedies())
            return
        self._describe(plan)
        self._tell_difference()
        removing = plan.purpose is Purpose.REMOVE
        self._new.setVisible(self.state.typed.register_new)
        if removing:
            self.holders.hide()  # whatever they have goes with the application
        else:
            self.holders.show_plan(plan, may_register=plan.purpose is not Purpose.GRANT)
        self.forward = "&Remove now" if removing else "&Apply now"
        self.warning.setText(_NO_WAY_BACK if plan.changes else "Apply reads everything back and changes nothing.")
        self.warning.setVisible(not plan.blockers)
        self.name.setVisible(removing and not plan.blockers)
        self.name.tell(f"To be sure, type it exactly: {self._name}" if removing else "")
        self.name.edit.clear()
        self.request.show_request()
        self._request_card.setVisible(not self.request.isHidden())
        self._check()

    def _tell_difference(self) -> None:
        """Why what was shown before was not carried out, if that is why people are here."""
        result = self.state.result
        if result is not None and result.outdated and result.error is not None:
            self.tell(result.error)

    @property
    def _name(self) -> str:
        observed = self.state.observed
        registration = observed.registration if observed else None
        return registration.display_name if registration else ""

    def _check(self) -> None:
        """Whether Apply may be pressed."""
        plan = self.state.plan
        removing = self.state.purpose is Purpose.REMOVE
        typed = not removing or same_text(self.name.edit.text(), self._name)
        self.set_valid(plan is not None and not plan.blockers and typed)

    def _describe(self, plan: Plan) -> None:
        shown = QWidget()
        self.swap(self.shown, shown)
        self.shown = shown
        layout = column(shown, spacing=14)
        blockers = tuple(one for one in plan.blockers if one.code is not Code.HELD_BY_OTHERS)  # see the card of holders
        add_panels(layout, blockers, self._remedies(), self.support, lambda: self.state.typed.cloud)
        if plan.notices:
            layout.addWidget(
                card(*(Entry(notice_text(one), Look("info", "on_note", "Note")) for one in plan.notices), name="note")
            )
        layout.addWidget(changes_card(plan))
        if plan.deferred:
            layout.addWidget(deferred_card(plan))
        if plan.left_alone:
            layout.addWidget(left_alone_card(plan))
        observed = self.state.observed
        if observed is not None and plan.purpose is not Purpose.REMOVE:
            layout.addWidget(permissions_card(self.state.launch.blueprint, observed))

    def _write(self, place: Path) -> None:
        if self.state.plan is not None:
            write_private(place, "\n".join(plan_lines(self.state.plan)) + "\n", overwrite=True)

    def _saved(self, place: Path) -> None:
        self.said.setText(f"Saved to {place}")
        self.said.show()
