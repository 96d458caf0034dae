"""Back, Next and Cancel at the foot of the window, in the order of the platform."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QStyle, QWidget

from emi_installer.gui.page import Page
from emi_installer.gui.widgets import Button

_CANCEL_FIRST = (QDialogButtonBox.ButtonLayout.MacLayout.value, QDialogButtonBox.ButtonLayout.GnomeLayout.value)


class StepButton(Button):
    """Takes a double-click, or a key that is held down, for one press: the second would fall on the next page."""

    _last = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press soon after the last one is the same wish."""
        before, self._last = self._last, event.timestamp()
        since = event.timestamp() - before  # less than nothing where the system's count began anew
        if not before or not 0 <= since < QGuiApplication.styleHints().mouseDoubleClickInterval():
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of two."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that repeats itself is one press."""
        if not event.isAutoRepeat():
            super().keyPressEvent(event)


class StepButtons(QWidget):
    """The three buttons; `show_page` is the one place where a page's facts become buttons."""

    def __init__(self, back: Callable[[], None], forward: Callable[[], None], cancel: Callable[[], None]) -> None:
        super().__init__()
        self.back = StepButton("&Back", back)
        self.forward = StepButton("&Next", forward, primary=True)
        self.cancel = StepButton("Cancel", cancel)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 10, 16, 12)
        line.setSpacing(8)
        line.addStretch(1)
        order = (self.back, self.forward, self.cancel)
        if self.style().styleHint(QStyle.StyleHint.SH_DialogButtonLayout) in _CANCEL_FIRST:
            order = (self.cancel, self.back, self.forward)
        for button in order:
            line.addWidget(button)

    def show_page(self, page: Page, *, may_go_back: bool, is_first: bool, is_last: bool) -> None:
        """Be what this page needs."""
        self.back.setVisible(not is_first)
        self.back.setEnabled(may_go_back and not page.busy)
        self.forward.setText("&Finish" if is_last else page.forward)
        self.forward.setEnabled(page.valid and not page.busy)
        self.cancel.setText("Stop" if page.busy else "Cancel")
        self.cancel.setVisible(page.busy or not is_last)
        main = self.default(page)
        for button in {self.forward, *page.findChildren(Button)}:
            button.set_primary(button is main)

    def default(self, page: Page) -> Button:
        """The button that Enter presses where no other one has the focus."""
        return (page.main() if page.built else None) or self.forward
