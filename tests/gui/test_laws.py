"""The laws through the window, by clicks; and closed at every moment between a client secret and its delivery."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from emi_installer.core.plan.events import Event
from emi_installer.gui.questions import UNSAVED
from emi_installer.gui.worker import Task
from emi_installer.simulator.service import RecordedRequest, Simulator
from tests.journeys.test_laws import STATES, State, assert_untouched, build
from tests.support.journey import assert_no_unsaved_secret
from tests.support.window import WindowJourney, tasks_running, window_journey

Go = Callable[..., WindowJourney]


def register(trip: WindowJourney) -> None:
    """From Welcome to the plan, whatever is found on the way."""
    trip.sign_in()
    trip.click("Next")
    if trip.step == "choose-task" and trip.offers("Continue"):
        trip.choose_first()
        trip.click("Continue")
        trip.wait_idle()
    if trip.step == "choose-task":
        trip.click("Repair")
        trip.click("Next")
    trip.type_into("Contact center URL", "acme.brightpattern.com")
    trip.click("Next")
    trip.wait_idle()


def go_through(trip: WindowJourney, name: str) -> None:
    """From the plan to the end."""
    trip.click("Apply now")
    trip.wait_idle()
    trip.click("Next")
    if trip.step == "credentials":
        trip.save(name)
        trip.click("Next")
    assert trip.step == "finish", trip.screen()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(state=STATES)
def test_apply_reaches_the_blueprint_and_then_finds_nothing_to_do(state: State, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    trip = window_journey(qtbot, folder)
    application = build(trip, state)
    before = copy.deepcopy(application)
    secrets = set(trip.simulator.tenant.secrets)
    register(trip)
    trip.keep_holders()
    go_through(trip, "handoff-1.json")
    trip.click("Finish")
    again = window_journey(qtbot, folder, simulator=trip.simulator)
    register(again)
    again.keep_holders()
    assert "Nothing needs to change." in again.screen(), state
    again.click("Cancel")
    qtbot.waitUntil(lambda: tasks_running() == 0)
    assert_no_unsaved_secret(trip)
    if before is not None and application is not None:
        assert_untouched(before, application, state)
        unsaved = int(state.unsaved and bool(state.our_secret_days))
        assert len(secrets - set(trip.simulator.tenant.secrets)) <= unsaved


class Closer:
    """Lets somebody close the window at the nth moment after a client secret is there."""

    def __init__(self, trip: WindowJourney, nth: int) -> None:
        self.nth = nth
        self.seen = 0
        self.reached, self.closed = threading.Event(), threading.Event()
        self.trip = trip

    def moment(self) -> None:
        """Something happens on the job's thread."""
        if not any(one.born for one in self.trip.simulator.tenant.secrets.values()):
            return
        self.seen += 1
        if self.seen == self.nth:
            self.reached.set()
            self.closed.wait(20)


def watch(monkeypatch: pytest.MonkeyPatch, simulator: Simulator, closer: Closer) -> None:
    """Each event and each request is a moment."""
    report, record = Task.report, simulator.requests.append

    def told(task: Task, event: Event) -> None:
        report(task, event)
        closer.moment()

    class Requests(list[RecordedRequest]):
        def append(self, request: RecordedRequest) -> None:
            record(request)
            super().append(request)
            closer.moment()

    monkeypatch.setattr(Task, "report", told)
    monkeypatch.setattr(simulator, "requests", Requests(simulator.requests))


def close(trip: WindowJourney) -> list[str]:
    """Close as somebody who insists; what was asked."""
    asked: list[str] = []

    def closed() -> bool:
        boxes = [box for box in trip.window.findChildren(QMessageBox) if box.isVisible()]
        for box in boxes:
            asked.append(box.text())
            next(button for button in box.buttons() if button is not box.defaultButton()).click()
        if not boxes:
            trip.window.close()
        return not trip.window.isVisible()

    trip.wait(closed)
    return asked


MOMENTS = range(1, 36)


@pytest.mark.parametrize("nth", MOMENTS)
def test_closed_at_any_moment_nothing_is_lost_unasked(nth: int, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    trip = go("configured")
    used = set(trip.simulator.tenant.secrets)
    trip.review(task="New client secret")
    closer = Closer(trip, nth)
    watch(monkeypatch, trip.simulator, closer)
    steps = [
        lambda: trip.click("Apply now"),
        lambda: trip.click("Next"),
        lambda: trip.type_into("Save to file", str(trip.folder / "handoff-1.json")),
        lambda: trip.click("Save"),
        lambda: trip.click("Next"),
        lambda: trip.click("The new one is entered there, and it works"),
        lambda: trip.click("Remove the old client secrets"),
    ]
    for step in steps:
        step()
        trip.wait(lambda: closer.reached.is_set() or not trip.window.page_now.busy)
        if closer.reached.is_set():
            break
        trip.wait_idle()
    trip.window.close()
    closer.closed.set()
    asked = close(trip)
    trip.wait(lambda: tasks_running() == 0)
    assert_the_next_run_says_what_is_true(trip, go, used, asked=UNSAVED.text in asked)


def assert_the_next_run_says_what_is_true(trip: WindowJourney, go: Go, used: set[str], *, asked: bool) -> None:
    tenant = trip.simulator.tenant
    saved = {one["secret_key_id"] for one in trip.saved()}
    born = {key for key, one in tenant.secrets.items() if one.born}
    assert saved <= set(tenant.secrets), "what was saved still works"
    assert asked or born <= saved, "what nobody has was asked about"
    assert used <= set(tenant.secrets) or saved, "the old ones go after the new one was saved"
    (application,) = [e.body for e in tenant.applications.values()]
    unsaved = [tag for tag in application["tags"] if "-unsaved-" in tag]
    assert bool(unsaved) == bool(born - saved), "the tenant knows which client secret nobody has"
    again = go(simulator=trip.simulator)
    register(again)
    assert ("never saved" in again.screen()) == bool(born - saved)
    again.click("Cancel")


def test_there_are_no_more_moments_than_are_tried(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    trip = go("configured")
    trip.review(task="New client secret")
    closer = Closer(trip, 0)
    watch(monkeypatch, trip.simulator, closer)
    trip.click("Apply now")
    trip.wait_idle()
    trip.click("Next")
    trip.save()
    trip.click("Next")
    trip.click("The new one is entered there, and it works")
    trip.click("Remove the old client secrets")
    trip.wait_idle()
    assert closer.seen <= len(MOMENTS), closer.seen
    assert closer.seen > 5
