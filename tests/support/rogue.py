"""A member without any role who wants to sign in as the application, before, during or after a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from emi_installer.simulator.scenarios import CALLBACK, Builder
from emi_installer.simulator.service import Simulator
from tests.support.member import (
    FEDERATED_AUDIENCE,
    app_only,
    app_only_by_certificate,
    app_only_by_federation,
    by_code,
    by_device_code,
    by_implicit_grant,
    call,
    certificate,
)

THEIRS = "https://elsewhere.example.com/signed-in"
ISSUER = "https://issuer.example.com"
UNIQUE = "/applications(uniqueName='bright-pattern-emi')"


@dataclass(kw_only=True)
class Rogue:
    """The member, and every secret that the member has."""

    simulator: Simulator
    account: str = "member"
    secrets: list[tuple[str, str]] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request with the member's token; the body of the answer, None where it was refused."""
        answer = call(self.simulator, self.account, method, path, body, **headers)
        return (answer.body or {}) if answer.ok else None

    def register(self, *, unique: bool, tagged: bool, uris: tuple[str, ...] = (CALLBACK,), **more: Any) -> str | None:
        """Register an application that looks like ours; its Client ID."""
        declared = Builder(self.simulator)._declared()
        graph = "00000003-0000-0000-c000-000000000000"
        body = {
            "displayName": "Bright Pattern EMI",
            "signInAudience": "AzureADMyOrg",
            "tags": ["emi-installer"] if tagged else [],
            "web": {"redirectUris": list(uris)},
            "requiredResourceAccess": [{"resourceAppId": graph, "resourceAccess": declared}],
            **more,
        }
        if unique:
            made = self.call("PATCH", UNIQUE, body, Prefer="create-if-missing")
        else:
            made = self.call("POST", "/applications", body)
        return made.get("appId") if made else None

    def applications(self) -> list[str]:
        """The Client IDs of all app registrations, which every member can read."""
        return [entry.body["appId"] for entry in self.simulator.tenant.applications.values()]

    def add_secret(self, app_id: str, *, name: str = "by hand", kind: str = "applications") -> None:
        """Make a client secret and keep it."""
        made = self.call(
            "POST", f"/{kind}(appId='{app_id}')/addPassword", {"passwordCredential": {"displayName": name}}
        )
        if made:
            self.secrets.append((app_id, made["secretText"]))

    def add_certificate(self, app_id: str, *, kind: str = "applications") -> None:
        """Add a certificate of which the member has the key."""
        self.call("PATCH", f"/{kind}(appId='{app_id}')", {"keyCredentials": [certificate("rogue").credential]})

    def add_federated(self, app_id: str) -> None:
        """Accept tokens of an issuer of the member's own."""
        body = {"name": "build", "issuer": ISSUER, "subject": "rogue", "audiences": [FEDERATED_AUDIENCE]}
        self.call("POST", f"/applications(appId='{app_id}')/federatedIdentityCredentials", body)

    def open_up(self, app_id: str) -> None:
        """Send sign-ins to the member, on every platform, and without a secret."""
        implicit = {"enableAccessTokenIssuance": True, "enableIdTokenIssuance": True}
        body = {
            "web": {"redirectUris": [CALLBACK, THEIRS], "implicitGrantSettings": implicit},
            "spa": {"redirectUris": [THEIRS + "/spa"]},
            "publicClient": {"redirectUris": ["http://localhost"]},
            "isFallbackPublicClient": True,
        }
        self.call("PATCH", f"/applications(appId='{app_id}')", body)

    def make_owner(self, app_id: str, account: str = "guest", *, kind: str = "applications") -> None:
        """Make an accomplice an owner too."""
        person = self.simulator.tenant.accounts[account].oid
        reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{person}"}
        self.call("POST", f"/{kind}(appId='{app_id}')/owners/$ref", reference)

    def add_principal(self, app_id: str) -> None:
        """Make the service principal before the administrator does."""
        self.call("POST", "/servicePrincipals", {"appId": app_id})

    def try_everything(self) -> None:
        """Whatever a member can do to any application, as one who owns it and as one who does not."""
        for app_id in self.applications():
            self.add_principal(app_id)
            self.make_owner(app_id)
            self.make_owner(app_id, kind="servicePrincipals")
            for kind in ("applications", "servicePrincipals"):
                self.add_secret(app_id, kind=kind)
                self.add_certificate(app_id, kind=kind)
            self.add_federated(app_id)
            self.open_up(app_id)

    def ways_in(self) -> list[str]:
        """By which ways the member gets tokens of an application that has consent, now, trying everything first."""
        for account in ("member", "guest"):
            Rogue(simulator=self.simulator, account=account, secrets=self.secrets).try_everything()
        return [way for app_id in self.powerful() for way in self._ways_in(app_id)]

    def powerful(self) -> list[str]:
        """The applications that may do something in the tenant."""
        tenant = self.simulator.tenant
        given = {e.body["principalId"] for e in tenant.assignments.values()}
        given |= {e.body["clientId"] for e in tenant.grants.values()}
        principals = [e.body for e in tenant.service_principals.values() if e.body["id"] in given]
        registered = set(self.applications())
        return [body["appId"] for body in principals if body["appId"] in registered]

    def _ways_in(self, app_id: str) -> Iterator[str]:
        for owner, secret in self.secrets:
            if owner == app_id and app_only(self.simulator, app_id, secret).signed_in:
                yield "client secret"
        if app_only_by_certificate(self.simulator, app_id, certificate("rogue")).signed_in:
            yield "certificate"
        if app_only_by_federation(self.simulator, app_id, ISSUER, "rogue").signed_in:
            yield "federated credential"
        for uri in (THEIRS, THEIRS + "/spa", "http://localhost"):
            if by_code(self.simulator, app_id, uri).signed_in:
                yield f"code to {uri}"
            if by_implicit_grant(self.simulator, app_id, uri).signed_in:
                yield f"token to {uri}"
        if by_device_code(self.simulator, app_id).signed_in:
            yield "device code"
