"""The changes that a plan is made of: one type each, values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emi_installer.core.desired.blueprint import Permission
from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientHolder,
    FederatedHolder,
    Owner,
    PasswordHolder,
    RedirectHolder,
    SwitchHolder,
)
from emi_installer.core.observed.tenant import SecretMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAppRegistration:
    """Register the application, complete with redirect URI, audience and declared permissions.

    `required` are (permission id, "Scope" | "Role") pairs of Microsoft Graph; `unique`: it gets our unique name, which
    one that is there already may hold.
    """

    display_name: str
    redirect_uri: str
    required: frozenset[tuple[str, str]]
    unique: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreAppRegistration:
    """Bring back an app registration that was deleted within 30 days, with its client secrets."""

    object_id: str
    display_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAppRegistration:
    """Correct what drifted, in sentences `drift`; it is merged into what the app registration then holds.

    `declare` are permissions of Microsoft Graph to add; `audience` None leaves it alone; `settle_tags` puts our tag
    there and takes away marks of client secrets that are gone.
    """

    object_id: str
    drift: tuple[str, ...]
    add_uris: tuple[str, ...] = ()
    remove_uris: tuple[str, ...] = ()
    audience: str | None = None
    declare: frozenset[tuple[str, str]] = frozenset()
    settle_tags: bool = False


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
    unsaved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClientSecret:
    """Make a client secret that expires at `expires` (UTC), or sooner where `or_shorter` and the tenant limits it."""

    expires: datetime
    or_shorter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveOwner:
    """Take an owner off the app registration, the service principal, or both."""

    holder: Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCredential:
    """Remove a client secret or certificate of somebody else, from whichever object it is on."""

    holder: PasswordHolder | CertificateHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFederatedCredential:
    """No longer accept tokens of another issuer."""

    holder: FederatedHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRedirectUri:
    """No longer send sign-ins to an address."""

    holder: RedirectHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOff:
    """Switch off what lets others get tokens without a credential."""

    holder: SwitchHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveClient:
    """No longer let another application in."""

    holder: ClientHolder


Removal = RemoveOwner | RemoveCredential | RemoveFederatedCredential | RemoveRedirectUri | SwitchOff | RemoveClient
"""What takes a way in from somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteServicePrincipal:
    """Remove the application from Enterprise applications, and with it every consent."""

    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAppRegistration:
    """Delete the app registration; Microsoft keeps it for 30 days."""

    object_id: str
    display_name: str


Change = (
    CreateAppRegistration
    | RestoreAppRegistration
    | UpdateAppRegistration
    | CreateServicePrincipal
    | EnableServicePrincipal
    | GrantDelegatedPermissions
    | GrantApplicationPermissions
    | RemoveClientSecret
    | AddClientSecret
    | RemoveOwner
    | RemoveCredential
    | RemoveFederatedCredential
    | RemoveRedirectUri
    | SwitchOff
    | RemoveClient
    | DeleteServicePrincipal
    | DeleteAppRegistration
)
"""What can be done to a tenant, one type each."""
