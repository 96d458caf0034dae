"""The simulated service over loopback: for a real browser, which signs in here, and for clients outside the process.

/{tenant}/oauth2/v2.0/authorize   the sign-in page: four accounts and Cancel; posts to the redirect address
/devicelogin                      where a code is typed
/v1.0/…                           Graph
anything else                     the sign-in service
"""

from __future__ import annotations

import gzip
import html
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from emi_installer.simulator.faults import Disconnected
from emi_installer.simulator.service import GRAPH_HOSTS, LOGIN_HOSTS, Simulator

_ACCOUNTS = ("administrator", "application-administrator", "member", "guest")
_ROLES = {
    "administrator": "Global Administrator",
    "application-administrator": "Application Administrator",
    "member": "no administrator role",
    "guest": "guest of another organization",
}
_LARGEST = 1024 * 1024
_CHUNK = 4096
_STYLE = """
:root { color-scheme: light dark; --line: #c6cdd5; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --line: #454e58; --accent: #6cb2ff; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 27rem; padding: 0 1rem; }
button { display: block; width: 100%; text-align: left; font: inherit; color: inherit; background: none;
  padding: .7rem 1rem; margin: .5rem 0; border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--accent); outline: 2px solid var(--accent); }
input { font: inherit; padding: .5rem; width: 100%; box-sizing: border-box; }
small { opacity: .8; display: block; }
"""
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>{style}</style><body><h1>{title}</h1>{body}</body></html>"
)


class SimulatorServer:
    """Listens on 127.0.0.1 at a port of the system's choice until `close`."""

    def __init__(self, simulator: Simulator) -> None:
        self._server = _Server(simulator)
        self.root = f"http://127.0.0.1:{self._server.server_port}"
        simulator.serve_sign_in_at(self.root)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    allow_reuse_address = False
    daemon_threads = True

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.simulator = simulator
        self.lock = threading.Lock()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 30

    def _answer(self) -> None:
        if self.headers.get("Host", "").partition(":")[0] not in {"127.0.0.1", "localhost"}:
            self._send(403, {}, b"")  # a page elsewhere that had its name resolved to this computer
            return
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST:
            self.close_connection = True
            self._send(413, {}, b"")
            return
        body = self.rfile.read(int(length))
        path = urlsplit(self.path).path
        if path.endswith("/oauth2/v2.0/authorize"):
            self._authorize(body)
        elif path == "/devicelogin":
            self._device(body)
        else:
            self._serve(body)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names are the base class's

    def _serve(self, body: bytes) -> None:
        host = GRAPH_HOSTS[0] if self.path.startswith("/v1.0") else LOGIN_HOSTS[0]
        try:
            with self.server.lock:
                answer = self.server.simulator.handle(
                    self.command, f"https://{host}{self.path}", dict(self.headers), body
                )
        except Disconnected:
            self.close_connection = True
            return
        self._send(*answer)

    def _authorize(self, body: bytes) -> None:
        if self.command == "GET":
            self._page("Sign in to the simulated Microsoft", _choices({}))
            return
        chosen = dict(parse_qsl(body.decode())).get("account", "")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if chosen in _ACCOUNTS:
            with self.server.lock:
                form = self.server.simulator.sign_in_in_browser(self.path, chosen)
        else:
            form = {
                "error": "access_denied",
                "error_description": "AADSTS65004: User declined to consent to access the app.",
                "state": asked.get("state", ""),
            }
        target = asked.get("redirect_uri", "")
        if urlsplit(target).hostname not in {"localhost", "127.0.0.1"}:
            self._page(
                "Sign in to the simulated Microsoft", "<p>The redirect address is not on this computer.</p>", 400
            )
            return
        self._page("One moment", _posting(target, form))

    def _device(self, body: bytes) -> None:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        code, account = form.get("code", "").strip().upper(), form.get("account")
        title = "Enter the code"
        if not code:
            field = '<form method="post"><label>Code <input name="code" autofocus></label><button>Next</button></form>'
            self._page(title, field)
        elif account is None:
            self._page(title, _choices({"code": code}))
        else:
            with self.server.lock:
                known = self.server.simulator.answer_device_code(code, account if account in _ACCOUNTS else None)
            text = "You can close this page." if known else "This code is not known, or too old."
            self._page("Done" if known else title, f"<p>{text}</p>")

    def _page(self, title: str, body: str, status: int = 200) -> None:
        page = _PAGE.format(title=html.escape(title), style=_STYLE, body=body).encode()
        self._send(status, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, page)

    def _send(self, status: int, headers: Any, content: bytes) -> None:
        """As Microsoft does: in chunks, and packed where the client takes that; without content there is neither."""
        packed = bool(content) and "gzip" in self.headers.get("Accept-Encoding", "")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if packed:
            content = gzip.compress(content, compresslevel=1)
            self.send_header("Content-Encoding", "gzip")
        if content:
            self.send_header("Transfer-Encoding", "chunked")
        elif status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", "0")
        self.end_headers()
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        if content:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the requests carry codes."""


def _choices(hidden: dict[str, str]) -> str:
    """A button for each account, and Cancel."""
    fields = "".join(_hidden(name, value) for name, value in hidden.items())
    buttons = "".join(
        f'<button name="account" value="{key}"><b>{key.replace("-", " ").capitalize()}</b>'
        f"<small>{_ROLES[key]}</small></button>"
        for key in _ACCOUNTS
    )
    note = "<p>This is a simulation: no account of yours is asked for. Choose who you are.</p>"
    return f'{note}<form method="post">{fields}{buttons}<button name="account" value="">Cancel</button></form>'


def _posting(target: str, form: dict[str, str]) -> str:
    """A form that posts itself, as Microsoft's page does for response_mode=form_post."""
    fields = "".join(_hidden(name, value) for name, value in form.items())
    return (
        f'<form id="f" method="post" action="{html.escape(target)}">{fields}<button>Continue</button></form>'
        '<script>document.getElementById("f").submit()</script>'
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
