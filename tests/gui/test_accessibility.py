"""For everybody: keyboard, screen readers, small screens, light and dark; and nothing is taken for markup."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QRadioButton,
    QWidget,
)

from emi_installer.gui.theme import schemes, theme
from emi_installer.gui.wizard import Wizard
from tests.support.shared import ROOT
from tests.support.tour import SCENARIOS, pages, start
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]

HOSTILE = "<b>x</b><img src=https://example.com/x.png>&Evil"


def focusable(trip: WindowJourney) -> list[QWidget]:
    found = []
    for widget in trip.visible(QWidget):
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        if reached and widget.isEnabled() and not isinstance(widget, QLabel):
            found.append(widget)
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_control_has_a_name_for_screen_readers(scenario: str, go: Go) -> None:
    trip, task = start(go, scenario)
    for step in pages(trip, task):
        for widget in focusable(trip):
            spoken = QAccessible.queryAccessibleInterface(widget)
            assert spoken.text(QAccessible.Text.Name), (
                f"{step}: {type(widget).__name__} {widget.objectName()!r} has no name"
            )
        labels = [w for w in trip.visible(QLabel) if not w.text() and w.pixmap().isNull() and not w.children()]
        assert labels == [], step
        names = Counter(b.accessibleName() or b.text() for b in trip.visible(QAbstractButton))
        assert [name for name, count in names.items() if count > 1] == [], step


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(scenario: str, go: Go) -> None:
    trip, task = start(go, scenario)
    for step in pages(trip, task):
        wanted = {w for w in focusable(trip) if not isinstance(w, QRadioButton) or w.isChecked()}  # arrows do the rest
        reached: set[QWidget] = set()
        trip.window.activateWindow()
        trip.look()
        for _ in range(3 * len(wanted) + 10):
            trip.bot.keyClick(QApplication.focusWidget() or trip.window, Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            if focused is not None:
                reached.add(focused)
        missed = wanted - reached
        assert not missed, f"{step}: {[(type(w).__name__, w.accessibleName()) for w in missed]}"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_two_controls_share_a_mnemonic(scenario: str, go: Go) -> None:
    trip, task = start(go, scenario)
    for step in pages(trip, task):
        texts = [b.text() for b in trip.visible(QAbstractButton)]
        texts += [label.text() for label in trip.visible(QLabel) if label.buddy() is not None]
        letters = Counter(found[1].lower() for text in texts if (found := re.search(r"&(\w)", text)))
        assert [letter for letter, count in letters.items() if count > 1] == [], f"{step}: {texts}"


class Windows(QObject):
    """Notes every window that is shown, and for how short a time it may be."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        known = (Wizard, QMessageBox, QFileDialog)
        shown = event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and not isinstance(watched, known):
            self.shown.append(type(watched).__name__)
        return super().eventFilter(watched, event)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_part_of_a_page_flashes_up_as_a_window(scenario: str, go: Go) -> None:
    watch = Windows()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    try:
        for _ in pages(*start(go, scenario)):
            pass
    finally:
        app.removeEventFilter(watch)
    assert watch.shown == []


def test_names_from_the_tenant_are_shown_literally(go: Go) -> None:
    trip = go("drifted")
    tenant = trip.simulator.tenant
    tenant.name = HOSTILE
    (application,) = [e.body for e in tenant.applications.values()]
    application["displayName"] = HOSTILE
    for step in pages(trip):
        for label in trip.visible(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText or not label.text(), f"{step}: {label.text()}"
        if step in {"sign-in", "review", "apply"} and trip.window.state.observed is not None:
            assert "<b>x</b><img src=https://example.com/x.png>" in trip.screen(), step
        for button in trip.visible(QAbstractButton):
            assert "Evil" not in button.text()


def test_the_look_follows_the_system_while_the_window_is_open(go: Go) -> None:
    trip = go()
    colors = set()
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
        theme().follow(scheme)
        trip.look()
        image = trip.window.page_now.grab().toImage()
        colors.add(image.pixelColor(6, image.height() // 2).name())
    assert colors == {schemes()["dark"]["window"], schemes()["light"]["window"]}
    assert QGuiApplication.palette().window().color().name() == schemes()["light"]["window"]


TEXT_ON = {
    "window": ("text", "muted", "ok", "attention", "failed", "accent"),
    "surface": ("text", "muted", "ok", "attention", "failed", "accent"),
    "problem": ("text",),
    "note": ("on_note",),
    "accent": ("on_accent",),
    "accent_hover": ("on_accent",),
    "off": ("on_off",),
    "hover": ("text",),
    "rail": ("on_rail", "on_rail_current"),
    "rail_current": ("on_rail_current",),
}
SHAPES_ON = {"window": ("accent", "text"), "surface": ("accent", "text"), "problem": ("failed", "text")}
"""Icons and the frame around what has the focus: 3 : 1 is enough."""


def luminance(color: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme: str) -> None:
    colors = tomllib.loads((ROOT / "resources/style/colors.toml").read_text(encoding="utf-8"))[scheme]
    weak = {
        f"{text} on {ground}": round(contrast(colors[text], colors[ground]), 2)
        for least, pairs in ((4.5, TEXT_ON), (3.0, SHAPES_ON))
        for ground, texts in pairs.items()
        for text in texts
        if contrast(colors[text], colors[ground]) < least
    }
    assert weak == {}


def test_the_style_sheet_pairs_no_colors_that_are_not_held_against_the_rule() -> None:
    style = (ROOT / "resources/style/window.qss").read_text(encoding="utf-8")
    for rule in re.findall(r"\{([^}]*)\}", style):
        ground = re.search(r"(?<!-)background-color: \$(\w+)", rule)
        text = re.search(r"(?<!-)\bcolor: \$(\w+)", re.sub(r"[\w-]+-color: \$\w+", "", rule))
        if ground and text:
            assert text[1] in TEXT_ON[ground[1]], rule
        if text:
            assert any(text[1] in texts for texts in TEXT_ON.values()), rule
    assert "image: url($icon_open)" in style


def test_a_field_that_has_the_focus_looks_different(go: Go) -> None:
    trip = go()
    trip.sign_in()
    trip.click("Next")
    edit = next(e for e in trip.visible(QLineEdit) if e.accessibleName() == "App name")
    trip.window.activateWindow()
    other = next(e for e in trip.visible(QLineEdit) if e is not edit)
    other.setFocus()
    trip.look()
    before = edit.grab().toImage()
    edit.setFocus()
    trip.look()
    assert edit.grab().toImage() != before
