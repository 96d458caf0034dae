"""Errors as they look on the wire.

Bodies of Graph: https://learn.microsoft.com/graph/errors; of the sign-in service:
https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from __future__ import annotations

import secrets
from typing import Any

_WAY = (
    'realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    'client_id="00000003-0000-0000-c000-000000000000"'
)


class GraphError(Exception):
    """An answer of Graph that is not a success; `details` are the codes of error.details."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: tuple[tuple[str, str], ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers or {}

    def body(self, request_id: str, client_request_id: str, date: str) -> dict[str, Any]:
        """The JSON of the answer."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = [
                {"code": code, "message": self.message, "target": target} for code, target in self.details
            ]
        error["innerError"] = {"date": date, "request-id": request_id, "client-request-id": client_request_id}
        return {"error": error}


def not_found(identifier: str) -> GraphError:
    """The object is not there, or not there yet."""
    message = (
        f"Resource '{identifier}' does not exist or one of its queried reference-property objects are not present."
    )
    return GraphError(404, "Request_ResourceNotFound", message)


def bad_request(message: str, **options: Any) -> GraphError:
    """A request that Graph does not understand."""
    return GraphError(400, "Request_BadRequest", message, **options)


def unsupported_query(message: str) -> GraphError:
    """A query that this endpoint does not support."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def forbidden(message: str = "Insufficient privileges to complete the operation.") -> GraphError:
    """A missing scope or directory role."""
    return GraphError(403, "Authorization_RequestDenied", message)


def unauthorized(message: str, claims: str = "") -> GraphError:
    """A token that is missing, expired or revoked: the answer names the ways to sign in, and may ask for `claims`."""
    asked = f', error="insufficient_claims", claims="{claims}"' if claims else ""
    header = f'Bearer {_WAY}{asked}, PoP {_WAY}, nonce="{secrets.token_urlsafe(48)}"'
    return GraphError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": header})


def conflict(message: str, **options: Any) -> GraphError:
    """Something with the same key exists already."""
    return GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message, **options)


class LoginError(Exception):
    """A refusal of the sign-in service: the OAuth error and the AADSTS number with its text."""

    def __init__(self, error: str, number: int, text: str, *, status: int = 400) -> None:
        super().__init__(f"AADSTS{number}: {text}")
        self.error = error
        self.number = number
        self.text = text
        self.status = status

    @classmethod
    def told(cls, error: str, description: str) -> LoginError:
        """The refusal that a description like "AADSTS53003: …" tells of."""
        number, _, text = description.removeprefix("AADSTS").partition(": ")
        return cls(error, int(number) if number.isdecimal() else 65004, text or description)

    def body(self, trace_id: str, correlation_id: str, date: str) -> dict[str, Any]:
        """The JSON of the answer."""
        return {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.number}: {self.text} Trace ID: {trace_id} "
                f"Correlation ID: {correlation_id} Timestamp: {date}"
            ),
            "error_codes": [self.number],
            "timestamp": date,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
