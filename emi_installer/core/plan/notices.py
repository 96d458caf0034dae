"""What a plan says besides its changes: what is left alone, and what deserves to be known before Apply.

Facts only, one type for each; the sentences are in `wording.notices`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import GRAPH_APP_ID, Blueprint, PermissionKind
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.observed.account import CONSENT_DELEGATED, MANAGE_APPLICATIONS
from emi_installer.core.observed.tenant import (
    EXPIRES_SOON,
    RESTORABLE,
    AppRegistration,
    ObservedTenant,
    SecretMetadata,
)
from emi_installer.core.plan.changes import AddClientSecret, Change, CreateAppRegistration, GrantApplicationPermissions


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptName:
    """The app registration keeps another name than the answers'."""

    display_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGrant:
    """A granted permission that EMI does not need."""

    kind: PermissionKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDeclarations:
    """Declared permissions of Microsoft Graph that EMI does not need."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApi:
    """Declared permissions of another API than Microsoft Graph."""

    app_id: str


LeftAlone = KeptName | KeptGrant | KeptDeclarations | KeptApi
"""Something that is not ours, and stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWrong:
    """This computer's clock is `ahead` of Microsoft's, or behind where it is negative."""

    ahead: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCenterDisconnected:
    """After a removal the contact center can't connect to Microsoft Teams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsStopWorking:
    """How many client secrets a removal makes worthless."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorableUntil:
    """The last moment (UTC) at which a removed app registration can be restored."""

    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueNeeded:
    """The account may do everything but grant application permissions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MayNotRegister:
    """The account may consent, but change or register applications only where everybody may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretLifetimeLimited:
    """The tenant's limit, in days."""

    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsForbidden:
    """The tenant allows no client secrets, unless the app registration is exempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedRegistration:
    """One of ours that was deleted (UTC, where Microsoft tells) and could be restored instead of registering anew."""

    display_name: str
    client_id: str
    deleted: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTarget:
    """To which app registration a colleague's request wants consent given, and where that sends sign-ins."""

    display_name: str
    client_id: str
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRegistrations:
    """Further app registrations of EMI, by Client ID."""

    client_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarRegistration:
    """An app registration of somebody else that seems to do the same."""

    display_name: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsavedSecretReplaced:
    """A client secret that was never saved; the plan removes it."""

    secret: SecretMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretExpires:
    """The client secret in use expires after `left`."""

    secret: SecretMetadata
    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DisabledByMicrosoft:
    """Microsoft disabled the application, which nobody here can undo."""


Notice = (
    ClockWrong
    | DisabledByMicrosoft
    | ContactCenterDisconnected
    | SecretsStopWorking
    | RestorableUntil
    | ColleagueNeeded
    | MayNotRegister
    | SecretLifetimeLimited
    | SecretsForbidden
    | DeletedRegistration
    | ConsentTarget
    | DuplicateRegistrations
    | SimilarRegistration
    | UnsavedSecretReplaced
    | SecretExpires
)
"""Something to know before anything is done."""


def left_alone(blueprint: Blueprint, answers: Answers, observed: ObservedTenant) -> Iterator[LeftAlone]:
    """What is not ours, and stays."""
    registration = observed.registration
    if registration is None:
        return
    if registration.display_name != answers.app_name:
        yield KeptName(display_name=registration.display_name)
    for kind in PermissionKind:
        for name in sorted(observed.granted(kind) - set(blueprint.names(kind))):
            yield KeptGrant(kind=kind, name=name)
    if declared := registration.declared - observed.graph.required(blueprint):
        yield KeptDeclarations(number=len(declared))
    for app_id in sorted(registration.required.keys() - {GRAPH_APP_ID}):
        yield KeptApi(app_id=app_id)


def notices(
    blueprint: Blueprint,
    observed: ObservedTenant,
    changes: tuple[Change, ...],
    deferred: tuple[Change, ...],
    *,
    now: datetime,
    purpose: Purpose,
) -> Iterator[Notice]:
    """What deserves to be known before anything is done."""
    if observed.clock_error is not None:
        yield ClockWrong(ahead=observed.clock_error)
    registration = observed.registration
    if purpose is Purpose.REMOVE:
        if registration is not None:
            yield from _about_removal(registration, now)
        return
    yield from _about_roles(observed, changes, deferred)
    yield from _about_changes(observed, changes)
    if registration is None:
        return
    if purpose is Purpose.GRANT:
        yield ConsentTarget(
            display_name=registration.display_name,
            client_id=registration.app_id,
            redirect_uris=registration.redirect_uris,
        )
        return
    if observed.disabled_by_microsoft:
        yield DisabledByMicrosoft()
    yield from _about_others(blueprint, observed, registration)
    yield from _about_secrets(blueprint, registration, now)


def _about_removal(registration: AppRegistration, now: datetime) -> Iterator[Notice]:
    yield ContactCenterDisconnected()
    if working := sum(secret.expires > now for secret in registration.secrets):
        yield SecretsStopWorking(number=working)
    yield RestorableUntil(moment=now + RESTORABLE)


def _about_roles(
    observed: ObservedTenant, changes: tuple[Change, ...], deferred: tuple[Change, ...]
) -> Iterator[Notice]:
    account = observed.signed_in
    if any(isinstance(change, GrantApplicationPermissions) for change in deferred):
        yield ColleagueNeeded()
    elif changes and account.holds_one_of(CONSENT_DELEGATED) and not account.holds_one_of(MANAGE_APPLICATIONS):
        yield MayNotRegister()


def _about_changes(observed: ObservedTenant, changes: tuple[Change, ...]) -> Iterator[Notice]:
    policy = observed.secret_policy
    if any(isinstance(change, AddClientSecret) for change in changes):
        if policy.max_days is not None:
            yield SecretLifetimeLimited(days=policy.max_days)
        if policy.forbidden:
            yield SecretsForbidden()
    if any(isinstance(change, CreateAppRegistration) for change in changes):
        for registration in observed.deleted:
            yield DeletedRegistration(
                display_name=registration.display_name, client_id=registration.app_id, deleted=registration.deleted
            )


def _about_others(blueprint: Blueprint, observed: ObservedTenant, registration: AppRegistration) -> Iterator[Notice]:
    if observed.duplicates and observed.chosen:
        yield DuplicateRegistrations(client_ids=tuple(duplicate.app_id for duplicate in observed.duplicates))
    for other in observed.others if registration.is_ours(blueprint) else ():
        yield SimilarRegistration(display_name=other.display_name, client_id=other.app_id)


def _about_secrets(blueprint: Blueprint, registration: AppRegistration, now: datetime) -> Iterator[Notice]:
    for secret in registration.unsaved_secrets(blueprint.tag):
        yield UnsavedSecretReplaced(secret=secret)
    last = max(registration.valid_secrets(blueprint.tag, now), key=lambda s: s.expires, default=None)
    if last is not None and last.expires - now <= EXPIRES_SOON:
        yield SecretExpires(secret=last, left=last.expires - now)
