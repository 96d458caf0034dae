"""The window: the step rail, one page at a time, three buttons; and what is asked before something is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QStackedWidget, QToolButton, QWidget

from emi_installer.gui.jobs import Jobs
from emi_installer.gui.page import Page
from emi_installer.gui.pages.welcome import WelcomePage
from emi_installer.gui.placement import keep_on_screen, place_window, remember_place
from emi_installer.gui.rail import Rail
from emi_installer.gui.step_buttons import StepButtons
from emi_installer.gui.theme import theme
from emi_installer.gui.widgets import beside, column, redraw
from emi_installer.gui.worker import Task
from emi_installer.local.logs import log
from emi_installer.setup.flow import COMMITS, Step, next_step
from emi_installer.setup.launch import Launch

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QShowEvent

    from emi_installer.gui.questions import Question

_SMALLEST = QSize(680, 420)


class Wizard(QWidget):
    """The one window of the program.

    `seen`: it was painted for the first time. `begun`: its first page is there.
    """

    seen = Signal()
    begun = Signal()

    def __init__(self, launch: Launch) -> None:
        super().__init__()
        theme().changed.connect(self._redraw)
        self.state = Jobs(launch=launch)
        self.pages: dict[Step, Page] = {}
        self._visited = [Step.WELCOME]
        self._closing = False
        self._painted = False
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("EMI installer")
        self.rail = Rail()
        self._stack = QStackedWidget()
        self._buttons = StepButtons(self.back, self.forward, self.cancel)
        right = column(spacing=0)
        right.addWidget(self._stack, 1)
        right.addWidget(self._buttons)
        line = beside(self.rail)
        line.addLayout(right, 1)
        line.setSpacing(0)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self._add(WelcomePage)
        self._update()
        self.setMinimumSize(_SMALLEST)
        place_window(self)
        self.seen.connect(lambda: keep_on_screen(self))

    def _add(self, kind: type[Page]) -> None:
        page = kind(self.state)
        page.changed.connect(self._update)
        page.jump.connect(self.go_to)
        page.advance.connect(self._advance)
        page.ready.connect(self._buttons.forward.setFocus)
        page.calls.connect(self.call)
        self.pages[page.step] = page
        self._stack.addWidget(page)

    def complete(self) -> None:
        """Add the pages after the first one, if they are not there yet."""
        if len(self.pages) == 1:
            for kind in _import_pages():
                self._add(kind)

    @property
    def page_now(self) -> Page:
        """The page that is shown."""
        return self.pages[self._visited[-1]]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell the first time."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.seen.emit)

    def showEvent(self, event: QShowEvent) -> None:
        """The first page is made while the window comes on the screen."""
        super().showEvent(event)
        if not self.page_now.built:
            QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if not self.page_now.built:
            self._enter()
            self.begun.emit()

    def prepare(self) -> None:
        """Make ready, while the first page is read, what takes time: the imports on a thread, then a page a turn."""
        task = Task(lambda _task: _import_pages())
        task.done.connect(self._construct_next)
        task.start()

    def _construct_next(self) -> None:
        self.complete()
        waiting = [page for page in self.pages.values() if not page.built]
        if waiting:
            waiting[0].construct()
            QTimer.singleShot(0, self._construct_next)
        else:
            Task(lambda _task: self.state.connect()).start()

    def forward(self) -> None:
        """Next was pressed, or what stands in its place on this page."""
        page = self.page_now
        if page.busy or not page.valid or not page.leave():
            return
        after = next_step(page.step, self.state.steps, has_secret=self.state.has_secret)
        if after is None:
            self._close()
        else:
            self._visited.append(after)
            self._enter()

    def _advance(self) -> None:
        """Go on without a press; only a person goes from Review to Apply."""
        if self.page_now.step is not Step.REVIEW:
            self.forward()

    def back(self) -> None:
        """Back was pressed: what was typed stays."""
        if self._may_go_back and not self.page_now.busy:
            self._visited.pop()
            self._show()

    @property
    def _may_go_back(self) -> bool:
        return len(self._visited) > 1 and self._visited[-2] not in COMMITS

    def go_to(self, step: str) -> None:
        """Go to an earlier step of this run's path, forgetting what came after it."""
        self._unless_lost(lambda: self._jump(Step(step)))

    def _jump(self, step: Step) -> None:
        if step in (Step.WELCOME, Step.SIGN_IN):
            self.state.sign_out()
        steps = self.state.steps
        self._visited = list(steps[: steps.index(step) + 1])
        self._enter()

    def _enter(self) -> None:
        """Show the page that comes now, which begins anew."""
        if self._visited[-1] not in self.pages:
            self.complete()
        page = self.page_now
        page.construct()
        self._stack.setCurrentWidget(page)
        page.enter()
        self._show()

    def _show(self) -> None:
        page = self.page_now
        self._stack.setCurrentWidget(page)
        self._update()
        if not page.busy:
            (page.first() or self._buttons.forward).setFocus()
        log("page", step=str(page.step))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, else the default one; Escape does what Cancel does."""
        if event.isAutoRepeat():
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = QApplication.focusWidget()
            button: QAbstractButton = self._buttons.default(self.page_now)
            if isinstance(focused, QPushButton | QToolButton):
                button = focused
            button.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def cancel(self) -> None:
        """Cancel or Escape: stops what is going on, else closes."""
        if self.page_now.busy:
            self.page_now.stop()
        else:
            self._close()

    def call(self) -> None:
        """Come to the front, or ask for attention where the system forbids that."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

    def offer(self, file: Path, begin_anew: Callable[[], None]) -> None:
        """Ask whether this window gives way to one that begins with `file`."""
        from emi_installer.gui.questions import opening, tell_busy  # noqa: PLC0415 - the first page needs none

        def give_way() -> None:
            begin_anew()
            self._leave()

        if self.page_now.busy and self.page_now.must_end:
            tell_busy(self, file)
        else:
            self._ask(opening(file), lambda: self._unless_lost(give_way, closing=True))

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own close button."""
        if not self._closing:
            self._close()
        event.setAccepted(self._closing)

    def _close(self) -> None:
        from emi_installer.gui.questions import APPLYING  # noqa: PLC0415 - the first page does not wait for it

        page = self.page_now
        if not (page.busy and page.must_end):
            self._unless_lost(self._leave, closing=True)
        elif page.step is Step.APPLY:
            self._ask(APPLYING, self._stop_and_close)
        else:
            page.working.say("Closing as soon as this is done …")
            self._close_when_idle()

    def _stop_and_close(self) -> None:
        self.page_now.stop()
        self._close_when_idle()

    def _close_when_idle(self) -> None:
        """Whatever came in the last moment is asked about rather than lost."""
        page = self.page_now

        def look() -> None:
            if not page.busy:
                page.changed.disconnect(look)
                QTimer.singleShot(0, self._close)  # after the page has heard how it ended

        if page.busy:
            page.changed.connect(look)
        else:
            self._close()

    def _unless_lost(self, go: Callable[[], None], *, closing: bool = False) -> None:
        risk = self._risk(closing=closing)
        if risk is None:
            go()
        else:
            self._ask(risk if closing else risk.of_a_jump(), go)

    def _risk(self, *, closing: bool) -> Question | None:
        """What would be lost if the run ended here."""
        from emi_installer.gui.questions import ON_CLIPBOARD, OWED, UNSAVED  # noqa: PLC0415 - see above

        if self.state.at_risk:
            return UNSAVED
        if self.state.owes:
            return OWED
        delivery = self.state.delivery
        if closing and not (delivery and delivery.place) and any(page.holds_clipboard for page in self.pages.values()):
            return ON_CLIPBOARD
        return None

    def _ask(self, question: Question, leave: Callable[[], None]) -> None:
        from emi_installer.gui.questions import ask  # noqa: PLC0415 - see above

        if QApplication.activeModalWidget() is None:
            ask(self, question, leave)

    def _leave(self) -> None:
        self._closing = True
        self.page_now.stop()
        for page in self.pages.values():
            page.forget()
        remember_place(self)
        self.close()

    def _redraw(self) -> None:
        redraw(self)

    def _update(self) -> None:
        page, steps = self.page_now, self.state.steps
        self._buttons.show_page(
            page,
            may_go_back=self._may_go_back,
            is_first=len(self._visited) == 1,
            is_last=next_step(page.step, steps, has_secret=self.state.has_secret) is None,
        )
        if page.step in steps:
            self.rail.show_step(page.step, steps)


def _import_pages() -> tuple[type[Page], ...]:
    """The pages after the first one; it takes as long as everything before."""
    from emi_installer.gui.pages.later import PAGES  # noqa: PLC0415 - not before the first page is seen

    return PAGES
