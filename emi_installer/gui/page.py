"""A page: its title, and the three facts that the wizard turns into buttons: valid, busy, error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLayout, QScrollArea, QVBoxLayout, QWidget, QWizardPage

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.gui.error_panel import Actions, ErrorPanel
from emi_installer.gui.widgets import Busy, column, label
from emi_installer.gui.worker import Task
from emi_installer.local.browser import open_folder
from emi_installer.local.logs import log_place
from emi_installer.setup.flow import STEPS, TITLES, Step, next_step

if TYPE_CHECKING:
    from emi_installer.gui.run import Run
    from emi_installer.gui.wizard import Wizard


class Page(QWizardPage):
    """The frame of each page; `step` and `lead` are its own.

    `changed`: one of the three facts is another now. `jump`: go to an earlier step.
    """

    step: Step
    lead: str = ""
    changed = Signal()
    jump = Signal(str)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.valid = True
        self.busy = False
        self.task: Task | None = None
        self.built = False
        self.setObjectName("page")
        self.setAccessibleName(TITLES[self.step])

    def construct(self) -> None:
        """Make the widgets, when they are needed for the first time."""
        if self.built:
            return
        self.built = True
        outer = column(self, spacing=0)
        if self.run.launch.choice.banner:
            outer.addWidget(label(self.run.launch.choice.banner, "banner"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._area)
        body = QWidget()
        body.setObjectName("body")
        self._area.setWidget(body)
        self.body: QVBoxLayout = column(body, spacing=14)
        self.body.setContentsMargins(28, 22, 28, 18)
        self.heading = label(TITLES[self.step], "title")
        self.lead_label = label(self.lead, "muted")
        self.problem = ErrorPanel(self.remedies(), self.support)
        self.working = Busy()
        for widget in (self.heading, self.lead_label, self.problem, self.working):
            self.body.addWidget(widget)
        self.lead_label.setVisible(bool(self.lead))
        self.build()
        self.body.addStretch(1)

    def build(self) -> None:
        """Put the page's own widgets into `body`."""
        raise NotImplementedError

    def enter(self) -> None:
        """The page is shown, for the first time or again."""

    def first(self) -> QWidget | None:
        """What gets the focus; None for Next."""
        return None

    def remedies(self) -> Actions:
        """What this page can do about an error."""
        return {Action.OPEN_LOG: lambda: open_folder(log_place().parent)}

    def stop(self) -> None:
        """Stop what is going on, as soon as that is safe."""
        if self.task is not None:
            self.task.cancel.set()

    @property
    def support(self) -> str:
        """Whom the preset names for help."""
        preset = self.run.launch.preset
        return preset.support_contact or "" if preset else ""

    def forget(self) -> None:
        """The window closes: let go what nobody else may have."""

    def tell(self, problem: InstallerError | None) -> None:
        """Show an error, or none."""
        self.problem.tell(problem)
        if problem is not None:
            self._area.ensureWidgetVisible(self.problem)

    def set_busy(self, text: str) -> None:
        """Work is going on, described by `text`; nothing when it is over."""
        self.busy = bool(text)
        self.working.say(text)
        self.completeChanged.emit()
        self.changed.emit()

    def set_valid(self, valid: bool) -> None:  # noqa: FBT001 - a fact
        """Whether Next may be pressed."""
        self.valid = valid
        self.completeChanged.emit()
        self.changed.emit()

    def work(self, task: Task, text: str, done: Callable[[object], None]) -> None:
        """Start a task; its error is shown on this page."""
        self.tell(None)
        self.task = task
        task.done.connect(lambda value: self._over(lambda: done(value)))
        task.failed.connect(lambda problem: self._over(lambda: self.failed(problem)))
        task.cancelled.connect(lambda: self._over(self.stopped))
        task.told.connect(self.event_came)
        self.set_busy(text)
        task.start()

    def event_came(self, event: object) -> None:
        """The task tells something."""

    def failed(self, problem: InstallerError) -> None:
        """The task ended with an error."""
        self.tell(problem)

    def stopped(self) -> None:
        """The task was cancelled."""

    def _over(self, react: Callable[[], None]) -> None:
        self.task = None
        self.set_busy("")
        react()

    def initializePage(self) -> None:
        """Reached by Next."""
        self.construct()
        self.enter()

    def cleanupPage(self) -> None:
        """Left by Back: what was typed stays."""

    def isComplete(self) -> bool:
        """Whether Next may be pressed."""
        return self.valid and not self.busy

    def nextId(self) -> int:
        """The page after this one."""
        after = next_step(self.step, self.run.steps, has_secret=self.run.has_secret)
        return -1 if after is None else STEPS.index(after)


def add(page: Page, *parts: QWidget | QLayout) -> None:
    """Put parts into the page's body, one below the other."""
    for part in parts:
        if isinstance(part, QWidget):
            page.body.addWidget(part)
        else:
            page.body.addLayout(part)


def wizard_of(page: Page) -> Wizard:
    """The window that a page belongs to."""
    found: Wizard = page.wizard()  # type: ignore[assignment]  # every page is in our wizard
    return found
