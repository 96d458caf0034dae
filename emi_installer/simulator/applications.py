"""App registrations: create, upsert by uniqueName, update, delete and restore.

Source of the rules: https://learn.microsoft.com/graph/api/resources/application and the pages of its methods.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from emi_installer.simulator import access
from emi_installer.simulator.credentials import Credentials, certificates
from emi_installer.simulator.directory import Reply, Request
from emi_installer.simulator.errors import bad_request, not_found
from emi_installer.simulator.manners import precise
from emi_installer.simulator.objects import merged, new_application, redirect_uris
from emi_installer.simulator.tenant import Entry, Json

_WRITABLE: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("api", "info", "optionalClaims", "parentalControlSettings", "publicClient", "spa", "web"), dict),
    **dict.fromkeys(("requestSignatureVerification", "servicePrincipalLockConfiguration"), dict),
    **dict.fromkeys(("addIns", "appRoles", "identifierUris", "keyCredentials", "requiredResourceAccess", "tags"), list),
    **dict.fromkeys(("defaultRedirectUri", "description", "displayName", "groupMembershipClaims", "notes"), str),
    **dict.fromkeys(("samlMetadataUrl", "serviceManagementReference", "signInAudience", "tokenEncryptionKeyId"), str),
    **dict.fromkeys(("isDeviceOnlyAuthSupported", "isDisabled", "isFallbackPublicClient"), bool),
    "uniqueName": str,
}
_PLATFORMS = {
    "web": {"redirectUris", "homePageUrl", "logoutUrl", "implicitGrantSettings", "redirectUriSettings"},
    "spa": {"redirectUris"},
    "publicClient": {"redirectUris"},
}
_AUDIENCES = {"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"}
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Applications(Credentials):
    """The handlers below /applications and /directory/deletedItems."""

    def list_applications(self, request: Request) -> Reply:
        """GET /applications."""
        return self.page(request, self.visible(self.tenant.applications.values()), "applications")

    def get_application(self, request: Request) -> Reply:
        """GET of one application."""
        return self.single(request, self.found(self.tenant.applications, request.parts).body, "applications")

    def create_application(self, request: Request) -> Reply:
        """POST /applications, also with a unique name and client secrets."""
        access.may_create(self.tenant, dict(request.claims))
        body = request.json({**_WRITABLE, "passwordCredentials": list})
        return self.single(request, self._create(request, body), "applications", status=201)

    def update_application(self, request: Request) -> Reply:
        """PATCH of one application; by uniqueName with `Prefer: create-if-missing` also creates it."""
        unique_name = request.parts.get("uniqueName")
        if unique_name is None:
            entry = self.found(self.tenant.applications, request.parts)
        else:
            known = self.by_key(self.tenant.applications, "uniqueName", unique_name)
            if known is None:
                return self._upsert(request, unique_name)
            entry = known  # an upsert finds it before other replicas do
        access.may_manage(entry, dict(request.claims))
        changes = request.json(_WRITABLE)
        _check(changes)
        self._check_change_of_unique_name(entry, changes)
        now = self.wrote()
        if "keyCredentials" in changes:
            changes = {
                **changes,
                "keyCredentials": certificates(entry.body["keyCredentials"], changes["keyCredentials"] or [], now),
            }
        before = redirect_uris(entry.body)
        _check_platforms_apart(merged(entry.body, changes))
        entry.body.update(merged(entry.body, changes))
        self._follow(entry.body, before)
        return 204, None

    def _upsert(self, request: Request, unique_name: str) -> Reply:
        if "create-if-missing" not in request.headers.get("prefer", ""):
            raise not_found(unique_name)
        access.may_create(self.tenant, dict(request.claims))
        body = request.json({k: v for k, v in _WRITABLE.items() if k != "uniqueName"})
        made = self._create(request, {**body, "uniqueName": unique_name})
        return self.single(request, made, "applications", status=201)

    def _check_change_of_unique_name(self, entry: Entry, changes: Json) -> None:
        """It can be set once: https://learn.microsoft.com/graph/api/application-update."""
        if "uniqueName" not in changes or changes["uniqueName"] == entry.body["uniqueName"]:
            return
        if entry.body["uniqueName"] is not None:
            raise bad_request("Property 'uniqueName' is read-only and cannot be set.")
        self._check_unique_name(changes["uniqueName"])

    def _follow(self, application: Json, before: list[str]) -> None:
        """The service principal follows the registration's redirect URIs."""
        principal = self.tenant.service_principal(application["appId"])
        if principal is not None:
            own = [uri for uri in principal.body["replyUrls"] if uri not in before]
            principal.body["replyUrls"] = [*redirect_uris(application), *own]

    def delete_application(self, request: Request) -> Reply:
        """DELETE of one application."""
        entry = self.owned(request)
        self.tenant.delete_application(entry.body["id"], self.wrote())
        return 204, None

    def _create(self, request: Request, body: Json) -> Json:
        if not body.get("displayName"):
            raise bad_request("A value is required for property 'displayName' of resource 'Application'.")
        _check(body)
        if body.get("uniqueName") is not None:
            self._check_unique_name(body["uniqueName"])
        now = self.wrote()
        passwords = body.get("passwordCredentials") or []
        given = {**body, "passwordCredentials": []}
        if given.get("keyCredentials"):
            given["keyCredentials"] = certificates([], given["keyCredentials"], now)
        made = new_application(self.tenant, now, given)
        entry = Entry(body=made, born=now, owners=access.first_owners(dict(request.claims)))
        shown = [self.made_password(entry, asked) for asked in passwords]
        self.tenant.applications[made["id"]] = entry
        return {**made, "createdDateTime": precise(now), "passwordCredentials": shown}

    def _check_unique_name(self, name: str) -> None:
        """A deleted app registration keeps its unique name until it is gone for good."""
        kept = {**self.tenant.applications, **self.tenant.deleted}
        if self.by_key(kept, "uniqueName", name) is not None:
            raise bad_request("Another object with the same value for property uniqueName already exists.")


def _check(body: Json) -> None:
    if body.get("signInAudience", "AzureADMyOrg") not in _AUDIENCES:
        raise bad_request("Invalid value specified for property 'signInAudience' of resource 'Application'.")
    if len(body.get("displayName") or "") > 120:  # noqa: PLR2004 - the limit of single-tenant applications
        raise bad_request("Invalid value specified for property 'displayName' of resource 'Application'.")
    for platform, known in _PLATFORMS.items():
        _check_platform(platform, body.get(platform) or {}, known)
    tags = body.get("tags") or []
    if len(set(tags)) != len(tags) or not all(_is_tag(tag) for tag in tags):
        raise bad_request("Invalid value specified for property 'tags' of resource 'Application'.")
    for resource in body.get("requiredResourceAccess") or []:
        if set(resource) != {"resourceAppId", "resourceAccess"}:
            raise bad_request("Invalid value specified for property 'requiredResourceAccess'.")
        for one in resource["resourceAccess"]:
            if set(one) != {"id", "type"} or one["type"] not in ("Scope", "Role") or not _GUID.fullmatch(one["id"]):
                raise bad_request("Invalid value specified for property 'requiredResourceAccess'.")


def _check_platform(platform: str, given: Json, known: set[str]) -> None:
    if given.keys() - known:
        raise bad_request(f"Invalid property in '{platform}'.")
    uris = given.get("redirectUris") or []
    good = _is_public_uri if platform == "publicClient" else _is_redirect_uri
    if len(set(uris)) != len(uris) or len(uris) > 256 or not all(map(good, uris)):  # noqa: PLR2004
        raise bad_request(f"Invalid value specified for property '{platform}' of resource 'Application'.")


def _check_platforms_apart(body: Json) -> None:
    """An address may be on one platform alone: https://learn.microsoft.com/entra/identity-platform/reply-url."""
    uris = redirect_uris(body)
    if len(set(uris)) != len(uris):
        raise bad_request("Invalid value specified for property 'web' of resource 'Application'.")


def _is_tag(tag: Any) -> bool:
    return isinstance(tag, str) and 1 <= len(tag) <= 256 and not re.search(r"\s", tag)  # noqa: PLR2004


def _is_redirect_uri(uri: str) -> bool:
    """Source: https://learn.microsoft.com/entra/identity-platform/reply-url."""
    parts = urlsplit(uri)
    local = parts.hostname in ("localhost", "127.0.0.1")
    allowed = parts.scheme == "https" or (parts.scheme == "http" and local)
    return allowed and bool(parts.hostname) and len(uri) <= 256 and not set(uri) & set("!$'(),;#*")  # noqa: PLR2004


def _is_public_uri(uri: str) -> bool:
    """Apps on a device may also have a scheme of their own."""
    return _is_redirect_uri(uri) or bool(re.fullmatch(r"(?!https?:)[a-z][a-z0-9+.-]*:.+", uri))
