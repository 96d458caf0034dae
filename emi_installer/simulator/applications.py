"""App registrations: create, upsert by uniqueName, update, delete and restore, client secrets.

Source of the rules: https://learn.microsoft.com/graph/api/resources/application and the pages of its methods.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from emi_installer.simulator import access
from emi_installer.simulator.directory import Directory, Reply, Request
from emi_installer.simulator.errors import GraphError, bad_request, not_found
from emi_installer.simulator.tenant import Entry, Json, StoredSecret, moment, new_id, new_secret_text, timestamp

_WRITABLE: dict[str, type | tuple[type, ...]] = {
    "displayName": str,
    "signInAudience": str,
    "web": dict,
    "requiredResourceAccess": list,
    "tags": list,
    "description": str,
    "notes": str,
    "isFallbackPublicClient": bool,
    "publicClient": dict,
    "spa": dict,
    "identifierUris": list,
    "uniqueName": str,
}
_AUDIENCES = {"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"}
_POLICY = "9be1b6c4-6b0e-4b52-a0a6-5d2bd7b9c3a1"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Applications(Directory):
    """The handlers below /applications and /directory/deletedItems."""

    def list_applications(self, request: Request) -> Reply:
        """GET /applications."""
        return self.page(request, self.visible(self.tenant.applications.values()), "applications")

    def get_application(self, request: Request) -> Reply:
        """GET of one application."""
        return self.single(request, self.found(self.tenant.applications, request.parts).body, "applications")

    def create_application(self, request: Request) -> Reply:
        """POST /applications; a unique name comes from an upsert only."""
        access.may_create(self.tenant, dict(request.claims))
        body = request.json({k: v for k, v in _WRITABLE.items() if k != "uniqueName"})
        return self.single(request, self._create(request, body), "applications", status=201)

    def update_application(self, request: Request) -> Reply:
        """PATCH of one application; by uniqueName with `Prefer: create-if-missing` also creates it."""
        known = {k: v for k, v in _WRITABLE.items() if k != "uniqueName"}
        unique_name = request.parts.get("uniqueName")
        if unique_name is not None:
            entry = self.by_key(self.tenant.applications, "uniqueName", unique_name)
            if entry is None:
                if "create-if-missing" not in request.headers.get("prefer", ""):
                    raise not_found(unique_name)
                access.may_create(self.tenant, dict(request.claims))
                made = self._create(request, {**request.json(known), "uniqueName": unique_name})
                return self.single(request, made, "applications", status=201)
        else:
            entry = self.found(self.tenant.applications, request.parts)
        access.may_manage(entry, dict(request.claims))
        changes = request.json(known)
        _check(changes)
        self.wrote()
        web = {**entry.body["web"], **changes["web"]} if isinstance(changes.get("web"), dict) else entry.body["web"]
        entry.body.update({**changes, "web": web})
        return 204, None

    def delete_application(self, request: Request) -> Reply:
        """DELETE of one application."""
        entry = self.found(self.tenant.applications, request.parts)
        access.may_manage(entry, dict(request.claims))
        self.tenant.delete_application(entry.body["id"], self.wrote())
        return 204, None

    def _create(self, request: Request, body: Json) -> Json:
        if not body.get("displayName"):
            raise bad_request("A value is required for property 'displayName' of resource 'Application'.")
        _check(body)
        now = self.wrote()
        made: Json = {
            "id": new_id(),
            "deletedDateTime": None,
            "appId": new_id(),
            "createdDateTime": timestamp(now),
            "description": None,
            "displayName": body["displayName"],
            "identifierUris": [],
            "signInAudience": "AzureADandPersonalMicrosoftAccount",
            "tags": [],
            "uniqueName": None,
            "keyCredentials": [],
            "passwordCredentials": [],
            "requiredResourceAccess": [],
            **body,
            "web": {"homePageUrl": None, "logoutUrl": None, "redirectUris": [], **(body.get("web") or {})},
        }
        self.tenant.applications[made["id"]] = Entry(body=made, born=now, owner=request.claims["oid"])
        return made

    def add_password(self, request: Request) -> Reply:
        """POST …/addPassword: the only time that the secret is shown."""
        entry = self.found(self.tenant.applications, request.parts)
        access.may_manage(entry, dict(request.claims))
        asked = request.json({"passwordCredential": dict}).get("passwordCredential") or {}
        unknown = asked.keys() - {"displayName", "startDateTime", "endDateTime"}
        if unknown:
            raise bad_request(f"Invalid property '{min(unknown)}'.")
        now = self.now()
        start = moment(asked["startDateTime"]) if asked.get("startDateTime") else moment(timestamp(now))
        end = moment(asked["endDateTime"]) if asked.get("endDateTime") else start + timedelta(days=730)
        self._check_policy((end - start) / timedelta(days=1))
        if end <= start:
            raise bad_request("Key credential end date is invalid.")
        self.wrote()
        text, key_id = new_secret_text(), new_id()
        credential = {
            "customKeyIdentifier": None,
            "displayName": asked.get("displayName"),
            "endDateTime": timestamp(end.timestamp()),
            "hint": text[:3],
            "keyId": key_id,
            "secretText": None,
            "startDateTime": timestamp(start.timestamp()),
        }
        entry.body["passwordCredentials"].append(credential)
        self.tenant.secrets[key_id] = StoredSecret(text=text, app_id=entry.body["appId"], born=now, expires=end)
        context = f"{request.root}/v1.0/$metadata#microsoft.graph.passwordCredential"
        return 200, {"@odata.context": context, **credential, "secretText": text}

    def remove_password(self, request: Request) -> Reply:
        """POST …/removePassword."""
        entry = self.found(self.tenant.applications, request.parts)
        access.may_manage(entry, dict(request.claims))
        key_id = request.json({"keyId": str}).get("keyId", "")
        kept = [c for c in entry.body["passwordCredentials"] if c["keyId"] != key_id]
        if len(kept) == len(entry.body["passwordCredentials"]):
            raise bad_request(f"No password credential found with keyId {key_id}.")
        self.wrote()
        entry.body["passwordCredentials"] = kept
        self.tenant.secrets.pop(key_id, None)
        return 204, None

    def _check_policy(self, days: float) -> None:
        if self.tenant.secrets_forbidden:
            text = f"Credential type not allowed as per assigned policy '{_POLICY}'."
            raise GraphError(400, "CredentialTypeNotAllowedAsPerAppPolicy", text)
        if self.tenant.max_secret_days is not None and days > self.tenant.max_secret_days:
            text = f"Credential lifetime exceeds the max value allowed as per assigned policy '{_POLICY}'."
            raise GraphError(400, "CredentialInvalidLifetimeAsPerAppPolicy", text)

    def default_policy(self, request: Request) -> Reply:
        """GET /policies/defaultAppManagementPolicy."""
        rules: list[Json] = []
        if self.tenant.secrets_forbidden:
            rules.append({"restrictionType": "passwordAddition", "maxLifetime": None, "state": "enabled"})
        if self.tenant.max_secret_days is not None:
            life = f"P{self.tenant.max_secret_days:.0f}D"
            rules.append({"restrictionType": "passwordLifetime", "maxLifetime": life, "state": "enabled"})
        policy = {
            "id": "00000000-0000-0000-0000-000000000000",
            "displayName": "Default app management tenant policy",
            "isEnabled": bool(rules),
            "applicationRestrictions": {"passwordCredentials": rules, "keyCredentials": []},
        }
        return self.single(request, policy, "policies/defaultAppManagementPolicy")

    def application_policies(self, request: Request) -> Reply:
        """GET …/appManagementPolicies: none is assigned."""
        self.found(self.tenant.applications, request.parts)
        return self.page(request, [], "appManagementPolicies")

    def list_deleted(self, request: Request) -> Reply:
        """GET /directory/deletedItems/microsoft.graph.application."""
        return self.page(request, self.visible(self.tenant.deleted.values()), "applications")

    def get_deleted(self, request: Request) -> Reply:
        """GET /directory/deletedItems/{id}."""
        return self.single(request, self.found(self.tenant.deleted, request.parts).body, "directoryObjects")

    def purge_deleted(self, request: Request) -> Reply:
        """DELETE /directory/deletedItems/{id}: for good."""
        entry = self.found(self.tenant.deleted, request.parts)
        access.may_manage(entry, dict(request.claims))
        del self.tenant.deleted[entry.body["id"]]
        self.wrote()
        return 204, None

    def restore_deleted(self, request: Request) -> Reply:
        """POST …/restore: the registration comes back with its secrets, without service principal and consent."""
        entry = self.found(self.tenant.deleted, request.parts)
        access.may_manage(entry, dict(request.claims))
        body = {**entry.body, "deletedDateTime": None}
        self.tenant.applications[body["id"]] = Entry(body=body, born=self.wrote(), owner=entry.owner)
        del self.tenant.deleted[body["id"]]
        return self.single(request, body, "directoryObjects")


def _check(body: Json) -> None:
    if body.get("signInAudience", "AzureADMyOrg") not in _AUDIENCES:
        raise bad_request("Invalid value specified for property 'signInAudience' of resource 'Application'.")
    if len(body.get("displayName") or "") > 120:  # noqa: PLR2004 - the limit of single-tenant applications
        raise bad_request("Invalid value specified for property 'displayName' of resource 'Application'.")
    web = body.get("web") or {}
    if web.keys() - {"redirectUris", "homePageUrl", "logoutUrl", "implicitGrantSettings", "redirectUriSettings"}:
        raise bad_request("Invalid property in 'web'.")
    uris = web.get("redirectUris") or []
    if len(set(uris)) != len(uris) or len(uris) > 256 or not all(map(_is_redirect_uri, uris)):  # noqa: PLR2004
        raise bad_request("Invalid value specified for property 'web' of resource 'Application'.")
    tags = body.get("tags") or []
    if len(set(tags)) != len(tags) or not all(_is_tag(tag) for tag in tags):
        raise bad_request("Invalid value specified for property 'tags' of resource 'Application'.")
    for resource in body.get("requiredResourceAccess") or []:
        if set(resource) != {"resourceAppId", "resourceAccess"}:
            raise bad_request("Invalid value specified for property 'requiredResourceAccess'.")
        for one in resource["resourceAccess"]:
            if set(one) != {"id", "type"} or one["type"] not in ("Scope", "Role") or not _GUID.fullmatch(one["id"]):
                raise bad_request("Invalid value specified for property 'requiredResourceAccess'.")


def _is_tag(tag: Any) -> bool:
    return isinstance(tag, str) and 1 <= len(tag) <= 256 and not re.search(r"\s", tag)  # noqa: PLR2004


def _is_redirect_uri(uri: str) -> bool:
    """Source: https://learn.microsoft.com/entra/identity-platform/reply-url."""
    parts = urlsplit(uri)
    local = parts.hostname in ("localhost", "127.0.0.1")
    allowed = parts.scheme == "https" or (parts.scheme == "http" and local)
    return allowed and bool(parts.hostname) and len(uri) <= 256 and not set(uri) & set("!$'(),;#*")  # noqa: PLR2004
