"""What a check can find: facts, one type for each kind of row. The sentences are in `wording.checks`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from emi_installer.core.desired.blueprint import PermissionKind
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.observed.holders import Holder, RedirectHolder
from emi_installer.core.observed.permissions import PermissionState
from emi_installer.core.observed.tenant import SecretMetadata, ServicePrincipal


class CheckName(StrEnum):
    """What is checked, for programs; these names do not change with the language."""

    APP_REGISTRATION = "app-registration"
    REDIRECT_URI = "redirect-uri"
    AUDIENCE = "audience"
    SERVICE_PRINCIPAL = "service-principal"
    CONSENT = "consent"
    PERMISSION = "permission"
    PERMISSIONS = "permissions"
    CLIENT_SECRET = "client-secret"  # noqa: S105 - a row, not a secret
    UNSAVED_CLIENT_SECRET = "unsaved-client-secret"  # noqa: S105 - a row, not a secret
    OLDER_CLIENT_SECRET = "older-client-secret"  # noqa: S105 - a row, not a secret
    HOLDER = "holder"
    SWITCHED_OFF = "switched-off"
    ASSIGNMENT_REQUIRED = "assignment-required"
    CLOCK = "clock"
    SIGN_IN = "sign-in"
    SIGN_IN_PERMISSIONS = "sign-in-permissions"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFound:
    """The app registration is there; `several`: and it is not the only one of EMI."""

    name: ClassVar[CheckName] = CheckName.APP_REGISTRATION
    display_name: str
    client_id: str
    several: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationMissing:
    """There is none, or it was deleted."""

    name: ClassVar[CheckName] = CheckName.APP_REGISTRATION


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRemoved:
    """Whether a removal reached the app registration."""

    name: ClassVar[CheckName] = CheckName.APP_REGISTRATION
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRemoved:
    """Whether a removal reached the service principal and the consent that hangs on it."""

    name: ClassVar[CheckName] = CheckName.CONSENT
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectUris:
    """The redirect URIs of contact centers that are `present`; `wanted` is None where any of them will do.

    Those that are `misplaced` stand on another platform than Web.
    """

    name: ClassVar[CheckName] = CheckName.REDIRECT_URI
    wanted: str | None
    present: tuple[str, ...]
    misplaced: tuple[RedirectHolder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whose accounts may sign in, in the words of signInAudience."""

    name: ClassVar[CheckName] = CheckName.AUDIENCE
    wanted: str
    present: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalFound:
    """The service principal, None where there is none."""

    name: ClassVar[CheckName] = CheckName.SERVICE_PRINCIPAL
    principal: ServicePrincipal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionFound:
    """One permission, in the tenant of `organization`."""

    name: ClassVar[CheckName] = CheckName.PERMISSION
    state: PermissionState
    organization: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsCounted:
    """All permissions of one kind in one row."""

    name: ClassVar[CheckName] = CheckName.PERMISSIONS
    kind: PermissionKind
    states: tuple[PermissionState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFound:
    """The best client secret that there is; `left` is the time until it expires."""

    name: ClassVar[CheckName] = CheckName.CLIENT_SECRET
    secret: SecretMetadata
    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretMissing:
    """No client secret is valid; `later`: it is created when all permissions are granted."""

    name: ClassVar[CheckName] = CheckName.CLIENT_SECRET
    later: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsavedSecret:
    """A client secret that was created but never saved."""

    name: ClassVar[CheckName] = CheckName.UNSAVED_CLIENT_SECRET
    secret: SecretMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderSecret:
    """A client secret of ours besides the best one; `left` is the time until it expires, negative afterwards."""

    name: ClassVar[CheckName] = CheckName.OLDER_CLIENT_SECRET
    secret: SecretMetadata
    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderFound:
    """Somebody else who could use the application; `kept`: on purpose."""

    name: ClassVar[CheckName] = CheckName.HOLDER
    holder: Holder
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyElse:
    """Nobody else could use the application."""

    name: ClassVar[CheckName] = CheckName.HOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOff:
    """The application gets no tokens; `by_microsoft`: Microsoft disabled it, else somebody deactivated it."""

    name: ClassVar[CheckName] = CheckName.SWITCHED_OFF
    by_microsoft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRequired:
    """Only agents who are assigned to the application can sign in."""

    name: ClassVar[CheckName] = CheckName.ASSIGNMENT_REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOff:
    """The clock of this computer is `ahead` of Microsoft's, or behind where it is negative."""

    name: ClassVar[CheckName] = CheckName.CLOCK
    ahead: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInNotTested:
    """No client secret was at hand to sign in with."""

    name: ClassVar[CheckName] = CheckName.SIGN_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed:
    """Microsoft gave no token that can be read."""

    name: ClassVar[CheckName] = CheckName.SIGN_IN
    problem: InstallerError


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAccepted:
    """Microsoft gave a token; `as_expected`: for this tenant and this application."""

    name: ClassVar[CheckName] = CheckName.SIGN_IN
    as_expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPermissions:
    """How many application permissions the token must hold, and which it lacks."""

    name: ClassVar[CheckName] = CheckName.SIGN_IN_PERMISSIONS
    wanted: int
    lacking: tuple[str, ...]


Finding = (
    RegistrationFound
    | RegistrationMissing
    | RegistrationRemoved
    | ConsentRemoved
    | RedirectUris
    | Audience
    | PrincipalFound
    | PermissionFound
    | PermissionsCounted
    | SecretFound
    | SecretMissing
    | UnsavedSecret
    | OlderSecret
    | HolderFound
    | NobodyElse
    | SwitchedOff
    | AssignmentRequired
    | ClockOff
    | SignInNotTested
    | SignInFailed
    | SignInAccepted
    | SignInPermissions
)
"""The facts of one row."""
