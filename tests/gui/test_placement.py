"""The window with its frame lies on the screen, and comes back to where it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtGui import QGuiApplication

from emi_installer.gui.placement import fit, place_window
from emi_installer.local.memory import recall_place, remember_place_as
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
SMALLEST = QSize(680, 420)

EDGES = st.integers(0, 60)
SCREENS = st.builds(
    QRect, st.integers(-4000, 4000), st.integers(-2000, 2000), st.integers(1024, 5120), st.integers(600, 2880)
)
WANTED = st.builds(
    QRect, st.integers(-9000, 9000), st.integers(-9000, 9000), st.integers(1, 9000), st.integers(1, 9000)
)


@given(WANTED, SCREENS, st.builds(QMargins, EDGES, EDGES, EDGES, EDGES))
def test_the_frame_is_on_the_screen_whatever_is_wanted(wanted: QRect, screen: QRect, frame: QMargins) -> None:
    placed = fit(wanted, screen, frame, SMALLEST)
    assert screen.contains(placed.marginsAdded(frame))
    if screen.contains(wanted.marginsAdded(frame)) and wanted.size() == wanted.size().expandedTo(SMALLEST):
        assert placed == wanted


def test_it_comes_back_to_where_it_was(go: Go) -> None:
    first = go()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    wanted = QRect(screen.left() + 31, screen.top() + 47, 690, 430)
    first.window.setGeometry(wanted)
    first.click("Cancel")
    assert go().window.geometry() == wanted


def test_a_place_on_a_screen_that_is_gone_is_not_used(go: Go) -> None:
    remember_place_as((90_000, 90_000, 800, 600), maximized=False)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(go().window.frameGeometry())


def test_a_window_that_was_maximized_comes_back_so(go: Go) -> None:
    remember_place_as((10, 60, 700, 430), maximized=True)
    trip = go()
    assert trip.window.isMaximized()


@pytest.mark.parametrize("damage", ["{", "[]", '{"rectangle": [1, 2, 3]}', '{"rectangle": [1, 2, 3, true]}'])
def test_a_damaged_place_is_none(damage: str, go: Go) -> None:
    remember_place_as((1, 2, 3, 4), maximized=False)
    (file,) = Path.home().rglob("window.json")
    file.write_text(damage, encoding="utf-8")
    assert recall_place() is None
    place_window(go().window)
