"""Shows the client secret for a moment; the one way out of it is the guarded clipboard.

Nothing in it can be selected, so nothing can be dragged away, or fall into the selection that a middle click pastes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMenu

SHOWN_S = 30
"""How long the client secret stays readable."""

_EXCLUDE_FROM_CAPTURE, _CAPTURE = 0x11, 0
"""https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-setwindowdisplayaffinity."""


class SecretEdit(QLineEdit):
    """Masked until `reveal`; `copy_out` is called for whatever people do to copy it. `shown` tells which it is."""

    shown = Signal(bool)

    def __init__(self, copy_out: Callable[[], None]) -> None:
        super().__init__()
        self._copy_out = copy_out
        self.setReadOnly(True)
        self.setDragEnabled(False)
        self.setAcceptDrops(False)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.selectionChanged.connect(self.deselect)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(SHOWN_S * 1000)
        self.timer.timeout.connect(self.hide_text)

    @property
    def is_shown(self) -> bool:
        """Whether it can be read."""
        return self.echoMode() is QLineEdit.EchoMode.Normal

    def reveal(self) -> None:
        """Show it until the time is over or the window loses the focus, and keep it out of pictures of the screen."""
        self.setEchoMode(QLineEdit.EchoMode.Normal)
        self.window().installEventFilter(self)
        self._keep_from_capture(_EXCLUDE_FROM_CAPTURE)
        self.timer.start()
        self.shown.emit(True)

    def hide_text(self) -> None:
        """Mask it again."""
        if not self.is_shown:
            return
        self.timer.stop()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.window().removeEventFilter(self)
        self._keep_from_capture(_CAPTURE)
        self.shown.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window is no longer in front."""
        if event.type() is QEvent.Type.WindowDeactivate:
            self.hide_text()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copying, by whatever keys the platform has for it, goes the guarded way."""
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            self._copy_out()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """One entry, and that is guarded too."""
        menu = QMenu(self)
        menu.addAction("Copy", self._copy_out)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def _keep_from_capture(self, how: int) -> None:
        if sys.platform == "win32":
            import ctypes  # noqa: PLC0415 - Windows alone

            ctypes.windll.user32.SetWindowDisplayAffinity(int(self.window().winId()), how)
