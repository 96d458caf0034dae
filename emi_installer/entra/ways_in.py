"""From the JSON of Graph to the ways in: owners, credentials of every kind, addresses, switches, other clients.

`APPLICATION_FIELDS` and `PRINCIPAL_FIELDS` are what has to be selected for it. A test holds both against Microsoft's
description: a property of kind credential, key, owner or redirect that is not read here fails it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator

from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientHolder,
    ClientRole,
    FederatedHolder,
    Holder,
    Owner,
    PasswordHolder,
    Place,
    Platform,
    RedirectHolder,
    Switch,
    SwitchHolder,
)
from emi_installer.entra.values import Json, addresses, end, inside, items, line, lines, text

APPLICATION_FIELDS = (
    "passwordCredentials,keyCredentials,web,spa,publicClient,api,isFallbackPublicClient,defaultRedirectUri,"
    "signInAudience,nativeAuthenticationApisEnabled,isDeviceOnlyAuthSupported,managerApplications"
)
PRINCIPAL_FIELDS = "passwordCredentials,keyCredentials,replyUrls"

PLATFORM_KEYS = {Platform.WEB: "web", Platform.SPA: "spa", Platform.PUBLIC_CLIENT: "publicClient"}
"""What Graph calls the platforms that have redirect URIs of their own."""

_ONE_ORGANIZATION = "AzureADMyOrg"
_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")
_DIGESTS = (20, 32)  # bytes of SHA-1 and SHA-256


def on_application(body: Json) -> tuple[Holder, ...]:
    """The ways in that stand on an application object."""
    return (
        *_credentials(body, Place.REGISTRATION),
        *_addresses(body),
        *(SwitchHolder(switch=switch) for switch in _switches(body)),
        *_clients(body),
    )


def on_principal(body: Json) -> tuple[Holder, ...]:
    """The ways in that stand on a service principal object."""
    replies = (RedirectHolder(platform=Platform.REPLY, uri=uri) for uri in addresses(body.get("replyUrls")))
    return (*_credentials(body, Place.SERVICE_PRINCIPAL), *replies)


def owners(on_registration: Iterable[Json], on_service_principal: Iterable[Json]) -> tuple[Owner, ...]:
    """The owners of both objects, each once; of whom a token may not read, Microsoft tells the id alone.

    Source: https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects.
    """
    found: dict[str, Owner] = {}
    for place, listed in ((Place.REGISTRATION, on_registration), (Place.SERVICE_PRINCIPAL, on_service_principal)):
        for one in listed:
            owner = _owner(one, place)
            known = found.get(owner.object_id)
            found[owner.object_id] = owner if known is None else _in_both(known, owner)
    return tuple(found.values())


def federated(listed: Iterable[Json]) -> tuple[FederatedHolder, ...]:
    """The federated identity credentials of an app registration."""
    return tuple(
        FederatedHolder(
            credential_id=text(one, "id"),
            name=line(one.get("name")),
            issuer=line(one.get("issuer")),
            subject=line(one.get("subject")),
        )
        for one in listed
    )


def _owner(body: Json, place: Place) -> Owner:
    kind = str(body.get("@odata.type") or "").lower()
    return Owner(
        object_id=text(body, "id").lower(),
        places=(place,),
        name=line(body.get("displayName")),
        account=line(body.get("userPrincipalName") or body.get("appId")),
        is_person=not kind.endswith("serviceprincipal"),
    )


def _in_both(one: Owner, other: Owner) -> Owner:
    return Owner(
        object_id=one.object_id,
        places=tuple(dict.fromkeys((*one.places, *other.places))),
        name=one.name or other.name,
        account=one.account or other.account,
        is_person=one.is_person,
    )


def _credentials(body: Json, place: Place) -> Iterator[Holder]:
    for one in items(body.get("passwordCredentials")):
        yield PasswordHolder(
            place=place,
            key_id=text(one, "keyId").lower(),
            name=line(one.get("displayName")),
            hint=line(one.get("hint")),
            expires=end(one),
        )
    for one in items(body.get("keyCredentials")):
        yield CertificateHolder(
            place=place,
            key_id=text(one, "keyId").lower(),
            name=line(one.get("displayName")),
            thumbprint=_thumbprint(line(one.get("customKeyIdentifier"))),
            expires=end(one),
        )


def _thumbprint(identifier: str) -> str:
    """The thumbprint in hexadecimal, as the portal shows it; Graph answers in base64."""
    if _THUMBPRINT.fullmatch(identifier):
        return identifier.upper()
    try:
        digest = base64.b64decode(identifier, validate=True)
    except (binascii.Error, ValueError):
        return identifier
    return digest.hex().upper() if len(digest) in _DIGESTS else identifier


def _addresses(body: Json) -> Iterator[RedirectHolder]:
    for platform, key in PLATFORM_KEYS.items():
        found = inside(body, key)
        settings = [one.get("uri") for one in items(found.get("redirectUriSettings"))]
        for uri in dict.fromkeys((*addresses(found.get("redirectUris")), *addresses(settings))):
            yield RedirectHolder(platform=platform, uri=uri)
    for default in addresses([body.get("defaultRedirectUri")]):
        yield RedirectHolder(platform=Platform.DEFAULT, uri=default)


def _switches(body: Json) -> Iterator[Switch]:
    implicit = inside(inside(body, "web"), "implicitGrantSettings")
    if implicit.get("enableAccessTokenIssuance") is True:
        yield Switch.ACCESS_TOKENS
    if implicit.get("enableIdTokenIssuance") is True:
        yield Switch.ID_TOKENS
    if body.get("isFallbackPublicClient") is True:
        yield Switch.PUBLIC_CLIENT_FLOWS
    if body.get("nativeAuthenticationApisEnabled") not in (None, "none"):
        yield Switch.NATIVE_AUTHENTICATION
    if body.get("isDeviceOnlyAuthSupported") is True:
        yield Switch.DEVICE_AUTHENTICATION
    if body.get("signInAudience") != _ONE_ORGANIZATION:
        yield Switch.OTHER_ORGANIZATIONS


def _clients(body: Json) -> Iterator[ClientHolder]:
    api = inside(body, "api")
    allowed = [one.get("appId") for one in items(api.get("preAuthorizedApplications"))]
    for role, listed in (
        (ClientRole.PRE_AUTHORIZED, allowed),
        (ClientRole.KNOWN_CLIENT, api.get("knownClientApplications")),
        (ClientRole.MANAGER, body.get("managerApplications")),
    ):
        for app_id in lines(listed):
            yield ClientHolder(role=role, app_id=app_id.lower())
