"""Signing in through MSAL: system browser or device code; tokens stay in memory.

Source of the flows: https://learn.microsoft.com/entra/msal/python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msal
import requests

from emi_installer.core.desired.answers import Answers
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.observed.account import PERSONAL_TENANT_ID
from emi_installer.core.plan.events import DeviceCode, Event, SignInLink
from emi_installer.entra.aadsts import sign_in_error
from emi_installer.entra.failures import ServiceFailure, busy_code, retry_after
from emi_installer.entra.http import Session
from emi_installer.entra.receiver import Receiver
from emi_installer.entra.retry import RetryPolicy
from emi_installer.entra.wire import exchange, read_object, unreadable

_PENDING = ("authorization_pending", "slow_down")
_ANY_ORGANIZATION = "organizations"
_LOGIN_SECONDS, _LOGIN_TRIES = 60.0, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signed in, from the id token. `home_tenant_id` differs from `tenant_id` for a guest."""

    name: str
    user_principal_name: str
    tenant_id: str
    home_tenant_id: str
    object_id: str = ""

    def is_of(self, other: Identity) -> bool:
        """Whether it is the same account in the same tenant."""
        return (self.object_id, self.tenant_id) == (other.object_id, other.tenant_id)


class LoginClient:
    """What MSAL sends its requests through.

    Repeats what failed for want of a connection or of the service; what is not the service's answer is an error.
    """

    def __init__(self, session: Session, patience: RetryPolicy) -> None:
        self._session = session
        self._patience = patience

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        """POST, as MSAL calls it; a token request that is repeated does no harm."""
        return self._send("POST", url, **kwargs)

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        """GET, as MSAL calls it."""
        return self._send("GET", url, **kwargs)

    def close(self) -> None:
        """Nothing: the session belongs to somebody else."""

    def _send(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        response = self._patience.request(
            lambda: self._once(method, url, **kwargs), reads=True, seconds=_LOGIN_SECONDS, tries=_LOGIN_TRIES
        )
        if not read_object(response):
            raise unreadable(str(urlsplit(url).hostname), "it is not what a sign-in answers")
        return response

    def _once(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        response = exchange(self._session, "sign-in", method, url, **kwargs)
        code = busy_code(response.status_code)
        if code is not None:
            facts = {"host": urlsplit(url).hostname}
            raise ServiceFailure(code, facts, status=response.status_code, after=retry_after(response.headers))
        return response


class SignIn:
    """The administrator's session with Microsoft: signs in, and hands out tokens for Graph.

    Whoever signs in first is whom it belongs to: a later sign-in with another account is refused.
    """

    def __init__(
        self,
        answers: Answers,
        session: Session,
        make_receiver: Callable[[], Receiver],
        patience: RetryPolicy,
        *,
        device_code: bool = False,
    ) -> None:
        self._answers = answers
        self._scopes = answers.cloud.scopes(answers.sign_in_client.scopes)
        self._http = LoginClient(session, patience)
        self._make_receiver = make_receiver
        self._patience = patience
        self._device_code = device_code
        self._host = host_of(answers)
        self._app: Any = None
        self._account: dict[str, str] | None = None
        self._identity: Identity | None = None
        self.granted_scopes: frozenset[str] = frozenset()

    def sign_in(self, *, claims: str | None = None) -> Identity:
        """Let the person sign in; raises InstallerError or Cancelled."""
        result = self._by_device_code(claims) if self._device_code else self._by_browser(claims)
        identity, account = self._who(result)
        if self._identity is not None and not identity.is_of(self._identity):
            if account is not None:
                self._application().remove_account(account)
            raise error(
                Code.OTHER_ACCOUNT, user=identity.user_principal_name, wanted=self._identity.user_principal_name
            )
        self._identity, self._account = identity, account
        return identity

    def access_token(self, *, renew: bool = False, claims: str | None = None) -> str:
        """A token for Graph: from memory, renewed silently, or by signing in again; raises InstallerError."""
        result = None
        if self._account is not None and claims is None:
            result = self._silently(renew=renew)
        if not result or "access_token" not in result:
            self.sign_in(claims=claims)
            result = self._silently(renew=False)
        if not result or "access_token" not in result:
            raise error(Code.SIGN_IN_AGAIN)
        return str(result["access_token"])

    def _silently(self, *, renew: bool) -> dict[str, Any] | None:
        with reading_answers(self._host):
            found: dict[str, Any] | None = self._application().acquire_token_silent(
                self._scopes, account=self._account, force_refresh=renew
            )
        return found

    def _application(self) -> Any:
        if self._app is None:
            self._app = application(
                msal.PublicClientApplication,
                self._answers,
                self._answers.tenant or _ANY_ORGANIZATION,
                self._http,
                client_id=self._answers.sign_in_client.client_id,
                client_capabilities=["cp1"],
            )
        return self._app

    def _by_browser(self, claims: str | None) -> dict[str, Any]:
        app = self._application()
        receiver = self._make_receiver()
        try:
            with reading_answers(self._host):
                flow = app.initiate_auth_code_flow(
                    self._scopes,
                    redirect_uri=receiver.redirect_uri,
                    response_mode="form_post",
                    claims_challenge=claims,
                    **self._asked_for(),
                )
            link = flow["auth_uri"]
            form = receiver.receive(
                link,
                flow["state"],
                self._patience,
                lambda opened: self._tell(SignInLink(link=link, opened=opened)),
            )
        finally:
            receiver.close()
        with reading_answers(self._host):
            try:
                result = app.acquire_token_by_auth_code_flow(flow, form)
            except ValueError as problem:
                raise error(Code.SIGN_IN_PAGE_UNREADABLE) from problem
            return self._accepted(result)

    def _asked_for(self) -> dict[str, str]:
        """Any account at first; then the one that signed in."""
        if self._identity is None:
            return {"prompt": "select_account"}
        return {"login_hint": self._identity.user_principal_name}

    def _by_device_code(self, claims: str | None) -> dict[str, Any]:
        app = self._application()
        with reading_answers(self._host):
            flow = app.initiate_device_flow(self._scopes, claims_challenge=claims)
            if "user_code" not in flow:
                raise self._refused(flow)
            minutes = max(1, round(float(flow.get("expires_in", 900)) / 60))
        self._tell(DeviceCode(code=flow["user_code"], link=flow["verification_uri"], minutes=minutes))
        while True:
            self._patience.pause(float(flow.get("interval", 5)))
            with reading_answers(self._host):
                result = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
                if result.get("error") not in _PENDING:
                    return self._accepted(result)
            if self._patience.clock.now() > float(flow["expires_at"]):
                raise error(Code.CODE_EXPIRED)

    def _tell(self, event: Event) -> None:
        self._patience.on_event(event)

    def _accepted(self, result: dict[str, Any]) -> dict[str, Any]:
        if "access_token" not in result:
            raise self._refused(result)
        self.granted_scopes = frozenset(s.rpartition("/")[2] for s in str(result.get("scope", "")).split())
        return result

    def _refused(self, result: dict[str, Any]) -> InstallerError:
        return sign_in_error(
            result,
            client=self._answers.sign_in_client.name,
            tenant=self._answers.tenant or "of this account",
            device_code=self._device_code,
        )

    def _who(self, result: dict[str, Any]) -> tuple[Identity, dict[str, str] | None]:
        """Who signed in just now, and MSAL's name for that account; raises InstallerError "personal-account"."""
        claims: dict[str, Any] = result.get("id_token_claims") or {}
        upn = str(claims.get("preferred_username") or claims.get("upn") or "")
        tenant_id = str(claims.get("tid") or "").lower()
        if tenant_id == PERSONAL_TENANT_ID:
            raise error(Code.PERSONAL_ACCOUNT, user=upn)
        accounts = self._application().get_accounts(username=upn or None)
        account = next((a for a in accounts if a.get("local_account_id") == claims.get("oid")), None)
        home = str((account or {}).get("home_account_id", "")).rpartition(".")[2]  # user id, home tenant
        identity = Identity(
            name=str(claims.get("name") or upn),
            user_principal_name=upn,
            tenant_id=tenant_id,
            home_tenant_id=home.lower() or tenant_id,
            object_id=str(claims.get("oid") or ""),
        )
        return identity, account


def host_of(answers: Answers) -> str:
    """The host of the sign-in service."""
    return str(urlsplit(answers.cloud.login).hostname)


@contextmanager
def reading_answers(host: str) -> Iterator[None]:
    """Within, what MSAL raises about an answer of the wrong shape becomes TransportFailure "answer-unreadable"."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError) as odd:
        raise unreadable(host, f"it is not what a sign-in answers ({type(odd).__name__})") from odd


def application(kind: Callable[..., Any], answers: Answers, tenant: str, http: LoginClient, **options: Any) -> Any:
    """An MSAL application of the answers' cloud; raises InstallerError when the tenant is unknown there."""
    authority = f"{answers.cloud.login}/{tenant}"
    with reading_answers(host_of(answers)):
        try:
            return kind(authority=authority, instance_discovery=False, http_client=http, **options)
        except ValueError as problem:
            raise error(Code.TENANT_NOT_FOUND, tenant=tenant, details=type(problem).__name__) from problem
