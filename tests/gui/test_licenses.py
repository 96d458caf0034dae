"""The licenses can be read in the window, by keyboard too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from emi_installer.gui.licenses import Licenses
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]


def test_each_license_is_one_key_away(go: Go) -> None:
    trip = go("empty")
    (button,) = (b for b in trip.visible(QPushButton) if b.text() == "Licenses")
    trip.bot.keyClick(button, Qt.Key.Key_Space)
    (dialog,) = trip.window.findChildren(Licenses)
    names = [dialog.names.item(row).text() for row in range(dialog.names.count())]
    assert names[0] == "Qt-and-PySide6"  # in a checkout; the build adds its own, and those of the libraries
    assert {"GPL-3.0", "LGPL-3.0", "Python", "Qt-third-parties"} < set(names)
    assert "GNU Lesser General Public License" in dialog.text.toPlainText()
    dialog.names.setFocus()
    trip.bot.keyClick(dialog.names, Qt.Key.Key_Down)
    assert "GNU GENERAL PUBLIC LICENSE" in dialog.text.toPlainText()
    assert dialog.text.tabChangesFocus()
    trip.bot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
