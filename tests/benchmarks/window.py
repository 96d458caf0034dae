"""The window during a whole demo journey at 100 ms a request: the longest time in which it did not answer.

python -m tests.benchmarks.window      prints a JSON object: milliseconds, and what was loaded at the first paint
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from emi_installer import wiring
from emi_installer.gui.theme import ARGUMENTS, theme
from emi_installer.gui.wizard import Wizard
from emi_installer.gui.worker import prefer_this_thread
from emi_installer.local.assets import read_blueprint
from emi_installer.setup.launch import Choice, Launch

if TYPE_CHECKING:
    from emi_installer.setup.session import Connection

TICK_MS = 2
PATIENCE_S = 60.0
READS_S = 1.0
SLOW = ("msal", "requests", "urllib3", "cryptography")


class Watchdog(QObject):
    """Ticks, and keeps the longest gap between two ticks, with the step in which it was."""

    def __init__(self, window: Wizard) -> None:
        super().__init__()
        self._window = window
        self._last = time.perf_counter()
        self.gaps: dict[str, float] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        step = str(self._window.page_now.step)
        self.gaps[step] = max(self.gaps.get(step, 0.0), (now - self._last) * 1000)
        self._last = now


class FirstPaint(QObject):
    """Notes when a window was painted first, and what was imported by then."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0
        self.loaded: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self.at:
            self.at = time.perf_counter()
            self.loaded = [name for name in SLOW if name in sys.modules]
        return super().eventFilter(watched, event)


def journey(folder: Path) -> dict[str, object]:
    """Run it; the figures."""
    started = time.perf_counter()
    app = QApplication(["emi-installer", *ARGUMENTS])
    theme()
    paint = FirstPaint()
    app.installEventFilter(paint)

    def connect() -> Connection:
        return wiring.connect_simulated("empty", latency=wiring.DEMO_LATENCY)

    window = Wizard(Launch(blueprint=read_blueprint(), choice=Choice(name="bench", connect=connect, banner="Demo")))
    window.show()
    _until(lambda: bool(paint.at))
    app.removeEventFilter(paint)
    prefer_this_thread(app)
    watchdog = Watchdog(window)
    window.prepare()
    _read(READS_S)
    for text in ("Next", "Sign in to Microsoft", "Next", "Next", "Apply now", "Next", "Save", "Next"):
        if text == "Save":
            window.findChild(QLineEdit, "place").setText(str(folder / "handoff.txt"))  # type: ignore[union-attr]
        _press(window, text)
        _until(lambda: not window.page_now.busy)
    done = window.page_now.step == "finish" and (folder / "handoff.txt").exists()
    window.close()
    worst = max(watchdog.gaps.values())
    return {
        "finished": done,
        "longest_stall_ms": round(worst, 1),
        "by_step_ms": {step: round(gap, 1) for step, gap in watchdog.gaps.items()},
        "first_paint_ms": round((paint.at - started) * 1000),
        "loaded_at_first_paint": paint.loaded,
        "collections": gc.get_count(),
    }


def _press(window: Wizard, text: str) -> None:
    def button() -> QAbstractButton | None:
        found = [b for b in window.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
        return next((b for b in found if b.text().replace("&", "") == text), None)

    _until(lambda: button() is not None)
    pressed = button()
    if pressed is not None:
        pressed.click()


def _read(seconds: float) -> None:
    """A person reads the first page."""
    end = time.perf_counter() + seconds
    _until(lambda: time.perf_counter() > end)


def _until(reached: object) -> None:
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(5)
    end = time.perf_counter() + PATIENCE_S
    timer.timeout.connect(lambda: loop.quit() if reached() or time.perf_counter() > end else None)  # type: ignore[operator]
    timer.start()
    loop.exec()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(journey(Path(place))))
