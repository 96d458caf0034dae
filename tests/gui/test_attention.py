"""The window asks for attention when somebody has to look at it again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.window import WindowJourney


def test_after_the_sign_in_the_window_asks_for_attention(
    go: Callable[..., WindowJourney], monkeypatch: pytest.MonkeyPatch
) -> None:
    alerted: list[QWidget] = []
    monkeypatch.setattr(QApplication, "alert", lambda window, *_: alerted.append(window))
    trip = go()
    trip.click("Next")
    assert alerted == []
    trip.click("Sign in to Microsoft")
    trip.wait_idle()
    assert alerted == [trip.window]
