"""Where the window comes up: whole on the screen with its frame, where it was last, else where the mouse is."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from emi_installer.local.memory import recall_place, remember_place_as

_SIZE = QSize(1000, 800)
_FRAME = QMargins(8, 40, 8, 8)
"""A title bar and borders as large as any; the real ones are known when the window is on the screen."""


def fit(wanted: QRect, available: QRect, frame: QMargins, smallest: QSize) -> QRect:
    """The rectangle inside of `frame` that is nearest to `wanted` while all of the frame is within `available`."""
    room = available.marginsRemoved(frame)
    size = wanted.size().boundedTo(room.size()).expandedTo(smallest)
    left = max(room.left(), min(wanted.left(), room.left() + room.width() - size.width()))
    top = max(room.top(), min(wanted.top(), room.top() + room.height() - size.height()))
    return QRect(QPoint(left, top), size)


def place_window(window: QWidget) -> None:
    """Choose size and place before the window is shown; see keep_on_screen for afterwards."""
    known = recall_place()
    screen = _screen_of(QRect(*known.rectangle)) if known else None
    if known and screen:
        wanted = QRect(*known.rectangle)
    else:
        screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
        wanted = QRect(QPoint(), _SIZE)
        wanted.moveCenter(screen.availableGeometry().center())
    window.setGeometry(fit(wanted, screen.availableGeometry(), _FRAME, window.minimumSize()))
    if known and known.maximized:
        window.setWindowState(Qt.WindowState.WindowMaximized)


def keep_on_screen(window: QWidget) -> None:
    """Move and shrink the window, now that its frame is known, so that all of that is on its screen."""
    inner, outer = window.geometry(), window.frameGeometry()
    if window.isMaximized() or window.isFullScreen() or not window.isVisible():
        return
    frame = QMargins(
        inner.left() - outer.left(),
        inner.top() - outer.top(),
        outer.right() - inner.right(),
        outer.bottom() - inner.bottom(),
    )
    placed = fit(inner, window.screen().availableGeometry(), frame, window.minimumSize())
    if placed != inner:
        window.setGeometry(placed)


def remember_place(window: QWidget) -> None:
    """Come up here the next time."""
    where = window.normalGeometry() if window.isMaximized() else window.geometry()
    if where.isValid():
        remember_place_as((where.x(), where.y(), where.width(), where.height()), maximized=window.isMaximized())


def _screen_of(rectangle: QRect) -> QScreen | None:
    """The screen that shows the middle of `rectangle`; None where it is gone."""
    return QGuiApplication.screenAt(rectangle.center())
