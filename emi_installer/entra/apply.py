"""Carries out a plan, change by change; every change is safe to repeat, the client secret comes last.

    register → service principal → admin consent (one $batch) → client secret

Before the secret is made, the app registration is marked with the secret's token; the mark goes away when the
secret was saved. So a run that was interrupted leaves no secret that nobody knows of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from emi_installer.core.blueprint import GRAPH_APP_ID, Blueprint
from emi_installer.core.credentials import ClientSecret
from emi_installer.core.errors import Cancelled, InstallerError, error
from emi_installer.core.events import ChangeDone, ChangeFailed, ChangeStarted, Wait
from emi_installer.core.plan import (
    AddClientSecret,
    Change,
    CreateAppRegistration,
    CreateServicePrincipal,
    EnableServicePrincipal,
    GrantApplicationPermissions,
    GrantDelegatedPermissions,
    Plan,
    RemoveClientSecret,
    UpdateAppRegistration,
)
from emi_installer.core.result import ApplyResult
from emi_installer.core.tenant import ObservedTenant
from emi_installer.entra import parse
from emi_installer.entra.consent import Consent, ConsentRound
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.graph import Call, GraphClient, Json, get
from emi_installer.entra.observe import APPLICATION_FIELDS
from emi_installer.entra.odata import address, by_id, by_key, literal
from emi_installer.entra.secrets import SecretMaker
from emi_installer.entra.waiting import Patience, Worth
from emi_installer.entra.writing import Writer


@dataclass(kw_only=True)
class Application:
    """What is known of the app registration while it is being set up."""

    object_id: str = ""
    app_id: str = ""
    principal_id: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def found_in(cls, observed: ObservedTenant) -> Application:
        """What an earlier run left."""
        found, principal = observed.registration, observed.service_principal
        return cls(
            object_id=found.object_id if found else "",
            app_id=found.app_id if found else "",
            principal_id=principal.object_id if principal else "",
            tags=found.tags if found else (),
        )


@dataclass(kw_only=True)
class Applier:
    """One run of a plan; `token` (six hexadecimal digits) marks the secret that it makes."""

    graph: GraphClient
    blueprint: Blueprint
    observed: ObservedTenant
    patience: Patience
    token: str
    plan: Plan

    def __post_init__(self) -> None:
        self._writer = Writer(graph=self.graph, patience=self.patience)
        self._app = Application.found_in(self.observed)
        self._done: list[Change] = []
        self._secret: ClientSecret | None = None

    def apply(self) -> ApplyResult:
        """Carry out the plan; whatever happens is in the result, nothing but bugs is raised."""
        problem: InstallerError | None = None
        cancelled = False
        for group in _groups(self.plan.changes):
            try:
                self.patience.check()
                self._carry_out(group)
            except Cancelled:
                cancelled = True
            except InstallerError as raised:
                problem = raised
                if raised.code != "already-exists":  # then the tenant is read again, and it goes on
                    failed = next(change for change in group if change not in self._done)
                    self.patience.on_event(ChangeFailed(change=failed, error=raised))
            if cancelled or problem:
                break
        return ApplyResult(
            applied=tuple(self._done),
            remaining=tuple(c for c in self.plan.changes if c not in self._done),
            object_id=self._app.object_id,
            client_id=self._app.app_id,
            tags=self._app.tags,
            client_secret=self._secret,
            error=problem,
            cancelled=cancelled,
        )

    def _carry_out(self, group: tuple[Change, ...]) -> None:
        for change in group:
            self.patience.on_event(ChangeStarted(change=change))
        consents: list[Consent] = []
        for change in group:
            match change:
                case CreateAppRegistration():
                    self._create(change)
                case UpdateAppRegistration():
                    self._update(change)
                case CreateServicePrincipal():
                    self._create_principal()
                case EnableServicePrincipal():
                    self._enable(change)
                case GrantDelegatedPermissions() | GrantApplicationPermissions() | RemoveClientSecret():
                    consents.append(change)
                case AddClientSecret():
                    self._add_secret(change)
                case _:
                    assert_never(change)
        if consents:
            self._consent(consents)
        else:
            self._report(group[0])

    def _report(self, change: Change) -> None:
        self._done.append(change)
        self.patience.on_event(ChangeDone(change=change))

    def _create(self, change: CreateAppRegistration) -> None:
        """Upsert by uniqueName, so that the tenant itself enforces that there is one; by POST where refused."""
        tags = (self.blueprint.tag, self._secrets.mark) if self.plan.makes_secret else (self.blueprint.tag,)
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
            return self._writer.read(get(address(key, select=APPLICATION_FIELDS)))

        try:
            made = self._writer.write(upsert, read_back, spreads=False).body
        except InstallerError as refused:
            if refused.code == "already-exists" and not self._deleted_one_holds_the_name():
                made = self._read_until_there(address(key, select=APPLICATION_FIELDS))
            elif refused.code in ("request-refused", "still-spreading", "already-exists"):
                made = self._writer.write(Call(method="POST", path="/applications", body=body), self._tagged).body
            else:
                raise
        if not made and not unclear:
            raise error("already-exists")  # reading the tenant had missed it
        found = parse.app_registration(made or self._read_until_there(address(key, select=APPLICATION_FIELDS)))
        self._app = Application(object_id=found.object_id, app_id=found.app_id, tags=tags)

    def _deleted_one_holds_the_name(self) -> bool:
        """Whether an app registration that can still be restored keeps our uniqueName to itself."""
        path = address("/directory/deletedItems/microsoft.graph.application", select="id,uniqueName")
        deleted = self.graph.collect(self.graph.send(get(path), self.patience), self.patience)
        return any(one.get("uniqueName") == self.blueprint.unique_name for one in deleted)

    def _tagged(self) -> Json | None:
        tag = f"tags/any(t:t eq {literal(self.blueprint.tag)})"
        found = self._writer.read(get(address("/applications", filter=tag, select=APPLICATION_FIELDS)))
        listed = parse.items(found.get("value")) if found else []
        return listed[0] if listed else None

    def _read_until_there(self, path: str) -> Json:
        def attempt() -> Json:
            try:
                return self.graph.send(get(path), self.patience).body
            except GraphFailure as failure:
                if failure.not_found:
                    raise Worth(failure, Wait.REPLICATION) from failure
                raise

        return self._writer.settled(attempt)

    def _update(self, change: UpdateAppRegistration) -> None:
        body: Json = {}
        if change.redirect_uris is not None:
            body["web"] = {"redirectUris": list(change.redirect_uris)}
        if change.audience is not None:
            body["signInAudience"] = change.audience
        if change.required is not None:
            body["requiredResourceAccess"] = _required(dict(change.required))
        tags = self._app.tags if change.tags is None else change.tags
        if self.plan.makes_secret:
            tags = (*tags, self._secrets.mark)
        if tags != self._app.tags:
            body["tags"] = list(tags)
        self._patch(body)
        self._app.tags = tags

    def _patch(self, body: Json) -> None:
        self._writer.write(Call(method="PATCH", path=by_id("applications", self._app.object_id), body=body))

    def _create_principal(self) -> None:
        path = by_key("servicePrincipals", "appId", self._app.app_id)
        made = self._writer.write(
            Call(method="POST", path="/servicePrincipals", body={"appId": self._app.app_id}),
            read_back=lambda: self._writer.read(get(address(path, select="id,appId,accountEnabled"))),
        )
        self._app.principal_id = parse.text(made.body, "id")

    def _enable(self, change: EnableServicePrincipal) -> None:
        path = by_id("servicePrincipals", change.object_id)
        self._writer.write(Call(method="PATCH", path=path, body={"accountEnabled": True}))

    def _consent(self, changes: list[Consent]) -> None:
        ConsentRound(
            writer=self._writer,
            object_id=self._app.object_id,
            principal_id=self._app.principal_id,
            resource_id=self.observed.graph.service_principal_id,
            grant=self.observed.delegated_grant,
            granted_roles=self.observed.granted_roles,
            on_done=self._report,
        ).carry_out(changes)

    def _add_secret(self, change: AddClientSecret) -> None:
        secrets = self._secrets
        if secrets.mark not in self._app.tags:
            self._app.tags = (*self._app.tags, secrets.mark)
            self._patch({"tags": list(self._app.tags)})
        self._secret = secrets.add(change.expires)

    @property
    def _secrets(self) -> SecretMaker:
        return SecretMaker(
            writer=self._writer, blueprint=self.blueprint, object_id=self._app.object_id, token=self.token
        )


def _groups(changes: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """The changes in rounds: what needs nothing but the service principal goes together."""
    for together, group in groupby(changes, key=lambda change: isinstance(change, Consent)):
        if together:
            yield tuple(group)
        else:
            yield from ((change,) for change in group)


def _required(required: Mapping[str, frozenset[tuple[str, str]]]) -> list[Json]:
    """The wire form of declared permissions."""
    return [
        {
            "resourceAppId": app_id,
            "resourceAccess": [{"id": one, "type": kind} for one, kind in sorted(pairs)],
        }
        for app_id, pairs in sorted(required.items())
    ]
