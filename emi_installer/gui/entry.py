"""A line of a list: an icon, a text, what the icon means in a word, and particulars on demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from emi_installer.gui.widgets import Expander, Icon, column, label, set_role

_INDENT = 30


class Look(NamedTuple):
    """An icon, its color, and the word that says the same."""

    icon: str
    color: str
    word: str


class Entry(QFrame):
    """The line; its look may change."""

    def __init__(self, text: str, look: Look, details: Iterable[str] = ()) -> None:
        super().__init__()
        layout = column(self, spacing=2)
        line = QHBoxLayout()
        line.setSpacing(10)
        self.look = look
        self._icon = Icon(look.icon, look.color)
        self.text = label(text)
        self.word = label(look.word, look.color, wrap=False)
        line.addWidget(self._icon)
        line.addWidget(self.text, 1)
        layout.addLayout(line)
        if particulars := tuple(details):
            box = QWidget()
            expander = Expander(box, fill=lambda content: _fill(content, particulars))
            expander.setAccessibleName(f"Details: {text}")
            line.addWidget(expander)
            layout.addWidget(box)
        line.addWidget(self.word)

    def show_look(self, look: Look, text: str = "") -> None:
        """Look different, and perhaps say something else."""
        self.look = look
        self._icon.show_icon(look.icon, look.color)
        self.word.setText(look.word)
        set_role(self.word, look.color)
        if text:
            self.text.setText(text)


class Entries(QWidget):
    """A list of lines that grows."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = column(self, spacing=7)

    def add(self, entry: Entry) -> None:
        """One more line."""
        self._layout.addWidget(entry)

    def clear(self) -> None:
        """No lines."""
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _fill(box: QWidget, texts: tuple[str, ...]) -> None:
    inside = column(box, spacing=3)
    inside.setContentsMargins(_INDENT, 2, 0, 4)
    for text in texts:
        inside.addWidget(label(text, "muted"))
