"""Owners of app registrations and service principals: they may do without a role what administrators may do.

Source: https://learn.microsoft.com/graph/api/application-list-owners and the pages for adding and removing them, and
https://learn.microsoft.com/entra/fundamentals/users-default-permissions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emi_installer.simulator import access
from emi_installer.simulator.directory import Directory, Reply, Request
from emi_installer.simulator.errors import bad_request, not_found
from emi_installer.simulator.tenant import Json

_REFERENCE = re.compile(r"https://[^/]+/v1\.0/(?:directoryObjects|users|servicePrincipals)/([^/?#]+)")


class Owners(Directory):
    """The handlers below …/owners."""

    def list_owners(self, request: Request) -> Reply:
        """GET …/owners, all or those of one type; of people it tells no more than the token's rights allow."""
        wanted = request.parts.get("item", "directoryObject").rpartition(".")[2]
        told = [self._told(key, request.claims) for key in self.holder(request).owners]
        shown = [one for one in told if wanted in ("directoryObject", one["@odata.type"].rpartition(".")[2])]
        return self.page(request, shown, f"{wanted}s")

    def add_owner(self, request: Request) -> Reply:
        """POST …/owners/$ref."""
        entry = self.holder(request)
        access.may_change_owners(entry, dict(request.claims))
        reference = _REFERENCE.fullmatch(request.json({"@odata.id": str}).get("@odata.id") or "")
        if reference is None:
            raise bad_request("Invalid reference to an object in '@odata.id'.")
        if not self._exists(reference[1]):
            raise not_found(reference[1])
        if reference[1] in entry.owners:
            text = "One or more added object references already exist for the following modified properties: 'owners'."
            raise bad_request(text)
        self.wrote()
        entry.owners.append(reference[1])
        return 204, None

    def remove_owner(self, request: Request) -> Reply:
        """DELETE …/owners/{id}/$ref; the last one can be removed too."""
        entry = self.holder(request)
        access.may_change_owners(entry, dict(request.claims))
        key = request.parts["item"]
        if key not in entry.owners:
            raise not_found(key)
        self.wrote()
        entry.owners.remove(key)
        return 204, None

    def _exists(self, key: str) -> bool:
        return key in self.tenant.service_principals or any(a.oid == key for a in self.tenant.accounts.values())

    def _told(self, key: str, claims: Mapping[str, Any]) -> Json:
        principal = self.tenant.service_principals.get(key)
        if principal is not None:
            return {"@odata.type": "#microsoft.graph.servicePrincipal", **principal.body}
        person = next((a for a in self.tenant.accounts.values() if a.oid == key), None)
        told: Json = {"@odata.type": "#microsoft.graph.user", "id": key}
        if person is None or not access.may_read_people(dict(claims)):
            return {**told, **dict.fromkeys(("displayName", "userPrincipalName", "mail", "userType"))}
        return {**told, **self.person(person)}
