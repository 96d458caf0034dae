"""For every test of the window: garbage is collected on its thread alone, and no work goes on afterwards."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from emi_installer.gui.theme import ARGUMENTS
from tests.support.journey import assert_secret_kept
from tests.support.window import PATIENCE_MS, WindowJourney, tasks_running, window_journey


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What pytest-qt starts Qt with."""
    return ["emi-installer", *ARGUMENTS]


@pytest.fixture(autouse=True)
def _one_thread_collects(qtbot: QtBot) -> Iterator[None]:
    gc.disable()
    QGuiApplication.clipboard().clear()
    yield
    qtbot.waitUntil(lambda: tasks_running() == 0, timeout=PATIENCE_MS)
    gc.enable()
    gc.collect()


@pytest.fixture
def go(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., WindowJourney]]:
    """Opens a window on a scenario; afterwards no secret may be anywhere but in the files that were saved."""
    trips: list[WindowJourney] = []

    def start(scenario: str = "empty", **options: Any) -> WindowJourney:
        trips.append(window_journey(qtbot, tmp_path, scenario, **options))
        return trips[-1]

    yield start
    for trip in trips:
        qtbot.waitUntil(lambda: tasks_running() == 0, timeout=PATIENCE_MS)
        trip.credentials.forget()
        trip.look()
        assert_secret_kept(trip)
        trip.window.close()
        trip.window.deleteLater()
