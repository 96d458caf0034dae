"""Puts objects into a simulated tenant, as they would be after some time of use."""

from __future__ import annotations

from datetime import timedelta

from emi_installer.simulator.credentials import certificates
from emi_installer.simulator.manners import assignment_id, grant_id, precise
from emi_installer.simulator.objects import new_application, new_password, new_principal
from emi_installer.simulator.service import Simulator
from emi_installer.simulator.tenant import Entry, Json, StoredSecret, moment, new_id, new_secret_text, timestamp

GRAPH = "00000003-0000-0000-c000-000000000000"
CALLBACK = "https://acme.brightpattern.com/agentdesktop/msteamscallback.html"
DELEGATED = (
    "Chat.ReadWrite",
    "Chat.ManageDeletion.All",
    "ChatMessage.Send",
    "ChannelMessage.Send",
    "Directory.Read.All",
    "Group.Read.All",
    "Presence.Read.All",
    "Subscription.Read.All",
    "User.Read.All",
)
APPLICATION = ("Chat.ReadWrite.All", "ChannelMessage.Read.All", "User.Read.All", "Presence.ReadWrite.All")
_CERTIFICATE = (
    "MIIBFTCBvKADAgECAgISZzAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlUZWFtcyBib3QwHhcNMjUwMTAxMDAwMDAwWhcNNDUwMTAxMDAwMDAw"
    "WjAUMRIwEAYDVQQDDAlUZWFtcyBib3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATcH7LBcHVynHDtjg5C7V9Qe2gyVdPi32GT5r8gwJ4G"
    "pHQvj4cga8SF1a7dr1pBaHRg4nErjuywBKg8EEApJRp0MAoGCCqGSM49BAMCA0gAMEUCIHsB5bUAmn2aafDxfdk7l54ceVZgBrMsP598D77g"
    "SOWrAiEA0IZqQofsShZGjo72SGYmRDHNLfiQS44/uFUsW0Y/e7U="
)  # self-signed, CN=Teams bot; nobody has its key
_AGE = 200 * 86400


class Builder:
    """Puts objects into a tenant, as they would be after some time of use."""

    def __init__(self, simulator: Simulator) -> None:
        self.tenant = simulator.tenant
        self.now = simulator.clock.now()
        graph = self.tenant.service_principals[self.tenant.graph_id].body
        self.scopes = {one["value"]: one["id"] for one in graph["oauth2PermissionScopes"]}
        self.roles = {one["value"]: one["id"] for one in graph["appRoles"]}

    def application(
        self, name: str = "Bright Pattern EMI", *, ours: bool = True, uris: tuple[str, ...] = (CALLBACK,)
    ) -> Json:
        """An app registration with everything declared."""
        given = {
            "displayName": name,
            "signInAudience": "AzureADMyOrg",
            "tags": ["emi-installer"] if ours else [],
            "uniqueName": "bright-pattern-emi" if ours else None,
            "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": self._declared()}],
            "web": {"redirectUris": list(uris)},
        }
        body = new_application(self.tenant, self.now - _AGE, given)
        self.tenant.applications[body["id"]] = Entry(body=body, born=0.0)
        return body

    def _declared(self) -> list[Json]:
        scopes = [{"id": self.scopes[name], "type": "Scope"} for name in DELEGATED]
        return [*scopes, *({"id": self.roles[name], "type": "Role"} for name in APPLICATION)]

    def principal(self, application: Json) -> str:
        """The service principal of an app registration; its id."""
        body = new_principal(self.tenant, self.now - _AGE, application)
        self.tenant.service_principals[body["id"]] = Entry(body=body, born=0.0)
        return str(body["id"])

    def consent(
        self, principal: str, delegated: tuple[str, ...] = DELEGATED, application: tuple[str, ...] = APPLICATION
    ) -> None:
        """Admin consent to the named permissions."""
        graph = self.tenant.graph_id
        grant = {
            "id": grant_id(principal, graph, None),
            "clientId": principal,
            "consentType": "AllPrincipals",
            "principalId": None,
            "resourceId": graph,
            "scope": " ".join(delegated),
        }
        self.tenant.grants[str(grant["id"])] = Entry(body=grant, born=0.0)
        for name in application:
            one = {
                "id": assignment_id(principal),
                "deletedDateTime": None,
                "principalId": principal,
                "resourceId": graph,
                "appRoleId": self.roles[name],
                "createdDateTime": precise(self.now - _AGE),
                "principalDisplayName": "Bright Pattern EMI",
                "principalType": "ServicePrincipal",
                "resourceDisplayName": "Microsoft Graph",
            }
            self.tenant.assignments[str(one["id"])] = Entry(body=one, born=0.0)

    def secret(self, application: Json, *, name: str = "EMI installer {day} (1a2b3c)", days: float = 530) -> str:
        """A client secret of an app registration or a service principal that expires in `days`; its text."""
        text = new_secret_text()
        start = timestamp(self.now - _AGE)
        end = timestamp(self.now + timedelta(days=days).total_seconds())
        made = new_password(text, name.format(day=start[:10]), start, end)
        application["passwordCredentials"].append(made)
        self.tenant.secrets[made["keyId"]] = StoredSecret(
            text=text, app_id=application["appId"], born=0.0, expires=moment(end)
        )
        return text

    def certificate(self, application: Json) -> None:
        """A certificate that signs in as the application, for another year."""
        start, end = timestamp(self.now - _AGE), timestamp(self.now + timedelta(days=365).total_seconds())
        one = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": _CERTIFICATE, "displayName": "CN=Teams bot"}
        dates = {"startDateTime": start, "endDateTime": end}
        application["keyCredentials"] = certificates([], [{**one, **dates}], self.now)

    def federated(self, application: Json) -> None:
        """A federated credential of a workflow at GitHub."""
        self.tenant.applications[application["id"]].federated.append(
            {
                "id": new_id(),
                "name": "deploy",
                "issuer": "https://token.actions.githubusercontent.com",
                "subject": "repo:contoso/teams-bot:ref:refs/heads/main",
                "audiences": ["api://AzureADTokenExchange"],
                "description": None,
            }
        )
