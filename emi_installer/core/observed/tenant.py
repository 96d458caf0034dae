"""What is in the tenant: app registration, service principal, grants and client-secret metadata.

Nothing here is a secret: Microsoft never gives a client secret a second time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from emi_installer.core.desired.blueprint import GRAPH_APP_ID, Blueprint, Permission, PermissionKind
from emi_installer.core.observed.account import SignedIn
from emi_installer.core.observed.holders import FederatedHolder, Holder, Owner, Platform, RedirectHolder

SECRET_NAME = "EMI installer"  # noqa: S105 - the start of a display name
"""How the display name of each client secret of ours starts; a day and the token of the run follow."""

EXPIRES_SOON = timedelta(days=30)
"""A client secret that expires within this time deserves attention."""

_CLOCK = timedelta(minutes=5)
"""Microsoft allows clocks to differ by so much;
https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens."""

RESTORABLE = timedelta(days=30)
"""How long Microsoft keeps what was deleted; https://learn.microsoft.com/graph/api/directory-deleteditems-restore."""

UNSAVED = "-unsaved-"
"""Between our tag and a token: the secret that carries this token was not saved by anybody yet."""

_NAME = re.compile(rf"{SECRET_NAME} \d{{4}}-\d\d-\d\d \(([0-9a-f]{{6}})\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPermission:
    """A permission as this tenant's Microsoft Graph publishes it."""

    id: str
    admin_consent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedGraph:
    """The tenant's own service principal of Microsoft Graph; only enabled permissions are listed."""

    service_principal_id: str
    delegated: Mapping[str, PublishedPermission]
    application: Mapping[str, PublishedPermission]

    def of(self, kind: PermissionKind) -> Mapping[str, PublishedPermission]:
        """The published permissions of one kind, by name."""
        return self.delegated if kind is PermissionKind.DELEGATED else self.application

    def missing(self, blueprint: Blueprint) -> tuple[Permission, ...]:
        """What the blueprint asks for and this tenant's Microsoft Graph does not publish."""
        return tuple(p for p in blueprint.permissions if p.name not in self.of(p.kind))

    def required(self, blueprint: Blueprint) -> frozenset[tuple[str, str]]:
        """What the blueprint asks for and is published, as (permission id, "Scope" | "Role") pairs."""
        return frozenset(
            (published.id, p.kind.wire)
            for p in blueprint.permissions
            if (published := self.of(p.kind).get(p.name)) is not None
        )

    def names(self, kind: PermissionKind, ids: frozenset[str]) -> tuple[str, ...]:
        """The names of permission `ids`, sorted; an id that is not published stays as it is."""
        by_id = {p.id: name for name, p in self.of(kind).items()}
        return tuple(sorted(by_id.get(id_, id_) for id_ in ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretMetadata:
    """What Microsoft still tells about a client secret; `created` and `expires` are in UTC."""

    key_id: str
    name: str
    expires: datetime
    created: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Whether this program made it."""
        return _NAME.fullmatch(self.name) is not None

    @property
    def token(self) -> str | None:
        """The mark of the run that made it."""
        match = _NAME.fullmatch(self.name)
        return match[1] if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRegistration:
    """An app registration; `required` maps a resource's app id to its (permission id, "Scope" | "Role") pairs.

    `created` and `deleted` are in UTC; one that is `deleted` can still be restored. `ways_in` are those that stand on
    the object itself; `deactivated`: somebody switched it off; `disabled_by_microsoft`: Microsoft did.
    """

    object_id: str
    app_id: str
    display_name: str
    unique_name: str | None
    tags: tuple[str, ...]
    audience: str
    redirect_uris: tuple[str, ...]
    required: Mapping[str, frozenset[tuple[str, str]]]
    secrets: tuple[SecretMetadata, ...]
    created: datetime | None = None
    deleted: datetime | None = None
    ways_in: tuple[Holder, ...] = ()
    deactivated: bool = False
    disabled_by_microsoft: bool = False

    def is_ours(self, blueprint: Blueprint) -> bool:
        """Whether this program made it, or adopted it."""
        return self.unique_name == blueprint.unique_name or blueprint.tag in self.tags

    def other_redirect_uris(self, blueprint: Blueprint, redirect_uri: str | None) -> tuple[str, ...]:
        """Redirect URIs of contact centers, besides `redirect_uri`."""
        return tuple(u for u in self.redirect_uris if u.endswith(blueprint.redirect_path) and u != redirect_uri)

    def misplaced(self, blueprint: Blueprint, redirect_uri: str | None) -> tuple[RedirectHolder, ...]:
        """Where the contact center's address (None: any) stands on a platform other than Web, which alone has secrets.

        Source: https://learn.microsoft.com/entra/identity-platform/reply-url.
        """
        return tuple(
            way
            for way in (*self.addresses(Platform.SPA), *self.addresses(Platform.PUBLIC_CLIENT))
            if (way.uri == redirect_uri if redirect_uri else way.uri.endswith(blueprint.redirect_path))
        )

    def addresses(self, platform: Platform) -> tuple[RedirectHolder, ...]:
        """The redirect URIs on one platform."""
        return tuple(way for way in self.ways_in if isinstance(way, RedirectHolder) and way.platform is platform)

    def unsaved_tokens(self, tag: str) -> frozenset[str]:
        """The marks of secrets that nobody saved, from our tags."""
        start = tag + UNSAVED
        return frozenset(t.removeprefix(start) for t in self.tags if t.startswith(start))

    def settled_tags(self, tag: str, saved: str | None = None) -> tuple[str, ...]:
        """The tags as they should be: with ours, and without marks of secrets that are gone or `saved` by now."""
        waiting = {s.token for s in self.secrets} - {saved}
        stale = {tag + UNSAVED + token for token in self.unsaved_tokens(tag) - waiting}
        kept = tuple(t for t in self.tags if t not in stale)
        return kept if tag in kept else (*kept, tag)

    def with_saved(self, tag: str, key_id: str) -> AppRegistration:
        """The same, where the client secret with this key id is not marked as unsaved."""
        marks = {f"{tag}{UNSAVED}{s.token}" for s in self.secrets if s.key_id == key_id.lower()}
        return replace(self, tags=tuple(t for t in self.tags if t not in marks))

    def unsaved_secrets(self, tag: str) -> tuple[SecretMetadata, ...]:
        """Secrets of ours that exist although nobody saved them."""
        tokens = self.unsaved_tokens(tag)
        return tuple(s for s in self.secrets if s.token in tokens)

    def valid_secrets(self, tag: str, now: datetime) -> tuple[SecretMetadata, ...]:
        """Secrets of ours that somebody has and that have not expired."""
        unsaved = self.unsaved_secrets(tag)
        return tuple(s for s in self.secrets if s.is_ours and s.expires > now and s not in unsaved)

    @property
    def declared(self) -> frozenset[tuple[str, str]]:
        """The permissions of Microsoft Graph that it asks for, as (permission id, "Scope" | "Role") pairs."""
        return self.required.get(GRAPH_APP_ID, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """The app registration's face in this tenant; admin consent hangs on it.

    `assignment_required`: only people who are assigned to it may sign in; the rest as for `AppRegistration`.
    """

    object_id: str
    enabled: bool
    ways_in: tuple[Holder, ...] = ()
    assignment_required: bool = False
    deactivated: bool = False
    disabled_by_microsoft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedGrant:
    """The tenant-wide consent to delegated permissions of Microsoft Graph."""

    id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPolicy:
    """The tenant's rule for client secrets, as far as it could be read; `max_days` None means no limit is known."""

    forbidden: bool = False
    max_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedTenant:
    """Everything that planning looks at.

    `registration` is the one to work on: ours, or the one that the person has `chosen`. `duplicates` are further ones
    of ours, `deleted` are ours that can still be restored; `others` are not ours but look as if they did the job.
    """

    signed_in: SignedIn
    graph: PublishedGraph
    registration: AppRegistration | None = None
    duplicates: tuple[AppRegistration, ...] = ()
    others: tuple[AppRegistration, ...] = ()
    deleted: tuple[AppRegistration, ...] = ()
    chosen: bool = False
    clock_ahead: float = 0.0  # seconds by which the clock of this computer is ahead of Microsoft's
    service_principal: ServicePrincipal | None = None
    delegated_grant: DelegatedGrant | None = None
    granted_roles: frozenset[str] = frozenset()
    secret_policy: SecretPolicy = field(default_factory=SecretPolicy)
    owners: tuple[Owner, ...] = ()
    federated: tuple[FederatedHolder, ...] = ()

    @property
    def clock_error(self) -> timedelta | None:
        """By how much the clock of this computer is ahead, or behind where negative; None where that does no harm."""
        ahead = timedelta(seconds=self.clock_ahead)
        return ahead if abs(ahead) > _CLOCK else None

    @property
    def ways_in(self) -> tuple[Holder, ...]:
        """Everything by which somebody could use the application, whoever it is."""
        on_registration = self.registration.ways_in if self.registration else ()
        on_principal = self.service_principal.ways_in if self.service_principal else ()
        return (*self.owners, *on_registration, *on_principal, *self.federated)

    @property
    def disabled_by_microsoft(self) -> bool:
        """Whether Microsoft disabled the application, by either of its objects."""
        return any(one is not None and one.disabled_by_microsoft for one in (self.registration, self.service_principal))

    @property
    def deactivated(self) -> bool:
        """Whether somebody deactivated the application, by either of its objects."""
        return any(one is not None and one.deactivated for one in (self.registration, self.service_principal))

    @property
    def candidates(self) -> tuple[AppRegistration, ...]:
        """Every app registration that a person may choose to work on."""
        first = () if self.registration is None else (self.registration,)
        rest = (*self.duplicates, *self.others, *self.deleted)
        return (*first, *(r for r in rest if r not in first))

    def declares(self, permission: Permission) -> bool:
        """Whether the app registration asks for `permission`."""
        published = self.graph.of(permission.kind).get(permission.name)
        if published is None or self.registration is None:
            return False
        return (published.id, permission.kind.wire) in self.registration.declared

    def granted(self, kind: PermissionKind) -> frozenset[str]:
        """The names of the permissions of one kind that have admin consent."""
        if kind is PermissionKind.APPLICATION:
            return frozenset(self.graph.names(kind, self.granted_roles))
        published = {name.casefold(): name for name in self.graph.delegated}
        scopes = self.delegated_grant.scopes if self.delegated_grant else ()
        return frozenset(published.get(scope.casefold(), scope) for scope in scopes)
