"""Where each permission of the blueprint stands in the tenant."""

from __future__ import annotations

from dataclasses import dataclass

from emi_installer.core.desired.blueprint import Blueprint, Permission, PermissionKind
from emi_installer.core.observed.tenant import ObservedTenant, PublishedPermission


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionState:
    """A permission as the tenant has it.

    `published` is None where this cloud's Microsoft Graph does not offer it. `declared` stands on the app
    registration, `granted` means admin consent, and `deferred` that only a colleague with another role can grant it.
    """

    permission: Permission
    published: PublishedPermission | None
    declared: bool
    granted: bool
    deferred: bool

    @property
    def in_place(self) -> bool:
        """Both declared and granted: nothing is left to do."""
        return self.declared and self.granted


def permission_states(blueprint: Blueprint, observed: ObservedTenant) -> tuple[PermissionState, ...]:
    """The state of every permission, in the blueprint's order."""
    return tuple(_state(permission, observed) for permission in blueprint.permissions)


def _state(permission: Permission, observed: ObservedTenant) -> PermissionState:
    published = observed.graph.of(permission.kind).get(permission.name)
    granted = permission.name in observed.granted(permission.kind)
    application = permission.kind is PermissionKind.APPLICATION
    return PermissionState(
        permission=permission,
        published=published,
        declared=observed.declares(permission),
        granted=granted,
        deferred=application
        and published is not None
        and not granted
        and observed.signed_in.may_not_grant_application_permissions,
    )
