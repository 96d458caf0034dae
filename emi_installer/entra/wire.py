"""One request to Microsoft, logged, and whether what came back is Microsoft's answer: for Graph and sign-in alike."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from emi_installer.core.errors.codes import Code
from emi_installer.core.json_text import read_json
from emi_installer.entra.calls import Json
from emi_installer.entra.failures import TransportFailure
from emi_installer.entra.http import Session
from emi_installer.entra.network import classify_transport_error


def exchange(
    session: Session, service: str, method: str, url: str, *, logged: str = "", **options: Any
) -> requests.Response:
    """Send a request and log it as one of `service`, under the path `logged` if that is another than the URL's.

    `options` are those of requests. Raises TransportFailure.
    """
    path = logged or urlsplit(url).path
    started = time.monotonic()
    try:
        response = session.request(method, url, **options)
    except (OSError, HTTPError, ValueError) as problem:
        failure = classify_transport_error(problem, url, session.automatic_proxy)
        session.log(service, method=method, path=path, code=failure.code)
        raise failure from problem
    session.log(
        service,
        method=method,
        path=path,
        status=response.status_code,
        request_id=response.headers.get("request-id") or response.headers.get("x-ms-request-id", ""),
        duration_ms=round((time.monotonic() - started) * 1000),
    )
    return response


def read_object(response: requests.Response) -> Json:
    """The JSON object in an answer of Microsoft's; empty where there is none, or a refusal has another form.

    Raises TransportFailure where something else than Microsoft answered.
    """
    host = str(urlsplit(response.url).hostname)
    status, text = response.status_code, response.content.strip()
    refused, moved = status >= 400, 300 <= status < 400  # noqa: PLR2004 - the classes of HTTP
    busy = status == 429 or status >= 500  # noqa: PLR2004 - gateways say so in HTML
    if moved or (text.startswith(b"<") and not busy):
        raise TransportFailure(Code.CAPTIVE_PORTAL, {"host": host}, acted=False, passing=False)
    if not text:
        return {}
    try:
        body = read_json(text)
    except ValueError:
        if refused:  # the status says enough
            return {}
        raise unreadable(host, "it is cut off or not JSON") from None
    if not isinstance(body, dict):
        raise unreadable(host, "it is not an object")
    return body


def unreadable(host: str, problem: str) -> TransportFailure:
    """An answer that makes no sense; `problem` is for support."""
    return TransportFailure(Code.ANSWER_UNREADABLE, {"host": host}, problem, acted=True, passing=True)
