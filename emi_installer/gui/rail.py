"""The step rail at the side: where one is, what is done, what comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from emi_installer import __version__
from emi_installer.gui.theme import pixmap
from emi_installer.gui.widgets import Button, Icon, column, label, look_again
from emi_installer.setup.flow import TITLES, Step

_WIDTH = 200
_ICONS = {"done": "done", "current": "closed", "ahead": "ahead"}


class Rail(QScrollArea):
    """One line for each step; a screen reader hears the whole as one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("rail")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(inside)
        self._shown: tuple[Step, tuple[Step, ...]] | None = None
        layout = column(inside, spacing=4)
        layout.setContentsMargins(12, 18, 12, 14)
        head = QHBoxLayout()
        head.setSpacing(10)
        logo = label()
        logo.setPixmap(pixmap("installer", "", 32))
        head.addWidget(logo)
        head.addWidget(label("EMI installer", "product"), 1)
        layout.addLayout(head)
        layout.addSpacing(14)
        self._lines = {step: _Line(title) for step, title in TITLES.items()}
        for line in self._lines.values():
            layout.addWidget(line)
        layout.addStretch(1)
        layout.addWidget(label(f"Version {__version__}"))
        layout.addWidget(Button("Licenses", self._show_licenses), 0, Qt.AlignmentFlag.AlignLeft)

    def _show_licenses(self) -> None:
        from emi_installer.gui.licenses import Licenses  # noqa: PLC0415 - the first page does not wait for it

        Licenses(self.window()).open()

    def show_step(self, current: Step, steps: tuple[Step, ...]) -> None:
        """Mark where one is on a path of `steps`."""
        if self._shown == (current, steps):
            return
        self._shown = (current, steps)
        here = steps.index(current)
        for step, line in self._lines.items():
            if line.isHidden() is (step in steps):
                line.setVisible(step in steps)
            if step in steps:
                place = steps.index(step) - here
                line.show_state("current" if place == 0 else "done" if place < 0 else "ahead")
        self.ensureWidgetVisible(self._lines[current])
        self.setAccessibleName(f"Step {here + 1} of {len(steps)}: {TITLES[current]}")


class _Line(QFrame):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("step")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 7, 8, 7)
        layout.setSpacing(9)
        self._icon = Icon("ahead", "on_rail", 18)
        self._text = label(title)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)

    def show_state(self, state: str) -> None:
        if self.property("state") == state:
            return
        self._icon.show_icon(_ICONS[state], "on_rail_current" if state == "current" else "on_rail")
        self.setProperty("state", state)
        for widget in (self, self._text):
            look_again(widget)
