"""A page: its title, and the three facts that the window turns into buttons: valid, busy, error.

One job at a time: while it runs, what can be pressed on the page is off, but for Stop and what the sign-in needs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QVBoxLayout, QWidget

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.gui.error_panel import NOTHING, Actions, ErrorPanel
from emi_installer.gui.jobs import Jobs
from emi_installer.gui.sign_in_help import SignInHelp
from emi_installer.gui.widgets import Busy, Button, column, label
from emi_installer.gui.worker import Task
from emi_installer.local.browser import open_folder
from emi_installer.local.logs import log_place
from emi_installer.setup.flow import TITLES, Step

_WAYS_BACK = {
    Action.OTHER_ACCOUNT: Step.SIGN_IN,
    Action.CHANGE_SIGN_IN: Step.WELCOME,
    Action.CHANGE_SETTINGS: Step.SETTINGS,
    Action.CHOOSE_TASK: Step.CHOOSE_TASK,
}


class Page(QWidget):
    """The frame of each page; `step`, `lead` and `forward` (the button that goes on) are its own.

    `changed`: one of the three facts is another now. `jump`: go to an earlier step. `advance`: go on, as if Next had
    been pressed. `ready`: the work is done, and Next is what comes. `calls`: somebody has to look at this window.
    """

    step: Step
    lead: str = ""
    forward: str = "&Next"
    changed = Signal()
    jump = Signal(str)
    advance = Signal()
    ready = Signal()
    calls = Signal()

    def __init__(self, state: Jobs) -> None:
        super().__init__()
        self.state = state
        self.valid = True
        self.busy = False
        self.must_end = False
        self.task: Task | None = None
        self.built = False
        self._controls: list[QWidget] = []
        self._had_focus: QWidget | None = None
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(TITLES[self.step])

    def construct(self) -> None:
        """Make the widgets, when they are needed for the first time."""
        if self.built:
            return
        self.built = True
        outer = column(self, spacing=0)
        if self.state.launch.choice.banner:
            outer.addWidget(label(self.state.launch.choice.banner, "banner"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._area)
        inside = QWidget()
        inside.setObjectName("body")
        self._area.setWidget(inside)
        self.body: QVBoxLayout = column(inside, spacing=14)
        self.body.setContentsMargins(28, 22, 28, 18)
        self.heading = label(TITLES[self.step], "title")
        self.lead_label = label(self.lead, "muted")
        self.problem = ErrorPanel(self.support, cloud=lambda: self.state.typed.cloud)
        self.working = Busy()
        self.signing_in = SignInHelp()
        for widget in (self.heading, self.lead_label, self.problem, self.working, self.signing_in):
            self.body.addWidget(widget)
        self.lead_label.setVisible(bool(self.lead))
        self.build()
        self.body.addStretch(1)

    def build(self) -> None:
        """Put the page's own widgets into `body`: what can be pressed with `add`."""
        raise NotImplementedError

    def add(self, *parts: QWidget | QLayout) -> None:
        """Put parts into the page's body, one below the other; they are off while a job runs."""
        for part in parts:
            widget = part if isinstance(part, QWidget) else QWidget()
            if isinstance(part, QLayout):
                part.setContentsMargins(0, 0, 0, 0)
                widget.setLayout(part)
            self.body.addWidget(widget)
            self._controls.append(widget)

    def swap(self, old: QWidget, new: QWidget) -> None:
        """Put a part in the place of another one, which goes."""
        self.body.replaceWidget(old, new)
        self._controls[self._controls.index(old)] = new
        old.hide()
        old.deleteLater()

    def enter(self) -> None:
        """The page is shown, for the first time or again."""

    def leave(self) -> bool:
        """Next was pressed: whether the page may be left; it says itself why not."""
        return True

    def first(self) -> QWidget | None:
        """What gets the focus; None for Next."""
        return None

    def main(self) -> Button | None:
        """The button that Enter presses wherever no other one has the focus; None for Next."""
        return None

    def stop(self) -> None:
        """Stop what is going on, as soon as that is safe."""
        if self.task is not None:
            self.task.cancel.set()

    @property
    def holds_clipboard(self) -> bool:
        """Whether the client secret is on the clipboard, put there by this page."""
        return False

    @property
    def support(self) -> str:
        """Whom the preset names for help."""
        preset = self.state.launch.preset
        return preset.support_contact or "" if preset else ""

    def forget(self) -> None:
        """The window closes: let go what nobody else may have."""

    def ways_back(self) -> Actions:
        """The remedies that lead to an earlier step of this run."""
        before = self.state.steps[: self.state.steps.index(self.step)] if self.step in self.state.steps else ()
        return {action: partial(self.jump.emit, step) for action, step in _WAYS_BACK.items() if step in before}

    def tell(self, problem: InstallerError | None, actions: Actions = NOTHING) -> None:
        """Show an error, or none; `actions` are what can be done about this one."""
        self.problem.tell(problem, {Action.OPEN_LOG: lambda: open_folder(log_place().parent), **actions})
        if problem is not None:
            self._area.ensureWidgetVisible(self.problem)

    def set_valid(self, valid: bool) -> None:  # noqa: FBT001 - a fact
        """Whether Next may be pressed."""
        self.valid = valid
        self.changed.emit()

    def work(
        self,
        job: Callable[[Task], object],
        text: str,
        done: Callable[[object], object],
        actions: Actions = NOTHING,
        *,
        must_end: bool = False,
    ) -> bool:
        """Start a job, which `text` describes; False where another one is running.

        Its error is shown on this page with `actions`, the remedies of this attempt. `must_end`: the window is not
        closed before it is over.
        """
        if self.busy:
            return False
        self.tell(None)
        self.task = task = Task(job)
        self.must_end = must_end
        task.done.connect(lambda value: self._over(lambda: done(value)))
        task.failed.connect(lambda problem: self._over(lambda: self._failed(problem, actions)))
        task.cancelled.connect(lambda: self._over(self.stopped))
        task.told.connect(self._told)
        self._become_busy(text)
        task.start()
        return True

    def abandon(self) -> None:
        """Hear nothing of the job any more, and be ready for another one."""
        if self.task is not None:
            self.task.abandon()
            self._become_idle()

    def event_came(self, event: object) -> None:
        """The task tells something."""

    def failed(self, problem: InstallerError) -> None:
        """The task ended with an error, which is about to be shown."""

    def stopped(self) -> None:
        """The task was cancelled."""

    def _told(self, event: object) -> None:
        if self.signing_in.tell(event):
            self.calls.emit()
        self.event_came(event)

    def _failed(self, problem: InstallerError, actions: Actions) -> None:
        self.failed(problem)
        self.tell(problem, actions)

    def _become_busy(self, text: str) -> None:
        self.busy = True
        self._had_focus = QApplication.focusWidget()
        self.working.say(text)
        self.working.setFocus()  # not Stop, which a second press of the same key would then press
        self._enable(False)
        self.changed.emit()

    def _become_idle(self) -> None:
        self.task = None
        self.busy = self.must_end = False
        self._enable(True)
        self.signing_in.hide()
        self.changed.emit()
        if self.working.hasFocus():
            self._return_focus()
        self.working.say("")

    def _return_focus(self) -> None:
        from shiboken6 import isValid  # noqa: PLC0415 - the first page does not wait for it

        before = self._had_focus
        if before is not None and isValid(before) and before.isEnabled() and self.isAncestorOf(before):
            before.setFocus()
        else:
            self.ready.emit()

    def _enable(self, on: bool) -> None:  # noqa: FBT001 - a fact
        for part in self._controls:
            part.setEnabled(on)

    def _over(self, react: Callable[[], object]) -> None:
        self._become_idle()
        react()
