"""Which of the four kinds each error is: each kind has one look and one button."""

from __future__ import annotations

from enum import StrEnum

from emi_installer.core.errors.codes import Code


class ErrorKind(StrEnum):
    """What helps: doing something about it, waiting, asking whoever decides, or mending this program."""

    FIX = "fix"
    RETRY = "retry"
    REFUSED = "refused"
    BUG = "bug"


_OTHERS = {
    ErrorKind.RETRY: (
        Code.ACCOUNT_LOCKED,
        Code.CODE_EXPIRED,
        Code.SECRET_NOT_SPREAD,
        Code.TOKEN_UNREADABLE,
        Code.SIGN_IN_PAGE_UNREADABLE,
        Code.SIGN_IN_TIMED_OUT,
        Code.ALREADY_EXISTS,
        Code.SOMEBODY_AT_WORK,
        Code.NOT_FOUND,
        Code.STILL_SPREADING,
        Code.THROTTLED,
        Code.UNAVAILABLE,
        Code.ANSWER_TOO_LARGE,
        Code.ANSWER_UNREADABLE,
        Code.CONNECTION_DROPPED,
        Code.NAME_NOT_FOUND,
        Code.PROXY_UNREACHABLE,
        Code.PROXY_UNAVAILABLE,
        Code.PROXY_DETECTION_UNUSED,
        Code.TIME_OUT,
        Code.UNREACHABLE,
    ),
    ErrorKind.REFUSED: (
        Code.PERMISSION_NOT_PUBLISHED,
        Code.ACCOUNT_DISABLED,
        Code.CLIENT_DISABLED,
        Code.CONDITIONAL_ACCESS,
        Code.DEVICE_CODE_REFUSED,
        Code.DEVICE_NOT_MANAGED,
        Code.PROOF_REFUSED_HERE,
        Code.PROOF_REFUSED,
        Code.APPLICATION_DISABLED,
        Code.SERVICE_MISSING,
        Code.SIGN_IN_FAILED,
        Code.AUDIENCE_FORBIDDEN,
        Code.FORBIDDEN,
        Code.QUOTA,
        Code.TENANT_QUOTA,
        Code.OBJECT_FULL,
        Code.SECRETS_FORBIDDEN,
        Code.URI_FORBIDDEN,
        Code.PROXY_REFUSED,
        Code.PROXY_SIGN_IN_UNSUPPORTED,
    ),
    ErrorKind.BUG: (
        Code.SIGN_IN_LOOP,
        Code.REQUEST_REFUSED,
        Code.UNEXPECTED,
    ),
}

KINDS: dict[Code, ErrorKind] = dict.fromkeys(Code, ErrorKind.FIX) | {
    code: kind for kind, codes in _OTHERS.items() for code in codes
}
"""Most can be fixed by whoever reads them; the others are listed."""
