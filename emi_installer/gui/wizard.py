"""The window: a QWizard of our pages with the step rail; buttons from each page's facts; guards against closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWizard

from emi_installer.gui.page import Page
from emi_installer.gui.pages.welcome import WelcomePage
from emi_installer.gui.rail import Rail
from emi_installer.gui.run import Run
from emi_installer.gui.theme import theme
from emi_installer.gui.widgets import redraw
from emi_installer.gui.worker import Task
from emi_installer.local.logs import log
from emi_installer.setup.flow import COMMITS, STEPS, Step
from emi_installer.setup.launch import Launch

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent
    from PySide6.QtWidgets import QMessageBox

_SIZE, _SMALLEST = QSize(1000, 800), QSize(680, 420)
_BUTTON = QWizard.WizardButton
_PRIMARY = (_BUTTON.NextButton, _BUTTON.CommitButton, _BUTTON.FinishButton)
_COMMIT_TEXTS = {Step.REVIEW: "&Apply now", Step.APPLY: "&Next", Step.CREDENTIALS: "&Next"}


class Wizard(QWizard):
    """The one window of the program.

    `seen`: it was painted for the first time. `begun`: its first page is there.
    """

    seen = Signal()
    begun = Signal()

    def __init__(self, launch: Launch) -> None:
        super().__init__()
        theme().changed.connect(self._redraw)
        self.run = Run(launch=launch)
        self._closing = False
        self._painted = False
        self._begun = False
        self._question: QMessageBox | None = None
        self.setWindowTitle("EMI installer")
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self.setWindowFlags(Qt.WindowType.Window)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage)
        self.setOption(QWizard.WizardOption.NoCancelButtonOnLastPage)
        self.setOption(QWizard.WizardOption.NoDefaultButton, on=False)
        self._rail = Rail()
        self._rail.show_step(Step.WELCOME, self.run.steps)
        self.setSideWidget(self._rail)
        self._add(WelcomePage)
        self._dress_buttons()
        self.currentIdChanged.connect(self._arrived)
        self.setMinimumSize(_SMALLEST)
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(_SIZE.boundedTo(screen * 0.96).expandedTo(_SMALLEST))

    def _add(self, kind: type[Page]) -> None:
        page = kind(self.run)
        page.setCommitPage(page.step in COMMITS)
        page.changed.connect(self._update)
        page.jump.connect(self.go_to)
        if page.step in _COMMIT_TEXTS:
            page.setButtonText(_BUTTON.CommitButton, _COMMIT_TEXTS[page.step])
        self.setPage(STEPS.index(page.step), page)

    def complete(self) -> None:
        """Add the pages after the first one, if they are not there yet."""
        if len(self.pageIds()) < len(STEPS):
            for kind in _import_pages():
                self._add(kind)

    @property
    def page_now(self) -> Page:
        """The page that is shown."""
        page = self.currentPage()
        if not isinstance(page, Page):
            raise TypeError("the wizard is not shown")
        return page

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell the first time."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.seen.emit)

    def prepare(self) -> None:
        """Make ready, while the first page is read, what takes time: the imports on a thread, then a page a turn."""
        task = Task(lambda _task: _import_pages())
        task.done.connect(self._construct_next)
        task.start()

    def _construct_next(self) -> None:
        self.complete()
        waiting = [page for page in self._pages() if not page.built]
        if waiting:
            waiting[0].construct()
            QTimer.singleShot(0, self._construct_next)
        else:
            Task(lambda _task: self.run.connect()).start()

    def _pages(self) -> list[Page]:
        return [page for page in map(self.page, self.pageIds()) if isinstance(page, Page)]

    def validateCurrentPage(self) -> bool:
        """Next: the page after this one may not be there yet."""
        self.complete()
        return super().validateCurrentPage()

    def go_to(self, step: str) -> None:
        """Go to an earlier step, forgetting what came after it."""
        if Step(step) is Step.SIGN_IN:
            self.run.sign_out()
        self.restart()
        while self.page_now.step != step and self.nextId() >= 0:
            self.next()

    def reject(self) -> None:
        """Cancel or Escape: stops what is going on, else closes."""
        if self.page_now.busy:
            self.page_now.stop()
        else:
            self._close()

    def accept(self) -> None:
        """Finish."""
        self._leave()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own close button."""
        if not self._closing:
            self._close()
        event.setAccepted(self._closing)

    def _close(self) -> None:
        page = self.page_now
        if page.busy and page.step is Step.APPLY:
            self._ask(
                "Changes are being made in your tenant.",
                "Stopping leaves what is done in place; the program can do the rest another time.",
                "&Stop and close",
                "&Go on",
            )
        elif self.run.at_risk:
            self._ask(
                "The client secret was neither saved nor copied.",
                "Microsoft shows it only once. If you close now it is lost, and the next run makes another one.",
                "&Close anyway",
                "&Back to the client secret",
            )
        else:
            self._leave()

    def _ask(self, text: str, why: str, leave: str, stay: str) -> None:
        from PySide6.QtWidgets import QMessageBox  # noqa: PLC0415 - the first page does not wait for it

        box = QMessageBox(QMessageBox.Icon.Warning, self.windowTitle(), text, parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(why)
        go = box.addButton(leave, QMessageBox.ButtonRole.DestructiveRole)
        back = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(back)
        box.setEscapeButton(back)
        go.clicked.connect(self._insist)
        self._question = box
        box.open()

    def _insist(self) -> None:
        page = self.page_now
        if not page.busy:
            self._leave()
            return
        page.changed.connect(self._leave_when_idle)
        page.stop()

    def _leave_when_idle(self) -> None:
        """The client secret that came in the last moment is shown rather than lost."""
        self.page_now.changed.disconnect(self._leave_when_idle)
        if not self.run.at_risk:
            self._leave()

    def _leave(self) -> None:
        self._closing = True
        self.page_now.stop()
        for page in self._pages():
            page.forget()
        self.close()

    def _dress_buttons(self) -> None:
        texts = {
            _BUTTON.BackButton: "&Back",
            _BUTTON.NextButton: "&Next",
            _BUTTON.CommitButton: "&Apply",
            _BUTTON.CancelButton: "Cancel",
            _BUTTON.FinishButton: "&Finish",
        }
        for which, text in texts.items():
            if which in _PRIMARY:
                button = QPushButton(self)
                button.setProperty("primary", True)
                self.setButton(which, button)
            self.setButtonText(which, text)

    def _remove_gaps(self) -> None:
        """QWizard leaves a gap around its side widget and around the pages."""
        for widget in (self._rail, self.page_now):
            parent = widget.parentWidget()
            around = parent.layout() if parent is not None else None
            if around is not None:
                around.setContentsMargins(0, 0, 0, 0)

    def _redraw(self) -> None:
        redraw(self)

    def initializePage(self, page_id: int) -> None:
        """A page is reached by Next; the first one is made while the window comes on the screen."""
        if self._begun:
            super().initializePage(page_id)
        else:
            QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self.initializePage(self.currentId())
            self._arrived(self.currentId())
            self.begun.emit()

    def _arrived(self, page_id: int) -> None:
        if page_id >= 0 and self._begun:
            self.page_now.construct()
            self._remove_gaps()
            self._update()
            (self.page_now.first() or self.button(_BUTTON.NextButton)).setFocus()
            log("page", step=str(self.page_now.step))

    def _update(self) -> None:
        """The one place where a page's facts become buttons."""
        if self.currentId() < 0:
            return
        page = self.page_now
        behind = self.visitedIds()[:-1]
        closed = bool(behind) and STEPS[behind[-1]] in COMMITS
        self.button(_BUTTON.BackButton).setEnabled(bool(behind) and not closed and not page.busy)
        self.setButtonText(_BUTTON.CancelButton, "Stop" if page.busy else "Cancel")
        if page.step in self.run.steps:
            self._rail.show_step(page.step, self.run.steps)


def _import_pages() -> tuple[type[Page], ...]:
    """The pages after the first one; it takes as long as everything before."""
    from emi_installer.gui.pages.later import PAGES  # noqa: PLC0415 - not before the first page is seen

    return PAGES
