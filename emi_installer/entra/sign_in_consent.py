"""Reads and takes back the consent to the sign-in client.

Source: https://learn.microsoft.com/graph/permissions-grant-via-msgraph.
"""

from __future__ import annotations

from dataclasses import dataclass

from emi_installer.core.desired.blueprint import SignInClient
from emi_installer.core.observed.sign_in_consent import SignInConsent
from emi_installer.entra import values
from emi_installer.entra.calls import Answer, Call, get
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.odata import address, by_id, by_key
from emi_installer.entra.writing import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentKeeper:
    """Looks after the consent to one client; everything raises InstallerError, Cancelled."""

    writer: Writer
    client: SignInClient

    def read(self) -> tuple[SignInConsent, ...]:
        """The consents for the signed-in account and for everybody, in one round."""
        graph, patience = self.writer.graph, self.writer.patience
        principal = by_key("servicePrincipals", "appId", self.client.client_id)
        calls = (get(address("/me", select="id")), get(principal + "/oauth2PermissionGrants"))
        me, grants = graph.batch(calls, patience)
        account = values.text(_needed(me).body, "id").lower()
        if isinstance(grants, GraphFailure) and grants.not_found:
            return ()
        listed = graph.collect(_needed(grants), patience)
        return tuple(
            SignInConsent(
                grant_id=values.text(grant, "id"),
                scopes=tuple(str(grant.get("scope") or "").split()),
                for_everybody=grant.get("consentType") == "AllPrincipals",
            )
            for grant in listed
            if grant.get("consentType") == "AllPrincipals" or str(grant.get("principalId")).lower() == account
        )

    def take_back(self, consent: SignInConsent) -> None:
        """Take this program's scopes out of a consent; the whole of it where nothing else is in it."""
        path, rest = by_id("oauth2PermissionGrants", consent.grant_id), consent.rest(self.client)
        if rest:
            self.writer.write(Call(method="PATCH", path=path, body={"scope": " ".join(rest)}))
        else:
            self.writer.remove(Call(method="DELETE", path=path))


def _needed(outcome: Answer | GraphFailure) -> Answer:
    if isinstance(outcome, GraphFailure):
        raise outcome
    return outcome
