"""The sign-in page: waiting, cancelling, codes, accounts that won't do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.entra.retry import RetryPolicy
from emi_installer.setup.session import Connection
from emi_installer.simulator.faults import html
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
LINK = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?x=1"


class SlowBrowser:
    """Somebody who has not signed in yet; `ends` ends the waiting."""

    redirect_uri = "http://localhost:50000"

    def __init__(self, *, opened: bool = True, outcome: Exception | None = None) -> None:
        self.opened = opened
        self.outcome = outcome
        self.ends = threading.Event()

    def receive(self, link: str, state: str, patience: RetryPolicy, on_link: Callable[[bool], None]) -> dict[str, str]:
        del link, state
        on_link(self.opened)
        while not self.ends.wait(0.01):
            patience.check()
        if self.outcome:
            raise self.outcome
        raise AssertionError("nobody signs in here")

    def close(self) -> None: ...


def waiting(go: Go, browser: SlowBrowser, **options: Any) -> WindowJourney:
    """A window whose sign-in page waits for `browser`."""

    def slow(connection: Connection) -> Connection:
        return replace(connection, make_receiver=lambda: browser)

    trip = go(change=slow, **options)
    trip.click("Next")
    trip.click("Sign in to Microsoft")
    trip.wait(lambda: "Copy the link" in trip.screen())
    return trip


def test_while_the_browser_is_open_there_is_a_sign_of_life_and_a_way_out(go: Go) -> None:
    trip = waiting(go, SlowBrowser())
    assert "Waiting for you to sign in" in trip.screen()
    assert "In progress" in trip.screen()
    assert trip.button("Open the page again").isEnabled()
    trip.click("Copy the link")
    assert QGuiApplication.clipboard().text().startswith("https://login.microsoftonline.com/")
    trip.click("Cancel the sign-in")
    assert trip.button("Sign in to Microsoft").isEnabled()
    assert not trip.button("Next").isEnabled()
    assert trip.problem() == ""


def test_stop_is_cancel_while_waiting(go: Go) -> None:
    trip = waiting(go, SlowBrowser())
    trip.click("Stop")
    assert trip.window.isVisible()
    assert trip.button("Sign in to Microsoft").isEnabled()
    trip.click("Cancel")
    assert not trip.window.isVisible()


def test_closing_the_window_while_waiting_ends_the_waiting(go: Go) -> None:
    trip = waiting(go, SlowBrowser())
    trip.window.close()
    assert not trip.window.isVisible()


def test_where_no_browser_starts_the_link_is_offered(go: Go) -> None:
    trip = waiting(go, SlowBrowser(opened=False))
    assert "No browser could be started" in trip.screen()
    trip.click("Cancel the sign-in")


def test_nobody_signs_in(go: Go) -> None:
    browser = SlowBrowser(outcome=error(Code.SIGN_IN_TIMED_OUT, minutes=10))
    trip = waiting(go, browser)
    browser.ends.set()
    trip.wait_idle()
    assert "Code: sign-in-timed-out" in trip.problem()
    assert trip.button("Try again").isEnabled()


def test_use_a_code_instead(go: Go) -> None:
    trip = waiting(go, SlowBrowser())
    trip.simulator.tenant.device_polls = 3
    codes: list[str] = []
    page = trip.window.page_now
    shown = page.event_came

    def came(event: object) -> None:
        shown(event)
        codes.append(trip.screen())

    page.event_came = came  # type: ignore[method-assign]
    trip.click("Use a code instead")
    trip.wait_idle()
    assert any("Copy the code" in screen and "microsoft.com/devicelogin" in screen for screen in codes)
    assert "Ada Adams" in trip.screen()


@pytest.mark.parametrize(
    ("account", "said", "button"),
    [
        ("guest", "guest-account", "Use another account"),
        ("personal", "personal-account", "Use another account"),
    ],
)
def test_an_account_that_will_not_do(account: str, said: str, button: str, go: Go) -> None:
    trip = go()
    trip.simulator.tenant.default_account = account
    trip.sign_in()
    assert f"Code: {said}" in trip.problem()
    assert not trip.button("Next").isEnabled()
    trip.simulator.tenant.default_account = "administrator"
    trip.click(button)
    trip.wait_idle()
    assert "Ada Adams" in trip.screen()
    assert "has all the rights it needs" in trip.screen()
    assert trip.problem() == ""


def test_a_role_that_is_missing_is_explained_and_another_account_can_be_used(go: Go) -> None:
    trip = go("no-consent-role")
    trip.sign_in()
    assert "Directory roles: Application Administrator" in trip.screen()
    assert "can grant the application permissions" in trip.screen()
    trip.simulator.tenant.default_account = "administrator"
    trip.click("Use another account")
    trip.wait_idle()
    assert "Directory roles: Global Administrator" in trip.screen()


def test_cancel_on_microsofts_page(go: Go) -> None:
    trip = go()
    trip.simulator.tenant.sign_in_error = ("access_denied", "AADSTS65004: User declined to consent.")
    trip.sign_in()
    assert "Code: sign-in-declined" in trip.problem()
    trip.simulator.tenant.sign_in_error = None
    trip.click("Try again")
    trip.wait_idle()
    assert "Ada Adams" in trip.screen()


def test_a_tenant_that_does_not_exist_leads_back_to_where_it_was_named(go: Go) -> None:
    trip = go()
    trip.click("Advanced")
    trip.type_into("Tenant", "nowhere.example.com")
    trip.sign_in()
    assert "Code: tenant-not-found" in trip.problem()
    trip.click("Change how to sign in")
    assert trip.step == "welcome"
    trip.type_into("Tenant", "")
    trip.sign_in()
    assert "Ada Adams" in trip.screen()


def test_a_wrong_client_id_is_told_on_the_first_page(go: Go) -> None:
    trip = go()
    trip.click("Advanced")
    trip.type_into("Sign-in client ID", "nonsense")
    trip.click("Next")
    assert trip.step == "welcome"
    assert "is not an Application (client) ID" in trip.problem()


def test_a_network_that_wants_a_sign_in_of_its_own(go: Go) -> None:
    trip = go()
    trip.simulator.faults.add("GET /*/v2.0/.well-known/openid-configuration", *[html()] * 9)
    trip.sign_in()
    assert "Code: captive-portal" in trip.problem()
    trip.click("Copy details")
    assert "captive-portal" in QGuiApplication.clipboard().text()


def test_what_nobody_foresaw_is_our_mistake_in_a_sentence(go: Go) -> None:
    def broken(_connection: Connection) -> Connection:
        raise ZeroDivisionError

    trip = go(change=broken)
    trip.sign_in()
    assert "Code: unexpected" in trip.problem()
    assert "Traceback" not in trip.screen()
    assert trip.button("Open the log folder").isEnabled()
