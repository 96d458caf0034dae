"""Serves the simulator to a session of requests, in this process and without sockets."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from emi_installer.simulator.faults import Disconnected

Handler = Callable[[str, str, Mapping[str, str], bytes], tuple[int, Mapping[str, str], bytes]]


class SimulatorAdapter(BaseAdapter):
    """Answers what is sent to `https://`; raises what requests raises when a connection breaks."""

    def __init__(self, handle: Handler) -> None:
        super().__init__()
        self._handle = handle
        self._builder = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Answer one request."""
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        try:
            status, headers, answer = self._handle(
                request.method or "", request.url or "", dict(request.headers), content
            )
        except Disconnected as broken:
            raise _exception(broken.kind, request) from None
        raw = HTTPResponse(
            body=io.BytesIO(answer), status=status, headers=dict(headers), preload_content=False, decode_content=False
        )
        return self._builder.build_response(request, raw)

    def close(self) -> None:
        """Nothing is open."""


def _exception(kind: str, request: requests.PreparedRequest) -> requests.RequestException:
    if kind == "time-out":
        return requests.ReadTimeout("Read timed out.", request=request)
    if kind == "refuse":
        reason = NewConnectionError(None, "Failed to establish a new connection: [Errno 111] Connection refused")  # type: ignore[arg-type]
        return requests.ConnectionError(MaxRetryError(None, request.url or "", reason), request=request)  # type: ignore[arg-type]
    reset = ConnectionResetError(104, "Connection reset by peer")
    return requests.ConnectionError(ProtocolError("Connection aborted.", reset), request=request)
