"""Where the browser brings the answer of a sign-in: a listener on loopback, for one answer, cancelled at once.

MSAL's own receiver looks once a second and listens on all interfaces inside containers; see docs/decisions.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.entra.retry import RetryPolicy

SIGN_IN_MINUTES = 10
_LARGEST_FORM = 256 * 1024
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
    """Listens on 127.0.0.1; `open_browser` shows a link and says whether it could."""

    def __init__(self, open_browser: Callable[[str], bool]) -> None:
        self._server = _Server()
        self._open = open_browser
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()
        self.redirect_uri = f"http://localhost:{self._server.server_port}"

    def receive(self, link: str, state: str, patience: RetryPolicy, on_link: Callable[[bool], None]) -> dict[str, str]:
        """See Receiver."""
        self._server.state = state
        on_link(self._show(link, patience))
        end = patience.clock.now() + SIGN_IN_MINUTES * 60
        while not self._server.answered.is_set():
            if patience.clock.now() > end:
                raise error(Code.SIGN_IN_TIMED_OUT, minutes=SIGN_IN_MINUTES)
            patience.check()
            patience.clock.wait(self._server.answered, 0.1)
        return self._server.form

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
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """Keeps the first form that carries the right state; browsers open connections that they never use."""

    allow_reuse_address = False  # on Windows reuse would let another program listen on the same port

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = ""
        self.form: dict[str, str] = {}
        self.answered = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    """Accepts the form that Microsoft's page posts (response_mode=form_post)."""

    server: _Server
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_FORM:
            self._say(400, "This is not a sign-in", "The program is still waiting.")
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        form = {key: values[0] for key, values in parse_qs(body).items()}
        if not self.server.state or form.get("state") != self.server.state or not {"code", "error"} & form.keys():
            self._say(400, "This is not the sign-in that was asked for", "The program is still waiting.")
        else:
            self._keep(form)
            title = "You are not signed in" if "error" in form else "You are signed in"
            self._say(200, title, "Return to the EMI installer. You can close this page.")

    def do_GET(self) -> None:
        self._say(400, "This page is part of a sign-in", "Return to the EMI installer.")

    def _keep(self, form: dict[str, str]) -> None:
        if not self.server.answered.is_set():
            self.server.form = form
            self.server.answered.set()

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
