"""Each simulated tenant through the window, by clicks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from emi_installer.core.plan.events import Event
from emi_installer.gui.worker import Task
from emi_installer.setup.flow import Step
from emi_installer.simulator.faults import Drop, unavailable
from tests.support.expected import APPLIED, PLAN, REFUSED, REPAIRED
from tests.support.journey import assert_no_unsaved_secret, assert_set_up
from tests.support.window import BANNER, WindowJourney

CHOOSING = ("foreign-app", "several-apps")
"""Where an app registration has to be chosen first; see test_again.py."""

Go = Callable[..., WindowJourney]


@pytest.mark.parametrize(("scenario", "expected"), {k: v for k, v in PLAN.items() if k not in CHOOSING}.items())
def test_the_plan_can_be_read_and_changes_nothing(scenario: str, expected: tuple[int, str], go: Go) -> None:
    code, text = expected
    trip = go(scenario)
    before = json.dumps({k: e.body for k, e in trip.simulator.tenant.applications.items()}, sort_keys=True)
    trip.review()
    assert trip.step == "review"
    assert text in trip.screen()
    assert BANNER in trip.screen()
    assert trip.button("Apply now").isEnabled() == (code != 1)
    trip.click("Show the 13 permissions")
    assert "Chat.ReadWrite.All" in trip.screen()
    assert "Needs admin consent" in trip.screen()
    assert json.dumps({k: e.body for k, e in trip.simulator.tenant.applications.items()}, sort_keys=True) == before
    trip.click("Cancel")
    assert not trip.window.isVisible()


@pytest.mark.parametrize("scenario", APPLIED)
def test_from_the_first_page_to_the_saved_file(scenario: str, go: Go) -> None:
    trip = go(scenario)
    start = trip.clock.now()
    trip.apply_by_clicks()
    assert "Everything is set up and verified." in trip.screen(), trip.problem()
    assert trip.clock.now() - start < (30 if scenario in ("throttled", "slow-replication") else 1)
    assert "Granted for Contoso" in trip.screen()
    trip.click("Next")
    assert trip.step == "credentials"
    assert not trip.button("Next").isEnabled()
    trip.save()
    trip.click("Next")
    assert trip.step == "finish"
    assert "Microsoft Teams Integration Account" in trip.screen()
    trip.click("Finish")
    assert not trip.window.isVisible()
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)
    (saved,) = trip.saved()
    assert saved["verified"] is True


@pytest.mark.parametrize("scenario", REPAIRED)
def test_where_a_valid_secret_is_none_is_made(scenario: str, go: Go) -> None:
    trip = go(scenario)
    secrets = set(trip.simulator.tenant.secrets)
    trip.apply_by_clicks()
    trip.click("Next")
    assert trip.step == "finish"
    assert "No client secret was made" in trip.screen()
    assert set(trip.simulator.tenant.secrets) == secrets


@pytest.mark.parametrize(("scenario", "code"), REFUSED.items())
def test_a_refused_secret_is_explained_and_the_rest_stays(scenario: str, code: str, go: Go) -> None:
    trip = go(scenario)
    trip.apply_by_clicks()
    assert f"Code: {code}" in trip.problem()
    assert "4 of 5 changes were made" in trip.screen()
    assert not trip.button("Next").isEnabled()
    trip.simulator.tenant.secrets_forbidden = False
    trip.click("Use the longest lifetime allowed and go on" if code == "secret-lifetime-limited" else "Try again")
    trip.wait_idle()
    trip.click("Next")
    trip.save()
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_back_and_forward_keeps_what_was_typed(go: Go) -> None:
    trip = go()
    trip.sign_in()
    trip.click("Next")
    trip.type_into("Contact center URL", "other.brightpattern.com")
    trip.type_into("App name", "My EMI")
    trip.click("Next")
    trip.wait_idle()
    assert "Register the application My EMI" in trip.screen()
    for _ in range(3):
        trip.click("Back")
    assert trip.step == "welcome"
    trip.click("Next")
    assert "Ada Adams" in trip.screen()
    trip.click("Next")
    assert "https://other.brightpattern.com/agentdesktop/msteamscallback.html" in trip.screen()
    trip.click("Next")
    assert "Register the application My EMI" in trip.screen()


@pytest.mark.parametrize("pages", range(4))
def test_cancel_closes_each_page_where_nothing_can_be_lost(pages: int, go: Go) -> None:
    trip = go()
    if pages:
        trip.sign_in()
    for _ in range(pages - 1):
        trip.click("Next")
        trip.wait_idle()
    trip.click("Cancel")
    assert not trip.window.isVisible()
    assert trip.simulator.tenant.applications == {}


EVENTS = 22
"""How many events a whole apply reports, at least."""


@pytest.mark.parametrize("nth", range(1, EVENTS))
def test_stop_at_every_event_of_apply_then_go_on(nth: int, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    trip = go()
    trip.review()
    seen: list[Event] = []
    pressed = threading.Event()
    report = Task.report

    def told(task: Task, event: Event) -> None:
        report(task, event)
        seen.append(event)
        if len(seen) == nth:
            pressed.wait(10)

    monkeypatch.setattr(Task, "report", told)
    trip.click("Apply now")
    trip.wait(lambda: len(seen) >= nth)
    trip.click("Stop")
    pressed.set()
    trip.wait_idle()
    if not trip.window.state.delivered.verified:
        assert "Stopped" in trip.screen()
        trip.click("Go on")
        trip.wait_idle()
    trip.click("Next")
    trip.save()
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


@pytest.mark.parametrize("goes_on", [True, False])
def test_closing_in_mid_run_asks(goes_on: bool, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    trip = go()
    trip.review()
    answered = threading.Event()
    report = Task.report
    held: list[Event] = []

    def told(task: Task, event: Event) -> None:
        report(task, event)
        if not held:
            held.append(event)
            answered.wait(10)

    monkeypatch.setattr(Task, "report", told)
    trip.click("Apply now")
    trip.wait(lambda: bool(held))
    trip.window.close()
    assert trip.window.isVisible()
    trip.answer("Go on" if goes_on else "Stop and close")
    answered.set()
    if goes_on:
        trip.wait_idle()
        assert "Everything is set up and verified." in trip.screen()
    else:
        trip.wait(lambda: not trip.window.isVisible())
        assert trip.simulator.tenant.secrets == {}


def test_an_unsaved_secret_is_not_closed_away_by_accident(go: Go) -> None:
    trip = go()
    trip.apply_by_clicks()
    trip.window.close()
    assert trip.window.isVisible()
    trip.answer("Back to the client secret")
    trip.click("Next")
    trip.click("Cancel")
    assert trip.window.isVisible()
    trip.answer("Close anyway")
    assert not trip.window.isVisible()
    assert trip.window.state.result is not None
    assert trip.window.state.result.client_secret is None


def test_a_broken_connection_and_try_again(go: Go) -> None:
    trip = go()
    trip.review()
    trip.simulator.faults.add("POST /servicePrincipals", *[Drop(acted=False)] * 30)
    trip.click("Apply now")
    trip.wait_idle()
    assert "Code: connection-dropped" in trip.problem()
    assert "Not finished: 1 of 5 changes were made" in trip.screen()
    trip.simulator.faults.scripted.clear()
    trip.click("Try again")
    trip.wait_idle()
    assert "Everything is set up and verified." in trip.screen()
    trip.click("Next")
    trip.save()
    assert_set_up(trip)


def test_a_verification_that_fails_does_not_lose_the_secret(go: Go) -> None:
    trip = go()
    trip.review()
    trip.simulator.faults.add("POST /5c0f7a52-*/oauth2/v2.0/token", *[unavailable()] * 60)
    trip.click("Apply now")
    trip.wait_idle()
    assert trip.button("Next").isEnabled()
    assert "Everything was applied, but not verified." in trip.screen()
    trip.click("Next")
    trip.save()
    assert json.loads((trip.folder / "handoff-1.json").read_text(encoding="utf-8"))["verified"] is False
    assert_no_unsaved_secret(trip)


def test_waiting_is_shown_with_its_reason(go: Go) -> None:
    trip = go("slow-replication")
    trip.review()
    said: list[str] = []
    trip.window.complete()
    page = trip.window.pages[Step.APPLY]
    page.construct()
    original = page.working.say

    def say(text: str) -> None:
        said.append(text)
        original(text)

    page.working.say = say  # type: ignore[method-assign]
    trip.click("Apply now")
    trip.wait_idle()
    assert any("being replicated" in text and "next try in" in text for text in said)
    assert "done after waiting" in trip.screen()
