"""Nothing is cut off, whatever the font: texts of buttons wrap, long words too, and rows of widgets go on below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

# Qt's classes can't be the base of a class that is mixed into one of them.
if TYPE_CHECKING:
    _AnyButton = QAbstractButton
else:
    _AnyButton = object

_NARROWEST = 96
"""Pixels: a label with a longer word than that can still be as narrow, and breaks the word."""


class Label(QLabel):
    """A text that breaks a word, such as an address, rather than be wider than its place."""

    def minimumSizeHint(self) -> QSize:
        """Any label may be narrow."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), _NARROWEST), hint.height()) if self.wordWrap() else hint

    def heightForWidth(self, width: int) -> int:
        """The lines of the text in this `width`."""
        if self._fits(width):
            return super().heightForWidth(width)
        margins = self.height() - self.contentsRect().height()
        frame = self.width() - self.contentsRect().width() + self._indent()
        return margins + round(self._broken(width - frame).boundingRect().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text as Qt does, as long as every word fits."""
        if self._fits(self.width()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.drawFrame(painter)
        painter.setPen(self.palette().color(self.foregroundRole()))
        place = self.contentsRect().adjusted(self._indent(), 0, 0, 0)
        self._broken(place.width()).draw(painter, QPointF(place.topLeft()))

    def _fits(self, width: int) -> bool:
        return not self.wordWrap() or super().minimumSizeHint().width() <= width

    def _indent(self) -> int:
        return max(0, self.indent())

    def _broken(self, width: int) -> QTextLayout:
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(self.text().replace("\n", "\u2028"), self.font(), self)
        layout.setTextOption(option)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout


class _Wrapping(_AnyButton):
    """A button that breaks its text into lines where it does not fit into one."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setText(text)
        # Qt's own policy lets a button be neither narrower nor higher than its hint.
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        """As wide as the longest word."""
        hint = self.sizeHint()
        longest = max((self._advance(word) for word in self.text().split()), default=0)
        return QSize(min(hint.width(), self._around() + longest), hint.height())

    def heightForWidth(self, width: int) -> int:
        """The lines of the text in this `width`."""
        hint = self.sizeHint()
        if hint.width() <= width:
            return hint.height()
        return hint.height() + self._lines(width).count("\n") * self.fontMetrics().lineSpacing()

    def _lines(self, width: int) -> str:
        """The text in lines for a button of this `width`."""
        if self.sizeHint().width() <= width:
            return self.text()
        room = width - self._around()
        lines: list[str] = []
        for word in self.text().split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._advance(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return "\n".join(lines)

    def _around(self) -> int:
        """What is beside the text: icon, frame, margins."""
        return self.sizeHint().width() - self._advance(self.text())

    def _advance(self, text: str) -> int:
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()


class PushButton(_Wrapping, QPushButton):
    """A push button whose text may wrap."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text in lines."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._lines(self.width())
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class CheckBox(_Wrapping, QCheckBox):
    """A check box whose text may wrap."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text in lines."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._lines(self.width())
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_CheckBox, option)


class RadioButton(_Wrapping, QRadioButton):
    """A radio button whose text may wrap."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text in lines."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._lines(self.width())
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_RadioButton, option)


class ToolButton(_Wrapping, QToolButton):
    """A tool button whose text may wrap."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text in lines."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = self._lines(self.width())
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)


class Flow(QLayout):
    """Widgets side by side as long as there is room, else in further lines; what can grow takes what is left."""

    def __init__(self, *widgets: QWidget, spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self.setSpacing(spacing)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        """See QLayout."""
        self._items.append(item)

    def count(self) -> int:
        """See QLayout."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """See QLayout."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """See QLayout."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It fills the width of its place."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Less room is more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines in this `width`."""
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Forget what was measured."""
        self._heights.clear()
        super().invalidate()

    def sizeHint(self) -> QSize:
        """One line."""
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """One widget a line."""
        sizes = [item.minimumSize() for item in self._shown()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def setGeometry(self, place: QRect) -> None:
        """Put the widgets into their lines."""
        super().setGeometry(place)
        self._arrange(place, move=True)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> Iterator[list[QLayoutItem]]:
        line: list[QLayoutItem] = []
        taken = 0
        for item in self._shown():
            needed = item.sizeHint().width()
            if line and taken + needed > width:
                yield line
                line, taken = [], 0
            line.append(item)
            taken += needed + self.spacing()
        if line:
            yield line

    def _arrange(self, place: QRect, *, move: bool) -> int:
        """Put the widgets into lines, if they shall `move`; the height of all lines."""
        top = place.top()
        for line in self._lines(place.width()):
            widths = self._widths(line, place.width())
            height = max(_height(item, width) for item, width in zip(line, widths, strict=True))
            left = place.left()
            for item, width in zip(line, widths, strict=True):
                if move:
                    item.setGeometry(QRect(left, top, width, height))
                left += width + self.spacing()
            top += height + self.spacing()
        return max(0, top - place.top() - self.spacing())

    def _widths(self, line: list[QLayoutItem], room: int) -> list[int]:
        widths = [min(item.sizeHint().width(), room) for item in line]
        spare = room - sum(widths) - self.spacing() * (len(line) - 1)
        growing = [n for n, item in enumerate(line) if item.expandingDirections() & Qt.Orientation.Horizontal]
        for number in growing:
            widths[number] += spare // len(growing)
        return widths


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
