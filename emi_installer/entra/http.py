"""One HTTP session for sign-in and Graph alike: time-outs, size limit, trust store, proxies."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10.0, 30.0, 90.0
LARGEST_ANSWER = 8 * 1024 * 1024
"""The whole of Microsoft Graph's own service principal is about 1 MB."""


Log = Callable[..., None]


def _nowhere(event: str, /, **fields: object) -> None:
    """Log nothing."""


def _none() -> str | None:
    """There is no such proxy."""
    return None


class AnswerTooLargeError(requests.RequestException):
    """An answer that is larger than anything that Microsoft sends."""


class Session(requests.Session):
    """A session that never waits for ever, follows no redirect, and reads no more than 8 MB of an answer.

    `log` hears of every request; `automatic_proxy` tells of a proxy that the system would find by itself: see
    `network.AutomaticProxy`.
    """

    def __init__(self, log: Log = _nowhere, automatic_proxy: Callable[[], str | None] = _none) -> None:
        super().__init__()
        self.log = log
        self.automatic_proxy = automatic_proxy
        self.auth = _as_it_is
        if "REQUESTS_CA_BUNDLE" not in os.environ and (bundle := os.environ.get("SSL_CERT_FILE")):
            self.verify = bundle

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request; the keywords are those of requests."""
        kwargs.setdefault("timeout", (CONNECT_SECONDS, READ_SECONDS))
        kwargs["allow_redirects"] = False
        kwargs["stream"] = True
        response = super().request(method, url, *args, **kwargs)
        _read_bounded(response)
        return response


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send the request with its own token; without this, requests would take a password from .netrc instead."""
    return request


def _read_bounded(response: requests.Response) -> None:
    chunks: list[bytes] = []
    size = 0
    end = time.monotonic() + WHOLE_SECONDS
    for chunk in _arriving(response):
        size += len(chunk)
        if size > LARGEST_ANSWER:
            response.close()
            raise AnswerTooLargeError(response=response)
        if time.monotonic() > end:
            response.close()
            raise requests.ReadTimeout(response=response)
        chunks.append(chunk)
    response._content = b"".join(chunks)  # noqa: SLF001 - requests has no other way to hand over a body


def _arriving(response: requests.Response) -> Iterator[bytes]:
    """The body as it comes; requests' own way waits for a whole chunk, and so for a server that drips."""
    try:
        while chunk := response.raw.read1(64 * 1024, decode_content=True):
            yield chunk
    except HTTPError as broken:
        raise requests.ConnectionError(broken, response=response) from broken


def connect(log: Log = _nowhere, automatic_proxy: Callable[[], str | None] = _none) -> Session:
    """A session to the real Microsoft that trusts what the operating system trusts."""
    session = Session(log, automatic_proxy)
    session.mount("https://", _SystemTrustAdapter())
    return session


class _SystemTrustAdapter(HTTPAdapter):
    """Trusts the operating system's certificates, and those of REQUESTS_CA_BUNDLE or SSL_CERT_FILE besides."""

    def __init__(self) -> None:
        import truststore  # noqa: PLC0415 - touches the certificate store of the system

        self._context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().__init__()

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Add the context to what tells connections apart."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {**pool, "ssl_context": self._context}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave out the bundle that requests brings along, so that the system alone decides."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # requests has it untyped
        if verify is True:
            conn.ca_certs = None
