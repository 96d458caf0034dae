"""What the sign-in service hands out: tokens of a person, and of an application on its own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from emi_installer.simulator.clients import Clients
from emi_installer.simulator.errors import LoginError
from emi_installer.simulator.tenant import PERSONAL_TENANT, Account, Json, Tenant
from emi_installer.simulator.tokens import GRAPH_OF, RESERVED, encoded, jwt, split_scopes

ANY_TENANT = {"organizations", "common"}
Form = dict[str, str]


@dataclass(kw_only=True)
class Grant:
    """What a code, refresh token or device code stands for; `confidential`: the client proves itself."""

    account: Account
    client_id: str
    scopes: list[str]
    nonce: str = ""
    challenge: str = ""
    redirect_uri: str = ""
    confidential: bool = False
    polls: int = 0
    user_code: str = ""
    approved: bool = False
    declined: bool = False


class Issuer:
    """Makes tokens for one tenant; `refresh` holds what its refresh tokens stand for."""

    def __init__(self, tenant: Tenant, clients: Clients, now: Callable[[], float]) -> None:
        self._tenant = tenant
        self._clients = clients
        self._now = now
        self.refresh: dict[str, Grant] = {}

    def tokens(self, host: str, grant: Grant, form: Form) -> Json:
        """The tokens that `grant` stands for; raises LoginError where consent is missing."""
        person = grant.account
        refresh = secrets.token_urlsafe(32)
        self.refresh[refresh] = grant
        resource, names = split_scopes(form.get("scope", "").split() or grant.scopes, host)
        if self._clients.is_registered(grant.client_id):
            names = self._clients.consented(grant.client_id, person, names)
        else:
            self._clients.consent(grant.client_id, person, [*names, *sorted(RESERVED & set(grant.scopes))])
        life, common = self._tenant.token_lifetime, self._claims(person)
        identity = {
            **common,
            "iss": f"https://{host}/{common['tid']}/v2.0",
            "aud": grant.client_id,
            "sub": hashlib.sha256(person.oid.encode()).hexdigest(),
            "name": person.name,
            "preferred_username": person.user_principal_name,
        }
        if grant.nonce:
            identity["nonce"] = grant.nonce
        scopes = [f"{resource}/{name}" for name in names]
        return {
            "token_type": "Bearer",
            "scope": " ".join([*scopes, *sorted(RESERVED & set(grant.scopes))]),
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": self.access_token(person, grant.client_id, resource, names),
            "refresh_token": refresh,
            "id_token": jwt(identity),
            "client_info": encoded({"uid": person.oid, "utid": person.home_tenant or self._tenant.id}),
        }

    def access_token(self, person: Account, client_id: str, resource: str, names: list[str]) -> str:
        """A token of a person for the named delegated permissions."""
        claims = {
            **self._claims(person),
            "aud": resource,
            "appid": client_id,
            "scp": " ".join(names),
            "wids": sorted(person.roles),
            "idtyp": "user",
        }
        return jwt(claims)

    def _claims(self, person: Account) -> Json:
        """What access tokens and id tokens of a person have in common."""
        now = int(self._now())
        tenant = PERSONAL_TENANT if person.home_tenant == PERSONAL_TENANT else self._tenant.id
        times = {"iat": now, "nbf": now, "exp": now + self._tenant.token_lifetime}
        return {**times, "tid": tenant, "oid": person.oid, "ver": "2.0"}

    def app_only(self, host: str, tenant: str, form: Form) -> Json:
        """The token of an application that proves itself; raises LoginError."""
        now = int(self._now())
        app_id = form.get("client_id", "")
        if tenant in ANY_TENANT:
            raise self._clients.unknown(app_id)
        self._clients.registered(app_id)
        self._clients.authenticate(app_id, form, token_endpoint(host, tenant))
        principal = self._clients.find(app_id).principal.body["id"]
        resource = form.get("scope", "").removesuffix("/.default")
        if resource not in GRAPH_OF[host]:
            raise LoginError("invalid_scope", 70011, f"The provided value for scope {form.get('scope')} is not valid.")
        claims = {
            "iat": now,
            "nbf": now,
            "exp": now + 3599,
            "aud": resource,
            "appid": app_id,
            "oid": principal,
            "tid": self._tenant.id,
            "idtyp": "app",
            "roles": self._clients.roles(principal),
        }
        return {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": jwt(claims)}


def token_endpoint(host: str, tenant: str) -> str:
    """Where tokens are asked for."""
    return f"https://{host}/{tenant}/oauth2/v2.0/token"
