"""The changes that a plan is made of: one type each, values only. The sentences are in `wording.changes`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from emi_installer.core.desired.blueprint import Permission
from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientHolder,
    FederatedHolder,
    Owner,
    PasswordHolder,
    Platform,
    RedirectHolder,
    SwitchHolder,
)
from emi_installer.core.observed.tenant import SecretMetadata


class ChangeName(StrEnum):
    """What is changed, for programs; these names do not change with the language."""

    CREATE_APP_REGISTRATION = "create-app-registration"
    RESTORE_APP_REGISTRATION = "restore-app-registration"
    UPDATE_APP_REGISTRATION = "update-app-registration"
    CREATE_SERVICE_PRINCIPAL = "create-service-principal"
    ENABLE_SERVICE_PRINCIPAL = "enable-service-principal"
    GRANT_DELEGATED_PERMISSIONS = "grant-delegated-permissions"
    GRANT_APPLICATION_PERMISSIONS = "grant-application-permissions"
    REMOVE_CLIENT_SECRET = "remove-client-secret"  # noqa: S105 - a change, not a secret
    ADD_CLIENT_SECRET = "add-client-secret"  # noqa: S105 - a change, not a secret
    REMOVE_OWNER = "remove-owner"
    REMOVE_CREDENTIAL = "remove-credential"
    REMOVE_FEDERATED_CREDENTIAL = "remove-federated-credential"
    REMOVE_REDIRECT_URI = "remove-redirect-uri"
    SWITCH_OFF = "switch-off"
    REMOVE_CLIENT = "remove-client"
    DELETE_SERVICE_PRINCIPAL = "delete-service-principal"
    DELETE_APP_REGISTRATION = "delete-app-registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAppRegistration:
    """Register the application, complete with redirect URI, audience and declared permissions.

    `required` are (permission id, "Scope" | "Role") pairs of Microsoft Graph; `unique`: it gets our unique name, which
    one that is there already may hold.
    """

    name: ClassVar[ChangeName] = ChangeName.CREATE_APP_REGISTRATION
    display_name: str
    redirect_uri: str
    required: frozenset[tuple[str, str]]
    unique: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreAppRegistration:
    """Bring back an app registration that was deleted within 30 days, with its client secrets."""

    name: ClassVar[ChangeName] = ChangeName.RESTORE_APP_REGISTRATION
    object_id: str
    display_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAppRegistration:
    """Correct what drifted; it is merged into what the app registration then holds.

    `add_uris` leave the platforms `move_from`: Microsoft allows an address on one platform alone. `declare` are
    permissions of Microsoft Graph to add; `audience` None leaves it alone, `old_audience` is what it is
    now; `settle_tags` puts our tag there, which `adopts` it where it was missing, and takes away marks of client
    secrets that are gone.
    """

    name: ClassVar[ChangeName] = ChangeName.UPDATE_APP_REGISTRATION
    object_id: str
    add_uris: tuple[str, ...] = ()
    move_from: tuple[Platform, ...] = ()
    remove_uris: tuple[str, ...] = ()
    audience: str | None = None
    old_audience: str = ""
    declare: frozenset[tuple[str, str]] = frozenset()
    settle_tags: bool = False
    adopts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateServicePrincipal:
    """Make the application known in this tenant, so that consent can be given to it."""

    name: ClassVar[ChangeName] = ChangeName.CREATE_SERVICE_PRINCIPAL


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableServicePrincipal:
    """Allow sign-ins again.

    `reactivate` is the object id of the app registration where the application was deactivated; `for_everybody`: not
    only those who are assigned to it may sign in.
    """

    name: ClassVar[ChangeName] = ChangeName.ENABLE_SERVICE_PRINCIPAL
    object_id: str
    enable: bool = True
    reactivate: str = ""
    for_everybody: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDelegatedPermissions:
    """Consent to delegated permissions for everybody in the tenant."""

    name: ClassVar[ChangeName] = ChangeName.GRANT_DELEGATED_PERMISSIONS
    permissions: tuple[Permission, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the permissions."""
        return tuple(p.name for p in self.permissions)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantApplicationPermissions:
    """Grant application permissions; `role_ids` are their ids, in the same order."""

    name: ClassVar[ChangeName] = ChangeName.GRANT_APPLICATION_PERMISSIONS
    permissions: tuple[Permission, ...]
    role_ids: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the permissions."""
        return tuple(p.name for p in self.permissions)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveClientSecret:
    """Remove a client secret of ours: one that nobody saved, or else one that a new secret replaces."""

    name: ClassVar[ChangeName] = ChangeName.REMOVE_CLIENT_SECRET
    secret: SecretMetadata
    unsaved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClientSecret:
    """Create a client secret that expires at `expires` (UTC), or sooner where `or_shorter` and the tenant limits it."""

    name: ClassVar[ChangeName] = ChangeName.ADD_CLIENT_SECRET
    expires: datetime
    or_shorter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveOwner:
    """Take an owner off the app registration, the service principal, or both."""

    name: ClassVar[ChangeName] = ChangeName.REMOVE_OWNER
    holder: Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCredential:
    """Remove a client secret or certificate of somebody else, from whichever object it is on."""

    name: ClassVar[ChangeName] = ChangeName.REMOVE_CREDENTIAL
    holder: PasswordHolder | CertificateHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFederatedCredential:
    """No longer accept tokens of another issuer."""

    name: ClassVar[ChangeName] = ChangeName.REMOVE_FEDERATED_CREDENTIAL
    holder: FederatedHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRedirectUri:
    """No longer send sign-ins to an address."""

    name: ClassVar[ChangeName] = ChangeName.REMOVE_REDIRECT_URI
    holder: RedirectHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOff:
    """Switch off what lets others get tokens without a credential."""

    name: ClassVar[ChangeName] = ChangeName.SWITCH_OFF
    holder: SwitchHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveClient:
    """No longer let another application in."""

    name: ClassVar[ChangeName] = ChangeName.REMOVE_CLIENT
    holder: ClientHolder


Removal = RemoveOwner | RemoveCredential | RemoveFederatedCredential | RemoveRedirectUri | SwitchOff | RemoveClient
"""What takes a way in from somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteServicePrincipal:
    """Remove the application from Enterprise applications, and with it every consent."""

    name: ClassVar[ChangeName] = ChangeName.DELETE_SERVICE_PRINCIPAL
    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAppRegistration:
    """Delete the app registration; Microsoft keeps it for 30 days."""

    name: ClassVar[ChangeName] = ChangeName.DELETE_APP_REGISTRATION
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
