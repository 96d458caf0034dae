"""What sign-in, apply and verify report while they work. An event never carries a secret or a token."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.observed.checks import Check
from emi_installer.core.plan.changes import Change


class RetryReason(StrEnum):
    """Why a request is tried again."""

    THROTTLED = "throttled"
    REPLICATION = "replication"
    UNAVAILABLE = "unavailable"
    NETWORK = "network"
    SECRET = "secret"  # noqa: S105 - a reason, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLink:
    """The page of Microsoft on which to sign in; `opened` tells whether a browser was started."""

    link: str
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """A code to type at `link`, valid for `minutes`."""

    code: str
    link: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStarted:
    """A change begins."""

    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDone:
    """A change was made, or found made already."""

    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFailed:
    """A change was refused; what follows it was not begun."""

    change: Change
    error: InstallerError


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryScheduled:
    """The next try comes in `seconds`."""

    reason: RetryReason
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationStarted:
    """Everything is read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One row of the verification."""

    check: Check


Event = (
    SignInLink | DeviceCode | ChangeStarted | ChangeDone | ChangeFailed | RetryScheduled | VerificationStarted | Checked
)
