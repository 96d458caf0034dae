"""A law: whatever is pressed, the client secret is on the clipboard only with all its marks and a running timer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from emi_installer.gui import clipboard as guarded
from emi_installer.gui.clipboard import SecretClipboard
from emi_installer.gui.secret_edit import SHOWN_S, SecretEdit
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
SECRET = "Abc8Q~the-client-secret-of-a-test"
CONTROL, SHIFT, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton


class Field:
    """The field with its clipboard, and a person who does something to it."""

    def __init__(self, bot: QtBot) -> None:
        self.bot = bot
        self.edit = SecretEdit(lambda: self.clipboard.copy(self.edit.text()))
        self.clipboard = SecretClipboard(self.edit)
        self.edit.setText(SECRET)
        bot.addWidget(self.edit)
        self.edit.show()

    def menu(self) -> None:
        place = QPoint(3, 3)
        QApplication.sendEvent(self.edit, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, place))
        menu = self.edit.findChild(QMenu)
        assert menu is not None
        menu.actions()[0].trigger()
        menu.close()

    def drag(self) -> None:
        self.bot.mousePress(self.edit, LEFT, pos=QPoint(4, 8))
        self.bot.mouseMove(self.edit, QPoint(150, 8))
        self.bot.mouseRelease(self.edit, LEFT, pos=QPoint(150, 8))

    def double_click(self) -> None:
        self.bot.mouseDClick(self.edit, LEFT, pos=QPoint(20, 8))
        self.bot.mouseRelease(self.edit, LEFT, pos=QPoint(20, 8))


ACTIONS: dict[str, Callable[[Field], object]] = {
    "show": lambda field: field.edit.reveal(),
    "hide": lambda field: field.edit.hide_text(),
    "Ctrl+A": lambda field: field.bot.keyClick(field.edit, Qt.Key.Key_A, CONTROL),
    "Ctrl+C": lambda field: field.bot.keyClick(field.edit, Qt.Key.Key_C, CONTROL),
    "Ctrl+X": lambda field: field.bot.keyClick(field.edit, Qt.Key.Key_X, CONTROL),
    "Ctrl+Insert": lambda field: field.bot.keyClick(field.edit, Qt.Key.Key_Insert, CONTROL),
    "Shift+Delete": lambda field: field.bot.keyClick(field.edit, Qt.Key.Key_Delete, SHIFT),
    "Shift+End": lambda field: field.bot.keyClick(field.edit, Qt.Key.Key_End, SHIFT),
    "copy()": lambda field: field.edit.copy(),
    "cut()": lambda field: field.edit.cut(),
    "selectAll()": lambda field: field.edit.selectAll(),
    "drag": Field.drag,
    "double-click": Field.double_click,
    "menu": Field.menu,
    "the window loses the focus": lambda field: QApplication.sendEvent(
        field.edit.window(), QEvent(QEvent.Type.WindowDeactivate)
    ),
    "time is over": lambda field: field.edit.timer.timeout.emit(),
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(ACTIONS)), min_size=1, max_size=6))
def test_the_law(qtbot: QtBot, did: list[str]) -> None:
    QGuiApplication.clipboard().clear()
    field = Field(qtbot)
    for action in did:
        ACTIONS[action](field)
        assert_guarded(field)
        assert field.edit.selectedText() == ""
    assert field.edit.text() == SECRET
    field.clipboard.clear()
    assert SECRET not in QGuiApplication.clipboard().text()


def assert_guarded(field: Field) -> None:
    board = QGuiApplication.clipboard()
    assert not board.supportsSelection() or SECRET[:4] not in board.text(QClipboard.Mode.Selection)
    text = board.text()
    if text and text in SECRET:
        assert text == SECRET
        assert set(guarded._KEEP_OUT) <= set(board.mimeData().formats())
        assert field.clipboard._timer.isActive()


@pytest.mark.parametrize("action", ["Ctrl+C", "Ctrl+Insert", "menu"])
def test_what_people_do_to_copy_it_copies_it_whole(action: str, qtbot: QtBot) -> None:
    field = Field(qtbot)
    field.edit.reveal()
    ACTIONS[action](field)
    assert QGuiApplication.clipboard().text() == SECRET
    field.clipboard.clear()


def test_it_is_masked_again_after_a_while_and_when_the_window_is_left(qtbot: QtBot) -> None:
    field = Field(qtbot)
    for ends in (
        field.edit.timer.timeout.emit,
        lambda: QApplication.sendEvent(field.edit.window(), QEvent(QEvent.Type.WindowDeactivate)),
    ):
        field.edit.reveal()
        assert field.edit.displayText() == SECRET
        assert field.edit.timer.isActive()
        assert field.edit.timer.interval() == SHOWN_S * 1000
        ends()
        assert field.edit.echoMode() is QLineEdit.EchoMode.Password
        assert not field.edit.timer.isActive()


def test_copying_by_keys_counts_as_having_it(go: Go) -> None:
    trip = go()
    trip.apply_by_clicks()
    trip.click("Next")
    trip.bot.mouseClick(trip.button("Show"), LEFT)
    edit = trip.credentials.secret
    edit.setFocus()
    trip.bot.keyClick(edit, Qt.Key.Key_C, CONTROL)
    trip.wait(lambda: not trip.window.page_now.busy)
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    assert application["tags"] == ["emi-installer"]
    trip.bot.mouseClick(trip.button("Next"), LEFT)
    assert trip.step == "finish"
    assert not edit.is_shown
    assert edit.text() == ""
