"""The app registration itself: created once in a tenant, restored, corrected without losing what others added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emi_installer.core.desired.blueprint import GRAPH_APP_ID, Blueprint
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.observed.tenant import AppRegistration
from emi_installer.core.plan.changes import CreateAppRegistration, RestoreAppRegistration, UpdateAppRegistration
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra import parse
from emi_installer.entra.calls import Call, Json, get
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.observe import APPLICATION_FIELDS
from emi_installer.entra.odata import address, by_id, by_key, literal
from emi_installer.entra.retry import Retry
from emi_installer.entra.writing import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationWriter:
    """Writes the app registration of one blueprint; everything raises InstallerError, Cancelled."""

    writer: Writer
    blueprint: Blueprint

    def create(self, change: CreateAppRegistration, tags: tuple[str, ...]) -> AppRegistration:
        """Upsert by uniqueName, so that the tenant itself enforces that there is one; by POST where refused.

        Raises InstallerError "already-exists" when reading the tenant had missed one.
        """
        body: Json = {
            "displayName": change.display_name,
            "signInAudience": self.blueprint.audience,
            "web": {"redirectUris": [change.redirect_uri]},
            "requiredResourceAccess": _required({GRAPH_APP_ID: change.required}),
            "tags": list(tags),
        }
        key = by_key("applications", "uniqueName", self.blueprint.unique_name)
        upsert = Call(method="PATCH", path=key, body=body, headers={"Prefer": "create-if-missing"})
        unclear = False

        def read_back() -> Json | None:
            nonlocal unclear
            unclear = True
            return self.writer.read(get(address(key, select=APPLICATION_FIELDS)))

        try:
            made = self.writer.write(upsert, read_back, spreads=False).body
        except InstallerError as refused:
            if refused.code == Code.ALREADY_EXISTS and not self._deleted_one_holds_the_name():
                made = self._read_until_there(address(key, select=APPLICATION_FIELDS))
            elif refused.code in (Code.REQUEST_REFUSED, Code.STILL_SPREADING, Code.ALREADY_EXISTS):
                made = self.writer.write(Call(method="POST", path="/applications", body=body), self._tagged).body
            else:
                raise
        if not made and not unclear:
            raise error(Code.ALREADY_EXISTS)
        return parse.app_registration(made or self._read_until_there(address(key, select=APPLICATION_FIELDS)))

    def restore(self, change: RestoreAppRegistration) -> None:
        """Bring it back; one that is back already does no harm."""
        path = by_id("directory/deletedItems", change.object_id)
        there = get(address(by_id("applications", change.object_id), select="id,appId"))
        try:
            self.writer.write(
                Call(method="POST", path=f"{path}/restore"), lambda: self.writer.read(there), spreads=False
            )
        except InstallerError as problem:
            if problem.code != Code.STILL_SPREADING or self.writer.read(there) is None:
                raise

    def update(
        self, change: UpdateAppRegistration, found: AppRegistration, more_tags: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Merge the change into what was `found` just now; the tags that it has then."""
        body: Json = {}
        uris = tuple(uri for uri in found.redirect_uris if uri not in change.remove_uris)
        uris = (*uris, *(uri for uri in change.add_uris if uri not in uris))
        if uris != found.redirect_uris:
            body["web"] = {"redirectUris": list(uris)}
        if change.audience is not None:
            body["signInAudience"] = change.audience
        if change.declare:
            declared = found.required.get(GRAPH_APP_ID, frozenset()) | change.declare
            body["requiredResourceAccess"] = _required({**found.required, GRAPH_APP_ID: declared})
        tags = (*(found.settled_tags(self.blueprint.tag) if change.settle_tags else found.tags), *more_tags)
        if tags != found.tags:
            body["tags"] = list(tags)
        if body:
            self.patch(found.object_id, body)
        return tags

    def patch(self, object_id: str, body: Json) -> None:
        """Set properties."""
        self.writer.write(Call(method="PATCH", path=by_id("applications", object_id), body=body))

    def _deleted_one_holds_the_name(self) -> bool:
        """Whether an app registration that can still be restored keeps our uniqueName to itself."""
        graph, patience = self.writer.graph, self.writer.patience
        path = address("/directory/deletedItems/microsoft.graph.application", select="id,uniqueName")
        deleted = graph.collect(graph.send(get(path), patience), patience)
        return any(one.get("uniqueName") == self.blueprint.unique_name for one in deleted)

    def _tagged(self) -> Json | None:
        tag = f"tags/any(t:t eq {literal(self.blueprint.tag)})"
        found = self.writer.read(get(address("/applications", filter=tag, select=APPLICATION_FIELDS)))
        listed = parse.items(found.get("value")) if found else []
        return listed[0] if listed else None

    def _read_until_there(self, path: str) -> Json:
        def attempt() -> Json:
            try:
                return self.writer.graph.send(get(path), self.writer.patience).body
            except GraphFailure as failure:
                if failure.not_found:
                    raise Retry(failure, RetryReason.REPLICATION) from failure
                raise

        return self.writer.settled(attempt)


def _required(required: Mapping[str, frozenset[tuple[str, str]]]) -> list[Json]:
    """The wire form of declared permissions."""
    return [
        {
            "resourceAppId": app_id,
            "resourceAccess": [{"id": one, "type": kind} for one, kind in sorted(pairs)],
        }
        for app_id, pairs in sorted(required.items())
    ]
