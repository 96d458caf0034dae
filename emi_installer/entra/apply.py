"""Carries out a plan, change by change; every change is safe to repeat, the client secret comes last.

    register | restore → correct → removals (one $batch)
        → service principal → admin consent (one $batch) → client secret

Only what was shown is carried out. Before anything gives power to the application, whoever else could use it is
compared with the plan: always where it was there before, after removals, and after an answer that was not clear. One
that this very run has registered needs no further look: nobody else has a right over it.

Before the secret is made, the app registration is marked with the secret's token; the mark goes away when the
secret was saved. So a run that was interrupted leaves no secret that nobody knows of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import assert_never

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.difference import Difference
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.core.observed.control import control, not_in
from emi_installer.core.observed.holders import Holder
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.changes import (
    AddClientSecret,
    Change,
    CreateAppRegistration,
    CreateServicePrincipal,
    DeleteAppRegistration,
    DeleteServicePrincipal,
    EnableServicePrincipal,
    RestoreAppRegistration,
    UpdateAppRegistration,
)
from emi_installer.core.plan.credentials import ClientSecret
from emi_installer.core.plan.events import ChangeDone, ChangeFailed, ChangeStarted, RetryReason
from emi_installer.core.plan.holding import gives, removed_by
from emi_installer.core.plan.plan import Plan
from emi_installer.core.plan.result import ApplyResult
from emi_installer.entra import values
from emi_installer.entra.calls import Call, get
from emi_installer.entra.consent import Consent, ConsentRound
from emi_installer.entra.graph import GraphClient
from emi_installer.entra.observe import Reader
from emi_installer.entra.odata import address, by_id, by_key
from emi_installer.entra.registration import CREATED, RegistrationWriter
from emi_installer.entra.removal import RemovalRound, Taken
from emi_installer.entra.retry import Retry, RetryPolicy
from emi_installer.entra.secrets import SecretMaker
from emi_installer.entra.writing import Writer

Alone = (
    CreateAppRegistration
    | RestoreAppRegistration
    | UpdateAppRegistration
    | CreateServicePrincipal
    | EnableServicePrincipal
    | AddClientSecret
    | DeleteServicePrincipal
    | DeleteAppRegistration
)
"""What waits for what came before it; consents and removals go out together."""


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
        self._unsure = False  # whether somebody else could use the application has to be looked at again
        self._refused: Change | None = None

    def apply(self) -> ApplyResult:
        """Carry out the plan; whatever happens is in the result, nothing but bugs is raised."""
        problem: InstallerError | None = None
        cancelled = False
        groups = tuple(_groups(self.plan.changes))
        for group in groups:
            try:
                self.patience.check()
                if group is groups[0]:
                    self._compare_with_plan()
                if self._unsure and gives(group):
                    self._look_again()
                self._carry_out(group)
            except Cancelled:
                cancelled = True
            except InstallerError as raised:
                problem = raised
                if raised.code not in (Code.ALREADY_EXISTS, Code.PLAN_STALE) or self._done:  # else nothing was begun
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

    def _compare_with_plan(self) -> None:
        """Raise InstallerError "plan-stale" where this is not what the plan was made for.

        Others may have been busy while a person read it.
        """
        found = self.observed.registration
        if (found.object_id if found else None) != self.plan.object_id:
            raise error(Code.PLAN_STALE, difference=Difference.OTHER_REGISTRATION)
        if found is None or found.deleted is not None or self.plan.purpose is Purpose.REMOVE:
            return
        self._read_details()
        shown = frozenset(holder.id for holder in self.plan.holders)
        self._accept(shown)

    def _look_again(self) -> None:
        """Raise InstallerError "plan-stale" where somebody who is not kept by name could use the application.

        Servers that lag behind may still show what was removed just now.
        """
        removed = removed_by(self._done)

        def attempt() -> None:
            try:
                self._read_details()
            except InstallerError as problem:
                if problem.code != Code.NOT_FOUND:
                    raise
                raise Retry(error(Code.STILL_SPREADING), RetryReason.REPLICATION) from problem
            self._accept(self.plan.kept | removed)
            if any(holder.id in removed - self.plan.kept for holder in self._holders()):
                raise Retry(error(Code.STILL_SPREADING), RetryReason.REPLICATION)

        self._writer.settled(attempt)
        self._unsure = False

    def _read_details(self) -> None:
        """Read anew who else could use the application, and what is merged with; raises InstallerError."""
        found = Reader(graph=self.graph, blueprint=self.blueprint).details(self.observed, self.patience)
        if found.registration is None:
            raise error(Code.NOT_FOUND)
        self.observed = found
        if not self._done:
            self._app = Application.found_in(found)

    def _holders(self) -> tuple[Holder, ...]:
        return control(self.observed, self.plan.known)

    def _accept(self, known: frozenset[str]) -> None:
        """Raise InstallerError "plan-stale" where there are holders besides those that are `known`."""
        more = tuple(not_in(self._holders(), known))
        if more:
            raise error(Code.PLAN_STALE, difference=more)

    def _carry_out(self, group: tuple[Change, ...]) -> None:
        for change in group:
            self.patience.on_event(ChangeStarted(change=change))
        if consents := [change for change in group if isinstance(change, Consent)]:
            self._consent(consents)
        if removals := [change for change in group if isinstance(change, Taken)]:
            self._remove(removals)
        for change in group:
            if isinstance(change, Alone):
                self._carry_out_alone(change)
                self._report(change)

    def _carry_out_alone(self, change: Alone) -> None:
        match change:
            case CreateAppRegistration():
                self._create(change)
            case RestoreAppRegistration():
                self._restore(change)
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
            case _:
                assert_never(change)

    def _report(self, change: Change) -> None:
        self._done.append(change)
        self.patience.on_event(ChangeDone(change=change))

    def _create(self, change: CreateAppRegistration) -> None:
        tags = (self.blueprint.tag, self._secrets.mark) if self.plan.makes_secret else (self.blueprint.tag,)
        found, certain = self._registration.create(change, tags)
        self._app = Application(object_id=found.object_id, app_id=found.app_id, tags=tags)
        self.observed = replace(self.observed, registration=found)
        self._unsure = not certain

    def _restore(self, change: RestoreAppRegistration) -> None:
        """Bring it back; its owners show only then."""
        self._registration.restore(change)
        if self.observed.registration is not None:
            self.observed = replace(self.observed, registration=replace(self.observed.registration, deleted=None))
        self._unsure = True

    def _remove(self, changes: list[Taken]) -> None:
        self._unsure = True
        RemovalRound(
            writer=self._writer,
            object_id=self._app.object_id,
            principal_id=self._app.principal_id,
            audience=self.blueprint.audience,
            on_done=self._report,
        ).carry_out(changes)

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
        self._app.principal_id = values.text(made.body, "id")
        self._unsure = self._unsure or made.status != CREATED

    def _enable(self, change: EnableServicePrincipal) -> None:
        if change.reactivate:
            self._registration.patch(change.reactivate, {"isDisabled": False})
        body: dict[str, bool] = {}
        if change.enable:
            body["accountEnabled"] = True
        if change.for_everybody:
            body["appRoleAssignmentRequired"] = False
        if change.reactivate and self.observed.service_principal and self.observed.service_principal.deactivated:
            body["isDisabled"] = False
        if body:
            self._writer.write(Call(method="PATCH", path=by_id("servicePrincipals", change.object_id), body=body))

    def _consent(self, changes: list[Consent]) -> None:
        consent = ConsentRound(
            writer=self._writer,
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
    """The changes in rounds: what needs nothing but what is there goes together."""
    for together, group in groupby(changes, key=_kind):
        if together:
            yield tuple(group)
        else:
            yield from ((change,) for change in group)


def _kind(change: Change) -> str:
    """What it goes together with; empty for what goes alone."""
    if isinstance(change, Consent):
        return "consent"
    return "removal" if isinstance(change, Taken) else ""
