"""The receiver of the browser's answer: loopback only, one right state, cancelled at once."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit

import pytest
import requests

from emi_installer.core.errors.errors import Cancelled, InstallerError
from emi_installer.entra.receiver import LoopbackReceiver
from emi_installer.entra.retry import RetryPolicy, SystemClock
from tests.support.clock import FakeClock

LINK = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?x=1"


class Browser:
    """Posts a form to the receiver, as Microsoft's page does, as soon as it is opened."""

    def __init__(self, form: dict[str, str] | None) -> None:
        self.form = form
        self.opened: list[str] = []
        self.redirect_uri = ""
        self.status = 0

    def __call__(self, link: str) -> bool:
        self.opened.append(link)
        if self.form is not None:
            self.status = requests.post(self.redirect_uri, data=self.form, timeout=5).status_code
        return True


def receiver_with(browser: Browser) -> LoopbackReceiver:
    receiver = LoopbackReceiver(browser)
    browser.redirect_uri = receiver.redirect_uri.replace("localhost", "127.0.0.1")
    return receiver


@pytest.fixture
def patience() -> RetryPolicy:
    return RetryPolicy(SystemClock(), threading.Event(), lambda _: None)


@pytest.fixture
def quiet() -> list[bool]:
    return []


def test_the_form_with_the_right_state_is_brought_back(patience: RetryPolicy, quiet: list[bool]) -> None:
    browser = Browser({"code": "c", "state": "s"})
    receiver = receiver_with(browser)
    try:
        assert receiver.receive(LINK, "s", patience, quiet.append) == {"code": "c", "state": "s"}
    finally:
        receiver.close()
    assert browser.opened == [LINK]
    assert browser.status == 200
    assert quiet == [True]


@pytest.mark.parametrize("form", [{"code": "c", "state": "other"}, {"code": "c"}, {"state": "s"}, {}])
def test_any_other_form_is_refused_and_waiting_goes_on(form: dict[str, str], patience: RetryPolicy) -> None:
    receiver = LoopbackReceiver(lambda _: False)
    address = receiver.redirect_uri.replace("localhost", "127.0.0.1")
    answers: list[int] = []

    def knock(_opened: bool) -> None:  # noqa: FBT001 - the receiver's callback
        answers.append(requests.post(address, data=form, timeout=5).status_code)
        answers.append(requests.get(address + "/?code=c&state=s", timeout=5).status_code)
        answers.append(requests.post(address, data={"error": "access_denied", "state": "s"}, timeout=5).status_code)

    try:
        assert receiver.receive(LINK, "s", patience, knock)["error"] == "access_denied"
    finally:
        receiver.close()
    assert answers == [400, 400, 200]


def test_cancel_ends_the_wait_at_once(patience: RetryPolicy) -> None:
    receiver = LoopbackReceiver(lambda _: True)

    def cancel(_opened: bool) -> None:  # noqa: FBT001
        patience.cancel.set()

    with pytest.raises(Cancelled):
        receiver.receive(LINK, "s", patience, cancel)
    receiver.close()


def test_nobody_signing_in_is_told(quiet: list[bool]) -> None:
    receiver = LoopbackReceiver(lambda _: True)
    with pytest.raises(InstallerError) as raised:
        receiver.receive(LINK, "s", RetryPolicy(FakeClock(), threading.Event(), lambda _: None), quiet.append)
    receiver.close()
    assert raised.value.code == "sign-in-timed-out"


def test_a_browser_that_does_not_return_does_not_hold_up_the_sign_in(patience: RetryPolicy) -> None:
    hang = threading.Event()
    receiver = LoopbackReceiver(lambda _: hang.wait(20))
    address = receiver.redirect_uri.replace("localhost", "127.0.0.1")

    def post(_opened: bool) -> None:  # noqa: FBT001
        requests.post(address, data={"code": "c", "state": "s"}, timeout=5)

    slow = RetryPolicy(FakeClock(), threading.Event(), lambda _: None)
    try:
        assert receiver.receive(LINK, "s", slow, post)["code"] == "c"
    finally:
        hang.set()
        receiver.close()


def test_it_listens_on_loopback_alone() -> None:
    receiver = LoopbackReceiver(lambda _: True)
    port = urlsplit(receiver.redirect_uri).port
    assert receiver._server.server_address[0] == "127.0.0.1"
    receiver.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=1)


def test_an_overlong_or_lengthless_form_is_refused(patience: RetryPolicy) -> None:
    receiver = LoopbackReceiver(lambda _: True)
    address = receiver.redirect_uri.replace("localhost", "127.0.0.1")
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        assert b" 400 " in raw.recv(100)
    receiver.close()
