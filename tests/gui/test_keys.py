"""Enter, Escape, the default button, and double-clicks."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton, QToolButton, QWidget

from emi_installer.gui.widgets import Button
from tests.support.tour import SCENARIOS, pages, start
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]


def press(trip: WindowJourney, key: Qt.Key) -> None:
    trip.window.activateWindow()
    trip.bot.keyClick(QApplication.focusWidget() or trip.window, key)
    trip.look()


def primary(trip: WindowJourney) -> list[Button]:
    return [button for button in trip.visible(Button) if button.property("primary")]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_one_button_is_drawn_as_the_one_that_enter_presses(scenario: str, go: Go) -> None:
    trip, task = start(go, scenario)
    for step in pages(trip, task):
        drawn = primary(trip)
        assert len(drawn) == 1, f"{step}: {[button.text() for button in drawn]}"
        assert drawn == [trip.window._buttons.default(trip.window.page_now)], step


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_key_presses_the_focused_button(key: Qt.Key, go: Go) -> None:
    trip = go()
    trip.click("Next")
    trip.button("Sign in to Microsoft").setFocus()
    press(trip, key)
    trip.wait_idle()
    assert "Ada Adams" in trip.screen()


@pytest.mark.parametrize("scenario", ["empty", "configured"])
def test_enter_presses_every_button_that_has_the_focus(scenario: str, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    trip = go(scenario)
    trip.review()
    for button in [*trip.visible(QPushButton), *trip.visible(QToolButton)]:
        if not button.isEnabled():
            continue
        click = Mock()
        monkeypatch.setattr(button, "click", click)
        button.setFocus()
        trip.bot.keyClick(button, Qt.Key.Key_Return)
        click.assert_called_once_with()


def test_enter_in_a_field_presses_the_default_button(go: Go) -> None:
    trip = go()
    trip.sign_in()
    trip.click("Next")
    trip.type_into("Contact center URL", "acme.brightpattern.com")
    field = next(e for e in trip.visible(QLineEdit) if e.accessibleName() == "Contact center URL")
    trip.bot.keyClick(field, Qt.Key.Key_Return)
    trip.wait_idle()
    assert trip.step == "review"


def test_enter_in_the_file_name_saves(go: Go) -> None:
    trip = go()
    trip.apply_by_clicks()
    trip.click("Next")
    trip.type_into("Save to file", str(trip.folder / "handoff-1.json"))
    field = next(e for e in trip.visible(QLineEdit) if e.accessibleName() == "Save to file")
    trip.bot.keyClick(field, Qt.Key.Key_Return)
    trip.wait_idle()
    assert len(trip.saved()) == 1
    assert trip.step == "credentials"


@pytest.mark.parametrize("pages", range(3))
def test_escape_does_what_cancel_does(pages: int, go: Go) -> None:
    trip = go()
    if pages:
        trip.sign_in()
    for _ in range(pages - 1):
        trip.click("Next")
    press(trip, Qt.Key.Key_Escape)
    assert not trip.window.isVisible()


def test_escape_asks_where_cancel_asks(go: Go) -> None:
    trip = go()
    trip.apply_by_clicks()
    press(trip, Qt.Key.Key_Escape)
    assert trip.window.findChild(QMessageBox) is not None
    trip.answer("Back to the client secret")
    assert trip.window.isVisible()


def test_a_key_that_is_held_down_is_one_press(go: Go) -> None:
    trip = go()
    widget: QWidget = trip.button("Next")
    widget.setFocus()
    for repeated in (False, True, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", repeated)
        QApplication.sendEvent(QApplication.focusWidget() or trip.window, event)
    trip.look()
    assert trip.step == "sign-in"
    assert not trip.window.page_now.busy


def test_a_double_click_on_next_is_one_press(go: Go) -> None:
    trip = go()
    trip.sign_in()
    trip.click("Next")
    trip.type_into("Contact center URL", "acme.brightpattern.com")
    button = trip.button("Next")
    middle = QPointF(button.rect().center())
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    kinds = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonPress)
    later = button._last + 10_000  # type: ignore[attr-defined]  # milliseconds after the last press
    for number, kind in enumerate(kinds):
        for what in (kind, QEvent.Type.MouseButtonRelease):
            event = QMouseEvent(what, middle, button.mapToGlobal(middle), left, left, none)
            event.setTimestamp(later + 150 * number)
            QApplication.sendEvent(button, event)
    trip.wait_idle()
    assert trip.step == "review"
    assert trip.simulator.tenant.applications == {}
