"""Who may do what: whether a token is good, and which directory roles or owners may carry out a call.

Source of the roles: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emi_installer.simulator.errors import bad_request, forbidden, unauthorized
from emi_installer.simulator.scopes import OF_A_PERSON, READ_PEOPLE, allowing, also_needed
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
    """Raises GraphError when the token lacks every permission that allows the call, or is of the wrong kind."""
    app_only = claims.get("idtyp") == "app"
    if app_only and handler in OF_A_PERSON:
        raise bad_request("/me request is only valid with delegated authentication flow.")
    held = set(claims["roles"]) if app_only else set(str(claims.get("scp", "")).split())
    if not held & allowing(handler, app_only=app_only) or not held & also_needed(handler, held):
        raise forbidden()


def may_read_people(claims: Claims) -> bool:
    """Whether the token lets the caller see more of a person than the object id."""
    return bool(set(str(claims.get("scp", "")).split()) & READ_PEOPLE)


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
