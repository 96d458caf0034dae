"""Service principals and the consent that hangs on them.

Source of the rules: https://learn.microsoft.com/graph/permissions-grant-via-msgraph.
"""

from __future__ import annotations

from emi_installer.simulator import access
from emi_installer.simulator.directory import Directory, Reply, Request
from emi_installer.simulator.errors import bad_request, conflict, forbidden, not_found
from emi_installer.simulator.tenant import GRANTS_APPLICATION, MANAGES_APPLICATIONS, Entry, Json, new_id, timestamp


class Consents(Directory):
    """The handlers below /servicePrincipals and /oauth2PermissionGrants."""

    _misleading = False

    def list_principals(self, request: Request) -> Reply:
        """GET /servicePrincipals."""
        return self.page(request, self.visible(self.tenant.service_principals.values()), "servicePrincipals")

    def get_principal(self, request: Request) -> Reply:
        """GET of one service principal."""
        entry = self.found(self.tenant.service_principals, request.parts)
        return self.single(request, entry.body, "servicePrincipals")

    def create_principal(self, request: Request) -> Reply:
        """POST /servicePrincipals for an app registration of this tenant."""
        app_id = request.json({"appId": str, "tags": list, "accountEnabled": bool}).get("appId", "")
        application = self.tenant.application(app_id)
        if application is None or not self.sees(application):
            raise self._no_application(app_id)
        access.may_manage(application, dict(request.claims))
        if self.tenant.service_principal(app_id) is not None:
            text = "The service principal cannot be created, updated, or restored because the service principal name"
            raise conflict(
                f"{text} {app_id} is already in use.", details=(("ObjectConflict", "servicePrincipalNames"),)
            )
        now = self.wrote()
        made: Json = {
            "id": new_id(),
            "deletedDateTime": None,
            "accountEnabled": True,
            "appDisplayName": application.body["displayName"],
            "appId": app_id,
            "appOwnerOrganizationId": self.tenant.id,
            "appRoleAssignmentRequired": False,
            "displayName": application.body["displayName"],
            "servicePrincipalNames": [app_id],
            "servicePrincipalType": "Application",
            "signInAudience": application.body["signInAudience"],
            "tags": list(application.body["tags"]),
            "appRoles": [],
            "oauth2PermissionScopes": [],
        }
        self.tenant.service_principals[made["id"]] = Entry(body=made, born=now, owner=request.claims["oid"])
        return self.single(request, made, "servicePrincipals", status=201)

    def _no_application(self, app_id: str) -> Exception:
        """While the application spreads, Entra answers in two ways; this alternates between them."""
        self._misleading = not self._misleading
        if self._misleading or self.tenant.application(app_id) is None:
            text = f"The appId '{app_id}' of the service principal does not reference a valid application object."
            return bad_request(text, details=(("NoBackingApplicationObject", "appId"),))
        return forbidden(
            "When using this permission, the backing application of the service principal being created must in the "
            "local tenant"
        )

    def update_principal(self, request: Request) -> Reply:
        """PATCH of one service principal."""
        entry = self.found(self.tenant.service_principals, request.parts)
        access.may_manage(entry, dict(request.claims))
        changes = request.json({"accountEnabled": bool, "tags": list, "appRoleAssignmentRequired": bool, "notes": str})
        self.wrote()
        entry.body.update(changes)
        return 204, None

    def delete_principal(self, request: Request) -> Reply:
        """DELETE of one service principal."""
        entry = self.found(self.tenant.service_principals, request.parts)
        access.may_manage(entry, dict(request.claims))
        self.wrote()
        self.tenant.delete_service_principal(entry.body["id"])
        return 204, None

    def list_assignments(self, request: Request) -> Reply:
        """GET …/appRoleAssignments: what this service principal was given."""
        entry = self.found(self.tenant.service_principals, request.parts)
        return self.page(request, self.visible(self.tenant.roles_of(entry.body["id"])), "appRoleAssignments")

    def list_assigned_to(self, request: Request) -> Reply:
        """GET …/appRoleAssignedTo: who was given roles of this service principal."""
        entry = self.found(self.tenant.service_principals, request.parts)
        given = (e for e in self.tenant.assignments.values() if e.body["resourceId"] == entry.body["id"])
        return self.page(request, self.visible(given), "appRoleAssignedTo")

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
            raise bad_request("Permission being assigned already exists on the object")
        now = self.wrote()
        made = {
            "id": new_id(),
            "deletedDateTime": None,
            **body,
            "createdDateTime": timestamp(now),
            "principalDisplayName": principal["displayName"],
            "principalType": "ServicePrincipal",
            "resourceDisplayName": resource["displayName"],
        }
        self.tenant.assignments[made["id"]] = Entry(body=made, born=now)
        return self.single(request, made, "appRoleAssignments", status=201)

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
        made = {"id": new_id(), "principalId": None, **body}
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
