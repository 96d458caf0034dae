"""What a broken connection means, in words: who could not be reached, and whether Microsoft may have acted."""

from __future__ import annotations

import base64
import http.client
import re
import ssl
from urllib.parse import unquote, urlsplit

import requests
from requests.exceptions import InvalidProxyURL, InvalidSchema, InvalidURL
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import NameResolutionError, NewConnectionError, ReadTimeoutError

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.entra.http import AnswerTooLargeError

_PROBE_SECONDS = 5.0


class TransportFailure(Exception):  # noqa: N818 - wraps the error that people see
    """A request without an answer. `acted`: Microsoft may have carried it out all the same."""

    def __init__(self, problem: InstallerError, *, acted: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.acted = acted


def explain(problem: Exception, url: str) -> TransportFailure:
    """What an exception of requests, raised for `url`, means."""
    host = urlsplit(url).hostname or url
    proxy = select_proxy(url, get_environ_proxies(url))
    code, facts, acted = _meaning(problem, host, proxy)
    details = f"{type(problem).__name__} for {host}"
    return TransportFailure(error(code, host=host, details=details, **facts), acted=acted)


def _meaning(problem: Exception, host: str, proxy: str | None) -> tuple[Code, dict[str, object], bool]:
    """The code of our error, its facts, and whether Microsoft may have acted; the first kind that fits counts."""
    causes = _causes(problem)
    kinds: tuple[tuple[tuple[type[BaseException], ...], Code, bool], ...] = (
        ((AnswerTooLargeError,), Code.ANSWER_TOO_LARGE, True),
        ((requests.exceptions.ProxyError, InvalidProxyURL, InvalidSchema, InvalidURL), Code.PROXY_FAILED, False),
        ((ssl.SSLCertVerificationError,), Code.TLS_UNTRUSTED, False),
        ((requests.exceptions.ConnectTimeout,), Code.TIME_OUT, False),
        ((requests.exceptions.ReadTimeout, ReadTimeoutError), Code.TIME_OUT, True),
        ((NewConnectionError, ConnectionRefusedError), Code.UNREACHABLE, False),
        ((requests.RequestException,), Code.CONNECTION_DROPPED, True),
    )
    code, acted = next(
        ((code, acted) for kind, code, acted in kinds if any(isinstance(cause, kind) for cause in causes)),
        (Code.CERTIFICATES_UNREADABLE, False),
    )
    facts: dict[str, object] = {}
    if code == Code.PROXY_FAILED:
        facts = {"proxy": _without_password(proxy), "reason": _proxy_reason(causes)}
    elif code == Code.TLS_UNTRUSTED:
        facts = {"issuer": issuer_of(host, proxy) or "an unknown issuer"}
    elif code == Code.UNREACHABLE:
        unknown = any(isinstance(cause, NameResolutionError) for cause in causes)
        facts = {"reason": "its name could not be looked up" if unknown else "the connection was refused"}
    return code, facts, acted


def _causes(problem: BaseException) -> list[BaseException]:
    """The exception and everything that it wraps, however requests and urllib3 wrapped it."""
    found: list[BaseException] = []
    queue: list[object] = [problem]
    while queue:
        one = queue.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            queue.extend([*one.args, one.__cause__, one.__context__, getattr(one, "reason", None)])
    return found


def _proxy_reason(causes: list[BaseException]) -> str:
    if any(isinstance(cause, InvalidProxyURL | InvalidSchema | InvalidURL) for cause in causes):
        return "HTTPS_PROXY does not hold an address like http://proxy.example.com:8080"
    text = " ".join(map(str, causes))
    status = re.search(r"Tunnel connection failed: (\d{3})", text)
    if status and status[1] == "407":
        return "It asks for a user name and password"
    if status:
        return f"It answered {status[1]}"
    return "It can't be reached"


def _without_password(proxy: str | None) -> str:
    """The proxy as people know it; an address without http:// means the same."""
    address = proxy or ""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    try:
        port = parts.port
    except ValueError:
        port = None
    return f"{parts.hostname}:{port}" if port else str(parts.hostname or "")


def issuer_of(host: str, proxy: str | None) -> str | None:
    """Who issued the certificate that `host` shows on this network; None when that can't be found out."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # only looks at the certificate and sends nothing
    try:
        connection = _connection(host, proxy, context)
        try:
            connection.connect()
            certificate = connection.sock.getpeercert(binary_form=True)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        return None
    return _issuer_name(certificate) if certificate else None


def _connection(host: str, proxy: str | None, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    if not proxy:
        return http.client.HTTPSConnection(host, timeout=_PROBE_SECONDS, context=context)
    parts = urlsplit(proxy)
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port or 80, timeout=_PROBE_SECONDS, context=context
    )
    headers = {}
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Proxy-Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    connection.set_tunnel(host, 443, headers)
    return connection


def _issuer_name(certificate: bytes) -> str | None:
    from cryptography import x509  # noqa: PLC0415 - large, and needed only when something is wrong
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    issuer = x509.load_der_x509_certificate(certificate).issuer
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if names := issuer.get_attributes_for_oid(oid):
            return str(names[0].value)
    return None
