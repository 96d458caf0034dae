"""The sign-in service: discovery, authorization with PKCE, device code, refresh, client credentials.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and its neighbours.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from emi_installer.simulator.clients import Clients
from emi_installer.simulator.errors import LoginError
from emi_installer.simulator.faults import Faults
from emi_installer.simulator.issuer import ANY_TENANT, Grant, Issuer, token_endpoint
from emi_installer.simulator.manners import LOGIN_HEADERS
from emi_installer.simulator.tenant import PERSONAL_TENANT, Account, Json, Tenant, new_id, timestamp
from emi_installer.simulator.tokens import GRAPH_OF, encoded, split_scopes

Form = dict[str, str]


class LoginApi:
    """The endpoints below https://login.…/{tenant}."""

    def __init__(self, tenant: Tenant, faults: Faults, now: Callable[[], float]) -> None:
        self._tenant = tenant
        self._now = now
        self._clients = Clients(tenant, faults, now)
        self._issuer = Issuer(tenant, self._clients, now)
        self._codes: dict[str, Grant] = {}
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
            date = timestamp(self._now()).replace("T", " ")
            return _answer(refused.status, refused.body(new_id(), correlation, date))

    def authorize(self, auth_uri: str, account: str | None) -> Form:
        """What the browser posts back to the redirect address."""
        parts = urlsplit(auth_uri)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state = {"state": asked["state"]} if "state" in asked else {}
        if self._tenant.sign_in_error:
            error, description = self._tenant.sign_in_error
            return {**state, "error": error, "error_description": description}
        host = parts.hostname if parts.hostname in GRAPH_OF else next(iter(GRAPH_OF))
        try:
            return {**state, **self._authorized(asked, account or self._tenant.default_account, host)}
        except LoginError as refused:
            return {**state, "error": refused.error, "error_description": str(refused)}

    def _authorized(self, asked: Form, account: str, host: str) -> Form:
        client_id, kind = asked.get("client_id", ""), asked.get("response_type", "code")
        ours = self._clients.is_registered(client_id)
        if not ours and (asked.get("response_mode"), asked.get("code_challenge_method")) != ("form_post", "S256"):
            raise LoginError("invalid_request", 900144, "form_post and S256 only.")
        person = self._tenant.accounts[account]
        platforms = self._clients.platforms(client_id, asked.get("redirect_uri", "")) if ours else {"publicClient"}
        if ours:
            _, names = split_scopes(asked["scope"].split(), host)
            self._clients.consented(client_id, person, names)
        if "token" in kind.split():
            return self._implicit(asked, person, platforms, host)
        if "web" not in platforms and asked.get("code_challenge_method") != "S256":
            text = "Proof Key for Code Exchange is required for cross-origin authorization code redemption."
            raise LoginError("invalid_request", 9002325, text)
        code = secrets.token_urlsafe(24)
        self._codes[code] = Grant(
            account=person,
            client_id=client_id,
            scopes=asked["scope"].split(),
            nonce=asked.get("nonce", ""),
            challenge=asked.get("code_challenge", ""),
            redirect_uri=asked["redirect_uri"],
            confidential=platforms == {"web"},
        )
        info = {"uid": person.oid, "utid": person.home_tenant or self._tenant.id}
        return {"code": code, "client_info": encoded(info), "session_state": new_id()}

    def _implicit(self, asked: Form, person: Account, platforms: set[str], host: str) -> Form:
        """The implicit grant: an access token goes straight to a redirect URI of the web platform."""
        client_id = asked["client_id"]
        web = self._clients.registered(client_id).body["web"]
        if "web" not in platforms or not web["implicitGrantSettings"]["enableAccessTokenIssuance"]:
            text = f"response_type 'token' is not enabled for the application '{client_id}'."
            raise LoginError("unsupported_response", 700051, text)
        resource, names = split_scopes(asked["scope"].split(), host)
        names = self._clients.consented(client_id, person, names)
        return {"access_token": self._issuer.access_token(person, client_id, resource, names), "token_type": "Bearer"}

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
        known = {self._tenant.id, *self._tenant.domains, *ANY_TENANT, PERSONAL_TENANT}
        if tenant.lower() not in known:
            text = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
            raise LoginError("invalid_tenant", 90002, text)

    def _discover(self, host: str, tenant: str, _form: Form) -> Json:
        issuer = "{tenantid}" if tenant in ANY_TENANT else self._tenant.id
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
            return self._issuer.app_only(host, tenant, form)
        grant = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh_token,
            "device_code": self._by_device_code,
            "urn:ietf:params:oauth:grant-type:device_code": self._by_device_code,
        }.get(kind)
        if grant is None:
            raise LoginError("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{kind}'.")
        return self._issuer.tokens(host, grant(form, token_endpoint(host, tenant)), form)

    def _by_code(self, form: Form, endpoint: str) -> Grant:
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None:
            raise LoginError("invalid_grant", 70008, "The provided authorization code or refresh token has expired.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if grant.challenge and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant.challenge:
            raise LoginError("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        if form.get("redirect_uri") != grant.redirect_uri or form.get("client_id") != grant.client_id:
            raise LoginError("invalid_grant", 500112, "The reply address does not match the one of the code.")
        if grant.confidential:
            self._clients.authenticate(grant.client_id, form, endpoint)
        return grant

    def _by_refresh_token(self, form: Form, endpoint: str) -> Grant:
        grant = self._issuer.refresh.get(form.get("refresh_token", ""))
        if grant is None:
            raise LoginError("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        if grant.confidential:
            self._clients.authenticate(grant.client_id, form, endpoint)
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

    def _by_device_code(self, form: Form, _endpoint: str) -> Grant:
        grant = self._devices.get(form.get("device_code", ""))
        if grant is None:
            raise LoginError("expired_token", 70020, "The provided value for the device code is not valid.")
        ours = self._clients.is_registered(grant.client_id)
        if ours and not self._clients.registered(grant.client_id).body["isFallbackPublicClient"]:
            text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise LoginError("invalid_client", 7000218, text, status=401)
        if self._tenant.sign_in_error:
            error, description = self._tenant.sign_in_error
            raise LoginError.told(error, description)
        if grant.declined:
            raise LoginError("authorization_declined", 65004, "User declined to consent to access the app.")
        grant.polls += 1
        if not grant.approved if self.pages else grant.polls <= self._tenant.device_polls:
            raise LoginError("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending.")
        return grant


def _answer(status: int, body: Json) -> tuple[int, Form, bytes]:
    return status, LOGIN_HEADERS, json.dumps(body).encode()
