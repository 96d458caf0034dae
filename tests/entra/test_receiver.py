"""The receiver of the browser's answer: all of localhost and nothing else, one right state, cancelled at once."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from emi_installer.core.errors.errors import Cancelled, InstallerError
from emi_installer.entra import receiver as receiving
from emi_installer.entra.receiver import LoopbackReceiver
from emi_installer.entra.retry import RetryPolicy, SystemClock
from tests.support.clock import FakeClock
from tests.support.refusals import refused

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
    browser.redirect_uri = receiver.redirect_uri
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
    address = receiver.redirect_uri
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
    address = receiver.redirect_uri

    def post(_opened: bool) -> None:  # noqa: FBT001
        requests.post(address, data={"code": "c", "state": "s"}, timeout=5)

    slow = RetryPolicy(FakeClock(), threading.Event(), lambda _: None)
    try:
        assert receiver.receive(LINK, "s", slow, post)["code"] == "c"
    finally:
        hang.set()
        receiver.close()


FAMILIES = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}


def has(family: socket.AddressFamily) -> bool:
    """Whether this computer has loopback addresses of that kind."""
    try:
        with socket.create_server((FAMILIES[family], 0), family=family):
            return True
    except OSError:
        return False


needs_both = pytest.mark.skipif(not has(socket.AF_INET6), reason="this computer has no IPv6")


@pytest.fixture
def receiver() -> Iterator[LoopbackReceiver]:
    """One whose browser does nothing."""
    made = LoopbackReceiver(lambda _: True)
    yield made
    made.close()


def port_of(receiver: LoopbackReceiver) -> int:
    return urlsplit(receiver.redirect_uri).port or 0


def ask(address: str, port: int, host: str, body: bytes = b"") -> bytes:
    """What is answered to a form that comes to `address` in the name of `host`."""
    head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection((address, port), timeout=5) as raw:
        raw.sendall(head + body)
        with raw.makefile("rb") as answer:
            return answer.read()


def test_it_listens_on_loopback_alone_and_no_longer_than_it_must() -> None:
    receiver = LoopbackReceiver(lambda _: True)
    assert {server.server_address[0] for server in receiver._servers} <= set(FAMILIES.values())
    port = port_of(receiver)
    receiver.close()
    for family, address in FAMILIES.items():
        if has(family):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((address, port), timeout=1)


@needs_both
@pytest.mark.parametrize("address", FAMILIES.values())
def test_the_form_comes_whichever_address_the_browser_takes_for_localhost(
    address: str, receiver: LoopbackReceiver, patience: RetryPolicy
) -> None:
    port = port_of(receiver)

    def post(_opened: bool) -> None:  # noqa: FBT001
        assert b"You are signed in" in ask(address, port, f"localhost:{port}", b"code=c&state=s")

    assert receiver.receive(LINK, "s", patience, post) == {"code": "c", "state": "s"}


@needs_both
@pytest.mark.parametrize("family", FAMILIES)
def test_nobody_else_can_listen_on_the_port(family: socket.AddressFamily, receiver: LoopbackReceiver) -> None:
    with socket.socket(family) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match=r"in use|permitted|denied|forbidden"):
            other.bind((FAMILIES[family], port_of(receiver)))


@needs_both
def test_a_port_that_another_program_has_in_one_family_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[int] = []
    bind = receiving._ServerV6.server_bind
    with socket.socket(socket.AF_INET6) as other:

        def bind_late(server: receiving._ServerV6) -> None:
            if not bound:  # another user has watched, and was faster
                bound.append(server.server_address[1])
                other.bind(("::1", bound[0]))
            bind(server)

        monkeypatch.setattr(receiving._ServerV6, "server_bind", bind_late)
        receiver = LoopbackReceiver(lambda _: True)
        assert len(receiver._servers) == 2
        assert {server.server_port for server in receiver._servers} == {port_of(receiver)}
        assert port_of(receiver) != bound[0]
        receiver.close()


@needs_both
@pytest.mark.parametrize(
    ("missing", "no_address_of_ours", "left"),
    [(receiving._ServerV6, "2001:db8::1", "127.0.0.1"), (receiving._Server, "192.0.2.1", "::1")],  # RFC 3849, RFC 5737
)
def test_a_family_that_the_computer_does_not_have_is_done_without(
    missing: type[receiving._Server], no_address_of_ours: str, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "loopback", no_address_of_ours)
    receiver = LoopbackReceiver(lambda _: True)
    assert [server.server_address[0] for server in receiver._servers] == [left]
    receiver.close()


def test_an_error_of_another_kind_is_not_taken_for_a_missing_family(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_server: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(receiving._ServerV6, "server_bind", refuse)
    with pytest.raises(PermissionError):
        LoopbackReceiver(lambda _: True)


def test_ports_are_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_server: object) -> None:
        raise OSError(errno.EADDRINUSE, "in use")

    monkeypatch.setattr(receiving._ServerV6, "server_bind", refuse)
    with pytest.raises(OSError, match="no port of localhost is free"):
        LoopbackReceiver(lambda _: True)


@pytest.mark.parametrize(
    "host", ["", "localhost", "localhost:1", "attacker.example:{port}", "127.0.0.1:{port}", "[::1]:{port}"]
)
def test_a_page_that_names_another_host_is_refused(
    host: str, receiver: LoopbackReceiver, patience: RetryPolicy
) -> None:
    port = port_of(receiver)
    answers: list[bytes] = []

    def knock(_opened: bool) -> None:  # noqa: FBT001
        names = (host.format(port=port), f"LOCALHOST:{port}")
        answers.extend(ask("127.0.0.1", port, name, b"code=c&state=s") for name in names)

    assert receiver.receive(LINK, "s", patience, knock)["code"] == "c"
    assert [b" 400 " in answer for answer in answers] == [True, False]


def test_one_form_is_answered_and_then_forgotten(receiver: LoopbackReceiver, patience: RetryPolicy) -> None:
    port = port_of(receiver)
    answers: list[bytes] = []

    def post(_opened: bool) -> None:  # noqa: FBT001
        forms = (b"code=first&state=s", b"code=second&state=s")
        answers.extend(ask("127.0.0.1", port, f"localhost:{port}", form) for form in forms)

    assert receiver.receive(LINK, "s", patience, post)["code"] == "first"
    assert [b" 200 " in answer for answer in answers] == [True, False]
    assert b"first" not in repr(vars(receiver._awaited)).encode()


def test_a_refused_sign_in_has_its_page_before_the_program_goes_on(
    receiver: LoopbackReceiver, patience: RetryPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program may end as soon as the form is handed over, and all its threads with it."""
    port, written = port_of(receiver), threading.Event()
    say = receiving._Handler._say

    def watched(handler: receiving._Handler, status: int, title: str, text: str) -> None:
        assert not receiver._awaited.answered.is_set()
        say(handler, status, title, text)
        written.set()

    monkeypatch.setattr(receiving._Handler, "_say", watched)
    pages: list[bytes] = []
    browser = threading.Thread(
        target=lambda: pages.append(ask("127.0.0.1", port, f"localhost:{port}", b"error=access_denied&state=s"))
    )
    assert receiver.receive(LINK, "s", patience, lambda _: browser.start())["error"] == "access_denied"
    assert written.is_set()
    browser.join()
    assert b"You are not signed in" in pages[0]


def test_a_browser_that_hangs_up_early_loses_no_answer_and_prints_nothing(
    receiver: LoopbackReceiver,
    patience: RetryPolicy,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(receiving._Handler, "_say", gone)
    port = port_of(receiver)

    def post(_opened: bool) -> None:  # noqa: FBT001
        assert ask("127.0.0.1", port, f"localhost:{port}", b"code=c&state=s") == b""

    assert receiver.receive(LINK, "s", patience, post)["code"] == "c"
    receiver._servers[0].handle_error(None, None)
    assert capsys.readouterr() == ("", "")


def test_a_computer_that_was_asleep_has_not_waited(receiver: LoopbackReceiver) -> None:
    """An hour passes by every clock in one look at the door."""
    clock = FakeClock()
    sleeping = iter([3600.0])
    wait = clock.wait

    def drowsy(event: threading.Event, seconds: float) -> bool:
        clock.sleep(next(sleeping, 0.0))
        if clock.now() > started + 3700:
            receiver._awaited.take({"code": "c", "state": "s"})
            receiver._awaited.answered.set()
        return wait(event, seconds)

    started = clock.now()
    clock.wait = drowsy  # type: ignore[method-assign]
    patience = RetryPolicy(clock, threading.Event(), lambda _: None)
    assert receiver.receive(LINK, "s", patience, lambda _: None)["code"] == "c"


def test_ten_minutes_are_waited_for_a_person() -> None:
    clock = FakeClock()
    receiver = LoopbackReceiver(lambda _: True)
    with refused("10 minutes"):
        receiver.receive(LINK, "s", RetryPolicy(clock, threading.Event(), lambda _: None), lambda _: None)
    receiver.close()
    assert sum(clock.waits) == pytest.approx(600, abs=3)


def test_an_overlong_or_lengthless_form_is_refused(receiver: LoopbackReceiver) -> None:
    port = port_of(receiver)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(f"POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 99999999\r\n\r\n".encode())
        assert b"This is not a sign-in" in raw.makefile("rb").read()
