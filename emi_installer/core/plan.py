"""From what is wanted and what was found to what will be done: `make_plan`.

    CreateAppRegistration | UpdateAppRegistration → CreateServicePrincipal | EnableServicePrincipal
        → GrantDelegatedPermissions, GrantApplicationPermissions, RemoveClientSecret → AddClientSecret

A plan proposes only what is missing, and never to touch what is not ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from emi_installer.core.account import CONSENT_APPLICATION, CONSENT_DELEGATED
from emi_installer.core.answers import Answers, ContactCenter
from emi_installer.core.blueprint import GRAPH_APP_ID, Blueprint, Permission, PermissionKind
from emi_installer.core.errors import InstallerError, error
from emi_installer.core.tenant import AppRegistration, ObservedTenant, SecretMetadata
from emi_installer.core.verification import SOON, valid_secrets, wire_type


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAppRegistration:
    """Register the application, complete with redirect URI, audience and declared permissions.

    `required` are (permission id, "Scope" | "Role") pairs of Microsoft Graph.
    """

    display_name: str
    redirect_uri: str
    required: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAppRegistration:
    """Set properties that drifted; None leaves a property alone. Lists are complete: they replace what is there."""

    object_id: str
    drift: tuple[str, ...]
    redirect_uris: tuple[str, ...] | None = None
    audience: str | None = None
    required: Mapping[str, frozenset[tuple[str, str]]] | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateServicePrincipal:
    """Make the application known in this tenant, so that consent can be given to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableServicePrincipal:
    """Allow sign-ins again."""

    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDelegatedPermissions:
    """Consent to delegated permissions for everybody in the tenant."""

    permissions: tuple[Permission, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the permissions."""
        return tuple(p.name for p in self.permissions)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantApplicationPermissions:
    """Grant application permissions; `role_ids` are their ids, in the same order."""

    permissions: tuple[Permission, ...]
    role_ids: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the permissions."""
        return tuple(p.name for p in self.permissions)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveClientSecret:
    """Remove a client secret of ours: one that nobody saved, or else one that a new secret replaces."""

    secret: SecretMetadata
    unseen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClientSecret:
    """Make a client secret that expires at `expires` (UTC)."""

    expires: datetime


Change = (
    CreateAppRegistration
    | UpdateAppRegistration
    | CreateServicePrincipal
    | EnableServicePrincipal
    | GrantDelegatedPermissions
    | GrantApplicationPermissions
    | RemoveClientSecret
    | AddClientSecret
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done, what stands in the way, and what stays as it is.

    `left_alone` and `notices` are sentences; `drift` are the sentences of the update, if there is one.
    """

    changes: tuple[Change, ...]
    blockers: tuple[InstallerError, ...] = ()
    left_alone: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def makes_secret(self) -> bool:
        """Whether carrying it out yields a client secret."""
        return any(isinstance(c, AddClientSecret) for c in self.changes)


def make_plan(
    blueprint: Blueprint, answers: Answers, observed: ObservedTenant, *, now: datetime, new_secret: bool = False
) -> Plan:
    """What has to change so that `observed` holds what `blueprint` and `answers` ask for; `now` is in UTC.

    `new_secret` asks for another client secret though there is a valid one.

    Raises InstallerError "no-contact-center" when the answers lack the contact center URL.
    """
    if answers.contact_center is None:
        raise error("no-contact-center")
    unpublished = observed.graph.missing(blueprint)
    required = _required(blueprint, observed)
    registration = observed.registration
    changes: list[Change] = []
    if registration is None:
        changes.append(
            CreateAppRegistration(
                display_name=answers.app_name,
                redirect_uri=answers.contact_center.redirect_uri(blueprint),
                required=required,
            )
        )
    else:
        changes.extend(_update(blueprint, answers.contact_center, registration, required))
    changes.extend(_principal(observed))
    changes.extend(_grants(blueprint, observed))
    if registration is not None:
        changes.extend(RemoveClientSecret(secret=s) for s in registration.unseen_secrets(blueprint.tag))
    if new_secret or registration is None or not valid_secrets(blueprint, registration, now):
        changes.append(AddClientSecret(expires=_expiry(answers, observed, now)))
    blockers = [error("permission-not-published", permission=p.name, kind=p.kind) for p in unpublished]
    blockers.extend(_blockers(observed, tuple(changes)))
    return Plan(
        changes=tuple(changes),
        blockers=tuple(blockers),
        left_alone=tuple(_left_alone(blueprint, answers, observed)),
        notices=tuple(_notices(blueprint, observed, tuple(changes), now)),
    )


def _required(blueprint: Blueprint, observed: ObservedTenant) -> frozenset[tuple[str, str]]:
    return frozenset(
        (published.id, wire_type(p.kind))
        for p in blueprint.permissions
        if (published := observed.graph.of(p.kind).get(p.name)) is not None
    )


def _update(
    blueprint: Blueprint,
    contact_center: ContactCenter,
    found: AppRegistration,
    required: frozenset[tuple[str, str]],
) -> Iterator[UpdateAppRegistration]:
    drift: list[str] = []
    redirect_uri = contact_center.redirect_uri(blueprint)
    adds_uri = redirect_uri not in found.redirect_uris
    if adds_uri:
        drift.append(f"add the redirect URI {redirect_uri}")
    audience_differs = found.audience != blueprint.audience
    if audience_differs:
        drift.append(f"allow accounts of this organization only (now {found.audience})")
    declared = found.required.get(GRAPH_APP_ID, frozenset())
    undeclared = required - declared
    if undeclared:
        drift.append(f"declare {len(undeclared)} missing permission{'s' if len(undeclared) > 1 else ''}")
    tags = found.settled_tags(blueprint.tag)
    if tags != found.tags:
        drift.append("correct the mark of this installer")
    if drift:
        yield UpdateAppRegistration(
            object_id=found.object_id,
            drift=tuple(drift),
            redirect_uris=(*found.redirect_uris, redirect_uri) if adds_uri else None,
            audience=blueprint.audience if audience_differs else None,
            required={**found.required, GRAPH_APP_ID: declared | required} if undeclared else None,
            tags=tags if tags != found.tags else None,
        )


def _principal(observed: ObservedTenant) -> Iterator[Change]:
    if observed.service_principal is None:
        yield CreateServicePrincipal()
    elif not observed.service_principal.enabled:
        yield EnableServicePrincipal(object_id=observed.service_principal.object_id)


def _grants(blueprint: Blueprint, observed: ObservedTenant) -> Iterator[Change]:
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


def _expiry(answers: Answers, observed: ObservedTenant, now: datetime) -> datetime:
    wanted = answers.secret_lifetime.expires(now)
    allowed = observed.secret_policy.max_days
    return wanted if allowed is None else min(wanted, now + timedelta(days=allowed))


def _blockers(observed: ObservedTenant, changes: tuple[Change, ...]) -> Iterator[InstallerError]:
    who = observed.signed_in.user_principal_name
    if observed.duplicates:
        ids = ", ".join(r.app_id for r in (observed.registration, *observed.duplicates) if r is not None)
        yield error("several-registrations", ids=ids)
    if observed.registration is None:
        for other in observed.others:
            yield error("foreign-registration", name=other.display_name, client_id=other.app_id)
    lacks_application = not observed.signed_in.holds_one_of(CONSENT_APPLICATION)
    lacks_delegated = not observed.signed_in.holds_one_of(CONSENT_DELEGATED)
    for change in changes:
        if isinstance(change, GrantApplicationPermissions) and lacks_application:
            yield error("role-for-application-permissions", user=who, names=", ".join(change.names))
        elif isinstance(change, GrantDelegatedPermissions) and lacks_delegated:
            yield error("role-for-delegated-permissions", user=who)


def _left_alone(blueprint: Blueprint, answers: Answers, observed: ObservedTenant) -> Iterator[str]:
    registration = observed.registration
    if registration is None:
        return
    if registration.display_name != answers.app_name:
        yield f"The app registration is called {registration.display_name}; it keeps that name."
    wanted = answers.contact_center.redirect_uri(blueprint) if answers.contact_center else None
    for uri in registration.redirect_uris:
        if uri != wanted:
            yield f"Redirect URI {uri}"
    foreign = [s for s in registration.secrets if not s.is_ours]
    if foreign:
        yield f"{len(foreign)} client secret{'s' if len(foreign) > 1 else ''} not made by this installer"
    for kind in PermissionKind:
        for name in sorted(observed.granted(kind) - set(blueprint.names(kind))):
            yield f"Granted {kind} permission {name}, which EMI does not need"
    declared = registration.required.get(GRAPH_APP_ID, frozenset()) - _required(blueprint, observed)
    if declared:
        yield f"{len(declared)} declared permission{'s' if len(declared) > 1 else ''} that EMI does not need"
    for app_id in sorted(registration.required.keys() - {GRAPH_APP_ID}):
        yield f"Declared permissions of another API ({app_id})"


def _notices(
    blueprint: Blueprint, observed: ObservedTenant, changes: tuple[Change, ...], now: datetime
) -> Iterator[str]:
    allowed = observed.secret_policy.max_days
    if allowed is not None and any(isinstance(c, AddClientSecret) for c in changes):
        yield f"Your organization allows client secrets to live {allowed:.0f} days at most."
    if observed.secret_policy.forbidden and any(isinstance(c, AddClientSecret) for c in changes):
        yield (
            "Your organization does not allow client secrets, unless this app registration is exempt from that rule. "
            "Microsoft decides when the client secret is made, which is last; everything else stays in place."
        )
    registration = observed.registration
    if registration is None:
        return
    for secret in registration.unseen_secrets(blueprint.tag):
        yield f"The client secret {secret.name} exists, but nobody saved it: it is replaced."
    last = max(valid_secrets(blueprint, registration, now), key=lambda s: s.expires, default=None)
    if last is not None and last.expires - now <= SOON:
        left = (last.expires - now).days
        yield f"The client secret expires in {left} days, on {last.expires.date().isoformat()}."
