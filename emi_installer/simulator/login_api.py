"""The sign-in service: discovery, authorization with PKCE, device code, refresh, client credentials.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and its neighbours.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emi_installer.simulator.errors import LoginError
from emi_installer.simulator.faults import Faults
from emi_installer.simulator.tenant import PERSONAL_TENANT, Account, Tenant, new_id, timestamp

Json = dict[str, Any]
Form = dict[str, str]

GRAPH_OF = {
    "login.microsoftonline.com": ("https://graph.microsoft.com",),
    "login.microsoftonline.us": ("https://graph.microsoft.us", "https://dod-graph.microsoft.us"),
    "login.chinacloudapi.cn": ("https://microsoftgraph.chinacloudapi.cn",),
    "login.partner.microsoftonline.cn": ("https://microsoftgraph.chinacloudapi.cn",),
}
_ANY_TENANT = {"organizations", "common"}
_RESERVED = {"openid", "profile", "offline_access", "email"}


@dataclass(kw_only=True)
class Grant:
    """What a code, refresh token or device code stands for."""

    account: Account
    client_id: str
    scopes: list[str]
    nonce: str = ""
    challenge: str = ""
    redirect_uri: str = ""
    polls: int = 0
    user_code: str = ""
    approved: bool = False
    declined: bool = False


class LoginApi:
    """The endpoints below https://login.…/{tenant}."""

    def __init__(self, tenant: Tenant, faults: Faults, now: Callable[[], float]) -> None:
        self._tenant = tenant
        self._faults = faults
        self._now = now
        self._codes: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._devices: dict[str, Grant] = {}
        self.pages = ""  # where a server shows the sign-in pages; else nobody has to see them

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Form, bytes]:
        """Answer one request."""
        parts = urlsplit(url)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        tenant, _, place = parts.path.lstrip("/").partition("/")
        handlers: dict[tuple[str, str], Callable[[str, str, Form], Json]] = {
            ("GET", "v2.0/.well-known/openid-configuration"): self._discover,
            ("POST", "oauth2/v2.0/token"): self._token,
            ("POST", "oauth2/v2.0/devicecode"): self._device_code,
        }
        handler = handlers.get((method, place))
        if handler is None:
            return _answer(501, {"error": f"The simulator has no {method} {parts.path} at the sign-in service."})
        try:
            self._check_tenant(tenant)
            return _answer(200, handler(parts.hostname or "", tenant, form))
        except LoginError as refused:
            correlation = headers.get("client-request-id") or new_id()
            return _answer(refused.status, refused.body(new_id(), correlation, timestamp(self._now())))

    def authorize(self, auth_uri: str, account: str | None) -> Form:
        """What the browser posts back to the redirect address."""
        parts = urlsplit(auth_uri)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("response_mode") != "form_post" or asked.get("code_challenge_method") != "S256":
            return {**state, "error": "invalid_request", "error_description": "AADSTS900144: form_post and S256 only."}
        if self._tenant.sign_in_error:
            error, description = self._tenant.sign_in_error
            return {**state, "error": error, "error_description": description}
        person = self._tenant.accounts[account or self._tenant.default_account]
        code = secrets.token_urlsafe(24)
        self._codes[code] = Grant(
            account=person,
            client_id=asked["client_id"],
            scopes=asked["scope"].split(),
            nonce=asked.get("nonce", ""),
            challenge=asked["code_challenge"],
            redirect_uri=asked["redirect_uri"],
        )
        info = {"uid": person.oid, "utid": person.home_tenant or self._tenant.id}
        return {**state, "code": code, "client_info": _encode(info), "session_state": new_id()}

    def answer_device_code(self, user_code: str, account: str | None) -> bool:
        """Somebody typed a code and chose an account, or declined; whether there is such a code."""
        grant = next((g for g in self._devices.values() if g.user_code == user_code), None)
        if grant is None:
            return False
        if account is None:
            grant.declined = True
        else:
            grant.account, grant.approved = self._tenant.accounts[account], True
        return True

    def _check_tenant(self, tenant: str) -> None:
        known = {self._tenant.id, *self._tenant.domains, *_ANY_TENANT, PERSONAL_TENANT}
        if tenant.lower() not in known:
            text = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
            raise LoginError("invalid_tenant", 90002, text)

    def _discover(self, host: str, tenant: str, _form: Form) -> Json:
        issuer = "{tenantid}" if tenant in _ANY_TENANT else self._tenant.id
        root = f"https://{host}/{tenant}"
        return {
            "issuer": f"https://{host}/{issuer}/v2.0",
            "authorization_endpoint": f"{self.pages or f'https://{host}'}/{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "tenant_region_scope": "EU",
            "cloud_instance_name": host.removeprefix("login."),
        }

    def _token(self, host: str, tenant: str, form: Form) -> Json:
        kind = form.get("grant_type", "")
        if kind == "client_credentials":
            return self._app_only(host, tenant, form)
        grant = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh_token,
            "device_code": self._by_device_code,
            "urn:ietf:params:oauth:grant-type:device_code": self._by_device_code,
        }.get(kind)
        if grant is None:
            raise LoginError("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{kind}'.")
        return self._tokens(host, grant(form), form)

    def _by_code(self, form: Form) -> Grant:
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None:
            raise LoginError("invalid_grant", 70008, "The provided authorization code or refresh token has expired.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant.challenge:
            raise LoginError("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        if form.get("redirect_uri") != grant.redirect_uri or form.get("client_id") != grant.client_id:
            raise LoginError("invalid_grant", 500112, "The reply address does not match the one of the code.")
        return grant

    def _by_refresh_token(self, form: Form) -> Grant:
        grant = self._refresh.get(form.get("refresh_token", ""))
        if grant is None:
            raise LoginError("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        if self._tenant.not_before and "claims" not in form:
            raise LoginError("invalid_grant", 50173, "The provided grant has expired due to it being revoked.")
        return grant

    def _device_code(self, host: str, _tenant: str, form: Form) -> Json:
        code = secrets.token_urlsafe(24)
        person = self._tenant.accounts[self._tenant.default_account]
        self._devices[code] = Grant(account=person, client_id=form["client_id"], scopes=form["scope"].split())
        self._devices[code].user_code = user_code = "".join(
            secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(9)
        )
        link = (
            f"{self.pages}/devicelogin"
            if self.pages
            else (
                f"https://{host.replace('login.', 'www.', 1)}/device"
                if host.endswith(".us")
                else "https://microsoft.com/devicelogin"
            )
        )
        return {
            "user_code": user_code,
            "device_code": code,
            "verification_uri": link,
            "expires_in": 900,
            "interval": 1,
            "message": f"To sign in, open {link} and enter the code {user_code}.",
        }

    def _by_device_code(self, form: Form) -> Grant:
        grant = self._devices.get(form.get("device_code", ""))
        if grant is None:
            raise LoginError("expired_token", 70020, "The provided value for the device code is not valid.")
        if self._tenant.sign_in_error:
            error, description = self._tenant.sign_in_error
            number, _, text = description.removeprefix("AADSTS").partition(": ")
            raise LoginError(error, int(number) if number.isdecimal() else 65004, text or description)
        if grant.declined:
            raise LoginError("authorization_declined", 65004, "User declined to consent to access the app.")
        grant.polls += 1
        if not grant.approved if self.pages else grant.polls <= self._tenant.device_polls:
            raise LoginError("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending.")
        return grant

    def _tokens(self, host: str, grant: Grant, form: Form) -> Json:
        now = int(self._now())
        person = grant.account
        personal = person.home_tenant == PERSONAL_TENANT
        tenant_id = PERSONAL_TENANT if personal else self._tenant.id
        refresh = secrets.token_urlsafe(32)
        self._refresh[refresh] = grant
        resource, names = _split_scopes(form.get("scope", "").split() or grant.scopes, host)
        life = self._tenant.token_lifetime
        common = {"iat": now, "nbf": now, "exp": now + life, "tid": tenant_id, "oid": person.oid, "ver": "2.0"}
        identity = {
            **common,
            "iss": f"https://{host}/{tenant_id}/v2.0",
            "aud": grant.client_id,
            "sub": hashlib.sha256(person.oid.encode()).hexdigest(),
            "name": person.name,
            "preferred_username": person.user_principal_name,
        }
        if grant.nonce:
            identity["nonce"] = grant.nonce
        access = {
            **common,
            "aud": resource,
            "appid": grant.client_id,
            "scp": " ".join(names),
            "wids": sorted(person.roles),
            "idtyp": "user",
        }
        scopes = [f"{resource}/{name}" for name in names]
        return {
            "token_type": "Bearer",
            "scope": " ".join([*scopes, *sorted(_RESERVED & set(grant.scopes))]),
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": _jwt(access),
            "refresh_token": refresh,
            "id_token": _jwt(identity),
            "client_info": _encode({"uid": person.oid, "utid": person.home_tenant or self._tenant.id}),
        }

    def _app_only(self, host: str, tenant: str, form: Form) -> Json:
        now = self._now()
        app_id = form.get("client_id", "")
        application = self._tenant.application(app_id)
        principal = self._tenant.service_principal(app_id)
        if tenant in _ANY_TENANT or application is None or not self._faults.sees(application.born, now):
            text = f"Application with identifier '{app_id}' was not found in the directory '{self._tenant.name}'."
            raise LoginError("unauthorized_client", 700016, text)
        self._check_secret(app_id, form.get("client_secret", ""), now)
        if principal is None or not self._faults.sees(principal.born, now):
            text = f"Application with identifier '{app_id}' was not found in the directory '{self._tenant.name}'."
            raise LoginError("unauthorized_client", 700016, text)
        if principal.body["accountEnabled"] is False:
            text = f"Application '{app_id}'({application.body['displayName']}) is disabled."
            raise LoginError("unauthorized_client", 7000112, text)
        resource = form.get("scope", "").removesuffix("/.default")
        if resource not in GRAPH_OF[host]:
            raise LoginError("invalid_scope", 70011, f"The provided value for scope {form.get('scope')} is not valid.")
        roles = [e for e in self._tenant.roles_of(principal.body["id"]) if self._faults.sees(e.born, now)]
        names = {r["id"]: r["value"] for r in self._tenant.service_principals[self._tenant.graph_id].body["appRoles"]}
        claims = {
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + 3599,
            "aud": resource,
            "appid": app_id,
            "oid": principal.body["id"],
            "tid": self._tenant.id,
            "idtyp": "app",
            "roles": sorted(names[e.body["appRoleId"]] for e in roles if e.body["appRoleId"] in names),
        }
        return {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": _jwt(claims)}

    def _check_secret(self, app_id: str, text: str, now: float) -> None:
        found = [s for s in self._tenant.secrets.values() if s.text == text and s.app_id == app_id]
        spread = [s for s in found if now >= s.born + self._faults.secret_lag and self._faults.sees(s.born, now)]
        if not spread:
            text = f"Invalid client secret provided. Ensure the secret being sent is the value, for app '{app_id}'."
            raise LoginError("invalid_client", 7000215, text, status=401)
        if spread[0].expires.timestamp() <= now:
            text = f"The provided client secret keys for app '{app_id}' are expired."
            raise LoginError("invalid_client", 7000222, text, status=401)


def _split_scopes(scopes: list[str], host: str) -> tuple[str, list[str]]:
    """The Graph and the names of its permissions among what was asked for."""
    for graph in GRAPH_OF[host]:
        names = [scope.removeprefix(graph + "/") for scope in scopes if scope.startswith(graph + "/")]
        if names:
            return graph, names
    if set(scopes) <= _RESERVED:
        return GRAPH_OF[host][0], []
    raise LoginError("invalid_scope", 650053, "The application asked for a scope that doesn't exist on the resource.")


def _answer(status: int, body: Json) -> tuple[int, Form, bytes]:
    return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(body).encode()


def _encode(claims: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def _jwt(claims: Json) -> str:
    """A token that looks like one of Microsoft's; its signature is not one."""
    return (
        f"{_encode({'typ': 'JWT', 'alg': 'RS256', 'kid': 'simulator'})}.{_encode(claims)}.{secrets.token_urlsafe(32)}"
    )


def read_token(token: str) -> Json | None:
    """The claims of a token that this service issued, or None."""
    parts = token.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError):
        return None
    return claims if isinstance(claims, dict) else None
