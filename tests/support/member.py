"""Somebody in the tenant who is not the administrator of the run: acts with a token of their own, or as an application.

    call(simulator, "member", "POST", "/applications", {"displayName": "Mine"})
    assert app_only(simulator, app_id, secret="…").status == 401

Nothing of it counts as a request of the run, so that it can also be the action of a race.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from emi_installer.simulator.clients import ASSERTION
from emi_installer.simulator.service import Simulator
from emi_installer.simulator.tenant import moment

GRAPH = "https://graph.microsoft.com"
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""Microsoft's own client: preauthorized for the scopes below, so that everybody has them without an administrator."""
SCOPES = ("User.Read", "User.Read.All", "Application.ReadWrite.All", "Directory.Read.All")
LOCAL = "http://localhost:1"
FEDERATED_AUDIENCE = "api://AzureADTokenExchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service answered."""

    status: int
    body: Any

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def signed_in(self) -> bool:
        """Whether there is a token in it."""
        return isinstance(self.body, dict) and "access_token" in self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate and its private key."""

    key: rsa.RSAPrivateKey
    der: bytes

    @property
    def credential(self) -> dict[str, str]:
        """The keyCredential that registers it."""
        return {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(self.der).decode()}


@lru_cache
def certificate(name: str = "mine") -> Certificate:
    """A self-signed certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment("2025-01-01T00:00:00Z"))
        .not_valid_after(moment("2045-01-01T00:00:00Z"))
        .sign(key, hashes.SHA256())
    )
    return Certificate(key=key, der=made.public_bytes(serialization.Encoding.DER))


def call(simulator: Simulator, account: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """One request of Graph with a token of `account`; `path` is from the API version on."""
    asked = {"Authorization": f"Bearer {token_of(simulator, account)}", "Content-Type": "application/json"}
    content = b"" if body is None else json.dumps(body).encode()
    sent = {**asked, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return _ask(simulator, method, f"{GRAPH}/v1.0{path}", sent, content)


def token_of(simulator: Simulator, account: str) -> str:
    """A token of `account` for SCOPES, by Microsoft's Azure CLI."""
    found = by_code(simulator, AZURE_CLI, LOCAL, account=account, scopes=SCOPES)
    return str(found.body["access_token"])


def app_only(simulator: Simulator, app_id: str, secret: str) -> Answer:
    """Sign in as the application with a client secret."""
    return _client_credentials(simulator, app_id, {"client_secret": secret})


def as_application(simulator: Simulator, app_id: str, secret: str, path: str) -> Answer:
    """GET of Graph with a token of the application; `path` is from the API version on."""
    token = app_only(simulator, app_id, secret).body["access_token"]
    return _ask(simulator, "GET", f"{GRAPH}/v1.0{path}", {"Authorization": f"Bearer {token}"}, b"")


def app_only_by_certificate(simulator: Simulator, app_id: str, held: Certificate) -> Answer:
    """Sign in as the application with an assertion that the certificate's key signed."""
    digest = hashlib.sha256(held.der).digest()
    thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    claims = {"aud": _token_endpoint(simulator), "iss": app_id, "sub": app_id, **_times(simulator)}
    signed = jwt.encode(claims, held.key, algorithm="PS256", headers={"x5t#S256": thumbprint})
    return _client_credentials(simulator, app_id, _assertion(signed))


def app_only_by_federation(simulator: Simulator, app_id: str, issuer: str, subject: str) -> Answer:
    """Sign in as the application with a token of another issuer, whose key is `certificate("issuer")`."""
    claims = {"aud": FEDERATED_AUDIENCE, "iss": issuer, "sub": subject, **_times(simulator)}
    signed = jwt.encode(claims, certificate("issuer").key, algorithm="RS256", headers={"kid": "1"})
    return _client_credentials(simulator, app_id, _assertion(signed))


def by_code(
    simulator: Simulator,
    app_id: str,
    redirect_uri: str,
    *,
    account: str = "member",
    scopes: tuple[str, ...] = ("User.Read.All",),
    secret: str | None = None,
) -> Answer:
    """`account` signs in to the application in a browser; the code goes to `redirect_uri` and is redeemed."""
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": app_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "scope": " ".join(f"{GRAPH}/{name}" for name in scopes),
        "response_mode": "form_post",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    posted = _in_browser(simulator, asked, account)
    if "code" not in posted:
        return Answer(status=400, body=posted)
    form = {"grant_type": "authorization_code", "client_id": app_id, "redirect_uri": redirect_uri}
    proof = {"code": posted["code"], "code_verifier": verifier, **({"client_secret": secret} if secret else {})}
    return _token(simulator, {**form, **proof})


def by_implicit_grant(simulator: Simulator, app_id: str, redirect_uri: str, account: str = "member") -> Answer:
    """`account` signs in to the application in a browser; a token goes straight to `redirect_uri`."""
    scope = f"{GRAPH}/.default"
    asked = {"client_id": app_id, "response_type": "token", "redirect_uri": redirect_uri, "scope": scope}
    posted = _in_browser(simulator, asked, account)
    return Answer(status=200 if "access_token" in posted else 400, body=posted)


def by_device_code(simulator: Simulator, app_id: str, account: str = "member") -> Answer:
    """`account` types the code of a device that signs in as the application."""
    scope = {"client_id": app_id, "scope": f"{GRAPH}/.default"}
    shown = _post(simulator, "devicecode", scope).body
    with simulator.aside():
        simulator.answer_device_code(shown["user_code"], account)
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": app_id}
    answers = [_token(simulator, {**form, "device_code": shown["device_code"]}) for _ in range(2)]
    return answers[-1]


def _in_browser(simulator: Simulator, asked: dict[str, str], account: str) -> dict[str, str]:
    address = f"https://login.microsoftonline.com/{simulator.tenant.id}/oauth2/v2.0/authorize?{urlencode(asked)}"
    with simulator.aside():
        return simulator.sign_in_in_browser(address, account)


def _client_credentials(simulator: Simulator, app_id: str, proof: dict[str, str]) -> Answer:
    form = {"grant_type": "client_credentials", "client_id": app_id, "scope": f"{GRAPH}/.default"}
    return _token(simulator, {**form, **proof})


def _assertion(signed: str) -> dict[str, str]:
    return {"client_assertion_type": ASSERTION, "client_assertion": signed}


def _times(simulator: Simulator) -> dict[str, int]:
    now = int(simulator.clock.now())
    return {"nbf": now, "exp": now + 600}


def _token_endpoint(simulator: Simulator) -> str:
    return f"https://login.microsoftonline.com/{simulator.tenant.id}/oauth2/v2.0/token"


def _token(simulator: Simulator, form: dict[str, str]) -> Answer:
    return _post(simulator, "token", form)


def _post(simulator: Simulator, endpoint: str, form: dict[str, str]) -> Answer:
    url = f"https://login.microsoftonline.com/{simulator.tenant.id}/oauth2/v2.0/{endpoint}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return _ask(simulator, "POST", url, kind, urlencode(form).encode())


def _ask(simulator: Simulator, method: str, url: str, headers: dict[str, str], content: bytes) -> Answer:
    with simulator.aside():
        status, _, answer = simulator.handle(method, url, headers, content)
    return Answer(status=status, body=json.loads(answer) if answer else None)
