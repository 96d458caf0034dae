"""Admin consent: one tenant-wide grant for the delegated permissions, one assignment for each application permission.

All of it goes out in one $batch. The grant is merged, never replaced.
Source: https://learn.microsoft.com/graph/permissions-grant-via-msgraph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from emi_installer.core.observed.tenant import DelegatedGrant
from emi_installer.core.plan.changes import GrantApplicationPermissions, GrantDelegatedPermissions, RemoveClientSecret
from emi_installer.entra import parse
from emi_installer.entra.calls import Answer, Call, Json, get
from emi_installer.entra.failures import GraphFailure, TransportFailure
from emi_installer.entra.odata import by_id
from emi_installer.entra.writing import Writer, retry_reason

Consent = GrantDelegatedPermissions | GrantApplicationPermissions | RemoveClientSecret


@dataclass(kw_only=True)
class ConsentRound:
    """Carries out the changes that need nothing but the service principal; `on_done` hears of each success."""

    writer: Writer
    object_id: str
    principal_id: str
    resource_id: str
    grant: DelegatedGrant | None
    granted_roles: frozenset[str]
    on_done: Callable[[Consent], None]
    refused: Consent | None = None
    """The change that was refused last, once carrying out has failed."""

    def carry_out(self, changes: Iterable[Consent]) -> None:
        """Do all of `changes`; raises InstallerError when one was refused, after the others were tried."""
        left = list(changes)
        unsure = False

        def attempt() -> None:
            nonlocal unsure
            if unsure:
                self._read_back()
            unsure = True
            failures = self._round(left)
            failed = [change for change, _ in failures]
            for change in [one for one in left if one not in failed]:
                left.remove(change)
                self.on_done(change)
            for change, failure in failures:
                self.refused = change
                if retry_reason(failure) is None:
                    raise failure
            for change, failure in failures:
                self.refused = change
                raise retry_reason(failure) or failure

        self.writer.settled(attempt)

    def _round(self, changes: list[Consent]) -> list[tuple[Consent, GraphFailure]]:
        """Send everything at once; the failures."""
        pairs = [(change, call) for change in changes for call in self._calls(change)]
        if not pairs:
            return []
        try:
            outcomes = self.writer.graph.batch([call for _, call in pairs], self.writer.patience)
        except (GraphFailure, TransportFailure) as failure:
            retry = retry_reason(failure)
            if retry is None:
                raise
            raise retry from failure
        return [
            (change, outcome)
            for (change, _), outcome in zip(pairs, outcomes, strict=True)
            if isinstance(outcome, GraphFailure) and not _is_gone(change, outcome)
        ]

    def _calls(self, change: Consent) -> Iterator[Call]:
        match change:
            case GrantDelegatedPermissions():
                yield from self._grant(change)
            case GrantApplicationPermissions():
                for role_id in change.role_ids:
                    if role_id not in self.granted_roles:
                        yield self._assign(role_id)
            case RemoveClientSecret():
                path = by_id("applications", self.object_id) + "/removePassword"
                yield Call(method="POST", path=path, body={"keyId": change.secret.key_id})
            case _:
                assert_never(change)

    def _grant(self, change: GrantDelegatedPermissions) -> Iterator[Call]:
        if self.grant is None:
            body: Json = {
                "clientId": self.principal_id,
                "consentType": "AllPrincipals",
                "resourceId": self.resource_id,
                "scope": " ".join(change.names),
            }
            yield Call(method="POST", path="/oauth2PermissionGrants", body=body)
        elif missing := [name for name in change.names if name not in self.grant.scopes]:
            merged = " ".join((*self.grant.scopes, *missing))
            yield Call(method="PATCH", path=by_id("oauth2PermissionGrants", self.grant.id), body={"scope": merged})

    def _assign(self, role_id: str) -> Call:
        return Call(
            method="POST",
            path=by_id("servicePrincipals", self.resource_id) + "/appRoleAssignedTo",
            body={"principalId": self.principal_id, "resourceId": self.resource_id, "appRoleId": role_id},
        )

    def _read_back(self) -> None:
        principal = by_id("servicePrincipals", self.principal_id)
        calls = (get(principal + "/oauth2PermissionGrants"), get(principal + "/appRoleAssignments"))
        grants, roles = self.writer.graph.batch(calls, self.writer.patience)
        if isinstance(grants, Answer):
            listed = self.writer.graph.collect(grants, self.writer.patience)
            self.grant = parse.tenant_wide_grant(listed, self.resource_id)
        if isinstance(roles, Answer):
            listed = self.writer.graph.collect(roles, self.writer.patience)
            self.granted_roles = parse.granted_roles(listed, self.resource_id)


def _is_gone(change: Consent, outcome: GraphFailure) -> bool:
    """Whether a client secret that was to be removed is not there any more."""
    return isinstance(change, RemoveClientSecret) and outcome.not_found
