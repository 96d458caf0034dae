"""What would you like to do? Asked where there is an app registration already; shows how it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from emi_installer.core.desired.purpose import AGAIN, Purpose
from emi_installer.core.errors.remedies import Action
from emi_installer.core.observed.candidates import Candidate, Origin, candidates, must_choose
from emi_installer.core.observed.checks import Status
from emi_installer.core.observed.findings import CheckName
from emi_installer.core.observed.health import Health
from emi_installer.gui.entry import Entry
from emi_installer.gui.page import Page
from emi_installer.gui.status import STATUS
from emi_installer.gui.widgets import Button, card, column, label, named, row, set_role
from emi_installer.gui.wrapping import RadioButton
from emi_installer.setup.flow import Step
from emi_installer.wording.candidates import candidate_facts, candidate_meaning
from emi_installer.wording.checks import check_text, health_text

_TASKS = {
    Purpose.REPAIR: (
        "&Repair",
        "Corrects only what differs from what EMI needs. No new client secret is made while there is a valid one.",
    ),
    Purpose.NEW_SECRET: (
        "New client &secret",
        "For when it expires soon or was lost. The old ones stay valid until you remove them.",
    ),
    Purpose.MOVE: (
        "&Move to another contact center address",
        "Adds the new address; the old one is removed only if you ask for it.",
    ),
    Purpose.CHECK: ("C&heck only", "Looks at everything and changes nothing. You can save a report."),
    Purpose.REMOVE: ("Remo&ve", "Deletes the app registration and its consent. It can be restored for 30 days."),
}
_NO_PROOF = "Anybody can set a name or a tag. Neither proves whose app registration it is: compare the Client ID."
_LEAVE = (
    "Only one app registration may serve a contact center in a tenant, so this program makes no second one. Ask "
    "whoever made it what it is for. You can close this window; nothing was changed."
)


class ChooseTaskPage(Page):
    """First which app registration, where that is not clear; then the task."""

    step = Step.CHOOSE_TASK
    lead = "EMI is known in your tenant already. Nothing is changed before you have seen what will happen."

    def build(self) -> None:
        """Two faces: app registrations to choose from, and the state with the tasks."""
        self._group = QButtonGroup(self)
        self._choices: dict[QAbstractButton, Purpose | int] = {}  # a task, or the number of a candidate
        self._shown = QWidget()
        self.explanation = label(role="attention")
        self.explanation.hide()
        self.use = Button("&Continue", self._use, primary=True)
        self.others = Button("Choose another &app registration", self._show_candidates, "change")
        self.add(self._shown, self.explanation, row(self.use, self.others))

    def first(self) -> QWidget | None:
        """See Page."""
        return self._group.checkedButton() or next(iter(self._group.buttons()), None)

    def main(self) -> Button | None:
        """See Page."""
        return None if self.use.isHidden() else self.use

    def enter(self) -> None:
        """Show what was found."""
        observed = self.state.observed
        if observed is None:
            return
        if self.state.typed.register_new:  # back from the plan of a new one: the others count again
            self.state.choose(self.state.purpose, None)
            self._read_again(lambda _nothing: self.enter())
        elif must_choose(observed) or observed.registration is None:
            self._show_candidates()
        else:
            self._show_tasks()

    def leave(self) -> bool:
        """Go on with what was chosen."""
        if isinstance(self._chosen, Purpose):
            self.state.choose(self._chosen, self.state.typed.registration)
        return True

    @property
    def _chosen(self) -> Purpose | int | None:
        button = self._group.checkedButton()
        return None if button is None else self._choices[button]

    def _show_candidates(self) -> None:
        observed = self.state.observed
        if observed is None:
            return
        self._listed = candidates(self.state.launch.blueprint, observed)
        layout = self._fresh()
        boxes = [self._candidate(number, one) for number, one in enumerate(self._listed)]
        origins = {one.origin for one in self._listed}
        if Origin.OURS not in origins and not self.state.looks_only:
            boxes.append(self._alternative(leave=Origin.FOREIGN in origins))
        layout.addWidget(card(label("Which app registration is meant?", "heading"), label(_NO_PROOF), *boxes))
        self.use.show()
        self.others.hide()
        self.set_valid(False)
        self._explain()

    def _candidate(self, number: int, candidate: Candidate) -> QWidget:
        return self._option(
            number, candidate.registration.display_name, (*candidate_facts(candidate), candidate_meaning(candidate))
        )

    def _alternative(self, *, leave: bool) -> QWidget:
        if leave:
            return self._option(-1, "Leave it as it is", ("Nothing is changed.",))
        return self._option(-2, "Register a new one", ("With another Client ID and a new client secret.",))

    def _show_tasks(self) -> None:
        observed = self.state.observed
        health = self.state.health()
        layout = self._fresh()
        layout.addWidget(_health_card(health))
        tasks = (Purpose.CHECK,) if self.state.looks_only else AGAIN
        boxes = [self._option(purpose, *_TASKS[purpose]) for purpose in tasks]
        layout.addWidget(card(label("What would you like to do?", "heading"), *boxes))
        likely = 0 if self.state.looks_only else AGAIN.index(_likely(health))
        self._group.buttons()[likely].setChecked(True)
        self.use.hide()
        self.others.setVisible(observed is not None and len(observed.candidates) > 1)
        self.explanation.hide()
        self.set_valid(True)

    def _option(self, choice: Purpose | int, title: str, facts: tuple[str, ...] | str) -> QWidget:
        box = QWidget()
        inside = column(box, spacing=2)
        said = facts if isinstance(facts, str) else "\n".join(facts)
        button = named(RadioButton(), title.replace("&", ""), said)
        button.setText(title if isinstance(choice, Purpose) else title.replace("&", "&&"))
        self._choices[button] = choice
        self._group.addButton(button)
        button.toggled.connect(self._explain)
        inside.addWidget(button)
        hint = label(said, "muted")
        hint.setIndent(26)
        inside.addWidget(hint)
        return box

    def _fresh(self) -> QVBoxLayout:
        """An empty place."""
        for button in self._group.buttons():
            self._group.removeButton(button)
        self._choices.clear()
        shown = QWidget()
        self.swap(self._shown, shown)
        self._shown = shown
        return column(shown, spacing=14)

    def _explain(self) -> None:
        leave = self._chosen == -1
        self.explanation.setText(_LEAVE if leave else "")
        self.explanation.setVisible(leave)
        self.use.setEnabled(not leave and self._chosen is not None)
        if not isinstance(self._chosen, Purpose):
            self.set_valid(False)  # Continue reads the tenant for what was chosen

    def _use(self) -> None:
        """Read the tenant again, for the app registration that was chosen."""
        if self.busy:
            return
        number = self._chosen
        chosen = self._listed[number].registration.app_id if isinstance(number, int) and number >= 0 else None
        self.state.choose(Purpose.SET_UP, chosen)
        self.state.stale = True
        self._read_again(self._read)

    def _read_again(self, done: Callable[[object], object]) -> None:
        actions = {**self.ways_back(), Action.TRY_AGAIN: lambda: self._read_again(done)}
        self.work(self.state.read_job, "Reading your tenant …", done, actions)

    def _read(self, _nothing: object) -> None:
        observed = self.state.observed
        registration = observed.registration if observed else None
        known = registration is not None and registration.deleted is None
        if registration is not None and known and registration.is_ours(self.state.launch.blueprint):
            self._show_tasks()
            return
        self.set_valid(True)
        self.advance.emit()


def _health_card(health: Health) -> QWidget:
    sentence = label(health_text(health), "heading")
    set_role(sentence, "ok" if health.well else "attention")
    sentence.setProperty("weight", "heading")
    rows = [Entry(str(check_text(check)), STATUS[check.status]) for check in health.rows]
    return card(sentence, *rows)


def _likely(health: Health) -> Purpose:
    """What most people in this situation want."""
    wrong = {row.name for row in health.rows if row.status in (Status.FAILED, Status.ATTENTION, Status.DEFERRED)}
    if wrong == {CheckName.CLIENT_SECRET}:
        return Purpose.NEW_SECRET
    return Purpose.REPAIR if wrong else Purpose.CHECK
