"""One look for everything that goes wrong: what happened, why, what to do, the button that does it, Copy details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.kinds import ErrorKind
from emi_installer.core.errors.remedies import Action, remedy_of
from emi_installer.gui.widgets import Button, CopyButton, Icon, column, row, selectable

Actions = Mapping[Action, Callable[[], object]]
NOTHING: Actions = MappingProxyType({})

_LABELS = {
    Action.TRY_AGAIN: ("&Try again", "again"),
    Action.OTHER_ACCOUNT: ("&Use another account", "account"),
    Action.CHANGE_SIGN_IN: ("C&hange how to sign in", "change"),
    Action.CHANGE_SETTINGS: ("C&hange the settings", "change"),
    Action.SHORTEN: ("&Use the longest lifetime allowed and go on", "again"),
    Action.REQUEST: ("Save a request &for a colleague", "save"),
    Action.CHOOSE_TASK: ("C&hoose again", "change"),
    Action.REPLACE_FILE: ("&Replace the file", "save"),
    Action.OTHER_PLACE: ("Choose another &place", "folder"),
    Action.OPEN_LOG: ("Open the &log folder", "folder"),
}
_ICONS = {ErrorKind.FIX: "alert", ErrorKind.RETRY: "clock", ErrorKind.REFUSED: "keep", ErrorKind.BUG: "failed"}

if TYPE_CHECKING:
    from emi_installer.wording.errors import Explanation


class ErrorPanel(QFrame):
    """Hidden until there is something to say."""

    def __init__(
        self, support: str = "", *, cloud: Callable[[], str | None] = lambda: None, mnemonics: bool = True
    ) -> None:
        super().__init__()
        self._cloud = cloud
        self._mnemonics = mnemonics
        self.setObjectName("problem")
        self._act: Callable[[], object] = lambda: None
        self._problem: InstallerError | None = None
        self._icon = Icon("alert", "failed", 24)
        self._title = selectable(role="heading")
        self._why = selectable()
        self._what = selectable()
        self._support = selectable(f"Support: {support}" if support else "")
        self.button = Button("", lambda: self._act())  # noqa: PLW0108 - the action changes
        self.copy = CopyButton(self._marked("Copy &details"), self.diagnosis)
        texts = column(spacing=6)
        for part in (self._title, self._why, self._what, self._support):
            texts.addWidget(part)
        texts.addLayout(row(self.button, self.copy))
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 14, 16, 14)
        line.setSpacing(12)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        self.hide()

    def tell(self, problem: InstallerError | None, actions: Actions = NOTHING) -> None:
        """Show `problem` with the first of `actions` that helps; None hides the panel."""
        self._problem = problem
        if problem is None:
            self.hide()
            return
        self._icon.show_icon(_ICONS[problem.kind], "failed")
        said = _explain(problem)
        for part, text in (
            (self._title, said.title),
            (self._why, said.explanation),
            (self._what, said.remedy),
            (self._support, self._support.text()),
        ):
            part.setText(text)
            part.setVisible(bool(text))
        action = remedy_of(problem, actions.keys())
        self.button.setVisible(action is not None)
        if action is not None:
            self._act = actions[action]
            text, icon = _LABELS[action]
            self.button.set_look(self._marked(text), icon)
            self.button.setAccessibleName(f"{text.replace('&', '')}: {said.title}")
        self.copy.setAccessibleName(f"Copy details: {said.title}")
        self.setAccessibleName(f"Problem: {said.title}")
        self.setAccessibleDescription("\n".join((*filter(None, said), f"Code: {problem.code}")))
        self.show()

    def diagnosis(self) -> str:
        """For support: technical facts, nothing secret or personal."""
        from emi_installer.documents.diagnosis import render_diagnosis  # noqa: PLC0415 - the first page has no need
        from emi_installer.setup.diagnosis import diagnose  # noqa: PLC0415 - see above

        problem = self._problem
        return "" if problem is None else render_diagnosis(diagnose(self._cloud()), problem)

    def _marked(self, text: str) -> str:
        return text if self._mnemonics else text.replace("&", "")


def add_panels(
    layout: QVBoxLayout,
    problems: tuple[InstallerError, ...],
    actions: Actions,
    support: str,
    cloud: Callable[[], str | None],
) -> None:
    """Put one panel for each of `problems` into `layout`."""
    for number, problem in enumerate(problems):
        panel = ErrorPanel(support, cloud=cloud, mnemonics=number == 0)
        layout.addWidget(panel)
        panel.tell(problem, actions)


def _explain(problem: InstallerError) -> Explanation:
    from emi_installer.wording.errors import explain  # noqa: PLC0415 - the first page has nothing to explain

    return explain(problem)
