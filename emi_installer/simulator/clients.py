"""Applications of the tenant at the sign-in service: which are there, what proves them, what was consented to.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and its neighbours, and
https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from emi_installer.simulator.errors import LoginError
from emi_installer.simulator.faults import Faults
from emi_installer.simulator.manners import grant_id
from emi_installer.simulator.objects import new_principal, redirect_uris
from emi_installer.simulator.signatures import is_signed_by
from emi_installer.simulator.tenant import MICROSOFT, Account, Entry, Json, Tenant, moment
from emi_installer.simulator.tokens import read_header, read_token

_COMMAND_LINE_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
_PREAUTHORIZED = {"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "1950a258-227b-4e31-a9cf-717495945fc2"}
"""Azure CLI and Azure PowerShell: nobody is asked for a consent."""
_NOWHERE: dict[str, list[str]] = {"redirectUris": []}
_UNREGISTERED = {
    "signInAudience": "AzureADMultipleOrgs",
    "tags": [],
    "web": _NOWHERE,
    "spa": _NOWHERE,
    "publicClient": _NOWHERE,
}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An app registration of the tenant with its service principal."""

    application: Entry
    principal: Entry

    @property
    def app_id(self) -> str:
        """The Client ID."""
        return str(self.application.body["appId"])

    def platforms(self, uri: str) -> set[str]:
        """The platforms that `uri` is a redirect URI of; a port of localhost does not count."""
        body, wanted = self.application.body, _without_port(uri)
        registered = {name: body[name]["redirectUris"] for name in ("web", "spa", "publicClient")}
        known = redirect_uris(body)
        registered["web"] = [*registered["web"], *(u for u in self.principal.body["replyUrls"] if u not in known)]
        return {name for name, uris in registered.items() if wanted in map(_without_port, uris)}


class Clients:
    """The applications of one tenant, as the sign-in service knows them."""

    def __init__(self, tenant: Tenant, faults: Faults, now: Callable[[], float]) -> None:
        self._tenant = tenant
        self._faults = faults
        self._now = now

    def is_registered(self, app_id: str) -> bool:
        """Whether it is an application of this tenant; the others are Microsoft's own."""
        return self._tenant.application(app_id) is not None

    def find(self, app_id: str) -> Client:
        """The application that signs in; raises LoginError while it is missing or disabled."""
        application, principal = self.registered(app_id), self._tenant.service_principal(app_id)
        if principal is None or not self._sees(principal):
            raise self.unknown(app_id)
        switches = (application.body, principal.body)
        if principal.body["accountEnabled"] is False or any(_is_switched_off(body) for body in switches):
            text = f"Application '{app_id}'({application.body['displayName']}) is disabled."
            raise LoginError("unauthorized_client", 7000112, text)
        return Client(application=application, principal=principal)

    def registered(self, app_id: str) -> Entry:
        """The app registration; raises LoginError while it is missing."""
        application = self._tenant.application(app_id)
        if application is None or not self._sees(application):
            raise self.unknown(app_id)
        return application

    def unknown(self, app_id: str) -> LoginError:
        """No such application in this tenant."""
        text = (
            f"Application with identifier '{app_id}' was not found in the directory '{self._tenant.name}'. This can "
            "happen if the application has not been installed by the administrator of the tenant or consented to by "
            "any user in the tenant. You may have sent your authentication request to the wrong tenant."
        )
        return LoginError("unauthorized_client", 700016, text)

    def _sees(self, entry: Entry) -> bool:
        return self._faults.sees(entry.born, self._now())

    def authenticate(self, app_id: str, form: dict[str, str], token_endpoint: str) -> None:
        """Raises LoginError unless `form` proves the application by a credential of it or of its service principal."""
        if form.get("client_assertion_type") == ASSERTION:
            self._check_assertion(app_id, form.get("client_assertion", ""), token_endpoint)
        elif "client_secret" in form:
            self._check_secret(app_id, form["client_secret"])
        else:
            text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise LoginError("invalid_client", 7000218, text, status=401)

    def _check_secret(self, app_id: str, text: str) -> None:
        now = self._now()
        listed = {one["keyId"] for body in self._bodies(app_id) for one in body.get("passwordCredentials", ())}
        found = [s for key, s in self._tenant.secrets.items() if key in listed and s.text == text]
        spread = [s for s in found if now >= s.born + self._faults.secret_lag and self._faults.sees(s.born, now)]
        if not spread:
            text = f"Invalid client secret provided. Ensure the secret being sent is the value, for app '{app_id}'."
            raise LoginError("invalid_client", 7000215, text, status=401)
        if spread[0].expires.timestamp() <= now:
            text = f"The provided client secret keys for app '{app_id}' are expired."
            raise LoginError("invalid_client", 7000222, text, status=401)

    def _check_assertion(self, app_id: str, assertion: str, token_endpoint: str) -> None:
        """By a certificate where the header names one, else by a federated credential."""
        header, claims = read_header(assertion), read_token(assertion)
        if header is None or claims is None or claims.get("exp", 0) <= self._now():
            raise LoginError(
                "invalid_client", 700024, "Client assertion is not within its valid time range.", status=401
            )
        if not header.keys() & {"x5t", "x5t#S256"}:
            self._check_federated(app_id, claims)
        elif not (claims.get("aud") == token_endpoint and claims.get("iss") == claims.get("sub") == app_id):
            raise LoginError("invalid_client", 700023, "Client assertion audience claim does not match.", status=401)
        elif not any(is_signed_by(assertion, one["key"]) for one in self._certificates(app_id)):
            text = "The certificate with identifier used to sign the client assertion is not registered on application."
            raise LoginError("invalid_client", 700027, text, status=401)

    def _certificates(self, app_id: str) -> Iterator[Json]:
        for body in self._bodies(app_id):
            for one in body.get("keyCredentials", ()):
                if one["usage"] == "Verify" and moment(one["endDateTime"]).timestamp() > self._now():
                    yield one

    def _check_federated(self, app_id: str, claims: Json) -> None:
        """Whose tokens are trusted vouches for them: their signature is the issuer's affair, not looked at here."""
        application = self._tenant.application(app_id)
        for one in application.federated if application else ():
            trusted = (one["issuer"], one["subject"]) == (claims.get("iss"), claims.get("sub"))
            if trusted and claims.get("aud") in one["audiences"]:
                return
        text = "No matching federated identity record found for presented assertion."
        raise LoginError("invalid_client", 70021, text, status=401)

    def _bodies(self, app_id: str) -> Iterator[Json]:
        for entry in (self._tenant.application(app_id), self._tenant.service_principal(app_id)):
            if entry is not None:
                yield entry.body

    def platforms(self, app_id: str, redirect_uri: str) -> set[str]:
        """The platforms of this redirect URI; raises LoginError for one that is not registered."""
        found = self.find(app_id).platforms(redirect_uri)
        if not found:
            text = f"The redirect URI '{redirect_uri}' specified in the request does not match those of '{app_id}'."
            raise LoginError("invalid_request", 50011, text)
        return found

    def consented(self, app_id: str, person: Account, asked: list[str]) -> list[str]:
        """The delegated permissions that the person's token holds; raises LoginError without consent."""
        principal = self.find(app_id).principal.body
        if principal["appRoleAssignmentRequired"] and not self._is_assigned(principal["id"], person):
            text = f"The signed in user '{person.oid}' is not assigned to a role for the application '{app_id}'."
            raise LoginError("invalid_grant", 50105, text)
        granted = {scope for grant in self._grants(principal["id"], person) for scope in grant["scope"].split()}
        wanted = granted if asked in ([], [".default"]) else set(asked)
        if not granted or wanted - granted:
            text = f"The user or administrator has not consented to use the application with ID '{app_id}'."
            raise LoginError("invalid_grant", 65001, text)
        return sorted(wanted)

    def consent(self, app_id: str, person: Account, names: list[str]) -> None:
        """Somebody consented to a client of Microsoft's while signing in: it gets a service principal and a grant."""
        if app_id in _PREAUTHORIZED:
            return
        principal = self._tenant.service_principal(app_id) or self._microsofts(app_id)
        for_all, graph = self._tenant.consents_for_all, self._tenant.graph_id
        principal_id = None if for_all else person.oid
        made = {
            "id": grant_id(principal.body["id"], graph, principal_id),
            "clientId": principal.body["id"],
            "consentType": "AllPrincipals" if for_all else "Principal",
            "principalId": principal_id,
            "resourceId": graph,
            "scope": "",
        }
        grant = self._tenant.grants.setdefault(str(made["id"]), Entry(body=made, born=self._now()))
        grant.body["scope"] = " ".join(dict.fromkeys([*grant.body["scope"].split(), *names]))

    def _microsofts(self, app_id: str) -> Entry:
        name = "Microsoft Graph Command Line Tools" if app_id == _COMMAND_LINE_TOOLS else "Sign-in client"
        body = new_principal(self._tenant, self._now(), {**_UNREGISTERED, "appId": app_id, "displayName": name})
        body["appOwnerOrganizationId"] = MICROSOFT
        entry = Entry(body=body, born=self._now())
        self._tenant.service_principals[body["id"]] = entry
        return entry

    def _is_assigned(self, principal_id: str, person: Account) -> bool:
        given = (e.body for e in self._tenant.assignments.values())
        return any(one["resourceId"] == principal_id and one["principalId"] == person.oid for one in given)

    def _grants(self, principal_id: str, person: Account) -> Iterator[Json]:
        for entry in self._tenant.grants.values():
            for_all = entry.body["consentType"] == "AllPrincipals"
            if entry.body["clientId"] == principal_id and (for_all or entry.body["principalId"] == person.oid):
                yield entry.body

    def roles(self, principal_id: str) -> list[str]:
        """The application permissions of Graph that a service principal holds."""
        graph = self._tenant.service_principals[self._tenant.graph_id].body
        names = {one["id"]: one["value"] for one in graph["appRoles"]}
        given = [e.body["appRoleId"] for e in self._tenant.roles_of(principal_id) if self._sees(e)]
        return sorted(names[one] for one in given if one in names)


def _is_switched_off(body: dict[str, Any]) -> bool:
    return bool(body.get("isDisabled") or body.get("disabledByMicrosoftStatus") not in (None, "NotDisabled"))


def _without_port(uri: str) -> str:
    return re.sub(r"^(http://(?:localhost|127\.0\.0\.1)):\d+(?=/|$)", r"\1", uri).rstrip("/")
