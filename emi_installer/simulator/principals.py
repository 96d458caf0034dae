"""Service principals: the application's face in the tenant.

Source of the rules: https://learn.microsoft.com/graph/api/resources/serviceprincipal.
"""

from __future__ import annotations

from emi_installer.simulator import access
from emi_installer.simulator.credentials import Credentials, certificates
from emi_installer.simulator.directory import Reply, Request
from emi_installer.simulator.errors import bad_request, conflict, forbidden
from emi_installer.simulator.objects import merged, new_principal
from emi_installer.simulator.tenant import Entry

_WRITABLE: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("accountEnabled", "appRoleAssignmentRequired", "isDisabled"), bool),
    **dict.fromkeys(("alternativeNames", "keyCredentials", "replyUrls", "servicePrincipalNames", "tags"), list),
    **dict.fromkeys(("description", "displayName", "homepage", "loginUrl", "logoutUrl", "notes"), str),
    "info": dict,
}


class Principals(Credentials):
    """The handlers below /servicePrincipals."""

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
        given = request.json({"appId": str, "tags": list, "accountEnabled": bool})
        app_id = given.get("appId", "")
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
        made = new_principal(self.tenant, now, application.body)
        made["accountEnabled"] = given.get("accountEnabled", True)
        made["tags"] = given.get("tags", made["tags"])
        owners = access.first_owners(dict(request.claims))
        self.tenant.service_principals[made["id"]] = Entry(body=made, born=now, owners=owners)
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
        entry = self.owned(request)
        changes = request.json(_WRITABLE)
        now = self.wrote()
        if "keyCredentials" in changes:
            changes = {
                **changes,
                "keyCredentials": certificates(entry.body["keyCredentials"], changes["keyCredentials"] or [], now),
            }
        entry.body.update(merged(entry.body, changes))
        return 204, None

    def delete_principal(self, request: Request) -> Reply:
        """DELETE of one service principal."""
        entry = self.owned(request)
        self.tenant.delete_service_principal(entry.body["id"], self.wrote())
        return 204, None
