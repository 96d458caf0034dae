"""From what is wanted and what was found to what will be done: `make_plan`.

    CreateAppRegistration | RestoreAppRegistration → UpdateAppRegistration
        → CreateServicePrincipal | EnableServicePrincipal
        → GrantDelegatedPermissions, GrantApplicationPermissions, RemoveClientSecret → AddClientSecret
    DeleteServicePrincipal → DeleteAppRegistration

A plan proposes only what is missing, and never to touch what is not ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import Blueprint, PermissionKind
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.observed.account import CONSENT_APPLICATION, CONSENT_DELEGATED
from emi_installer.core.observed.tenant import AppRegistration, ObservedTenant
from emi_installer.core.plan.changes import (
    AddClientSecret,
    Change,
    CreateAppRegistration,
    CreateServicePrincipal,
    DeleteAppRegistration,
    DeleteServicePrincipal,
    EnableServicePrincipal,
    GrantApplicationPermissions,
    GrantDelegatedPermissions,
    RemoveClientSecret,
    RestoreAppRegistration,
    UpdateAppRegistration,
)
from emi_installer.core.plan.notices import LeftAlone, Notice, left_alone, notices

_OF_LONGEST = 0.999
"""The part of the longest allowed lifetime that is asked for: a clock that is a little ahead then does no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done for a purpose, what stands in the way, and what stays as it is.

    `deferred` are changes that this account may not make and a colleague has to.
    """

    purpose: Purpose
    changes: tuple[Change, ...]
    deferred: tuple[Change, ...] = ()
    blockers: tuple[InstallerError, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def makes_secret(self) -> bool:
        """Whether carrying it out yields a client secret."""
        return any(isinstance(c, AddClientSecret) for c in self.changes)

    def is_part_of(self, shown: Plan) -> bool:
        """Whether carrying it out does nothing that `shown` did not say already."""
        return self.purpose is shown.purpose and all(
            _only_marks(change) or any(_says(old, change) for old in shown.changes) for change in self.changes
        )


def _says(shown: Change, change: Change) -> bool:
    """Whether the change `shown` includes `change`; a client secret may end earlier than was said, never later."""
    if isinstance(shown, AddClientSecret) and isinstance(change, AddClientSecret):
        return change.expires.date() <= shown.expires.date()
    if isinstance(shown, UpdateAppRegistration) and isinstance(change, UpdateAppRegistration):
        return (
            change.object_id == shown.object_id
            and set(change.add_uris) <= set(shown.add_uris)
            and set(change.remove_uris) <= set(shown.remove_uris)
            and change.audience in (None, shown.audience)
            and change.declare <= shown.declare
        )
    if isinstance(shown, GrantDelegatedPermissions | GrantApplicationPermissions) and type(change) is type(shown):
        return set(change.names) <= set(shown.names)
    return change == shown


def _only_marks(change: Change) -> bool:
    """Whether a change does nothing but correct marks of ours in the tags."""
    return isinstance(change, UpdateAppRegistration) and not (
        change.add_uris or change.remove_uris or change.audience or change.declare
    )


def make_plan(
    blueprint: Blueprint,
    answers: Answers,
    observed: ObservedTenant,
    *,
    now: datetime,
    purpose: Purpose = Purpose.SET_UP,
) -> Plan:
    """What has to change so that `observed` holds what `blueprint` and `answers` ask for; `now` is in UTC.

    Raises InstallerError "no-contact-center" when the answers lack the contact center URL that is needed.
    """
    match purpose:
        case Purpose.CHECK:
            wanted: tuple[Change, ...] = ()
        case Purpose.NEW_SECRET if observed.registration is None:
            wanted = ()
        case Purpose.REMOVE:
            wanted = tuple(_removal(observed))
        case Purpose.GRANT:
            wanted = tuple(_consents(blueprint, observed))
        case _:
            wanted = tuple(_set_up(blueprint, answers, observed, now, new_secret=purpose is Purpose.NEW_SECRET))
    defers = purpose is not Purpose.GRANT and observed.signed_in.may_not_grant_application_permissions
    deferred = tuple(c for c in wanted if defers and isinstance(c, GrantApplicationPermissions))
    held_back = (*deferred, *(c for c in wanted if deferred and isinstance(c, AddClientSecret)))
    changes = tuple(c for c in wanted if c not in held_back)
    return Plan(
        purpose=purpose,
        changes=changes,
        deferred=deferred,
        blockers=tuple(_blockers(blueprint, observed, changes, purpose)),
        left_alone=tuple(left_alone(blueprint, answers, observed)) if purpose not in _NARROW else (),
        notices=tuple(notices(blueprint, observed, changes, deferred, now=now, purpose=purpose)),
    )


_NARROW = (Purpose.CHECK, Purpose.REMOVE, Purpose.GRANT)
"""What leaves the app registration alone as a whole, or nothing of it."""


def _set_up(
    blueprint: Blueprint, answers: Answers, observed: ObservedTenant, now: datetime, *, new_secret: bool
) -> Iterator[Change]:
    if answers.redirect_uri is None:
        raise error(Code.NO_CONTACT_CENTER)
    required = observed.graph.required(blueprint)
    registration = observed.registration
    if registration is None:
        yield CreateAppRegistration(display_name=answers.app_name, redirect_uri=answers.redirect_uri, required=required)
    else:
        if registration.deleted is not None:
            yield RestoreAppRegistration(object_id=registration.object_id, display_name=registration.display_name)
        yield from _update(blueprint, answers, answers.redirect_uri, registration, required)
    if observed.service_principal is not None and not observed.service_principal.enabled:
        yield EnableServicePrincipal(object_id=observed.service_principal.object_id)
    yield from _consents(blueprint, observed)
    if registration is not None:
        yield from (RemoveClientSecret(secret=s) for s in registration.unsaved_secrets(blueprint.tag))
    if new_secret or registration is None or not registration.valid_secrets(blueprint.tag, now):
        yield AddClientSecret(expires=_expiry(answers, observed, now), or_shorter=answers.or_shorter)


def _update(
    blueprint: Blueprint,
    answers: Answers,
    redirect_uri: str,
    registration: AppRegistration,
    required: frozenset[tuple[str, str]],
) -> Iterator[UpdateAppRegistration]:
    add_uris = () if redirect_uri in registration.redirect_uris else (redirect_uri,)
    remove_uris = registration.other_redirect_uris(blueprint, redirect_uri) if answers.remove_old_uri else ()
    audience = None if registration.audience == blueprint.audience else blueprint.audience
    undeclared = required - registration.declared
    settle_tags = registration.settled_tags(blueprint.tag) != registration.tags
    if add_uris or remove_uris or audience or undeclared or settle_tags:
        yield UpdateAppRegistration(
            object_id=registration.object_id,
            add_uris=add_uris,
            remove_uris=remove_uris,
            audience=audience,
            old_audience=registration.audience,
            declare=undeclared,
            settle_tags=settle_tags,
            adopts=settle_tags and not registration.is_ours(blueprint),
        )


def _consents(blueprint: Blueprint, observed: ObservedTenant) -> Iterator[Change]:
    """The service principal that consent hangs on, and the consent that is missing."""
    if observed.service_principal is None:
        yield CreateServicePrincipal()
    granted = observed.granted(PermissionKind.DELEGATED)
    delegated = tuple(p for p in blueprint.of(PermissionKind.DELEGATED) if p.name not in granted)
    if delegated:
        yield GrantDelegatedPermissions(permissions=delegated)
    published = observed.graph.application
    missing = tuple(
        p
        for p in blueprint.of(PermissionKind.APPLICATION)
        if p.name in published and published[p.name].id not in observed.granted_roles
    )
    if missing:
        yield GrantApplicationPermissions(permissions=missing, role_ids=tuple(published[p.name].id for p in missing))


def _removal(observed: ObservedTenant) -> Iterator[Change]:
    if observed.service_principal is not None:
        yield DeleteServicePrincipal(object_id=observed.service_principal.object_id)
    if observed.registration is not None:
        yield DeleteAppRegistration(
            object_id=observed.registration.object_id, display_name=observed.registration.display_name
        )


def _expiry(answers: Answers, observed: ObservedTenant, now: datetime) -> datetime:
    wanted = answers.secret_lifetime.expires(now)
    allowed = observed.secret_policy.max_days
    return wanted if allowed is None else min(wanted, now + timedelta(days=allowed * _OF_LONGEST))


def _blockers(
    blueprint: Blueprint, observed: ObservedTenant, changes: tuple[Change, ...], purpose: Purpose
) -> Iterator[InstallerError]:
    yield from _wrong_registration(blueprint, observed, purpose)
    if purpose in (Purpose.CHECK, Purpose.REMOVE):
        return
    for permission in observed.graph.missing(blueprint):
        yield error(Code.PERMISSION_NOT_PUBLISHED, permission=permission.name, kind=permission.kind)
    account = observed.signed_in
    for change in changes:
        if isinstance(change, GrantApplicationPermissions) and not account.holds_one_of(CONSENT_APPLICATION):
            names = ", ".join(change.names)
            yield error(Code.ROLE_FOR_APPLICATION_PERMISSIONS, user=account.user_principal_name, names=names)
        elif isinstance(change, GrantDelegatedPermissions) and not account.holds_one_of(CONSENT_DELEGATED):
            yield error(Code.ROLE_FOR_DELEGATED_PERMISSIONS, user=account.user_principal_name)


def _wrong_registration(blueprint: Blueprint, observed: ObservedTenant, purpose: Purpose) -> Iterator[InstallerError]:
    """Why there is no app registration that this purpose could work on."""
    registration = observed.registration
    if observed.duplicates and not observed.chosen:
        ids = ", ".join(r.app_id for r in (registration, *observed.duplicates) if r is not None)
        yield error(Code.SEVERAL_REGISTRATIONS, ids=ids)
    if registration is None:
        if purpose not in (Purpose.SET_UP, Purpose.REPAIR, Purpose.MOVE):
            yield error(Code.NOT_SET_UP, organization=observed.signed_in.organization)
            return
        for other in observed.others:
            yield error(Code.FOREIGN_REGISTRATION, name=other.display_name, client_id=other.app_id)
    elif purpose in (Purpose.REMOVE, Purpose.GRANT) and registration.deleted is not None:
        yield error(Code.NOT_SET_UP, organization=observed.signed_in.organization)
    elif purpose in (Purpose.REMOVE, Purpose.GRANT) and not registration.is_ours(blueprint):
        yield error(Code.NOT_OURS, name=registration.display_name, client_id=registration.app_id)
