"""Consent: app role assignments of service principals, and delegated permission grants.

Source of the rules: https://learn.microsoft.com/graph/permissions-grant-via-msgraph.
"""

from __future__ import annotations

from emi_installer.simulator import access
from emi_installer.simulator.directory import Directory, Reply, Request
from emi_installer.simulator.errors import GraphError, bad_request, conflict, forbidden, not_found
from emi_installer.simulator.manners import assignment_id, grant_id, precise
from emi_installer.simulator.tenant import GRANTS_APPLICATION, MANAGES_APPLICATIONS, Entry, Json


class Consents(Directory):
    """The handlers of app role assignments and of /oauth2PermissionGrants."""

    _doubled = False

    def list_assignments(self, request: Request) -> Reply:
        """GET …/appRoleAssignments: what this service principal was given."""
        entry = self.found(self.tenant.service_principals, request.parts)
        kind = f"servicePrincipals('{entry.body['id']}')/appRoleAssignments"
        return self.page(request, self.visible(self.tenant.roles_of(entry.body["id"])), kind)

    def list_assigned_to(self, request: Request) -> Reply:
        """GET …/appRoleAssignedTo: who was given roles of this service principal."""
        entry = self.found(self.tenant.service_principals, request.parts)
        given = (e for e in self.tenant.assignments.values() if e.body["resourceId"] == entry.body["id"])
        return self.page(request, self.visible(given), f"servicePrincipals('{entry.body['id']}')/appRoleAssignedTo")

    def create_assignment(self, request: Request) -> Reply:
        """POST …/appRoleAssignedTo or …/appRoleAssignments."""
        side = self.found(self.tenant.service_principals, request.parts).body["id"]
        body = request.json({"principalId": str, "resourceId": str, "appRoleId": str})
        missing = {"principalId", "resourceId", "appRoleId"} - body.keys()
        if missing:
            raise bad_request(f"A value is required for property '{min(missing)}'.")
        if side not in (body["principalId"], body["resourceId"]):
            raise bad_request("Not a valid reference update.")
        principal = self.found(self.tenant.service_principals, {"id": body["principalId"]}).body
        resource = self.found(self.tenant.service_principals, {"id": body["resourceId"]}).body
        self._may_assign(request, resource)
        if body["appRoleId"] not in {role["id"] for role in resource["appRoles"] if role["isEnabled"]}:
            raise bad_request("Permission being assigned was not found on application.")
        if any(e.body.items() >= body.items() for e in self.tenant.assignments.values()):
            raise self._assigned_already()
        now = self.wrote()
        made = {
            "id": assignment_id(body["principalId"]),
            "deletedDateTime": None,
            **body,
            "createdDateTime": precise(now),
            "principalDisplayName": principal["displayName"],
            "principalType": "ServicePrincipal",
            "resourceDisplayName": resource["displayName"],
        }
        self.tenant.assignments[made["id"]] = Entry(body=made, born=now)
        kind = f"servicePrincipals('{side}')/{request.path.rpartition('/')[2]}"
        return self.single(request, made, kind, status=201)

    def _assigned_already(self) -> GraphError:
        """Entra has two sentences for it; this alternates between them."""
        self._doubled = not self._doubled
        if self._doubled:
            return bad_request("Permission being assigned already exists on the object")
        return bad_request("EntitlementGrant entry already exists.")

    def _may_assign(self, request: Request, resource: Json) -> None:
        allowed = GRANTS_APPLICATION if resource["id"] == self.tenant.graph_id else MANAGES_APPLICATIONS
        if not access.roles(dict(request.claims)) & allowed:
            raise forbidden()

    def delete_assignment(self, request: Request) -> Reply:
        """DELETE of an app role assignment."""
        entry = self.tenant.assignments.get(request.parts["item"])
        if entry is None:
            raise not_found(request.parts["item"])
        self._may_assign(request, {"id": entry.body["resourceId"]})
        self.wrote()
        del self.tenant.assignments[entry.body["id"]]
        return 204, None

    def list_grants(self, request: Request) -> Reply:
        """GET /oauth2PermissionGrants."""
        return self.page(request, self.visible(self.tenant.grants.values()), "oauth2PermissionGrants")

    def list_grants_of(self, request: Request) -> Reply:
        """GET …/oauth2PermissionGrants of one service principal."""
        principal = self.found(self.tenant.service_principals, request.parts).body["id"]
        mine = (e for e in self.tenant.grants.values() if e.body["clientId"] == principal)
        return self.page(request, self.visible(mine), "oauth2PermissionGrants")

    def get_grant(self, request: Request) -> Reply:
        """GET of one grant."""
        return self.single(request, self.found(self.tenant.grants, request.parts).body, "oauth2PermissionGrants")

    def create_grant(self, request: Request) -> Reply:
        """POST /oauth2PermissionGrants: one for each client, resource and consent type."""
        access.may_grant_delegated(dict(request.claims))
        body = request.json({"clientId": str, "consentType": str, "principalId": str, "resourceId": str, "scope": str})
        missing = {"clientId", "consentType", "resourceId", "scope"} - body.keys()
        if missing:
            raise bad_request(f"A value is required for property '{min(missing)}'.")
        if body["consentType"] not in ("AllPrincipals", "Principal"):
            raise bad_request("Invalid value specified for property 'consentType'.")
        for side in ("clientId", "resourceId"):
            self.found(self.tenant.service_principals, {"id": body[side]})
        key = {name: body.get(name) for name in ("clientId", "resourceId", "consentType", "principalId")}
        if any(e.body.items() >= key.items() for e in self.tenant.grants.values()):
            raise conflict("Permission entry already exists.")
        self._check_scope_names(body["resourceId"], body["scope"])
        key_of = grant_id(body["clientId"], body["resourceId"], body.get("principalId"))
        made = {"id": key_of, "principalId": None, **body}
        self.tenant.grants[made["id"]] = Entry(body=made, born=self.wrote())
        return self.single(request, made, "oauth2PermissionGrants", status=201)

    def update_grant(self, request: Request) -> Reply:
        """PATCH of one grant: replaces its whole scope."""
        access.may_grant_delegated(dict(request.claims))
        entry = self.found(self.tenant.grants, request.parts)
        scope = request.json({"scope": str}).get("scope", "")
        self._check_scope_names(entry.body["resourceId"], scope)
        self.wrote()
        entry.body["scope"] = scope
        return 204, None

    def delete_grant(self, request: Request) -> Reply:
        """DELETE of one grant."""
        access.may_grant_delegated(dict(request.claims))
        entry = self.found(self.tenant.grants, request.parts)
        self.wrote()
        del self.tenant.grants[entry.body["id"]]
        return 204, None

    def _check_scope_names(self, resource_id: str, scope: str) -> None:
        published = self.tenant.service_principals[resource_id].body["oauth2PermissionScopes"]
        unknown = set(scope.split()) - {one["value"] for one in published}
        if unknown:
            raise bad_request(f"The scope '{min(unknown)}' does not exist on the resource.")
