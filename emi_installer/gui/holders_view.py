"""Who else could use the application: a card with a decision for each, made before anything is given to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from emi_installer.core.observed.holders import Holder
from emi_installer.core.plan.holding import gives
from emi_installer.core.plan.plan import Plan
from emi_installer.gui.entry import Entry, Look
from emi_installer.gui.widgets import Button, column, label, named, row, set_role
from emi_installer.gui.wrapping import CheckBox
from emi_installer.setup.holders import Decision
from emi_installer.wording.holders import holder_meaning, holder_name
from emi_installer.wording.plan import holder_state

_WHY = (
    "Whoever is listed here could do everything that this application may do, such as read every Teams chat. A tag or "
    "a name does not prove whose application it is. Keep only what you know and want: every check goes on naming it."
)
_BLOCKED = "Decide about each of them. Apply opens when nothing is left undecided."
_OPEN = "Nothing here holds up Apply."
_MARGIN = 30  # below the text of an entry, behind its icon


class HolderRow(QWidget):
    """One holder: who or what it is, what that means, and two ticks of which at most one is set."""

    decided = Signal(str, Decision)

    def __init__(self, plan: Plan, holder: Holder) -> None:
        super().__init__()
        self.holder = holder
        name = holder_name(holder)
        self._entry = Entry(name, self._look(plan))
        meaning = label(holder_meaning(holder), "muted")
        self.remove = named(CheckBox("Remove it"), f"Remove it: {name}", holder_meaning(holder))
        self.keep = named(CheckBox("Keep it: I know it and want it"), f"Keep it, I know it and want it: {name}")
        self.remove.clicked.connect(lambda: self._clicked(self.keep))
        self.keep.clicked.connect(lambda: self._clicked(self.remove))
        inside = column(spacing=4)
        inside.setContentsMargins(_MARGIN, 0, 0, 0)
        inside.addWidget(meaning)
        inside.addLayout(row(self.remove, self.keep))
        layout = column(self, spacing=2)
        layout.addWidget(self._entry)
        layout.addLayout(inside)

    def show_plan(self, plan: Plan) -> None:
        """Say what this plan does about it."""
        self.remove.setChecked(self._is_removed(plan))
        self.keep.setChecked(self.holder.id in plan.kept)
        self._entry.show_look(self._look(plan))

    def _clicked(self, other: CheckBox) -> None:
        other.setChecked(False)
        if self.remove.isChecked():
            decision = Decision.REMOVE
        else:
            decision = Decision.KEEP if self.keep.isChecked() else Decision.NONE
        self.decided.emit(self.holder.id, decision)

    def _is_removed(self, plan: Plan) -> bool:
        return self.holder.id not in plan.kept and self.holder not in plan.unresolved

    def _look(self, plan: Plan) -> Look:
        state = holder_state(plan, self.holder)
        if self.holder in plan.unresolved:
            return Look("alert", "attention", state)
        return Look("remove", "attention", state) if self._is_removed(plan) else Look("keep", "muted", state)


class HoldersCard(QFrame):
    """All holders of a plan; `changed` is called after each decision, `register_new` for another application."""

    def __init__(
        self, decide: Callable[[str, Decision], None], changed: Callable[[], None], register_new: Callable[[], None]
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self._decide, self._changed = decide, changed
        self.rows: list[HolderRow] = []
        self.said = label()
        self._places = column(spacing=14)
        self.remove_all = Button("Remove all that are not &kept", self._remove_all, "remove")
        self.new = Button("Register a &new application instead", register_new, "add")
        layout = column(self, spacing=10, margin=16)
        layout.addWidget(label("Who else could use this application", "heading"))
        layout.addWidget(label(_WHY))
        layout.addWidget(self.said)
        layout.addLayout(self._places)
        layout.addLayout(row(self.remove_all, self.new))
        self.hide()

    def show_plan(self, plan: Plan, *, may_register: bool) -> None:
        """Show what this plan does about each; the rows stay the same widgets as long as the holders do."""
        if [line.holder for line in self.rows] != list(plan.holders):
            self._fill(plan)
        for line in self.rows:
            line.show_plan(plan)
        blocked = bool(plan.unresolved) and gives(plan.changes)
        self.said.setText(_BLOCKED if blocked else _OPEN)
        set_role(self.said, "attention" if blocked else "muted")
        self.remove_all.setEnabled(bool(plan.unresolved))
        self.new.setVisible(may_register)
        self.setVisible(bool(plan.holders))

    @property
    def first_undecided(self) -> QWidget | None:
        """Where a decision is missing."""
        return next((one.remove for one in self.rows if not (one.remove.isChecked() or one.keep.isChecked())), None)

    def _fill(self, plan: Plan) -> None:
        for line in self.rows:
            self._places.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.rows = [HolderRow(plan, holder) for holder in plan.holders]
        for line in self.rows:
            line.decided.connect(self._one)
            self._places.addWidget(line)

    def _one(self, holder_id: str, decision: Decision) -> None:
        self._decide(holder_id, decision)
        self._changed()

    def _remove_all(self) -> None:
        for line in self.rows:
            if not line.keep.isChecked():
                self._decide(line.holder.id, Decision.REMOVE)
        self._changed()
