"""The proxy of this computer: its setting as people may see it, and what its behaviour means."""

from __future__ import annotations

import base64
import http.client
import os
import re
import socket
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from requests.utils import get_environ_proxies, select_proxy

from emi_installer.core.errors.codes import Code
from emi_installer.entra.failures import TransportFailure

PROBE_SECONDS = 5.0

_HTTP, _SOCKS = {"http", "https"}, {"socks4", "socks4a", "socks5", "socks5h"}
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+")
_VARIABLES = {"https_proxy", "all_proxy"}
_AUTHENTICATION_REQUIRED = 407
_PASSING = {502, 503, 504}
"""Answers to CONNECT that a moment later may be others; https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3."""

_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)(?=\s|,|$)")
_STATUS = re.compile(r"Tunnel connection failed: (\d{3})")  # the words of Python's http.client


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySetting:
    """What is set as proxy for an address; `source` is the environment variable, "" for the system's settings."""

    text: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy whose setting was understood as a whole."""

    scheme: str
    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def shown(self) -> str:
        """The address without user name and password."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS, not HTTP."""
        return self.scheme in _SOCKS

    @property
    def authorization(self) -> dict[str, str]:
        """The header with user name and password; empty where there are none."""
        if not self.user:
            return {}
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Proxy-Authorization": f"Basic {pair}"}


def setting_for(url: str) -> ProxySetting | None:
    """What requests takes as proxy for `url`."""
    try:
        text = select_proxy(url, get_environ_proxies(url))
    except ValueError:
        return None
    if not text:
        return None
    named = (name for name, value in os.environ.items() if name.lower() in _VARIABLES and value == text)
    return ProxySetting(text=text, source=next(named, ""))


def parse_proxy(text: str) -> Proxy | None:
    r"""The proxy that a setting names; None for whatever can't be understood as a whole.

    Then nothing of it may be shown: in `DOMAIN\user:password@proxy` or with a # in the password, each reader takes
    another part for the host.
    """
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    odd = "\\" in address or any(char.isspace() or not char.isprintable() for char in address)
    cut = "@" in parts.path + parts.query + parts.fragment
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    if odd or cut or scheme not in _HTTP | _SOCKS or not _HOST.fullmatch(host):
        return None
    return Proxy(
        scheme=scheme,
        host=host,
        port=port or (443 if scheme == "https" else 80),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def judge_setting(setting: ProxySetting, *, refused: bool) -> TransportFailure | None:
    """What is wrong with a setting before anything was sent; `refused`: requests would not take it."""
    proxy = parse_proxy(setting.text)
    if proxy is not None and proxy.is_socks:
        return _failure(Code.PROXY_IS_SOCKS, proxy=proxy.shown, source=setting.source)
    if proxy is None or refused:
        return _failure(Code.PROXY_SETTING_INVALID, source=setting.source)
    return None


def judge_tunnel(setting: ProxySetting, host: str, causes: list[BaseException]) -> TransportFailure | None:
    """What a proxy that did not open a tunnel to `host` means; None where the connection to it just broke.

    The one place that tells what of a proxy's behaviour passes from what is a refusal.
    """
    proxy = parse_proxy(setting.text)
    if proxy is None:
        return None
    found = next((found for cause in causes if (found := _STATUS.search(str(cause)))), None)
    if found is not None:
        return _judge_status(proxy, setting.source, host, int(found[1]))
    if proxy.scheme == "https" and ask(proxy, host) is not None:
        return _failure(Code.PROXY_SPEAKS_HTTP, proxy=proxy.shown, source=setting.source)
    return None


def unreachable(setting: ProxySetting) -> TransportFailure | None:
    """What a proxy means to which there is no connection."""
    proxy = parse_proxy(setting.text)
    if proxy is None:
        return None
    return _failure(Code.PROXY_UNREACHABLE, passing=True, proxy=proxy.shown, source=setting.source)


def ask(proxy: Proxy, host: str) -> tuple[int, tuple[str, ...]] | None:
    """How the proxy answers to a tunnel in plain HTTP: its status, and the kinds of sign-in that it offers.

    None where it gives no such answer.
    """
    lines = [f"CONNECT {host}:443 HTTP/1.1", f"Host: {host}:443"]
    lines += [f"{name}: {value}" for name, value in proxy.authorization.items()]
    try:
        with socket.create_connection((proxy.host, proxy.port), timeout=PROBE_SECONDS) as connection:
            connection.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
            response = http.client.HTTPResponse(connection, method="CONNECT")
            response.begin()
    except (OSError, http.client.HTTPException, ValueError):
        return None
    offered = response.headers.get_all("Proxy-Authenticate") or []
    return response.status, tuple(scheme for line in offered for scheme in _SCHEME.findall(line))


def _judge_status(proxy: Proxy, source: str, host: str, status: int) -> TransportFailure:
    if status in _PASSING:
        return _failure(Code.PROXY_UNAVAILABLE, passing=True, proxy=proxy.shown, host=host, status=status)
    if status != _AUTHENTICATION_REQUIRED:
        return _failure(Code.PROXY_REFUSED, proxy=proxy.shown, host=host, status=status)
    answer = ask(proxy, host) if proxy.scheme == "http" else None
    schemes = answer[1] if answer else ()
    if schemes and "basic" not in {scheme.lower() for scheme in schemes}:
        named = " or ".join(dict.fromkeys(schemes))
        return _failure(Code.PROXY_SIGN_IN_UNSUPPORTED, proxy=proxy.shown, host=host, schemes=named)
    if proxy.user:
        return _failure(Code.PROXY_PASSWORD_REFUSED, proxy=proxy.shown, source=source)
    return _failure(Code.PROXY_PASSWORD_MISSING, proxy=proxy.shown, host=host, source=source)


def _failure(code: Code, *, passing: bool = False, **facts: object) -> TransportFailure:
    return TransportFailure(code, facts, acted=False, passing=passing)
