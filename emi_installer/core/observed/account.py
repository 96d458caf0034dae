"""Who signed in, to which tenant, and what the directory roles of that account allow.

Source of the role ids: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference;
of what they allow: https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The directory roles that matter here, by their role template id."""

    GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
    PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
    APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
    CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
    APPLICATION_DEVELOPER = "cf1c38e5-3621-4004-a7cb-879624dced7c"


CONSENT_APPLICATION = frozenset({Role.GLOBAL_ADMINISTRATOR, Role.PRIVILEGED_ROLE_ADMINISTRATOR})
"""The roles that may grant application permissions of Microsoft Graph."""

CONSENT_DELEGATED = CONSENT_APPLICATION | {
    Role.APPLICATION_ADMINISTRATOR,
    Role.CLOUD_APPLICATION_ADMINISTRATOR,
}
"""The roles that may consent to delegated permissions for everybody in the tenant."""

MANAGE_APPLICATIONS = frozenset(
    {Role.GLOBAL_ADMINISTRATOR, Role.APPLICATION_ADMINISTRATOR, Role.CLOUD_APPLICATION_ADMINISTRATOR}
)
"""The roles that may change app registrations of others, and register where not everybody may."""

PERSONAL_TENANT_ID = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant in which Microsoft keeps all personal accounts."""


class Ability(StrEnum):
    """How far the directory roles of an account carry the set-up."""

    UNKNOWN = "unknown"
    EVERYTHING = "everything"
    ALL_BUT_APPLICATION_PERMISSIONS = "all-but-application-permissions"
    NO_CONSENT = "no-consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The administrator and the organization.

    `roles` are role template ids of active directory roles, or None when Microsoft would not tell.
    """

    user_name: str
    user_principal_name: str
    tenant_id: str
    organization: str
    default_domain: str
    roles: frozenset[str] | None
    role_names: tuple[str, ...] = ()
    is_guest: bool = False

    def holds_one_of(self, roles: frozenset[Role]) -> bool:
        """Whether one of `roles` is active; when the roles are unknown, Microsoft decides and this says yes."""
        return self.roles is None or not self.roles.isdisjoint(roles)

    @property
    def may_not_grant_application_permissions(self) -> bool:
        """Whether this account may give every consent but that to application permissions of Microsoft Graph."""
        return self.ability is Ability.ALL_BUT_APPLICATION_PERMISSIONS

    @property
    def ability(self) -> Ability:
        """What the directory roles allow."""
        if self.roles is None:
            return Ability.UNKNOWN
        if self.holds_one_of(CONSENT_APPLICATION):
            return Ability.EVERYTHING
        if self.holds_one_of(CONSENT_DELEGATED):
            return Ability.ALL_BUT_APPLICATION_PERMISSIONS
        return Ability.NO_CONSENT
