"""New objects of the directory with every property that Graph answers, and their defaults.

Source: https://learn.microsoft.com/graph/api/resources/application and …/resources/serviceprincipal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emi_installer.simulator.tenant import Json, Tenant, new_id, timestamp

COMPLEX = ("api", "info", "parentalControlSettings", "publicClient", "spa", "verifiedPublisher", "web")
"""Properties that hold properties: what a request leaves out of them stays as it is."""

_NOBODY = {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}
_LINKS = dict.fromkeys(("logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl"))


def merged(body: Mapping[str, Any], changes: Mapping[str, Any]) -> Json:
    """`body` with `changes`, which inside of complex properties replace only what they name."""
    return {**body, **{name: _inside(name, body.get(name), value) for name, value in changes.items()}}


def _inside(name: str, old: Any, new: Any) -> Any:
    return {**old, **new} if name in COMPLEX and isinstance(old, dict) and isinstance(new, dict) else new


def new_application(tenant: Tenant, now: float, given: Mapping[str, Any]) -> Json:
    """An app registration that was made at `now` (seconds since 1970) with the `given` properties."""
    defaults: Json = {
        "id": new_id(),
        "deletedDateTime": None,
        "appId": new_id(),
        "applicationTemplateId": None,
        "disabledByMicrosoftStatus": None,
        "createdDateTime": timestamp(now),
        "displayName": None,
        "description": None,
        "groupMembershipClaims": None,
        "identifierUris": [],
        "isDeviceOnlyAuthSupported": None,
        "isDisabled": None,
        "isFallbackPublicClient": None,
        "nativeAuthenticationApisEnabled": None,
        "notes": None,
        "publisherDomain": tenant.domains[-1],
        "serviceManagementReference": None,
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "tokenEncryptionKeyId": None,
        "uniqueName": None,
        "samlMetadataUrl": None,
        "defaultRedirectUri": None,
        "certification": None,
        "optionalClaims": None,
        "servicePrincipalLockConfiguration": None,
        "requestSignatureVerification": None,
        "addIns": [],
        "api": {
            "acceptMappedClaims": None,
            "knownClientApplications": [],
            "requestedAccessTokenVersion": None,
            "oauth2PermissionScopes": [],
            "preAuthorizedApplications": [],
        },
        "appRoles": [],
        "info": dict(_LINKS),
        "keyCredentials": [],
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "passwordCredentials": [],
        "publicClient": {"redirectUris": []},
        "requiredResourceAccess": [],
        "verifiedPublisher": dict(_NOBODY),
        "web": {
            "homePageUrl": None,
            "logoutUrl": None,
            "redirectUris": [],
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
            "redirectUriSettings": [],
        },
        "spa": {"redirectUris": []},
    }
    return merged(defaults, {name: value for name, value in given.items() if value is not None})


def new_principal(tenant: Tenant, now: float, application: Json) -> Json:
    """The service principal of an app registration of this tenant, made at `now`."""
    return {
        "id": new_id(),
        "deletedDateTime": None,
        "accountEnabled": True,
        "alternativeNames": [],
        "appDisplayName": application["displayName"],
        "appDescription": None,
        "appId": application["appId"],
        "applicationTemplateId": None,
        "appOwnerOrganizationId": tenant.id,
        "appRoleAssignmentRequired": False,
        "createdDateTime": timestamp(now),
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": application["displayName"],
        "homepage": None,
        "isDisabled": None,
        "loginUrl": None,
        "logoutUrl": None,
        "notes": None,
        "notificationEmailAddresses": [],
        "preferredSingleSignOnMode": None,
        "preferredTokenSigningKeyThumbprint": None,
        "replyUrls": redirect_uris(application),
        "servicePrincipalNames": [application["appId"]],
        "servicePrincipalType": "Application",
        "signInAudience": application["signInAudience"],
        "tags": list(application["tags"]),
        "tokenEncryptionKeyId": None,
        "samlSingleSignOnSettings": None,
        "addIns": [],
        "appRoles": [],
        "info": dict(_LINKS),
        "keyCredentials": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "resourceSpecificApplicationPermissions": [],
        "verifiedPublisher": dict(_NOBODY),
    }


def redirect_uris(application: Json) -> list[str]:
    """The redirect URIs of every platform: a service principal repeats them as its replyUrls."""
    return [uri for platform in ("web", "spa", "publicClient") for uri in application[platform]["redirectUris"]]


def new_password(text: str, name: str | None, start: str, end: str) -> Json:
    """A client secret as reads show it, without its text."""
    return {
        "customKeyIdentifier": None,
        "displayName": name,
        "endDateTime": end,
        "hint": text[:3],
        "keyId": new_id(),
        "secretText": None,
        "startDateTime": start,
    }
