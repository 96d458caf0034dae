"""On every page nothing is cut off: in a small window, at 200 %, and with fonts of any width or none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QScrollArea, QWidget

from tests.support.fonts import WIDTHS, add_font
from tests.support.shared import ROOT
from tests.support.tour import SCENARIOS, pages, start
from tests.support.window import WindowJourney

SIZES = [(1024, 600), (680, 420)]
NO_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><cachedir>{folder}</cachedir></fontconfig>
"""


@pytest.fixture(params=["system", *WIDTHS])
def font(request: pytest.FixtureRequest) -> Iterator[str]:
    """The font of the system, or one that is narrow or wide."""
    before = QApplication.font()
    if request.param != "system":
        family = add_font(request.param)
        QApplication.setFont(QFont(family, before.pointSize()))
        assert QFontInfo(QApplication.font()).family() == family
    yield request.param
    QApplication.setFont(before)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_cut_off_in_small_windows(scenario: str, font: str, go: Callable[..., WindowJourney]) -> None:
    trip, task = start(go, scenario)
    for step in pages(trip, task):
        for size in SIZES:
            trip.window.resize(*size)
            trip.look()
            assert (trip.window.width(), trip.window.height()) <= size, step
            assert cut_off(trip) == [], f"{step}, {size}, {font}"


def cut_off(trip: WindowJourney) -> list[str]:
    """What does not fit into its place."""
    found = [
        f"the page or the rail needs {inside.minimumSizeHint().width()} of {area.viewport().width()}"
        for area in trip.visible(QScrollArea)
        if (inside := area.widget()) is not None and inside.width() > area.viewport().width()
    ]
    for label in trip.visible(QLabel):
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        wide = not label.wordWrap() and label.width() < label.sizeHint().width()
        if label.text() and (wide or label.height() < needed):
            found.append(f"{label.text()}: {label.size().toTuple()}, needs {needed}")
    for button in trip.visible(QAbstractButton):
        high = button.heightForWidth(button.width()) if button.hasHeightForWidth() else button.sizeHint().height()
        if button.width() < button.minimumSizeHint().width() or button.height() < high:
            found.append(f"{button.text()}: {button.size().toTuple()}, needs {high}")
    found += [b.currentText() for b in trip.visible(QComboBox) if b.width() < b.minimumSizeHint().width()]
    return found + outside(trip.window)


def outside(window: QWidget) -> list[str]:
    """Labels and buttons that reach beyond what contains them, or lie on each other."""
    found = []
    for widget in window.findChildren(QWidget):
        parent = widget.parentWidget()
        shown = widget.isVisible() and isinstance(widget, QLabel | QAbstractButton | QComboBox) and parent is not None
        if shown and not parent.rect().contains(widget.geometry()):  # type: ignore[union-attr]
            found.append(f"{widget.accessibleName() or widget.objectName() or widget} is outside of its place")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="fontconfig is Linux's")
def test_nothing_is_cut_off_at_200_percent_without_any_font(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(NO_FONTS.format(folder=tmp_path), encoding="utf-8")
    run_again("small_windows and system", QT_SCALE_FACTOR="2", FONTCONFIG_FILE=str(config))


def test_nothing_is_cut_off_at_200_percent() -> None:
    run_again("small_windows and not system", QT_SCALE_FACTOR="2")


def run_again(chosen: str, **environment: str) -> None:
    """Run tests of this file in a process of their own: Qt reads its environment once."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, "--no-cov", __file__],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
