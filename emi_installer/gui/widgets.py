"""Small building blocks of the pages. Every text is plain text: nothing of a tenant's is ever taken for markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from emi_installer.gui.clipboard import copy_text
from emi_installer.gui.theme import pixmap, theme
from emi_installer.gui.wrapping import Flow, Label, PushButton, ToolButton

_COPIED_MS = 2000
_AnyWidget = TypeVar("_AnyWidget", bound=QWidget)


def label(text: str = "", role: str = "", *, wrap: bool = True) -> QLabel:
    """A text; `role` is what the style sheet calls it."""
    made = Label(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setProperty("role", role)
    return made


def selectable(text: str = "", role: str = "") -> QLabel:
    """A text that can be marked and copied, by keyboard too."""
    made = label(text, role)
    flags = Qt.TextInteractionFlag
    made.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Be something else to the style sheet."""
    widget.setProperty("role", role)
    look_again(widget)


def look_again(widget: QWidget) -> None:
    """Let the style sheet look at the properties of `widget` again, if it has looked before."""
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def named(widget: _AnyWidget, name: str, description: str = "") -> _AnyWidget:
    """`widget`, with what a screen reader says about it."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(description)
    return widget


class Icon(QLabel):
    """An icon beside a text that says the same; screen readers pass it over."""

    def __init__(self, name: str, color: str = "muted", size: int = 20) -> None:
        super().__init__()
        self._shown = (name, color)
        self._size = size
        self.setFixedSize(size, size)
        self.draw()

    def show_icon(self, name: str, color: str) -> None:
        """Show another one."""
        self._shown = (name, color)
        self.draw()

    def draw(self) -> None:
        """Draw the icon in the colors of the theme."""
        name, color = self._shown
        self.setPixmap(pixmap(name, theme().colors[color], self._size))


class Button(PushButton):
    """A push button; the text has its mnemonic."""

    def __init__(self, text: str, pressed: Callable[[], object], icon: str = "", *, primary: bool = False) -> None:
        super().__init__(text)
        self._icon = icon
        self._color = "on_accent" if primary else "text"
        self.setProperty("primary", primary)
        self.clicked.connect(lambda _checked: pressed())
        self.draw()

    def set_look(self, text: str, icon: str) -> None:
        """Be another button."""
        self.setText(text)
        self._icon = icon
        self.draw()

    def set_primary(self, primary: bool) -> None:  # noqa: FBT001 - a fact
        """Be drawn as the button that Enter presses, or not."""
        if self.property("primary") is not primary:
            self.setProperty("primary", primary)
            self._color = "on_accent" if primary else "text"
            look_again(self)
            self.draw()

    def draw(self) -> None:
        """Draw the icon in the colors of the theme."""
        if self._icon:
            self.setIcon(theme().icon(self._icon, self._color))


def redraw(window: QWidget) -> None:
    """Draw every icon of `window` in the colors of the theme."""
    for widget in window.findChildren(QWidget):
        if isinstance(widget, Icon | Button | Expander):
            widget.draw()


class CopyButton(Button):
    """Copies a text, and says so."""

    def __init__(self, text: str, read: Callable[[], str], copy: Callable[[str], None] = copy_text) -> None:
        super().__init__(text, self._copy, "copy")
        self._read = read
        self._copy_text = copy
        self._text = text
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(_COPIED_MS)
        self._back.timeout.connect(self._say_again)

    def _copy(self) -> None:
        self._copy_text(self._read())
        self.setMinimumWidth(self.width())  # so that "Copied" does not move what is beside it
        self.setText("Copied")
        self._back.start()

    def _say_again(self) -> None:
        self.setText(self._text)
        self.setMinimumWidth(0)


class Expander(ToolButton):
    """A small button that shows or hides what belongs to it; `fill` puts it there when it is opened first."""

    def __init__(
        self,
        content: QWidget,
        closed: str = "Details",
        opened: str = "Hide details",
        fill: Callable[[QWidget], None] | None = None,
    ) -> None:
        super().__init__()
        self._texts = (closed, opened)
        self._content = content
        self._fill = fill
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._toggle)
        self._toggle(False)

    def _toggle(self, opened: bool) -> None:  # noqa: FBT001 - Qt's signal
        if opened and self._fill is not None:
            self._fill(self._content)
            self._fill = None
        self._content.setVisible(opened)
        self.setText(self._texts[opened])
        self.draw()

    def draw(self) -> None:
        """Draw the icon in the colors of the theme."""
        self.setIcon(theme().icon("open" if self.isChecked() else "closed", "accent"))


class Busy(QWidget):
    """A sign of life with a sentence."""

    def __init__(self) -> None:
        super().__init__()
        layout = column(self)
        self._text = label(role="muted")
        bar = named(QProgressBar(), "In progress")
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        layout.addWidget(bar)
        layout.addWidget(self._text)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`; nothing hides it."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


def column(parent: QWidget | None = None, *, spacing: int = 8, margin: int = 0) -> QVBoxLayout:
    """A layout from top to bottom."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(margin, margin, margin, margin)
    return layout


def row(*widgets: QWidget) -> Flow:
    """Widgets side by side where there is room, at the left unless one of them can grow."""
    return Flow(*widgets)


def beside(*widgets: QWidget) -> QHBoxLayout:
    """Widgets side by side, whatever room there is."""
    line = QHBoxLayout()
    line.setSpacing(8)
    for one in widgets:
        line.addWidget(one)
    return line


def card(*parts: QWidget | QLayout, name: str = "card") -> QFrame:
    """A panel with a border; `name` is its look."""
    frame = QFrame()
    frame.setObjectName(name)
    layout = column(frame, spacing=10, margin=16)
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return frame


def bullet(icon: str, text: str, color: str = "muted") -> QHBoxLayout:
    """A line of text behind an icon."""
    line = QHBoxLayout()
    line.setSpacing(10)
    line.addWidget(Icon(icon, color), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(label(text), 1)
    return line


class Field(QWidget):
    """A labelled line to type in, with a hint below it."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__()
        layout = column(self, spacing=4)
        self.label = label(text)
        self.edit = named(QLineEdit(), text.replace("&", ""))
        self.label.setBuddy(self.edit)
        self.hint = label(role="muted")
        for widget in (self.label, self.edit, self.hint):
            layout.addWidget(widget)
        self.tell(hint)

    def tell(self, text: str, role: str = "muted") -> None:
        """Say `text` below the line."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self.edit.setAccessibleDescription(text)
        if self.hint.property("role") != role:
            set_role(self.hint, role)


class Value(QWidget):
    """A value to read and copy, in `edit` if one is given."""

    def __init__(self, text: str, copy: str, edit: QLineEdit | None = None) -> None:
        super().__init__()
        layout = column(self, spacing=4)
        title = label(text, "muted")
        self.edit = named(edit or QLineEdit(), text)
        self.edit.setReadOnly(True)
        title.setBuddy(self.edit)
        self.copy = CopyButton(copy, self.edit.text)
        self.line = row(self.edit, self.copy)
        layout.addWidget(title)
        layout.addLayout(self.line)
