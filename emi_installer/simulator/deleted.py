"""Deleted app registrations and service principals: for 30 days they can be restored, each on its own.

Source: https://learn.microsoft.com/graph/api/resources/directory and https://learn.microsoft.com/graph/api/directory-deleteditems-restore.
"""

from __future__ import annotations

from emi_installer.simulator import access
from emi_installer.simulator.directory import Directory, Reply, Request
from emi_installer.simulator.errors import bad_request, conflict
from emi_installer.simulator.tenant import Entry


class Deleted(Directory):
    """The handlers below /directory/deletedItems."""

    def list_deleted(self, request: Request) -> Reply:
        """GET /directory/deletedItems/microsoft.graph.application."""
        return self.page(request, self.visible(self.tenant.deleted.values()), "applications")

    def list_deleted_principals(self, request: Request) -> Reply:
        """GET /directory/deletedItems/microsoft.graph.servicePrincipal."""
        return self.page(request, self.visible(self.tenant.deleted_principals.values()), "servicePrincipals")

    def get_deleted(self, request: Request) -> Reply:
        """GET /directory/deletedItems/{id}."""
        return self.single(request, self._deleted(request).body, "directoryObjects")

    def purge_deleted(self, request: Request) -> Reply:
        """DELETE /directory/deletedItems/{id}: for good."""
        entry = self._deleted(request)
        access.may_manage(entry, dict(request.claims))
        self._forget(entry)
        self.wrote()
        return 204, None

    def restore_deleted(self, request: Request) -> Reply:
        """POST …/restore: a registration without its service principal, a service principal without its consent."""
        entry = self._deleted(request)
        access.may_manage(entry, dict(request.claims))
        live = self.tenant.service_principals if self._is_principal(entry) else self.tenant.applications
        if self._is_principal(entry):
            self._check_principal(entry)
        self._forget(entry)
        entry.body, entry.born = {**entry.body, "deletedDateTime": None}, self.wrote()
        live[entry.body["id"]] = entry
        return self.single(request, entry.body, "directoryObjects")

    def _check_principal(self, entry: Entry) -> None:
        app_id = entry.body["appId"]
        if self.tenant.application(app_id) is None:
            text = f"The appId '{app_id}' of the service principal does not reference a valid application object."
            raise bad_request(text, details=(("NoBackingApplicationObject", "appId"),))
        if self.tenant.service_principal(app_id) is not None:
            text = "The service principal cannot be created, updated, or restored because the service principal name"
            raise conflict(f"{text} {app_id} is already in use.")

    def _deleted(self, request: Request) -> Entry:
        return self.found({**self.tenant.deleted, **self.tenant.deleted_principals}, request.parts)

    def _is_principal(self, entry: Entry) -> bool:
        return entry.body["id"] in self.tenant.deleted_principals

    def _forget(self, entry: Entry) -> None:
        del (self.tenant.deleted_principals if self._is_principal(entry) else self.tenant.deleted)[entry.body["id"]]
