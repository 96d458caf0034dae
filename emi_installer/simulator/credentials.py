"""What lets somebody sign in as an application: client secrets, certificates, federated credentials.

Source of the rules: https://learn.microsoft.com/graph/api/resources/passwordcredential and its neighbours.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

from emi_installer.simulator import access
from emi_installer.simulator.directory import Directory, Reply, Request
from emi_installer.simulator.errors import GraphError, bad_request, conflict, not_found
from emi_installer.simulator.objects import new_password
from emi_installer.simulator.tenant import Entry, Json, StoredSecret, moment, new_id, new_secret_text, timestamp

_POLICY = "9be1b6c4-6b0e-4b52-a0a6-5d2bd7b9c3a1"
_FEDERATED = {"name": str, "issuer": str, "subject": str, "audiences": list, "description": str}
_MOST_FEDERATED = 20


class Credentials(Directory):
    """The handlers of credentials below /applications and /servicePrincipals."""

    def add_password(self, request: Request) -> Reply:
        """POST …/addPassword: the only time that the secret is shown."""
        entry = self.owned(request)
        asked = request.json({"passwordCredential": dict}).get("passwordCredential") or {}
        made = self.made_password(entry, asked)
        context = f"{request.root}/v1.0/$metadata#microsoft.graph.passwordCredential"
        return 200, {"@odata.context": context, **made}

    def made_password(self, entry: Entry, asked: Json) -> Json:
        """A new client secret on `entry`, with its text; raises GraphError 400."""
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
        text = new_secret_text()
        shown = timestamp(start.timestamp()), timestamp(end.timestamp())
        credential = new_password(text, asked.get("displayName"), *shown)
        entry.body["passwordCredentials"].append(credential)
        app_id = entry.body["appId"]
        self.tenant.secrets[credential["keyId"]] = StoredSecret(text=text, app_id=app_id, born=now, expires=end)
        return {**credential, "secretText": text}

    def remove_password(self, request: Request) -> Reply:
        """POST …/removePassword."""
        entry = self.owned(request)
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
            details = (("InvalidKeyEndDate", "EndDate"),)
            raise GraphError(400, "CredentialInvalidLifetimeAsPerAppPolicy", text, details=details)

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

    def list_federated(self, request: Request) -> Reply:
        """GET …/federatedIdentityCredentials."""
        entry = self.found(self.tenant.applications, request.parts)
        return self.page(request, entry.federated, "federatedIdentityCredentials")

    def get_federated(self, request: Request) -> Reply:
        """GET of one federated credential, by id or name."""
        entry = self.found(self.tenant.applications, request.parts)
        return self.single(request, _federated(entry, request), "federatedIdentityCredentials")

    def create_federated(self, request: Request) -> Reply:
        """POST …/federatedIdentityCredentials: at most 20, each with its own name, issuer and subject."""
        entry = self.owned(request)
        asked = request.json(_FEDERATED)
        missing = {"name", "issuer", "subject", "audiences"} - asked.keys()
        if missing:
            raise bad_request(f"A value is required for property '{min(missing)}'.")
        if len(entry.federated) >= _MOST_FEDERATED:
            raise bad_request(f"The application has {_MOST_FEDERATED} federated identity credentials already.")
        if any(c["name"] == asked["name"] or _trusts(c) == _trusts(asked) for c in entry.federated):
            raise conflict("FederatedIdentityCredential with the same name or issuer and subject already exists.")
        made = {"id": new_id(), "description": None, **asked}
        self.wrote()
        entry.federated.append(made)
        return self.single(request, made, "federatedIdentityCredentials", status=201)

    def update_federated(self, request: Request) -> Reply:
        """PATCH of one federated credential; its name stays."""
        entry = self.owned(request)
        changes = request.json({name: kind for name, kind in _FEDERATED.items() if name != "name"})
        self.wrote()
        _federated(entry, request).update(changes)
        return 204, None

    def delete_federated(self, request: Request) -> Reply:
        """DELETE of one federated credential."""
        entry = self.owned(request)
        gone = _federated(entry, request)
        self.wrote()
        entry.federated.remove(gone)
        return 204, None

    def owned(self, request: Request) -> Entry:
        """The object of the path, which the caller may manage; raises GraphError 403 or 404."""
        entry = self.holder(request)
        access.may_manage(entry, dict(request.claims))
        return entry


def _federated(entry: Entry, request: Request) -> Json:
    key = request.parts["item"]
    found = next((c for c in entry.federated if key in (c["id"], c["name"])), None)
    if found is None:
        raise not_found(key)
    return found


def _trusts(credential: Json) -> tuple[str, str]:
    return credential["issuer"], credential["subject"]


def certificates(old: list[Json], new: list[Any], now: float) -> list[Json]:
    """The keyCredentials that a PATCH leads to: it replaces the list; a known keyId may come without its key."""
    known = {one["keyId"]: one for one in old}
    return [_certificate(one, known, now) for one in new]


def _certificate(one: Any, known: dict[str, Json], now: float) -> Json:
    if not isinstance(one, dict) or one.get("usage") not in ("Verify", "Sign") or not one.get("type"):
        raise bad_request("Invalid value specified for property 'keyCredentials'.")
    before = known.get(one.get("keyId") or "")
    if not one.get("key") and before is None:
        raise bad_request("Key credential value is required for property 'keyCredentials'.")
    if before is not None:
        return {**before, **{name: value for name, value in one.items() if name != "key"}}
    try:
        der = base64.b64decode(one["key"], validate=True)
    except ValueError:
        raise bad_request("Key credential value is not valid for property 'keyCredentials'.") from None
    thumbprint = hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
    return {
        "customKeyIdentifier": one.get("customKeyIdentifier") or thumbprint,
        "displayName": one.get("displayName"),
        "endDateTime": one.get("endDateTime") or timestamp(now + timedelta(days=365).total_seconds()),
        "key": one["key"],
        "keyId": one.get("keyId") or new_id(),
        "startDateTime": one.get("startDateTime") or timestamp(now),
        "type": one["type"],
        "usage": one["usage"],
    }
