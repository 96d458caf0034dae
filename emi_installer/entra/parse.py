"""From the objects of Graph to our values; what is missing or misshapen raises InstallerError "answer-unreadable"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.observed.tenant import (
    AppRegistration,
    DelegatedGrant,
    PublishedGraph,
    PublishedPermission,
    SecretMetadata,
    SecretPolicy,
    ServicePrincipal,
)
from emi_installer.entra import ways_in
from emi_installer.entra.values import Json, addresses, end, inside, instant, items, line, start, strings, text

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?"
)
_CENTURY = 36500.0
_RESTRICTION_ON = ("passwordAddition", "customPasswordAddition")


def _id(body: Json, key: str) -> str:
    """An id to compare with others: GUIDs are equal whatever their case."""
    return str(body.get(key) or "").lower()


def _moment(value: object) -> datetime | None:
    return instant(value) if value else None


def app_registration(body: Json) -> AppRegistration:
    """An application object."""
    return AppRegistration(
        object_id=text(body, "id"),
        app_id=text(body, "appId").lower(),
        display_name=line(body.get("displayName")),
        unique_name=body.get("uniqueName") if isinstance(body.get("uniqueName"), str) else None,
        tags=strings(body.get("tags")),
        audience=str(body.get("signInAudience") or ""),
        redirect_uris=addresses(inside(body, "web").get("redirectUris")),
        required=_required(body),
        secrets=tuple(secret_metadata(one) for one in items(body.get("passwordCredentials"))),
        created=_moment(body.get("createdDateTime")),
        deleted=_moment(body.get("deletedDateTime")),
        ways_in=ways_in.on_application(body),
        deactivated=body.get("isDisabled") is True,
        disabled_by_microsoft=_disabled(body),
    )


def _required(body: Json) -> dict[str, frozenset[tuple[str, str]]]:
    """The declared permissions by API; what was made by hand may have several blocks of one."""
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for resource in items(body.get("requiredResourceAccess")):
        api = _id(resource, "resourceAppId")
        pairs = ((_id(one, "id"), str(one.get("type"))) for one in items(resource.get("resourceAccess")))
        found[api] = found.get(api, frozenset()).union(pairs)
    return found


def deleted_registration(body: Json) -> AppRegistration | None:
    """An application object among the deleted items; None where it says too little to be restored by."""
    try:
        found = app_registration(body)
    except InstallerError:
        return None
    return found if found.deleted is not None else None


def secret_metadata(body: Json) -> SecretMetadata:
    """An entry of passwordCredentials."""
    return SecretMetadata(
        key_id=text(body, "keyId").lower(),
        name=line(body.get("displayName")),
        expires=end(body),
        created=start(body),
    )


def service_principal(body: Json | None) -> ServicePrincipal | None:
    """A service principal object, if there is one."""
    if body is None:
        return None
    return ServicePrincipal(
        object_id=text(body, "id"),
        enabled=body.get("accountEnabled") is not False,
        ways_in=ways_in.on_principal(body),
        assignment_required=body.get("appRoleAssignmentRequired") is True,
        deactivated=body.get("isDisabled") is True,
        disabled_by_microsoft=_disabled(body),
    )


def _disabled(body: Json) -> bool:
    """Whether Microsoft disabled it; https://learn.microsoft.com/graph/api/resources/application."""
    return body.get("disabledByMicrosoftStatus") not in (None, "NotDisabled")


def tenant_wide_grant(grants: Iterable[Json], resource_id: str) -> DelegatedGrant | None:
    """The consent for everybody to permissions of the resource, among all grants of the application."""
    for grant in grants:
        if grant.get("consentType") == "AllPrincipals" and _id(grant, "resourceId") == resource_id:
            return DelegatedGrant(id=text(grant, "id"), scopes=tuple(str(grant.get("scope") or "").split()))
    return None


def granted_roles(assignments: Iterable[Json], resource_id: str) -> frozenset[str]:
    """The ids of the application permissions of the resource, among all assignments of the application."""
    return frozenset(_id(one, "appRoleId") for one in assignments if _id(one, "resourceId") == resource_id)


def published_graph(body: Json) -> PublishedGraph:
    """Microsoft Graph's own service principal; permissions that are switched off are left out."""
    return PublishedGraph(
        service_principal_id=text(body, "id").lower(),
        delegated={
            str(one.get("value")): PublishedPermission(
                id=text(one, "id").lower(), admin_consent=one.get("type") == "Admin"
            )
            for one in items(body.get("oauth2PermissionScopes"))
            if one.get("isEnabled") is not False
        },
        application={
            str(one.get("value")): PublishedPermission(id=text(one, "id").lower(), admin_consent=True)
            for one in items(body.get("appRoles"))
            if one.get("isEnabled") is not False and "Application" in strings(one.get("allowedMemberTypes"))
        },
    )


def secret_policy(body: Json) -> SecretPolicy:
    """The tenant's default rule for client secrets.

    Source: https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy.
    """
    restrictions = body.get("applicationRestrictions")
    if body.get("isEnabled") is not True or not isinstance(restrictions, dict):
        return SecretPolicy()
    forbidden, max_days = False, None
    for one in items(restrictions.get("passwordCredentials")):
        if one.get("state") == "disabled":
            continue
        kind = one.get("restrictionType")
        forbidden = forbidden or kind == "passwordAddition"
        if kind == "passwordLifetime" and (limit := duration_days(str(one.get("maxLifetime") or ""))):
            max_days = limit
    return SecretPolicy(forbidden=forbidden, max_days=max_days)


def duration_days(value: str) -> float | None:
    """The days of an ISO 8601 duration such as P90D, a century at most; a month counts 30 days, a year 365."""
    found = _DURATION.fullmatch(value)
    if not found:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    whole = 365 * years + 30 * months + 7 * weeks + days
    return min(_CENTURY, whole + (hours * 3600 + minutes * 60 + seconds) / 86400) or None
