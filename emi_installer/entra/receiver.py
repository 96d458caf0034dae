"""Where the browser brings the answer of a sign-in: listeners on loopback, for one answer, cancelled at once.

Browsers look for `localhost` at ::1 and at 127.0.0.1: both are ours, else another user of this computer could take the
other one (RFC 8252, 7.3). MSAL's own receiver looks once a second and listens on all interfaces inside containers; see
docs/decisions.
"""

from __future__ import annotations

import errno
import html
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Protocol
from urllib.parse import parse_qs

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.entra.retry import RetryPolicy

SIGN_IN_MINUTES = 10
_LOOK_SECONDS = 0.1
_LARGEST_FORM = 256 * 1024
_MOST_PORTS = 50
_NO_SUCH_FAMILY = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT}
_NO_SUCH_FAMILY_ON_WINDOWS = {10047, 10049}  # WSAEAFNOSUPPORT, WSAEADDRNOTAVAIL
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>EMI installer</title>'
    '<body style="font-family:sans-serif;margin:15vh auto;max-width:32rem;padding:1rem">'
    "<h1>{title}</h1><p>{text}</p></body></html>"
)


class Receiver(Protocol):
    """Shows Microsoft's sign-in page and brings back the form that it posts."""

    redirect_uri: str

    def receive(self, link: str, state: str, patience: RetryPolicy, on_link: Callable[[bool], None]) -> dict[str, str]:
        """Show `link` (telling `on_link` whether a browser was started); the form that carries `state`.

        Raises InstallerError "sign-in-timed-out", Cancelled.
        """
        ...

    def close(self) -> None:
        """Listen no longer."""
        ...


class LoopbackReceiver:
    """Listens on `localhost`; `open_browser` shows a link and says whether it could."""

    def __init__(self, open_browser: Callable[[str], bool]) -> None:
        self._awaited = _Awaited()
        self._open = open_browser
        self.redirect_uri, self._servers = _listen(self._awaited)
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(_LOOK_SECONDS,), daemon=True)
            for server in self._servers
        ]
        for thread in self._threads:
            thread.start()

    def receive(self, link: str, state: str, patience: RetryPolicy, on_link: Callable[[bool], None]) -> dict[str, str]:
        """See Receiver."""
        self._awaited.state = state
        on_link(self._show(link, patience))
        # Waits are counted, not the time of a clock: a computer that was asleep has not waited.
        for _ in range(int(SIGN_IN_MINUTES * 60 / _LOOK_SECONDS)):
            patience.check()
            if patience.clock.wait(self._awaited.answered, _LOOK_SECONDS):
                return self._awaited.handed_over()
        raise error(Code.SIGN_IN_TIMED_OUT, minutes=SIGN_IN_MINUTES)

    def _show(self, link: str, patience: RetryPolicy) -> bool:
        """Start the browser without waiting for it: some commands in BROWSER return when it is closed."""
        opened: list[bool] = []
        done = threading.Event()

        def show() -> None:
            try:
                opened.append(self._open(link))
            except OSError:
                opened.append(False)
            done.set()

        threading.Thread(target=show, daemon=True).start()
        patience.clock.wait(done, 2.0)
        return opened[0] if opened else True

    def close(self) -> None:
        """Listen no longer."""
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()


class _Awaited:
    """The one form that is waited for, whichever listener it comes to; it is handed over once, and forgotten."""

    def __init__(self) -> None:
        self.state = ""
        self.answered = threading.Event()
        self._form: dict[str, str] = {}
        self._lock = threading.Lock()

    def take(self, form: dict[str, str]) -> bool:
        """Keep `form` if it is the first with the right state; whether it is."""
        with self._lock:
            if not self.state or form.get("state") != self.state or not {"code", "error"} & form.keys():
                return False
            self.state, self._form = "", form
            return True

    def handed_over(self) -> dict[str, str]:
        """The form, which is not kept here any longer."""
        form, self._form = self._form, {}
        return form


def _listen(awaited: _Awaited) -> tuple[str, list[_Server]]:
    """The redirect URI, and a listener for each family of addresses that this computer has, all on one port."""
    for _ in range(_MOST_PORTS):
        servers: list[_Server] = []
        try:
            for family in (_Server, _ServerV6):
                _add(servers, family, awaited)
        except OSError as problem:
            for server in servers:
                server.server_close()
            if problem.errno != errno.EADDRINUSE:
                raise
            continue  # another program has that port in the other family
        if servers:
            return f"http://localhost:{servers[0].server_port}", servers
    raise OSError(errno.EADDRINUSE, "no port of localhost is free")


def _add(servers: list[_Server], family: type[_Server], awaited: _Awaited) -> None:
    """Add a listener on the port of the others, unless there are no such addresses here."""
    try:
        servers.append(family(servers[0].server_port if servers else 0, awaited))
    except OSError as problem:
        if problem.errno not in _NO_SUCH_FAMILY and getattr(problem, "winerror", 0) not in _NO_SUCH_FAMILY_ON_WINDOWS:
            raise


class _Server(ThreadingHTTPServer):
    """One of the listeners; browsers open connections that they never use."""

    allow_reuse_address = False
    loopback = "127.0.0.1"

    def __init__(self, port: int, awaited: _Awaited) -> None:
        self.awaited = awaited
        super().__init__((self.loopback, port), _Handler)

    def server_bind(self) -> None:
        """Take the address for this program alone, and ask no name server for its name, as the base class would."""
        if sys.platform == "win32":
            # https://learn.microsoft.com/windows/win32/winsock/using-so-reuseaddr-and-so-exclusiveaddruse
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: whoever hangs up is no mistake of this program."""


class _ServerV6(_Server):
    address_family = socket.AF_INET6
    loopback = "::1"


class _Handler(BaseHTTPRequestHandler):
    """Accepts the form that Microsoft's page posts (response_mode=form_post)."""

    server: _Server
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not self._is_for_us():
            return
        if not length.isdecimal() or int(length) > _LARGEST_FORM:
            self._say(400, "This is not a sign-in", "The program is still waiting.")
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        form = {key: values[0] for key, values in parse_qs(body).items()}
        if not self.server.awaited.take(form):
            self._say(400, "This is not the sign-in that was asked for", "Return to the EMI installer.")
            return
        title = "You are not signed in" if "error" in form else "You are signed in"
        try:
            self._say(200, title, "Return to the EMI installer. You can close this page.")
        finally:  # not before the page is on its way: the program may end at once
            self.server.awaited.answered.set()

    def do_GET(self) -> None:
        if self._is_for_us():
            self._say(400, "This page is part of a sign-in", "Return to the EMI installer.")

    def _is_for_us(self) -> bool:
        """Whether the browser was sent here by name; a page that gave its own name this address was not."""
        ours = self.headers.get("Host", "").lower() == f"localhost:{self.server.server_port}"
        if not ours:
            self._say(400, "This address is not for you", "The program is still waiting.")
        return ours

    def _say(self, status: int, title: str, text: str) -> None:
        page = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the requests carry codes."""
