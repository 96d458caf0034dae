"""The client secret on its page: masked, copied for a minute, saved somewhere, and gone afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from emi_installer.simulator.faults import Answer
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]


@pytest.fixture
def trip(go: Go) -> WindowJourney:
    trip = go()
    trip.apply_by_clicks()
    trip.click("Next")
    assert trip.step == "credentials"
    return trip


def secret(trip: WindowJourney) -> str:
    (stored,) = trip.simulator.tenant.secrets.values()
    return stored.text


def test_it_is_masked_until_asked_for(trip: WindowJourney) -> None:
    assert secret(trip) not in trip.screen()
    trip.bot.mouseClick(trip.button("Show"), Qt.MouseButton.LeftButton)
    assert secret(trip) in trip.screen()
    trip.bot.mouseClick(trip.button("Hide"), Qt.MouseButton.LeftButton)
    assert secret(trip) not in trip.screen()
    trip.save()
    trip.click("Next")


def test_a_copy_lies_on_the_clipboard_for_a_minute_outside_its_history(trip: WindowJourney) -> None:
    trip.click("Copy Client Secret")
    trip.wait_idle()
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == secret(trip)
    formats = clipboard.mimeData().formats()
    assert "x-kde-passwordManagerHint" in formats
    assert any("ExcludeClipboardContentFromMonitorProcessing" in name for name in formats)
    assert trip.button("Next").isEnabled()
    minute = trip.credentials.clipboard._timer
    assert 55_000 <= minute.remainingTime() <= 65_000  # a coarse timer
    minute.timeout.emit()
    assert clipboard.text() == ""
    trip.click("Next")


def test_what_somebody_else_copied_meanwhile_stays(trip: WindowJourney) -> None:
    trip.click("Copy Client Secret")
    trip.wait_idle()
    QGuiApplication.clipboard().setText("a recipe")
    trip.credentials.clipboard.clear()
    assert QGuiApplication.clipboard().text() == "a recipe"


def test_closing_takes_it_off_the_clipboard(trip: WindowJourney) -> None:
    trip.click("Copy Client Secret")
    trip.wait_idle()
    trip.window.close()
    assert trip.window.isVisible()
    assert QGuiApplication.clipboard().text() == secret(trip)
    trip.answer("I have pasted it: close")
    assert not trip.window.isVisible()
    assert QGuiApplication.clipboard().text() == ""
    assert trip.window.findChildren(QLineEdit)
    assert secret(trip) not in [edit.text() for edit in trip.window.findChildren(QLineEdit)]


def test_copying_counts_as_having_it(trip: WindowJourney) -> None:
    trip.click("Copy Client Secret")
    trip.wait_idle()
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    assert application["tags"] == ["emi-installer"]
    trip.click("Next")
    assert trip.step == "finish"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is a folder in which nobody may write, not even root")
def test_a_folder_that_may_not_be_written(trip: WindowJourney) -> None:
    trip.type_into("Save to file", "/proc/handoff.txt")
    trip.click("Save")
    trip.wait_idle()
    assert "Code: file-not-writable" in trip.problem()
    trip.save()
    assert trip.problem() == ""


def test_a_name_too_long_then_another_place(trip: WindowJourney) -> None:
    trip.save("x" * 300 + ".txt")
    assert "the name is too long" in trip.problem().lower()
    assert not trip.button("Next").isEnabled()
    trip.click("Choose another place")
    trip.choose_file(trip.folder / "other.json")
    trip.wait_idle()
    assert f"Saved to {trip.folder / 'other.json'}" in trip.screen()
    assert trip.problem() == ""
    trip.click("Next")


def test_a_full_disk_then_again(trip: WindowJourney, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:

        def no_space(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(os, "fsync", no_space)
        trip.save()
    assert "Code: file-not-writable" in trip.problem()
    assert secret(trip) not in trip.screen()
    trip.click("Save")
    trip.wait_idle()
    assert trip.problem() == ""
    assert len(trip.saved()) == 1


def test_a_folder_that_is_not_there(trip: WindowJourney) -> None:
    trip.save("missing/handoff.txt")
    assert "Code: file-not-writable" in trip.problem()


def test_a_file_that_exists_is_replaced_only_when_asked(trip: WindowJourney) -> None:
    old = trip.folder / "handoff-1.txt"
    old.write_text("old")
    trip.save("handoff-1.txt")
    assert "Code: handoff-exists" in trip.problem()
    assert old.read_text() == "old"
    trip.click("Replace the file")
    trip.wait_idle()
    assert secret(trip) in old.read_text(encoding="utf-8")


def test_a_name_without_a_known_ending(trip: WindowJourney) -> None:
    trip.save("handoff.docx")
    assert "It must end in .txt" in trip.problem()


def test_a_cloud_folder_is_warned_of(trip: WindowJourney) -> None:
    folder = trip.folder / "OneDrive - Contoso"
    folder.mkdir()
    trip.type_into("Save to file", str(folder / "x.txt"))
    trip.wait(lambda: "copied to a cloud storage" in trip.screen())


def test_the_tenant_can_not_take_note(trip: WindowJourney) -> None:
    refused = Answer(status=403, body={"error": {"code": "Authorization_RequestDenied", "message": "no"}})
    trip.simulator.faults.add("PATCH /applications/*", *[refused] * 9)
    trip.save()
    assert "the next run will treat this client secret as unsaved" in trip.screen()
    assert trip.button("Next").isEnabled()


def test_the_last_page_offers_folder_and_reminder(trip: WindowJourney, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr("emi_installer.gui.pages.finish.open_folder", shown.append)
    trip.save()
    trip.click("Next")
    trip.click("Open folder")
    assert shown == [trip.folder]
    trip.click("Save a calendar reminder")
    trip.choose_file(trip.folder / "reminder.ics")
    assert "Open it to add it to your calendar" in trip.screen()
    text = (trip.folder / "reminder.ics").read_text(encoding="utf-8")
    assert text.startswith("BEGIN:VCALENDAR")


def test_the_plan_can_be_saved(go: Go) -> None:
    trip = go()
    trip.review()
    trip.click("Save the plan")
    trip.choose_file(trip.folder / "plan.txt")
    trip.look()
    assert "Saved to" in trip.screen()
    assert "Register the application Bright Pattern EMI" in (trip.folder / "plan.txt").read_text(encoding="utf-8")
