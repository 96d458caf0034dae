"""What a broken connection means, by evidence: who could not be reached, why, and whether Microsoft may have acted."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from requests.exceptions import InvalidProxyURL, InvalidSchema, InvalidURL
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError

from emi_installer.core.errors.codes import Code
from emi_installer.entra import proxies
from emi_installer.entra.certificates import certificate_of, unreadable_bundle
from emi_installer.entra.failures import TransportFailure
from emi_installer.entra.http import AnswerTooLargeError
from emi_installer.entra.proxies import ProxySetting

AutomaticProxy = Callable[[], str | None]
"""The proxy script that the system is set to use, "" where it looks for a proxy by itself, None for neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What is known of one request that got no answer."""

    host: str
    causes: list[BaseException]
    setting: ProxySetting | None
    automatic_proxy: AutomaticProxy

    def has(self, *kinds: type[BaseException]) -> bool:
        """Whether an exception of one of `kinds` is among the causes."""
        return any(isinstance(cause, kinds) for cause in self.causes)


def classify_transport_error(problem: Exception, url: str, automatic_proxy: AutomaticProxy) -> TransportFailure:
    """What an exception of the HTTP libraries, raised for `url`, means.

    Raises `problem` itself where it has nothing to do with the network.
    """
    evidence = _Evidence(
        host=urlsplit(url).hostname or url,
        causes=_causes(problem),
        setting=proxies.setting_for(url),
        automatic_proxy=automatic_proxy,
    )
    found = (judged for judge in _JUDGES if (judged := judge(evidence)) is not None)
    failure = next(found, None)
    if failure is None:
        if not isinstance(problem, OSError | HTTPError):
            raise problem
        failure = _failure(evidence, Code.CONNECTION_DROPPED, acted=True, passing=True)
    failure.details = f"{type(problem).__name__} for {evidence.host}"
    return failure


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


def _too_large(evidence: _Evidence) -> TransportFailure | None:
    if not evidence.has(AnswerTooLargeError):
        return None
    return _failure(evidence, Code.ANSWER_TOO_LARGE, acted=True, passing=True)


def _proxy_setting(evidence: _Evidence) -> TransportFailure | None:
    if evidence.setting is None:
        return None
    refused = evidence.has(InvalidProxyURL, InvalidSchema, InvalidURL)
    return proxies.judge_setting(evidence.setting, refused=refused)


def _certificate_file(evidence: _Evidence) -> TransportFailure | None:
    """The libraries tell a file that can't be loaded from a handshake that broke in their words only: so try it."""
    if evidence.has(ssl.SSLCertVerificationError) or (
        evidence.has(requests.RequestException) and not evidence.has(ssl.SSLError)
    ):
        return None
    found = unreadable_bundle()
    if found is None:
        return None
    variable, file = found
    return TransportFailure(
        Code.CERTIFICATES_UNREADABLE, {"variable": variable, "file": file}, acted=False, passing=False
    )


def _certificate(evidence: _Evidence) -> TransportFailure | None:
    if not evidence.has(ssl.SSLCertVerificationError):
        return None
    proxy = proxies.parse_proxy(evidence.setting.text) if evidence.setting else None
    host, port = evidence.host, 443
    if proxy and evidence.has(requests.exceptions.ProxyError):  # it is the proxy's own certificate
        host, port, proxy = proxy.host, proxy.port, None
    shown = certificate_of(host, port, proxy)
    issuer = shown.issuer if shown else "an unknown issuer"
    facts: dict[str, object] = {"host": host, "issuer": issuer}
    today = datetime.now(UTC).date()
    if shown and not shown.first <= today <= shown.last:
        facts |= {"first": shown.first, "last": shown.last, "today": today}
        return TransportFailure(Code.CERTIFICATE_OUT_OF_DATE, facts, acted=False, passing=False)
    return TransportFailure(Code.TLS_UNTRUSTED, facts, acted=False, passing=False)


def _tunnel(evidence: _Evidence) -> TransportFailure | None:
    if evidence.setting is None or not evidence.has(requests.exceptions.ProxyError):
        return None
    if judged := proxies.judge_tunnel(evidence.setting, evidence.host, evidence.causes):
        return judged
    return proxies.unreachable(evidence.setting) if evidence.has(NewConnectionError, ConnectionRefusedError) else None


def _time_out(evidence: _Evidence) -> TransportFailure | None:
    if evidence.has(requests.exceptions.ConnectTimeout):
        return _automatic_proxy(evidence) or _failure(evidence, Code.TIME_OUT)
    if evidence.has(requests.exceptions.ReadTimeout, ReadTimeoutError):
        return _failure(evidence, Code.TIME_OUT, acted=True, passing=True)
    return None


def _no_connection(evidence: _Evidence) -> TransportFailure | None:
    if not evidence.has(NewConnectionError, ConnectionRefusedError):
        return None
    code = Code.NAME_NOT_FOUND if evidence.has(NameResolutionError) else Code.UNREACHABLE
    return _automatic_proxy(evidence) or _failure(evidence, code, passing=True)


def _automatic_proxy(evidence: _Evidence) -> TransportFailure | None:
    """Where nothing leads out, a proxy that the system would find by itself is the likeliest way."""
    script = None if evidence.setting else evidence.automatic_proxy()
    if script is None:
        return None
    if not script:
        return _failure(evidence, Code.PROXY_DETECTION_UNUSED, passing=True)
    facts = {"host": evidence.host, "script": script}
    return TransportFailure(Code.PROXY_SCRIPT_UNUSED, facts, acted=False, passing=True)


_JUDGES: tuple[Callable[[_Evidence], TransportFailure | None], ...] = (
    _too_large,
    _proxy_setting,
    _certificate_file,
    _certificate,
    _tunnel,
    _time_out,
    _no_connection,
)
"""The first that recognizes the evidence counts; what none recognizes is a connection that broke."""


def _failure(evidence: _Evidence, code: Code, *, acted: bool = False, passing: bool = False) -> TransportFailure:
    return TransportFailure(code, {"host": evidence.host}, acted=acted, passing=passing)
