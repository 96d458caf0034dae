"""Journeys through the window by clicks, against a simulated tenant in this process and in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from emi_installer import wiring
from emi_installer.core.desired.preset import Preset
from emi_installer.gui import worker
from emi_installer.gui.pages.credentials import CredentialsPage
from emi_installer.gui.pages.review import ReviewPage
from emi_installer.gui.wizard import Wizard
from emi_installer.local.assets import read_blueprint
from emi_installer.setup.flow import Step
from emi_installer.setup.launch import Choice, Launch
from emi_installer.setup.session import Connection
from emi_installer.simulator.scenarios import simulate
from emi_installer.simulator.service import Simulator
from tests.support.clock import FakeClock
from tests.support.journey import CONTACT_CENTER, Journey

PATIENCE_MS = 60_000
BANNER = "Demo: a simulated tenant, nothing is changed at Microsoft"

_Kind = TypeVar("_Kind", bound=QWidget)


@dataclass(kw_only=True)
class WindowJourney(Journey):
    """A window, and a person with mouse and keyboard before it."""

    bot: QtBot
    window: Wizard
    seen: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.clock.now(), UTC).date()

    @property
    def step(self) -> str:
        return self.window.page_now.step

    @property
    def credentials(self) -> CredentialsPage:
        self.window.complete()
        page = self.window.pages[Step.CREDENTIALS]
        assert isinstance(page, CredentialsPage)
        return page

    def button(self, text: str) -> QAbstractButton:
        """The visible button whose text, without its mnemonic, is or begins with `text`."""
        found = [b for b in self.visible(QAbstractButton) if b.text().replace("&", "") == text]
        found = found or [b for b in self.visible(QAbstractButton) if b.text().replace("&", "").startswith(text)]
        assert found, f"no button {text!r} on {self.step}: {[b.text() for b in self.visible(QAbstractButton)]}"
        return found[0]

    def click(self, text: str) -> None:
        """Press a button with the mouse."""
        button = self.button(text)
        assert button.isEnabled(), f"{text} is off on {self.step}: {self.screen()}"
        place = (
            QPoint(10, button.height() // 2) if isinstance(button, QRadioButton | QCheckBox) else button.rect().center()
        )
        self.bot.mouseClick(button, Qt.MouseButton.LeftButton, pos=place)
        self.look()

    def answer(self, text: str) -> None:
        """Press a button of the question that is open."""
        box = next(box for box in self.window.findChildren(QMessageBox) if box.isVisible())
        button = next(b for b in box.buttons() if b.text().replace("&", "") == text)
        self.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_into(self, name: str, text: str) -> None:
        """Replace what stands in a field by typing."""
        edit = next(e for e in self.visible(QLineEdit) if e.accessibleName() == name)
        edit.setFocus()
        edit.selectAll()
        self.bot.keyClicks(edit, text) if text else self.bot.keyClick(edit, Qt.Key.Key_Delete)

    def choose_file(self, path: Path) -> None:
        """Name a file in the dialog that is open."""
        dialog = next(d for d in self.window.findChildren(QFileDialog) if d.isVisible())
        dialog.selectFile(str(path))
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(edit, QLineEdit)
        edit.setText(str(path))
        dialog.accept()
        self.wait_idle()

    def wait(self, until: Callable[[], bool]) -> None:
        self.bot.waitUntil(until, timeout=PATIENCE_MS)

    def wait_idle(self) -> None:
        """Until no work is going on."""
        self.wait(lambda: not self.window.page_now.busy)
        self.look()

    def visible(self, kind: type[_Kind]) -> list[_Kind]:
        return [w for w in self.window.findChildren(kind) if w.isVisible()]

    def screen(self) -> str:
        """Everything that can be read or heard at the moment; not what a masked field hides."""
        texts = [self.window.windowTitle()]
        for widget in self.visible(QWidget):
            texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()]
            if isinstance(widget, QLabel | QAbstractButton):
                texts.append(widget.text().replace("&", ""))
            elif isinstance(widget, QLineEdit):
                texts.append(widget.displayText())
        return "\n".join(text for text in texts if text)

    def look(self) -> None:
        QApplication.processEvents()
        self.seen.append(self.screen())

    def sign_in(self) -> None:
        """From Welcome to the account."""
        self.click("Next")
        self.click("Sign in to Microsoft")
        self.wait_idle()

    def choose(self, task: str = "Repair") -> None:
        """From the account past the question what to do, where it is asked."""
        self.click("Next")
        if self.step != "choose-task":
            return
        if self.offers("Continue"):
            self.click("Register a new one")
            self.click("Continue")
            self.wait_idle()
        else:
            self.click(task)
            self.click("Next")

    def choose_first(self) -> None:
        """Choose the first of what is listed; nothing is chosen beforehand."""
        first = self.visible(QRadioButton)[0]
        self.bot.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(10, first.height() // 2))
        self.look()

    def offers(self, text: str) -> bool:
        """Whether there is such a button."""
        return text in [button.text().replace("&", "") for button in self.visible(QAbstractButton)]

    def review(self, contact_center: str = CONTACT_CENTER, task: str = "Repair") -> None:
        """From Welcome to the plan."""
        self.sign_in()
        self.choose(task)
        self.type_into("Contact center URL", contact_center)
        self.click("Next")
        self.wait_idle()

    def keep_holders(self) -> None:
        """On Review, keep by name whoever could also use the application."""
        state, review = self.window.state, self.window.page_now
        assert isinstance(review, ReviewPage)
        assert state.plan is not None
        state.typed.keep_holder = {holder.id for holder in state.plan.holders}
        state.set_answers()
        review.show_plan()
        self.look()

    def apply_by_clicks(self) -> None:
        """From Welcome to the end of Apply."""
        self.review()
        self.click("Apply now")
        self.wait_idle()

    def save(self, name: str = "handoff-1.json") -> None:
        """Save the three values."""
        self.type_into("Save to file", str(self.folder / name))
        self.click("Save")
        self.wait_idle()

    def problem(self) -> str:
        """What the page's error panel says; empty when it is hidden."""
        panel = self.window.page_now.problem
        return panel.accessibleDescription() if panel.isVisible() else ""

    def written(self) -> Iterator[tuple[str, str]]:
        yield from super().written()
        yield from (("window", text) for text in self.seen)
        yield "clipboard", QGuiApplication.clipboard().text()


def window_journey(
    bot: QtBot,
    folder: Path,
    scenario: str = "empty",
    *,
    preset: Preset | None = None,
    simulator: Simulator | None = None,
    change: Callable[[Connection], Connection] | None = None,
) -> WindowJourney:
    """A window on the tenant of `scenario`, or of `simulator`; `change` may replace how it is reached."""
    clock = FakeClock()
    simulator = simulator or simulate(scenario, clock=clock)
    keys = wiring.remembered_keys(scenario, simulator)

    def connect() -> Connection:
        made = wiring.connect_simulator(simulator, clock, keys=keys)
        return change(made) if change else made

    choice = Choice(name="test", connect=connect, banner=BANNER)
    window = Wizard(Launch(blueprint=read_blueprint(), choice=choice, preset=preset))
    with bot.waitSignal(window.begun, timeout=PATIENCE_MS):
        window.show()
    trip = WindowJourney(folder=folder, simulator=simulator, clock=clock, bot=bot, window=window)
    trip.look()  # Qt shows what was put into a page in the next turn of its loop
    return trip


def tasks_running() -> int:
    """How many threads still work for a window."""
    return len(worker._running)
