"""Finds out what support needs to know, for the window and the console alike."""

from __future__ import annotations

import platform
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from emi_installer import __version__
from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.errors.errors import InstallerError
from emi_installer.documents.diagnosis import Diagnosis, Refusal
from emi_installer.local.logs import log_place
from emi_installer.local.proxy import automatic_proxy

if TYPE_CHECKING:
    from emi_installer.entra.http import Session as HttpSession

_DESCRIPTION = "/common/v2.0/.well-known/openid-configuration"
_LIBRARIES = ("PySide6-Essentials", "msal", "requests", "urllib3", "cryptography", "truststore")
_MOST_REFUSALS = 20
_LARGEST = 256 * 1024  # bytes of the end of the log
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?= )")
_STATUS = re.compile(r" status=([45]\d\d)(?= |$)")
_CODE = re.compile(r" code=([a-z-]+)(?= |$)")
_REQUEST_ID = re.compile(r" request_id=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?= |$)")


def diagnose(cloud: str | None) -> Diagnosis:
    """What is known without a request; `cloud` is the key of the one that is set."""
    cloud = cloud or "global"
    return Diagnosis(
        versions=dict(_versions()),
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        cloud=CLOUDS[cloud].name if cloud in CLOUDS else "unknown",
        proxy=_proxy_kind(CLOUDS[cloud].login if cloud in CLOUDS else ""),
        refusals=tuple(_refusals())[-_MOST_REFUSALS:],
    )


def look_at_network(diagnosis: Diagnosis, cloud: str, session: HttpSession) -> Diagnosis:
    """The same with what a connection to the sign-in service shows: who issued its certificate, and its time."""
    from emi_installer.entra.certificates import certificate_of  # noqa: PLC0415 - brings requests along
    from emi_installer.entra.proxies import parse_proxy, setting_for  # noqa: PLC0415

    login = CLOUDS.get(cloud, CLOUDS["global"]).login
    setting = setting_for(login)
    proxy = parse_proxy(setting.text) if setting else None
    readable = setting is None or (proxy is not None and not proxy.is_socks)
    shown = certificate_of(str(urlsplit(login).hostname), 443, proxy) if readable else None
    told = _time_of(login, session)
    ahead = None if told is None else datetime.now(UTC) - told
    return replace(diagnosis, issuer=shown.issuer if shown else "", clock_ahead=ahead)


def _time_of(address: str, session: HttpSession) -> datetime | None:
    """What Microsoft's clock says; None where no answer comes."""
    from emi_installer.entra.failures import moment_of  # noqa: PLC0415 - see above
    from emi_installer.entra.wire import exchange  # noqa: PLC0415 - see above

    try:
        return moment_of(exchange(session, "sign-in", "GET", address + _DESCRIPTION).headers.get("Date", ""))
    except InstallerError:
        return None


def _versions() -> Iterator[tuple[str, str]]:
    yield "EMI installer", __version__
    yield "Python", platform.python_version()
    yield "OpenSSL", ssl.OPENSSL_VERSION
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            yield name, version(name)


def _proxy_kind(url: str) -> str:
    """What kind of proxy is set, and whether with a password: no address, no name, no password."""
    from emi_installer.entra.proxies import parse_proxy, setting_for  # noqa: PLC0415 - brings requests along

    setting = setting_for(url)
    if setting is None:
        script = automatic_proxy()
        if script is None:
            return "none"
        return "proxy script of Windows (not used)" if script else "automatic detection of Windows (not used)"
    proxy = parse_proxy(setting.text)
    if proxy is None:
        return "a setting that can't be read"
    return f"{proxy.scheme.upper()}, {'with' if proxy.user else 'without'} a user name"


def _refusals() -> Iterator[Refusal]:
    """From the end of the log; of its lines, only what has the form of a time, a status, a code or a request id."""
    try:
        with log_place().open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _LARGEST))
            lines = file.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        when, status, code, request = (one.search(line) for one in (_MOMENT, _STATUS, _CODE, _REQUEST_ID))
        if when and (status or code):
            outcome = status[1] if status else code[1] if code else ""
            yield Refusal(moment=when[0], outcome=outcome, request_id=request[1] if request else "")
