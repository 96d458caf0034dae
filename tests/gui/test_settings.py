"""The settings page: checks while typing, trust in foreign hosts, where the first values come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from emi_installer.core.desired.contact_center import parse_contact_center
from emi_installer.core.desired.lifetime import Until
from emi_installer.core.desired.preset import Preset
from emi_installer.local.assets import read_blueprint
from emi_installer.local.memory import recall
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]


@pytest.fixture
def trip(go: Go) -> WindowJourney:
    trip = go()
    trip.sign_in()
    trip.click("Next")
    return trip


def test_the_redirect_uri_is_shown_as_it_is_typed(trip: WindowJourney) -> None:
    trip.type_into("Contact center URL", "HTTPS://Acme.BrightPattern.com/agentdesktop/")
    assert "Redirect URI: https://acme.brightpattern.com/agentdesktop/msteamscallback.html" in trip.screen()
    assert trip.button("Next").isEnabled()


@pytest.mark.parametrize("text", ["", "acme", "http://acme.brightpattern.com", "10.0.0.1", "a b.brightpattern.com"])
def test_what_is_not_valid_yet_is_said_plainly(text: str, trip: WindowJourney) -> None:
    trip.type_into("Contact center URL", text)
    assert not trip.button("Next").isEnabled()
    assert ("Not valid yet: " in trip.screen()) == bool(text)
    assert trip.window.page_now.center.hint.text().endswith(".")  # type: ignore[attr-defined]


def test_a_foreign_host_needs_a_tick_and_each_anew(trip: WindowJourney) -> None:
    tick = "I trust the owner of this address"
    trip.type_into("Contact center URL", "contact.example.com")
    assert "would receive the Microsoft sign-ins" in trip.screen()
    assert not trip.button("Next").isEnabled()
    trip.button(tick).click()
    assert trip.button("Next").isEnabled()
    trip.type_into("Contact center URL", "evil.example.com")
    assert not trip.button("Next").isEnabled()
    trip.button(tick).click()
    trip.click("Next")
    trip.wait_idle()
    assert trip.step == "review"


def test_an_empty_name_is_told(trip: WindowJourney) -> None:
    trip.type_into("App name", "")
    assert "it is empty" in trip.screen()
    assert not trip.button("Next").isEnabled()


def test_a_preset_fills_everything_in(go: Go) -> None:
    blueprint = read_blueprint()
    preset = Preset(
        contact_center=parse_contact_center("vendor.brightpattern.com", blueprint),
        app_name="From the vendor",
        secret_lifetime=Until(day=date(2027, 6, 30)),
        support_contact="help@example.com",
    )
    trip = go(preset=preset)
    assert "help@example.com" in trip.screen()
    trip.sign_in()
    trip.click("Next")
    screen = trip.screen()
    assert "https://vendor.brightpattern.com/agentdesktop/msteamscallback.html" in screen
    assert "From the vendor" in screen
    trip.click("Next")
    trip.wait_idle()
    assert "valid until 2027-06-30" in trip.screen()


def test_the_tenant_knows_the_contact_center(go: Go) -> None:
    trip = go("configured")
    trip.window.state.typed.contact_center = ""
    trip.sign_in()
    trip.click("Next")
    assert "https://acme.brightpattern.com/agentdesktop/msteamscallback.html" in trip.screen()


def test_the_answers_are_remembered_for_the_next_time(go: Go) -> None:
    trip = go(change=lambda connection: replace(connection, demo=False))
    trip.review("other.brightpattern.com")
    trip.click("Apply now")
    trip.wait_idle()
    assert recall().contact_center == "https://other.brightpattern.com"
    again = go()
    again.sign_in()
    again.click("Next")
    assert "https://other.brightpattern.com/agentdesktop/msteamscallback.html" in again.screen()


def test_a_demo_is_not_remembered(go: Go) -> None:
    trip = go()
    trip.apply_by_clicks()
    assert recall().contact_center is None


def test_another_lifetime(trip: WindowJourney) -> None:
    page = trip.window.page_now
    lifetime = page.lifetime  # type: ignore[attr-defined]
    lifetime.setCurrentIndex(lifetime.findData(3))
    trip.type_into("Contact center URL", "acme.brightpattern.com")
    trip.click("Next")
    trip.wait_idle()
    assert trip.window.state.answers is not None
    assert trip.window.state.answers.secret_lifetime.months == 3  # type: ignore[union-attr]
