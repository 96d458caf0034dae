"""From what is wanted and what was found to what will be done: `make_plan`.

    CreateAppRegistration | RestoreAppRegistration → UpdateAppRegistration
        → RemoveClientSecret, removal of holders → CreateServicePrincipal | EnableServicePrincipal
        → GrantDelegatedPermissions, GrantApplicationPermissions → AddClientSecret
    DeleteServicePrincipal → DeleteAppRegistration

A plan proposes only what is missing, and never to touch what is not ours. One that gives power to the application is
blocked while somebody else could use it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import Blueprint, PermissionKind
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.observed.account import CONSENT_APPLICATION, CONSENT_DELEGATED
from emi_installer.core.observed.control import Known, control, known_uri, not_in
from emi_installer.core.observed.holders import Holder, PasswordHolder
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
from emi_installer.core.plan.holding import gives, removal_of, removed_by, unwanted
from emi_installer.core.plan.inclusion import only_marks, says
from emi_installer.core.plan.notices import LeftAlone, Notice, left_alone, notices

_OF_LONGEST = 0.999
"""The part of the longest allowed lifetime that is asked for: a clock that is a little ahead then does no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done for a purpose, what stands in the way, and what stays as it is.

    `deferred` are changes that this account may not make and a colleague has to. The plan is bound to the app
    registration with `object_id`, None for one that is to be registered, and to its `holders`, who else could use it as
    far as `known` tells; those in `kept` were accepted by name.
    """

    purpose: Purpose
    changes: tuple[Change, ...]
    known: Known
    object_id: str | None = None
    holders: tuple[Holder, ...] = ()
    kept: frozenset[str] = frozenset()
    deferred: tuple[Change, ...] = ()
    blockers: tuple[InstallerError, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def makes_secret(self) -> bool:
        """Whether carrying it out yields a client secret."""
        return any(isinstance(c, AddClientSecret) for c in self.changes)

    @property
    def unresolved(self) -> tuple[Holder, ...]:
        """The holders that are neither kept on purpose nor removed by a change."""
        return tuple(not_in(self.holders, self.kept | removed_by(self.changes)))

    def is_part_of(self, shown: Plan, *, made: str = "") -> bool:
        """Whether carrying it out does nothing that `shown` did not say already.

        It must be for the same app registration, or for the one that was `made` (its object id) meanwhile, and nobody
        may be able to use that who was not shown.
        """
        same = self.object_id in (shown.object_id, made or shown.object_id)
        known = frozenset(holder.id for holder in shown.holders)
        if not same or any(not_in(self.unresolved, known)):
            return False
        return self.purpose is shown.purpose and all(
            only_marks(change) or any(says(old, change) for old in shown.changes) for change in self.changes
        )


AT_WORK = timedelta(minutes=15)
"""How long after it created a client secret a run may still be about to save it."""


def make_plan(
    blueprint: Blueprint,
    answers: Answers,
    observed: ObservedTenant,
    *,
    now: datetime,
    purpose: Purpose = Purpose.SET_UP,
    key_ids: frozenset[str] = frozenset(),
    runs: frozenset[str] = frozenset(),
) -> Plan:
    """What has to change so that `observed` holds what `blueprint` and `answers` ask for; `now` is in UTC.

    `key_ids` are those of client secrets that this program is known to have made, `runs` the tokens of runs on this
    computer. Raises InstallerError
    "no-contact-center" when the answers lack the contact center URL that is needed, "untrusted-host" when it is one
    that nobody confirmed.
    """
    known = Known(now=now, key_ids=key_ids, redirect_uri=known_uri(blueprint, answers.redirect_uri, observed))
    holders = control(observed, known)
    leaving = unwanted(holders, answers)
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
            kept = _without_secrets(observed, leaving)
            wanted = tuple(_set_up(blueprint, answers, kept, now, new_secret=purpose is Purpose.NEW_SECRET))
    defers = purpose is not Purpose.GRANT and observed.signed_in.may_not_grant_application_permissions
    deferred = tuple(c for c in wanted if defers and isinstance(c, GrantApplicationPermissions))
    held_back = (*deferred, *(c for c in wanted if deferred and isinstance(c, AddClientSecret)))
    changes = tuple(c for c in wanted if c not in held_back)
    if purpose not in (Purpose.CHECK, Purpose.REMOVE):
        changes = _with_removals(changes, leaving)
    plan = Plan(
        purpose=purpose,
        known=known,
        object_id=observed.registration.object_id if observed.registration else None,
        holders=holders,
        kept=answers.kept_holders,
        changes=changes,
        deferred=deferred,
        blockers=tuple(_blockers(blueprint, observed, changes, purpose, register_new=answers.register_new)),
        left_alone=tuple(left_alone(blueprint, answers, observed)) if purpose not in _NARROW else (),
        notices=tuple(notices(blueprint, observed, changes, deferred, now=now, purpose=purpose)),
    )
    return replace(plan, blockers=(*plan.blockers, *_held(plan), *_at_work(plan, now, runs)))


def _without_secrets(observed: ObservedTenant, leaving: tuple[Holder, ...]) -> ObservedTenant:
    """The tenant without the client secrets that are to be removed: they are nobody's valid ones."""
    registration = observed.registration
    if registration is None:
        return observed
    gone = {holder.key_id for holder in leaving if isinstance(holder, PasswordHolder)}
    kept = tuple(secret for secret in registration.secrets if secret.key_id not in gone)
    return replace(observed, registration=replace(registration, secrets=kept))


def _with_removals(changes: tuple[Change, ...], leaving: tuple[Holder, ...]) -> tuple[Change, ...]:
    """The removals before everything that gives power, and after the app registration is there."""
    before = RestoreAppRegistration | UpdateAppRegistration | RemoveClientSecret
    first = tuple(c for c in changes if isinstance(c, before))
    removals = map(removal_of, not_in(leaving, removed_by(changes)))
    return (*first, *removals, *(c for c in changes if c not in first))


def _held(plan: Plan) -> Iterator[InstallerError]:
    if plan.unresolved and gives(plan.changes):
        yield error(Code.HELD_BY_OTHERS, holders=plan.unresolved)


def _at_work(plan: Plan, now: datetime, runs: frozenset[str]) -> Iterator[InstallerError]:
    """A run elsewhere that created a client secret just now is probably still going on: it has yet to save it."""
    for change in plan.changes:
        if not isinstance(change, RemoveClientSecret) or not change.unsaved or change.secret.token in runs:
            continue
        age = now - change.secret.created if change.secret.created else AT_WORK
        if age < AT_WORK:
            left = math.ceil((AT_WORK - age) / timedelta(minutes=1))
            yield error(Code.SOMEBODY_AT_WORK, name=change.secret.name, minutes=left)


_NARROW = (Purpose.CHECK, Purpose.REMOVE, Purpose.GRANT)
"""What leaves the app registration alone as a whole, or nothing of it."""


def _set_up(
    blueprint: Blueprint, answers: Answers, observed: ObservedTenant, now: datetime, *, new_secret: bool
) -> Iterator[Change]:
    if answers.redirect_uri is None:
        raise error(Code.NO_CONTACT_CENTER)
    center = answers.contact_center
    if center is not None and not answers.host_confirmed and not blueprint.trusts(center.host):
        raise error(Code.UNTRUSTED_HOST, host=center.host)
    required = observed.graph.required(blueprint)
    registration = observed.registration
    if registration is None:
        yield CreateAppRegistration(
            display_name=answers.app_name,
            redirect_uri=answers.redirect_uri,
            required=required,
            unique=not answers.register_new,
        )
    else:
        if registration.deleted is not None:
            yield RestoreAppRegistration(object_id=registration.object_id, display_name=registration.display_name)
        yield from _update(blueprint, answers, answers.redirect_uri, registration, required)
    yield from _enable(observed)
    yield from _consents(blueprint, observed)
    if registration is not None:
        yield from (RemoveClientSecret(secret=s) for s in registration.unsaved_secrets(blueprint.tag))
    if new_secret or registration is None or not registration.valid_secrets(blueprint.tag, now):
        yield AddClientSecret(expires=_expiry(answers, observed, now), or_shorter=answers.or_shorter)


def _enable(observed: ObservedTenant) -> Iterator[EnableServicePrincipal]:
    principal, registration = observed.service_principal, observed.registration
    if principal is None or registration is None:
        return
    if not principal.enabled or observed.deactivated or principal.assignment_required:
        yield EnableServicePrincipal(
            object_id=principal.object_id,
            enable=not principal.enabled,
            reactivate=registration.object_id if observed.deactivated else "",
            for_everybody=principal.assignment_required,
        )


def _update(
    blueprint: Blueprint,
    answers: Answers,
    redirect_uri: str,
    registration: AppRegistration,
    required: frozenset[tuple[str, str]],
) -> Iterator[UpdateAppRegistration]:
    add_uris = () if redirect_uri in registration.redirect_uris else (redirect_uri,)
    move_from = tuple(way.platform for way in registration.misplaced(blueprint, redirect_uri)) if add_uris else ()
    remove_uris = registration.other_redirect_uris(blueprint, redirect_uri) if answers.remove_old_uri else ()
    audience = None if registration.audience == blueprint.audience else blueprint.audience
    undeclared = required - registration.declared
    settle_tags = registration.settled_tags(blueprint.tag) != registration.tags
    if add_uris or remove_uris or audience or undeclared or settle_tags:
        yield UpdateAppRegistration(
            object_id=registration.object_id,
            add_uris=add_uris,
            move_from=move_from,
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
    blueprint: Blueprint,
    observed: ObservedTenant,
    changes: tuple[Change, ...],
    purpose: Purpose,
    *,
    register_new: bool,
) -> Iterator[InstallerError]:
    yield from _wrong_registration(blueprint, observed, purpose, register_new=register_new)
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


def _wrong_registration(
    blueprint: Blueprint, observed: ObservedTenant, purpose: Purpose, *, register_new: bool
) -> Iterator[InstallerError]:
    """Why there is no app registration that this purpose could work on."""
    registration = observed.registration
    if observed.duplicates and not observed.chosen and not register_new:
        ids = ", ".join(r.app_id for r in (registration, *observed.duplicates) if r is not None)
        yield error(Code.SEVERAL_REGISTRATIONS, ids=ids)
    if registration is None:
        if purpose not in (Purpose.SET_UP, Purpose.REPAIR, Purpose.MOVE):
            yield error(Code.NOT_SET_UP, organization=observed.signed_in.organization)
            return
        for other in () if register_new else observed.others:
            yield error(Code.FOREIGN_REGISTRATION, name=other.display_name, client_id=other.app_id)
    elif purpose in (Purpose.REMOVE, Purpose.GRANT) and registration.deleted is not None:
        yield error(Code.NOT_SET_UP, organization=observed.signed_in.organization)
    elif purpose in (Purpose.REMOVE, Purpose.GRANT) and not registration.is_ours(blueprint):
        yield error(Code.NOT_OURS, name=registration.display_name, client_id=registration.app_id)
