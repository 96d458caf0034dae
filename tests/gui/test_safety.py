"""Nothing is lost, repeated or applied by a slip: closing, jumping, trying again and quick fingers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from emi_installer.core.desired.preset import Preset
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.plan.events import DeviceCode, Event
from emi_installer.gui.worker import Task
from emi_installer.setup.flow import Step
from emi_installer.simulator.faults import Answer, Drop, unavailable
from tests.support.journey import assert_no_unsaved_secret, assert_set_up
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
REFUSED = Answer(status=403, body={"error": {"code": "Authorization_RequestDenied", "message": "no"}})


def marks(trip: WindowJourney) -> list[str]:
    """What the tenant knows of client secrets that nobody saved."""
    bodies = [e.body for e in trip.simulator.tenant.applications.values()]
    return [tag for body in bodies for tag in body["tags"] if "unsaved" in tag]


def to_credentials(go: Go, scenario: str = "empty") -> WindowJourney:
    trip = go(scenario)
    trip.apply_by_clicks()
    trip.click("Next")
    assert trip.step == "credentials"
    return trip


def with_new_secret(go: Go) -> WindowJourney:
    """On Finish, with an older client secret beside the new one."""
    trip = go("configured")
    trip.review(task="New client secret")
    trip.click("Apply now")
    trip.wait_idle()
    trip.click("Next")
    trip.save()
    trip.click("Next")
    assert trip.step == "finish"
    return trip


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Jobs wait at their first event until the event that is given is set."""
    go_on, report = threading.Event(), Task.report

    def told(task: Task, event: Event) -> None:
        report(task, event)
        go_on.wait(20)

    monkeypatch.setattr(Task, "report", told)
    yield go_on
    go_on.set()


class TestRemediesBelongToTheAttempt:
    def test_a_reminder_that_can_not_be_written_removes_no_client_secret(self, go: Go) -> None:
        trip = with_new_secret(go)
        before = set(trip.simulator.tenant.secrets)
        trip.click("Save a calendar reminder")
        trip.choose_file(trip.folder / "missing" / "reminder.ics")
        assert "Code: file-not-writable" in trip.problem()
        trip.click("Choose another place")
        trip.choose_file(trip.folder / "reminder.ics")
        assert set(trip.simulator.tenant.secrets) == before
        assert (trip.folder / "reminder.ics").exists()
        assert trip.problem() == ""

    def test_a_plan_that_can_not_be_written_reads_nothing_again(self, go: Go) -> None:
        trip = go()
        trip.review()
        requests = len(trip.simulator.requests)
        trip.click("Save the plan")
        trip.choose_file(trip.folder / "missing" / "plan.txt")
        trip.click("Choose another place")
        trip.choose_file(trip.folder / "plan.txt")
        assert (trip.folder / "plan.txt").exists()
        assert len(trip.simulator.requests) == requests

    def test_replace_the_file_replaces_the_one_that_it_spoke_of(self, go: Go) -> None:
        trip = to_credentials(go)
        mine, other = trip.folder / "handoff-1.txt", trip.folder / "other.txt"
        mine.write_text("old", encoding="utf-8")
        other.write_text("other", encoding="utf-8")
        trip.save("handoff-1.txt")
        trip.type_into("Save to file", str(other))
        trip.click("Replace the file")
        trip.wait_idle()
        assert other.read_text(encoding="utf-8") == "other"
        assert "Client Secret" in mine.read_text(encoding="utf-8")
        assert f"Saved to {mine}" in trip.screen()


class TestClosing:
    def test_right_after_save_the_tenant_is_told_first(self, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
        trip = to_credentials(go)
        began, go_on = threading.Event(), threading.Event()
        session = trip.window.state.session
        assert session is not None
        original = session.note_saved

        def slow(*arguments: Any, **options: Any) -> None:
            began.set()
            go_on.wait(20)
            original(*arguments, **options)

        monkeypatch.setattr(session, "note_saved", slow)
        trip.type_into("Save to file", str(trip.folder / "handoff-1.json"))
        trip.click("Save")
        trip.wait(began.is_set)
        trip.window.close()
        assert trip.window.isVisible()
        go_on.set()
        trip.wait(lambda: not trip.window.isVisible())
        assert marks(trip) == []
        assert_no_unsaved_secret(trip)

    def test_what_the_tenant_was_not_told_is_asked_about(self, go: Go) -> None:
        trip = to_credentials(go)
        trip.simulator.faults.add("PATCH /applications/*", *[REFUSED] * 9)
        trip.save()
        trip.window.close()
        trip.answer("Stay here")
        assert trip.window.isVisible()
        trip.simulator.faults.scripted.clear()
        trip.click("Try again")
        trip.wait_idle()
        assert marks(trip) == []
        assert "could not be updated" not in trip.screen()
        trip.window.close()
        assert not trip.window.isVisible()

    def test_finish_within_the_minute_asks_before_the_only_copy_goes(self, go: Go) -> None:
        trip = to_credentials(go)
        trip.click("Copy Client Secret")
        trip.wait_idle()
        trip.click("Next")
        trip.click("Finish")
        assert trip.window.isVisible()
        assert QGuiApplication.clipboard().text()
        trip.answer("Stay here")
        QGuiApplication.clipboard().setText("what was pasted needs no more asking")
        trip.click("Finish")
        assert not trip.window.isVisible()


class TestJumping:
    def test_another_account_asks_before_the_client_secret_is_dropped(self, go: Go) -> None:
        trip = go()
        trip.review()
        unauthorized = Answer(status=401, body={"error": {"code": "InvalidAuthenticationToken", "message": "no"}})
        trip.simulator.faults.add("GET /applications*", *[unauthorized] * 40)
        trip.simulator.tenant.sign_in_error = ("interaction_required", "AADSTS50078: again")
        trip.click("Apply now")
        trip.wait_idle()
        trip.simulator.faults.scripted.clear()
        trip.simulator.tenant.sign_in_error = None
        assert trip.window.state.at_risk, trip.screen()
        for action in trip.window.page_now.ways_back().values():
            action()
            trip.answer("Back to the client secret")
            assert trip.step == "apply"
            assert trip.window.state.has_secret
        trip.click("Next")
        trip.save()
        assert_no_unsaved_secret(trip)

    def test_no_jump_walks_through_apply(self, go: Go) -> None:
        preset = Preset(purpose=Purpose.GRANT, requested_by="ben.brown@contoso.com")
        trip = go("several-apps", preset=preset)
        trip.sign_in()
        trip.click("Next")
        assert trip.step == "review"
        assert not trip.offers("Choose again")
        for step in (Step.REVIEW, Step.SIGN_IN, Step.WELCOME):
            trip.window.go_to(step)
            trip.wait_idle()
            assert trip.step == step
        assert not [r for r in trip.graph_requests() if r.method not in ("GET", "POST") or "$batch" not in r.url]

    def test_a_way_back_leads_where_it_says(self, go: Go) -> None:
        trip = go("drifted")
        trip.review()
        for step in (Step.SETTINGS, Step.CHOOSE_TASK):
            trip.window.go_to(step)
            assert trip.step == step


class TestOneJobAtATime:
    def test_a_second_continue_skips_nothing(self, go: Go) -> None:
        trip = go("foreign-app")
        trip.sign_in()
        trip.click("Next")
        trip.choose_first()
        button = trip.button("Continue")
        for _ in range(2):
            trip.bot.mouseClick(button, Qt.MouseButton.LeftButton)
        trip.wait_idle()
        trip.look()
        assert trip.step == "settings"

    def test_a_second_save_is_no_error(self, go: Go) -> None:
        trip = to_credentials(go)
        trip.type_into("Save to file", str(trip.folder / "handoff-1.json"))
        button = trip.button("Save")
        for _ in range(2):
            trip.bot.mouseClick(button, Qt.MouseButton.LeftButton)
        trip.wait_idle()
        assert trip.problem() == ""
        assert len(trip.saved()) == 1

    def test_a_job_is_refused_while_another_one_runs(self, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
        trip = go()
        trip.review()
        with held(monkeypatch) as go_on:
            trip.click("Apply now")
            page = trip.window.page_now
            assert not page.work(lambda _task: 1 / 0, "", lambda _value: None)
            assert not trip.button("Back").isEnabled()
            assert not trip.button("Next").isEnabled()
            go_on.set()
        trip.wait_idle()
        assert "Everything is set up and verified." in trip.screen()


class TestNothingUnseenIsApplied:
    @pytest.mark.parametrize("how", ["Go on", "Try again"])
    def test_what_was_not_shown_is_shown_first(self, how: str, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
        trip = go("drifted")
        trip.review()
        trip.keep_holders()
        if how == "Go on":
            with held(monkeypatch) as go_on:
                trip.click("Apply now")
                trip.wait(lambda: trip.offers("Stop"))
                trip.click("Stop")
                go_on.set()
                trip.wait_idle()
        else:
            trip.simulator.faults.add("PATCH /*", *[Drop(acted=False)] * 40)
            trip.click("Apply now")
            trip.wait_idle()
            trip.simulator.faults.scripted.clear()
        (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
        application["passwordCredentials"] = []
        trip.simulator.tenant.secrets.clear()
        trip.click(how)
        trip.wait_idle()
        assert trip.step == "review"
        assert "Create a client secret" in trip.screen()
        assert application["passwordCredentials"] == []
        trip.click("Apply now")
        trip.wait_idle()
        assert "Everything is set up and verified." in trip.screen()

    def test_a_plan_that_could_not_be_read_again_can_not_be_applied(self, go: Go) -> None:
        trip = go("configured")
        trip.sign_in()
        trip.click("Next")
        trip.click("Remove")
        trip.window.state.stale = True
        trip.simulator.faults.add("POST /$batch", *[unavailable()] * 40)
        trip.click("Next")
        trip.wait_idle()
        assert "Code: unavailable" in trip.problem()
        page = trip.window.page_now
        page.name.edit.setText("Bright Pattern EMI")  # type: ignore[attr-defined]
        assert not trip.button("Apply now").isEnabled()


def test_a_sign_in_that_is_asked_for_again_is_shown_on_the_page(go: Go) -> None:
    trip = go()
    trip.review()
    page = trip.window.pages[Step.REVIEW]
    asked, go_on = threading.Event(), threading.Event()

    def job(task: Task) -> None:
        task.report(DeviceCode(code="ABCD1234", link="https://microsoft.com/devicelogin", minutes=15))
        asked.set()
        go_on.wait(20)

    page.work(job, "Reading your tenant …", lambda _value: None)
    trip.wait(lambda: "ABCD1234" in trip.screen())
    trip.click("Copy the code")
    assert QGuiApplication.clipboard().text() == "ABCD1234"
    assert not trip.button("Save the plan").isEnabled()
    go_on.set()
    trip.wait_idle()
    assert "ABCD1234" not in trip.screen()


def test_the_window_leaves_no_mark_behind(go: Go) -> None:
    trip = go("configured")
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    application["tags"].append("emi-installer-unsaved-000000")
    trip.review()
    trip.click("Apply now")
    trip.wait_idle()
    assert marks(trip) == []
    assert_set_up(trip)


def test_no_row_stays_in_progress_where_it_was_made_meanwhile(go: Go) -> None:
    trip = go()
    trip.review()
    other = go(simulator=trip.simulator)
    other.apply_by_clicks()
    other.click("Next")
    other.save("handoff-2.json")
    trip.click("Apply now")
    trip.wait_idle()
    assert trip.step in ("review", "apply")
    assert "in progress" not in trip.screen().lower()
