"""Apply: every change with its state, what is being waited for, and the verification, row by row."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.core.observed.checks import Check
from emi_installer.core.plan.changes import Change
from emi_installer.core.plan.events import (
    ChangeDone,
    ChangeFailed,
    ChangeStarted,
    Checked,
    RetryScheduled,
    VerificationStarted,
)
from emi_installer.core.plan.result import ApplyResult
from emi_installer.gui.entry import Entries, Entry, Look
from emi_installer.gui.error_panel import Actions
from emi_installer.gui.page import Page
from emi_installer.gui.pages.asking import RequestCard
from emi_installer.gui.status import STATUS
from emi_installer.gui.widgets import Button, card, label, row, set_role
from emi_installer.setup.flow import Step
from emi_installer.wording.changes import describe
from emi_installer.wording.checks import check_text
from emi_installer.wording.events import retry_reason

_WAITING = Look("waiting", "muted", "waiting")
_RUNNING = Look("running", "accent", "in progress")
_DONE = Look("done", "ok", "done")
_FAILED = Look("failed", "failed", "failed")
_NOT_DONE = Look("waiting", "attention", "not done")
_NEEDLESS = Look("done", "muted", "not needed any more")
_TICK_MS = 250
_GOOD = {
    Purpose.REMOVE: "EMI is removed from your tenant, and that was verified.",
    Purpose.GRANT: "The consent is given and verified.",
}


class ApplyPage(Page):
    """Starts by itself; Next opens when everything is verified, or when there is a client secret to save."""

    step = Step.APPLY

    def build(self) -> None:
        """Places for changes and checks."""
        self.rows: list[tuple[Change, Entry]] = []
        self._changes, self._checks = Entries(), Entries()
        self._changes_card = card(label("Changes", "heading"), self._changes)
        self._checks_card = card(label("Verification", "heading"), self._checks)
        self.summary = label()
        self.summary.setProperty("weight", "heading")
        self.again = Button("&Go on", self.begin, "again")
        self._request = RequestCard(self, self.state.request)
        self._request.hide()
        self.add(self.summary, row(self.again), self._request)
        self.body.addWidget(self._changes_card)
        self.body.addWidget(self._checks_card)
        self._waited = 0.0
        self._end = 0.0
        self._reason = ""
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._count_down)

    def _remedies(self) -> Actions:
        """What helps when a change, or the verification, failed."""
        return {
            **self.ways_back(),
            Action.TRY_AGAIN: self.begin,
            Action.SHORTEN: self._shorten,
            Action.REQUEST: self._save_request,
        }

    def enter(self) -> None:
        """Start at once: the administrator pressed Apply."""
        self.state.delivery = self.state.report = None
        self.begin()

    def begin(self) -> None:
        """Carry out the plan, or what remains of it."""
        if self.busy:
            return
        self.summary.hide()
        self.again.hide()
        self._request.hide()
        self._show_plan()
        self._checks.clear()
        self._checks_card.hide()
        self.set_valid(False)
        self.work(self.state.apply_job, "Applying …", self._applied, self._remedies(), must_end=True)

    def stop(self) -> None:
        """Stop before the next change."""
        super().stop()
        if self.busy:
            self._reason = ""
            self.working.say("Stopping before the next change …")

    def event_came(self, event: object) -> None:
        """Show how far it is."""
        match event:
            case ChangeStarted():
                self._waited, self._reason = 0.0, ""
                self.working.say(f"{describe(event.change).doing} …")
                self._row(event.change).show_look(_RUNNING, describe(event.change).doing)
            case ChangeDone():
                look = _DONE if self._waited < 1 else _DONE._replace(word=f"done after waiting {self._waited:.0f} s")
                self._row(event.change).show_look(look, describe(event.change).done)
                self._waited, self._reason = 0.0, ""
            case ChangeFailed():
                self._row(event.change).show_look(_FAILED)
            case RetryScheduled():
                self._waited += event.seconds
                self._reason, self._end = retry_reason(event.reason), time.monotonic() + event.seconds
                self._tick.start()
                self._count_down()
            case VerificationStarted():
                self._reason = ""
                self.working.say("Reading everything back …")
            case Checked():
                self._show_check(event.check)
            case _:
                pass

    def failed(self, problem: InstallerError) -> None:
        """An error outside of a change, such as a verification that could not be made."""
        del problem  # it is shown with what can be done about it
        result = self.state.result
        if result is not None and result.finished:
            self._sum_up("Everything was applied, but not verified.", "attention")
            self.set_valid(self.state.has_secret)

    def stopped(self) -> None:
        """Cancelled outside of a change."""
        result = self.state.result
        if result is not None and result.finished:
            self._sum_up("Stopped. Everything was applied, but not verified.", "attention")
            self.set_valid(self.state.has_secret)
        else:
            self._sum_up("Stopped. Nothing was changed.", "attention")
        self._offer_rest()

    def _shorten(self) -> None:
        self.state.allow_shorter()
        self.begin()

    def _save_request(self) -> None:
        self._request.show_request()
        self._request.ask()

    def _applied(self, done: object) -> None:
        if not done:
            self.jump.emit(Step.REVIEW)  # what remains has to be read first
            return
        result, report = self.state.result, self.state.report
        if result is None:
            return
        self._settle_rows(result)
        if not result.finished:
            self._left_undone(result)
            return
        good = report is not None and not report.failed
        if not good:
            self._sum_up("Everything was applied, but something does not work.", "failed")
        elif report is not None and report.deferred and self.state.purpose is not Purpose.GRANT:
            self._sum_up("Your part is done and verified. The rest waits for a colleague: press Next.", "attention")
        else:
            self._sum_up(_GOOD.get(self.state.purpose, "Everything is set up and verified."), "ok")
        self.set_valid(good or self.state.has_secret)
        self.ready.emit()

    def _settle_rows(self, result: ApplyResult) -> None:
        """No row stays in progress: what neither was done nor failed was left, or there was no need for it any more."""
        look = _NEEDLESS if result.finished else _NOT_DONE
        for change, line in self.rows:
            if change not in result.applied and line.look != _FAILED:
                line.show_look(look)
        for change in result.remaining:
            self._row(change, _NOT_DONE)

    def _left_undone(self, result: ApplyResult) -> None:
        done = f"{len(result.applied)} of {len(result.applied) + len(result.remaining)} changes were made"
        start = "Stopped" if result.cancelled else "Not finished"
        self._sum_up(f"{start}: {done}. What is done stays; the rest can be done now or another time.", "attention")
        if result.error is not None:
            self.tell(result.error, self._remedies())
        else:
            self._offer_rest()

    def _offer_rest(self) -> None:
        self.again.show()
        self.again.setFocus()

    def _sum_up(self, text: str, role: str) -> None:
        self.summary.setText(text)
        set_role(self.summary, role)
        self.summary.show()

    def _show_plan(self) -> None:
        self._changes.clear()
        self.rows = []
        plan = self.state.plan
        for change in plan.changes if plan else ():
            self._row(change)
        self._changes_card.setVisible(bool(self.rows))

    def _row(self, change: Change, look: Look = _WAITING) -> Entry:
        """The row of `change`; a new one where the plan was made anew."""
        for known, line in self.rows:
            if known == change:
                return line
        made = Entry(describe(change).will, look, describe(change).details)
        self.rows.append((change, made))
        self._changes.add(made)
        self._changes_card.show()
        return made

    def _show_check(self, check: Check) -> None:
        self._checks.add(Entry(str(check_text(check)), STATUS[check.status]))
        self._checks_card.show()

    def _count_down(self) -> None:
        if not self.busy or not self._reason:
            self._tick.stop()
            return
        left = max(0.0, self._end - time.monotonic())
        self.working.say(f"{self._reason}; next try in {left:.0f} s …")
