"""Carries out a plan, change by change; every change is safe to repeat, the client secret comes last.

    register | restore → correct → service principal → admin consent (one $batch) → client secret

Before the secret is made, the app registration is marked with the secret's token; the mark goes away when the
secret was saved. So a run that was interrupted leaves no secret that nobody knows of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.changes import (
    AddClientSecret,
    Change,
    CreateAppRegistration,
    CreateServicePrincipal,
    DeleteAppRegistration,
    DeleteServicePrincipal,
    EnableServicePrincipal,
    GrantApplicationPermissions,
    GrantDelegatedPermissions,
    RemoveClientSecret,
    RestoreAppRegistration,
    UpdateAppRegistration,
)
from emi_installer.core.plan.credentials import ClientSecret
from emi_installer.core.plan.events import ChangeDone, ChangeFailed, ChangeStarted
from emi_installer.core.plan.plan import Plan
from emi_installer.core.plan.result import ApplyResult
from emi_installer.entra import parse
from emi_installer.entra.calls import Call, get
from emi_installer.entra.consent import Consent, ConsentRound
from emi_installer.entra.graph import GraphClient
from emi_installer.entra.observe import Reader
from emi_installer.entra.odata import address, by_id, by_key
from emi_installer.entra.registration import RegistrationWriter
from emi_installer.entra.retry import RetryPolicy
from emi_installer.entra.secrets import SecretMaker
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
    patience: RetryPolicy
    token: str
    plan: Plan

    def __post_init__(self) -> None:
        self._writer = Writer(graph=self.graph, patience=self.patience)
        self._registration = RegistrationWriter(writer=self._writer, blueprint=self.blueprint)
        self._app = Application.found_in(self.observed)
        self._done: list[Change] = []
        self._secret: ClientSecret | None = None
        self._refused: Change | None = None

    def apply(self) -> ApplyResult:
        """Carry out the plan; whatever happens is in the result, nothing but bugs is raised."""
        problem: InstallerError | None = None
        cancelled = False
        for group in _groups(self.plan.changes):
            try:
                self.patience.check()
                if not self._done:
                    self._look_again()
                self._carry_out(group)
            except Cancelled:
                cancelled = True
            except InstallerError as raised:
                problem = raised
                if raised.code != Code.ALREADY_EXISTS or self._done:  # at the start the tenant is read again
                    failed = self._refused or next(change for change in group if change not in self._done)
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

    def _look_again(self) -> None:
        """Read anew what will be merged with, since others may have added to it while a person read the plan."""
        found = self.observed.registration
        merges = any(
            isinstance(c, UpdateAppRegistration)
            or (isinstance(c, GrantDelegatedPermissions) and self.observed.delegated_grant is not None)
            for c in self.plan.changes
        )
        if not merges or found is None or found.deleted is not None:
            return
        self.observed = Reader(graph=self.graph, blueprint=self.blueprint).details(self.observed, self.patience)
        if self.observed.registration is None:
            raise error(Code.NOT_FOUND)
        self._app = Application.found_in(self.observed)

    def _carry_out(self, group: tuple[Change, ...]) -> None:
        for change in group:
            self.patience.on_event(ChangeStarted(change=change))
        consents = [change for change in group if isinstance(change, Consent)]
        if consents:
            self._consent(consents)
            return
        for change in group:
            self._carry_out_alone(change)
            self._report(change)

    def _carry_out_alone(self, change: Change) -> None:
        match change:
            case CreateAppRegistration():
                self._create(change)
            case RestoreAppRegistration():
                self._registration.restore(change)
            case UpdateAppRegistration():
                self._update(change)
            case CreateServicePrincipal():
                self._create_principal()
            case EnableServicePrincipal():
                self._enable(change)
            case AddClientSecret():
                self._add_secret(change)
            case DeleteServicePrincipal():
                self._delete("servicePrincipals", change.object_id)
            case DeleteAppRegistration():
                self._delete("applications", change.object_id)
            case GrantDelegatedPermissions() | GrantApplicationPermissions() | RemoveClientSecret():
                raise TypeError("consents are carried out together")
            case _:
                assert_never(change)

    def _report(self, change: Change) -> None:
        self._done.append(change)
        self.patience.on_event(ChangeDone(change=change))

    def _create(self, change: CreateAppRegistration) -> None:
        tags = (self.blueprint.tag, self._secrets.mark) if self.plan.makes_secret else (self.blueprint.tag,)
        found = self._registration.create(change, tags)
        self._app = Application(object_id=found.object_id, app_id=found.app_id, tags=tags)

    def _update(self, change: UpdateAppRegistration) -> None:
        found = self.observed.registration
        if found is not None:
            mark = (self._secrets.mark,) if self.plan.makes_secret else ()
            self._app.tags = self._registration.update(change, found, mark)

    def _delete(self, collection: str, object_id: str) -> None:
        self._writer.remove(Call(method="DELETE", path=by_id(collection, object_id)))

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
        consent = ConsentRound(
            writer=self._writer,
            object_id=self._app.object_id,
            principal_id=self._app.principal_id,
            resource_id=self.observed.graph.service_principal_id,
            grant=self.observed.delegated_grant,
            granted_roles=self.observed.granted_roles,
            on_done=self._report,
        )
        try:
            consent.carry_out(changes)
        finally:
            self._refused = consent.refused

    def _add_secret(self, change: AddClientSecret) -> None:
        secrets = self._secrets
        if secrets.mark not in self._app.tags:
            self._app.tags = (*self._app.tags, secrets.mark)
            self._registration.patch(self._app.object_id, {"tags": list(self._app.tags)})
        self._secret = secrets.add(change.expires, or_shorter=change.or_shorter)

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
