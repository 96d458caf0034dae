"""The licenses of the program and of everything that is bundled with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from emi_installer.gui.widgets import Button, label, named, row
from emi_installer.local.assets import asset
from emi_installer.local.browser import open_folder

_LEAD = (
    "This program is free software under the MIT license. It uses Qt under the GNU Lesser General Public License, and "
    "other free software; how to use another build of Qt with it is said under Qt-and-PySide6."
)


class Licenses(QDialog):
    """A list of names, and the text of the one that is chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Licenses")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        folder = asset("licenses")
        self._places = sorted(folder.glob("*.txt"), key=_order)
        self.names = named(QListWidget(), "Components")
        self.names.addItems([place.stem for place in self._places])
        self.text = named(QPlainTextEdit(), "License")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.names.currentRowChanged.connect(self._show)
        both = QHBoxLayout()
        both.addWidget(self.names, 1)
        both.addWidget(self.text, 3)
        layout = QVBoxLayout(self)
        layout.addWidget(label(_LEAD))
        layout.addLayout(both)
        buttons = row(Button("&Open the folder", lambda: open_folder(folder), "folder"))
        buttons.addWidget(Button("&Close", self.accept))
        layout.addLayout(buttons)
        self.names.setCurrentRow(0)
        self.resize(min(860, parent.width()), min(640, parent.height()))

    def _show(self, number: int) -> None:
        self.text.setPlainText(self._places[number].read_text(encoding="utf-8", errors="replace"))


def _order(place: Path) -> tuple[bool, bool, str]:
    """This program first, then Qt, then the others."""
    name = place.stem.lower()
    return not name.startswith("emi"), not name.startswith("qt-and"), name
