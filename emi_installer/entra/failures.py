"""Requests that failed, from the wire to the screen in one exception each.

    TransportFailure     no answer of Microsoft's came
    └── EmptyAnswer      a success without the body that it should have
    ServiceFailure       a service of Microsoft's answered, but not with success
    └── GraphFailure     the same, of Graph: what it says of itself

The bodies are those of https://learn.microsoft.com/graph/errors; each `code` and message below was seen on the wire.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.text import one_line

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 401, 403, 404, 409
_THROTTLED, _BROKEN, _NOT_IMPLEMENTED = 429, 500, 501
_LONGEST_MESSAGE = 500

_BY_MESSAGE = (
    ("Another object with the same value for property uniqueName", Code.ALREADY_EXISTS),
    ("Permission entry already exists", Code.ALREADY_EXISTS),
    ("Permission being assigned already exists", Code.ALREADY_EXISTS),
    ("EntitlementGrant entry already exists", Code.ALREADY_EXISTS),
    ("Invalid value specified for property 'web'", Code.REDIRECT_URI_REFUSED),
    ("No password credential found", Code.NOT_FOUND),
    ("quota limit for the Principal", Code.QUOTA),
)

_BY_CODE = {
    "CredentialInvalidLifetimeAsPerAppPolicy": Code.SECRET_LIFETIME_LIMITED,
    "CredentialTypeNotAllowedAsPerAppPolicy": Code.SECRETS_FORBIDDEN,
    "SignInAudienceNotAllowedAsPerAppPolicy": Code.AUDIENCE_FORBIDDEN,
    "InvalidUniqueTenantIdentifierAsPerAppPolicy": Code.URI_FORBIDDEN,
    "Directory_QuotaExceeded": Code.TENANT_QUOTA,
    "Directory_ResourceSizeExceeded": Code.OBJECT_FULL,
    "Request_MultipleObjectsWithSameKeyValue": Code.ALREADY_EXISTS,
    "Authorization_RequestDenied": Code.MISSING_PRIVILEGE,
    "Request_ResourceNotFound": Code.NOT_FOUND,
    "Directory_ObjectNotFound": Code.NOT_FOUND,
}

_BY_STATUS = {
    _UNAUTHORIZED: Code.SIGN_IN_AGAIN,
    _FORBIDDEN: Code.FORBIDDEN,
    _NOT_FOUND: Code.NOT_FOUND,
    _CONFLICT: Code.ALREADY_EXISTS,
}


class TransportFailure(InstallerError):  # noqa: N818 - a failure may be expected, and become a success
    """No answer of Microsoft's came.

    `acted`: Microsoft may have carried the request out all the same. `passing`: another try may get an answer.
    """

    def __init__(
        self, code: Code, facts: Mapping[str, object], details: str = "", *, acted: bool, passing: bool
    ) -> None:
        super().__init__(code, facts, details)
        self.acted = acted
        self.passing = passing


class EmptyAnswer(TransportFailure):
    """A success without the body that it should have."""

    def __init__(self, host: str) -> None:
        super().__init__(Code.ANSWER_UNREADABLE, {"host": host}, "it is empty", acted=True, passing=True)


class ServiceFailure(InstallerError):  # noqa: N818 - as above
    """A service of Microsoft's answered, but not with success; `after`: seconds that it asked to wait, if it did."""

    def __init__(
        self, code: Code, facts: Mapping[str, object], details: str = "", *, status: int, after: float | None = None
    ) -> None:
        super().__init__(code, {**facts, "status": status, "seconds": after}, details)
        self.status = status
        self.after = after

    @property
    def throttled(self) -> bool:
        """Microsoft was too busy and did nothing: always safe to repeat."""
        return self.code is Code.THROTTLED

    @property
    def unavailable(self) -> bool:
        """Something broke at Microsoft: a write may have been carried out all the same."""
        return self.code is Code.UNAVAILABLE


class GraphFailure(ServiceFailure):
    """Graph answered, but not with success: `graph_code`, `message` and `reasons` are Graph's own."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, Any], path: str) -> None:
        """Read what is in an answer, whatever its shape."""
        outer = _object(body.get("error"))
        lower = {str(k).lower(): str(v) for k, v in headers.items()}
        listed = outer.get("details")
        reasons = [_text(_object(d).get("code")) for d in listed] if isinstance(listed, list) else []
        self.graph_code = _text(outer.get("code"))
        self.message = _text(outer.get("message"))
        self.reasons = tuple(filter(None, reasons))
        self.claims = _claims(lower.get("www-authenticate", ""))
        self.path = path.partition("?")[0]
        request_id = _text(_object(outer.get("innerError")).get("request-id")) or lower.get("request-id", "")
        self.request_id = request_id
        parts = (str(status), self.graph_code, ",".join(self.reasons), self.message, self.path, request_id)
        super().__init__(
            busy_code(status) or self._refusal(status),
            {"host": "Microsoft Graph", "message": self.message or self.graph_code},
            " | ".join(part for part in parts if part),
            status=status,
            after=retry_after(headers),
        )

    def _refusal(self, status: int) -> Code:
        by_message = next((code for start, code in _BY_MESSAGE if start in self.message), None)
        return by_message or _BY_CODE.get(self.graph_code) or _BY_STATUS.get(status) or Code.REQUEST_REFUSED

    @property
    def not_found(self) -> bool:
        """The object is not there, or not there yet."""
        return self.code is Code.NOT_FOUND

    @property
    def exists_already(self) -> bool:
        """What was to be made is there; read it back."""
        return self.code is Code.ALREADY_EXISTS

    @property
    def spreading(self) -> bool:
        """Right after a create this means that Microsoft's servers do not agree yet."""
        return (
            self.not_found
            or "NoBackingApplicationObject" in self.reasons
            or "must in the local tenant" in self.message
            or "does not reference a valid application object" in self.message
        )


def busy_code(status: int) -> Code | None:
    """The code for a service that is too busy or broken; None for every other status."""
    if status == _THROTTLED:
        return Code.THROTTLED
    return Code.UNAVAILABLE if status >= _BROKEN and status != _NOT_IMPLEMENTED else None


def retry_after(headers: Mapping[str, Any]) -> float | None:
    """Seconds of the header Retry-After: a number, fractions allowed, or a date; None when it says neither.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after.
    """
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    value = lower.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        until, now = moment_of(value), moment_of(lower.get("date", "")) or datetime.now(UTC)
        return max(0.0, (until - now).total_seconds()) if until else None
    return seconds if 0 <= seconds < float("inf") else None


def moment_of(text: str) -> datetime | None:
    """A date of HTTP; None when it is none."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _claims(challenge: str) -> str | None:
    """The claims that a challenge asks for, as JSON; None where there is no such challenge.

    Source: https://learn.microsoft.com/entra/identity-platform/claims-challenge.
    """
    if 'error="insufficient_claims"' not in challenge:
        return None
    found = re.search(r'\bclaims="([^"]+)"', challenge)
    if not found:
        return None
    padded = found[1] + "=" * (-len(found[1]) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_").decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """A text of an answer as one line; "" for everything else."""
    return one_line(value)[:_LONGEST_MESSAGE] if isinstance(value, str) else ""
