"""The app registration itself: created once in a tenant, restored, corrected without losing what others added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emi_installer.core.desired.blueprint import GRAPH_APP_ID, Blueprint
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.difference import Difference
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.observed.tenant import AppRegistration
from emi_installer.core.plan.changes import CreateAppRegistration, RestoreAppRegistration, UpdateAppRegistration
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra import parse, values
from emi_installer.entra.calls import Call, Json, get
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.observe import APPLICATION_FIELDS
from emi_installer.entra.odata import address, by_id, by_key, literal
from emi_installer.entra.retry import Retry
from emi_installer.entra.ways_in import PLATFORM_KEYS
from emi_installer.entra.writing import Writer

CREATED = 201
"""The status that tells a new object from one that is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationWriter:
    """Writes the app registration of one blueprint; everything raises InstallerError, Cancelled."""

    writer: Writer
    blueprint: Blueprint

    def create(self, change: CreateAppRegistration, tags: tuple[str, ...]) -> tuple[AppRegistration, bool]:
        """Register it, and whether Microsoft told that it was made by just this request.

        Upsert by uniqueName, so that the tenant itself enforces that there is one; by POST where that is refused or the
        name is taken. Raises InstallerError "plan-stale" when the upsert met one that is there already.
        """
        body: Json = {
            "displayName": change.display_name,
            "signInAudience": self.blueprint.audience,
            "web": {"redirectUris": [change.redirect_uri]},
            "requiredResourceAccess": _required({GRAPH_APP_ID: change.required}),
            "tags": list(tags),
        }
        if not change.unique:
            return self._post(body, tags)
        key = by_key("applications", "uniqueName", self.blueprint.unique_name)
        place = address(key, select=APPLICATION_FIELDS)
        upsert = Call(method="PATCH", path=key, body=body, headers={"Prefer": "create-if-missing"})
        unclear = False

        def read_back() -> Json | None:
            nonlocal unclear
            unclear = True
            return self.writer.read(get(place))

        try:
            answer = self.writer.write(upsert, read_back, spreads=False)
        except InstallerError as refused:
            lags = unclear and refused.code == Code.STILL_SPREADING
            if lags or (refused.code == Code.ALREADY_EXISTS and not self._deleted_one_holds_the_name()):
                return self._made_earlier(parse.app_registration(self._read_until_there(place)), tags, unclear=unclear)
            if refused.code in (Code.REQUEST_REFUSED, Code.STILL_SPREADING, Code.ALREADY_EXISTS):
                return self._post(body, tags)
            raise
        if answer.status == CREATED:
            return parse.app_registration(answer.body), True
        return self._made_earlier(
            parse.app_registration(answer.body or self._read_until_there(place)), tags, unclear=unclear
        )

    def _made_earlier(
        self, found: AppRegistration, tags: tuple[str, ...], *, unclear: bool
    ) -> tuple[AppRegistration, bool]:
        """What an earlier try of this run has made, if its answer was lost and it carries the tags of this run."""
        if not unclear or not set(tags) <= set(found.tags):
            raise error(Code.PLAN_STALE, difference=Difference.REGISTERED)
        return found, False

    def _post(self, body: Json, tags: tuple[str, ...]) -> tuple[AppRegistration, bool]:
        answer = self.writer.write(Call(method="POST", path="/applications", body=body), lambda: self._tagged(tags))
        return parse.app_registration(answer.body), answer.status == CREATED

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
        for platform in change.move_from:
            listed = (way.uri for way in found.addresses(platform) if way.uri not in change.add_uris)
            body[PLATFORM_KEYS[platform]] = {"redirectUris": list(listed)}
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

    def _tagged(self, tags: tuple[str, ...]) -> Json | None:
        """What an unclear POST made: the only one with all its tags, of which the last names this run."""
        tag = f"tags/any(t:t eq {literal(tags[-1])})"
        found = self.writer.read(get(address("/applications", filter=tag, select=APPLICATION_FIELDS)))
        listed = [
            one for one in values.items((found or {}).get("value")) if set(tags) <= set(values.strings(one.get("tags")))
        ]
        if len(listed) > 1:
            raise error(Code.PLAN_STALE, difference=Difference.REGISTERED)
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
