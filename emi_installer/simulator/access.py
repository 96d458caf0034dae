"""Who may do what: the token's scopes for each kind of call, and the directory roles behind them.

Sources: https://learn.microsoft.com/graph/permissions-reference (scopes, condensed to what this service serves) and
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference (roles).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emi_installer.simulator.errors import forbidden, unauthorized
from emi_installer.simulator.tenant import (
    APPLICATION_DEVELOPER,
    GRANTS_DELEGATED,
    MANAGES_APPLICATIONS,
    MANAGES_OWNERS,
    Entry,
    Tenant,
)
from emi_installer.simulator.tokens import read_token

Claims = dict[str, Any]

_READ_APPLICATIONS = {
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
}
_WRITE_APPLICATIONS = {"Application.ReadWrite.All"}
_READ_PEOPLE = {"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All"}
_READ_FEDERATED = {"Application.Read.All", "Application.ReadWrite.All"}
_WRITE_PRINCIPALS = _WRITE_APPLICATIONS | {"Directory.ReadWrite.All"}
_READ_GRANTS = {"Directory.Read.All", "Directory.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"}
_WRITE_GRANTS = {"DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"}
_READ_POLICIES = {"Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"}
_SCOPES: dict[str, set[str]] = {
    **{key: {"User.Read", "Directory.Read.All"} for key in ("me", "member_of", "directory_roles", "organization")},
    **dict.fromkeys(
        ("list_applications", "get_application", "list_principals", "get_principal", "list_assignments"),
        _READ_APPLICATIONS,
    ),
    **dict.fromkeys(
        ("list_assigned_to", "list_deleted", "list_deleted_principals", "get_deleted", "list_owners"),
        _READ_APPLICATIONS,
    ),
    **dict.fromkeys(("list_federated", "get_federated"), _READ_FEDERATED),
    **dict.fromkeys(("create_federated", "update_federated", "delete_federated"), _WRITE_APPLICATIONS),
    **dict.fromkeys(("add_owner", "remove_owner"), _WRITE_PRINCIPALS),
    **dict.fromkeys(("update_application", "delete_application", "restore_deleted"), _WRITE_APPLICATIONS),
    **dict.fromkeys(("create_application",), _WRITE_APPLICATIONS | {"AppRegistration.Create"}),
    **dict.fromkeys(("purge_deleted",), _WRITE_APPLICATIONS),
    **dict.fromkeys(("add_password", "remove_password", "create_principal"), _WRITE_PRINCIPALS),
    **dict.fromkeys(("update_principal", "delete_principal"), _WRITE_PRINCIPALS),
    **{key: {"AppRoleAssignment.ReadWrite.All"} for key in ("create_assignment", "delete_assignment")},
    **dict.fromkeys(("list_grants", "list_grants_of", "get_grant"), _READ_GRANTS),
    **dict.fromkeys(("create_grant", "update_grant", "delete_grant"), _WRITE_GRANTS),
    "default_policy": _READ_POLICIES,
    "application_policies": _READ_POLICIES,
}
_CLAIMS = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTcyNjI1ODEyMiJ9fX0="


def authenticate(tenant: Tenant, headers: Mapping[str, str], root: str, now: float) -> Claims:
    """The claims of the request's token; raises GraphError 401."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    claims = read_token(token) if kind == "Bearer" else None
    if claims is None or claims.get("aud") != root or claims.get("tid") != tenant.id:
        raise unauthorized("Access token is empty or invalid.")
    if claims["exp"] <= now:
        raise unauthorized("Lifetime validation failed, the token is expired.")
    if claims["iat"] < tenant.not_before:
        reason = "result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp"
        raise unauthorized(f"Continuous access evaluation resulted in challenge with {reason}", _CLAIMS)
    return claims


def check_scope(handler: str, claims: Claims) -> None:
    """Raises GraphError 403 when the token lacks every scope that allows the call."""
    held = set(str(claims.get("scp", "")).split())
    if not held & _SCOPES[handler]:
        raise forbidden()
    if handler == "create_assignment" and not held & _READ_APPLICATIONS:
        raise forbidden()
    if handler == "add_owner" and not held & {"Directory.Read.All", "Directory.ReadWrite.All"}:
        raise forbidden()


def may_read_people(claims: Claims) -> bool:
    """Whether the token lets the caller see more of a person than the object id."""
    return bool(set(str(claims.get("scp", "")).split()) & _READ_PEOPLE)


def roles(claims: Claims) -> set[str]:
    """The directory roles of the caller."""
    return set(claims.get("wids", ()))


def may_create(tenant: Tenant, claims: Claims) -> None:
    """Raises GraphError 403 unless the caller may register an application."""
    if not (roles(claims) & (MANAGES_APPLICATIONS | {APPLICATION_DEVELOPER}) or tenant.users_may_register_apps):
        raise forbidden()


def may_manage(entry: Entry, claims: Claims) -> None:
    """Raises GraphError 403 unless the caller manages applications or owns this object."""
    if not (roles(claims) & MANAGES_APPLICATIONS or claims["oid"] in entry.owners):
        raise forbidden()


def may_change_owners(entry: Entry, claims: Claims) -> None:
    """Raises GraphError 403 unless the caller manages owners or is one."""
    if not (roles(claims) & MANAGES_OWNERS or claims["oid"] in entry.owners):
        raise forbidden()


def first_owners(claims: Claims) -> list[str]:
    """Who owns what the caller makes: the caller, unless a role lets make applications for others."""
    return [] if roles(claims) & MANAGES_OWNERS else [claims["oid"]]


def may_grant_delegated(claims: Claims) -> None:
    """Raises GraphError 403 unless the caller may consent for everybody."""
    if not roles(claims) & GRANTS_DELEGATED:
        raise forbidden()
