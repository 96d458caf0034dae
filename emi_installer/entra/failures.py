"""A refusal of Graph: what it says about retrying, and which of our errors it is.

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
from emi_installer.core.errors.errors import InstallerError, error

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 401, 403, 404, 409
_THROTTLED, _BROKEN, _NOT_IMPLEMENTED = 429, 500, 501

_BY_CODE = {
    "CredentialInvalidLifetimeAsPerAppPolicy": Code.SECRET_LIFETIME_LIMITED,
    "CredentialTypeNotAllowedAsPerAppPolicy": Code.SECRETS_FORBIDDEN,
    "SignInAudienceNotAllowedAsPerAppPolicy": Code.AUDIENCE_FORBIDDEN,
    "InvalidUniqueTenantIdentifierAsPerAppPolicy": Code.URI_FORBIDDEN,
    "Directory_QuotaExceeded": Code.QUOTA,
    "Request_MultipleObjectsWithSameKeyValue": Code.ALREADY_EXISTS,
    "Authorization_RequestDenied": Code.MISSING_PRIVILEGE,
    "Request_ResourceNotFound": Code.NOT_FOUND,
    "Directory_ObjectNotFound": Code.NOT_FOUND,
}

_BY_MESSAGE = (
    ("Another object with the same value for property uniqueName", Code.ALREADY_EXISTS),
    ("Permission entry already exists", Code.ALREADY_EXISTS),
    ("Permission being assigned already exists", Code.ALREADY_EXISTS),
    ("Invalid value specified for property 'web'", Code.REDIRECT_URI_REFUSED),
    ("No password credential found", Code.NOT_FOUND),
)

_BY_STATUS = {_UNAUTHORIZED: Code.SIGN_IN_AGAIN, _FORBIDDEN: Code.MISSING_PRIVILEGE, _NOT_FOUND: Code.NOT_FOUND}


class GraphFailure(Exception):  # noqa: N818 - a refusal that may be expected; `explain` makes the error of it
    """Graph answered, but not with success. `after`: seconds that it asked to wait, if it did."""

    def __init__(
        self,
        *,
        status: int,
        code: str = "",
        message: str = "",
        details: tuple[str, ...] = (),
        after: float | None = None,
        claims: str | None = None,
        request_id: str = "",
        path: str = "",
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.after = after
        self.claims = claims
        self.request_id = request_id
        self.path = path

    @classmethod
    def read(cls, status: int, body: Mapping[str, Any], headers: Mapping[str, Any], path: str) -> GraphFailure:
        """The failure in an answer's status, JSON body and headers, whatever their shape."""
        found = body.get("error")
        outer: Mapping[str, Any] = found if isinstance(found, dict) else {}
        inner = outer.get("innerError")
        lower = {str(k).lower(): str(v) for k, v in headers.items()}
        listed = outer.get("details")
        details = [d.get("code") for d in listed if isinstance(d, dict)] if isinstance(listed, list) else []
        return cls(
            status=status,
            code=str(outer.get("code") or ""),
            message=str(outer.get("message") or "")[:500],
            details=tuple(str(d) for d in details),
            after=retry_after(headers),
            claims=_claims(lower.get("www-authenticate", "")),
            request_id=str(inner.get("request-id") or "") if isinstance(inner, dict) else lower.get("request-id", ""),
            path=path.partition("?")[0],
        )

    @property
    def throttled(self) -> bool:
        """Microsoft was too busy and did nothing: always safe to repeat."""
        return self.status == _THROTTLED

    @property
    def unavailable(self) -> bool:
        """Something broke at Microsoft: a write may have been carried out all the same."""
        return self.status >= _BROKEN and self.status != _NOT_IMPLEMENTED

    @property
    def not_found(self) -> bool:
        """The object is not there, or not there yet."""
        return self.explained_code == Code.NOT_FOUND

    @property
    def exists_already(self) -> bool:
        """What was to be made is there; read it back."""
        return self.explained_code == Code.ALREADY_EXISTS

    @property
    def spreading(self) -> bool:
        """Right after a create this means that Microsoft's servers do not agree yet."""
        return (
            self.not_found
            or "NoBackingApplicationObject" in self.details
            or "must in the local tenant" in self.message
            or "does not reference a valid application object" in self.message
        )

    @property
    def explained_code(self) -> Code:
        """The code of our error for this failure."""
        by_message = (code for start, code in _BY_MESSAGE if start in self.message)
        if self.throttled:
            return Code.THROTTLED
        if self.unavailable:
            return Code.UNAVAILABLE
        found = next(by_message, None) or _BY_CODE.get(self.code) or _BY_STATUS.get(self.status)
        return found or (Code.ALREADY_EXISTS if self.status == _CONFLICT else Code.REQUEST_REFUSED)

    def explain(self, host: str = "Microsoft Graph") -> InstallerError:
        """Our error for this failure."""
        return error(
            self.explained_code,
            details=self.summary,
            message=self.message or self.code or f"Status {self.status}",
            wait=break_in_words(self.after),
            status=self.status,
            host=host,
        )

    @property
    def summary(self) -> str:
        """What support asks for."""
        parts = (
            str(self.status),
            self.code,
            ",".join(self.details),
            self.message,
            self.path,
            self.request_id,
        )
        return " | ".join(part for part in parts if part)


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


def break_in_words(seconds: float | None) -> str:
    """How long Microsoft asked to wait."""
    return "it did not say how long" if seconds is None else f"{seconds:.0f} seconds"


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
