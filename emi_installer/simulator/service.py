"""The simulated service: takes HTTP requests, plays faults, routes to sign-in or Graph, and keeps a record."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, urlsplit

from emi_installer.simulator.faults import (
    Answer,
    Disconnected,
    Drop,
    Faults,
    Normal,
    Outcome,
    Raw,
    Refuse,
    TimeOut,
    Truncated,
)
from emi_installer.simulator.graph_api import GraphApi
from emi_installer.simulator.login_api import LoginApi
from emi_installer.simulator.tenant import Tenant

if TYPE_CHECKING:
    from emi_installer.simulator.transport import SimulatorAdapter

LOGIN_HOSTS = (
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
)
GRAPH_HOSTS = (
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
)
_VERSION = "/v1.0"

Response = tuple[int, Mapping[str, str], bytes]


class Clock(Protocol):
    """Time, so that tests need not spend it."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        ...


class SystemClock:
    """The time of this computer."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request as it came in, without its token; `body` is the parsed JSON or form."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    status: int


class Simulator:
    """One tenant behind the addresses of all Microsoft clouds; `latency` is spent on every request, in seconds."""

    def __init__(self, tenant: Tenant, *, clock: Clock | None = None, latency: float = 0.0) -> None:
        self.tenant = tenant
        self.clock = clock or SystemClock()
        self.latency = latency
        self.faults = Faults()
        self.requests: list[RecordedRequest] = []
        self._turn = 0
        self._is_aside = False
        self._graph = GraphApi(tenant, self.faults, self.clock.now)
        self._login = LoginApi(tenant, self.faults, self.clock.now)

    def adapter(self) -> SimulatorAdapter:
        """For a session of requests: mount it on `https://`."""
        from emi_installer.simulator.transport import SimulatorAdapter  # noqa: PLC0415 - brings requests along

        return SimulatorAdapter(self.handle)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer one request; raises Disconnected where a connection breaks."""
        if self._is_aside:
            return self._serve(method, url, headers, body)
        if self.latency:
            self.clock.sleep(self.latency)
        self._turn += 1
        number = self._turn
        self._race(number, after=False)
        try:
            return self._answered(method, url, headers, body)
        finally:
            self._race(number, after=True)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is asked in here is no part of the run: not counted, recorded or disturbed by faults."""
        before, self._is_aside = self._is_aside, True
        try:
            yield
        finally:
            self._is_aside = before

    def _race(self, number: int, *, after: bool) -> None:
        with self.aside():
            for race in self.faults.races:
                if (race.number, race.after) == (number, after):
                    race.action()

    def _answered(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        parts = urlsplit(url)
        path = parts.path.removeprefix(_VERSION) if parts.hostname in GRAPH_HOSTS else parts.path
        outcome = self.faults.next(method, path)
        try:
            response = self._play(outcome, method, url, headers, body)
        except Disconnected:
            self._record(method, url, headers, body, status=0)
            raise
        self._record(method, url, headers, body, status=response[0])
        return response

    def sign_in_in_browser(self, auth_uri: str, account: str | None = None) -> dict[str, str]:
        """What the browser posts back after an account (default: the scenario's) signed in at `auth_uri`."""
        return self._login.authorize(auth_uri, account)

    def serve_sign_in_at(self, root: str) -> None:
        """Send browsers to the pages of a server at `root`."""
        self._login.pages = root

    def answer_device_code(self, user_code: str, account: str | None) -> bool:
        """Somebody typed a code and chose an account, or None for Cancel; whether there is such a code."""
        return self._login.answer_device_code(user_code, account)

    def _play(
        self, outcome: Outcome | None, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Response:
        match outcome:
            case None | Normal():
                return self._serve(method, url, headers, body)
            case Truncated():
                status, sent, content = self._serve(method, url, headers, body)
                return status, sent, content[: len(content) // 2]
            case TimeOut(acted=acted) | Drop(acted=acted):
                if acted:
                    self._serve(method, url, headers, body)
                raise Disconnected("time-out" if isinstance(outcome, TimeOut) else "drop")
            case Refuse():
                raise Disconnected("refuse")
            case Answer():
                if outcome.acted:
                    self._serve(method, url, headers, body)
                content = b"" if outcome.body is None else json.dumps(outcome.body).encode()
                return outcome.status, {"Content-Type": "application/json", **dict(outcome.headers)}, content
            case Raw():
                if outcome.acted:
                    self._serve(method, url, headers, body)
                return outcome.status, {"Content-Type": outcome.content_type}, outcome.content

    def _serve(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        host = urlsplit(url).hostname
        lower = {name.lower(): value for name, value in headers.items()}
        if host in LOGIN_HOSTS:
            status, sent, content = self._login.handle(method, url, lower, body)
            date = format_datetime(datetime.fromtimestamp(int(self.clock.now()), UTC), usegmt=True)
            return status, {"Date": date, **sent}, content
        if host in GRAPH_HOSTS:
            return self._graph.handle(method, url, lower, body)
        raise Disconnected("refuse")

    def _record(self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, status: int) -> None:
        kept = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        self.requests.append(
            RecordedRequest(method=method, url=url, headers=kept, body=_parsed(body, kept), status=status)
        )


def _parsed(body: bytes, headers: Mapping[str, str]) -> Any:
    if not body:
        return None
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if "json" in kind:
        return json.loads(body)
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}
