"""Proof, not hope: reads everything back, and signs in with the new client secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
import msal

from emi_installer.core.desired.answers import Answers
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.observed.proof import TokenProof
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.credentials import Credentials
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra.aadsts import may_spread, proof_error
from emi_installer.entra.http import Session
from emi_installer.entra.observe import Reader
from emi_installer.entra.retry import REPLICATION_SECONDS, SECRET_SECONDS, RetryPolicy
from emi_installer.entra.sign_in import LoginClient, application, host_of, reading_answers


def read_back(
    reader: Reader,
    observed: ObservedTenant,
    patience: RetryPolicy,
    passes: Callable[[ObservedTenant], bool],
    *,
    seconds: float = REPLICATION_SECONDS,
) -> ObservedTenant:
    """The tenant as it is now, read until it `passes` or for as many `seconds`: reads lag behind writes."""
    return patience.until(lambda: reader.details(observed, patience), passes, RetryReason.REPLICATION, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """One try to sign in as the application; `final`: another one would end the same."""

    proof: TokenProof
    final: bool


def prove(
    answers: Answers,
    credentials: Credentials,
    wanted: frozenset[str],
    session: Session,
    patience: RetryPolicy,
    *,
    seconds: float = SECRET_SECONDS,
) -> TokenProof:
    """Sign in as the application until the token holds the `wanted` roles, for `seconds` at most.

    0 seconds are for a client secret that was made earlier: what Microsoft does not know of it will not come. Raises
    InstallerError when the sign-in service can't be reached, Cancelled.
    """

    def attempt() -> _Try:
        return _sign_in(answers, credentials, session, patience, is_new=seconds > 0)

    def passes(tried: _Try) -> bool:
        return tried.final or (tried.proof.problem is None and wanted <= tried.proof.roles)

    return patience.until(attempt, passes, RetryReason.SECRET, seconds=seconds).proof


def _sign_in(
    answers: Answers, credentials: Credentials, session: Session, patience: RetryPolicy, *, is_new: bool
) -> _Try:
    """One try, with a new application each time: MSAL answers a repeated failure from its own memory."""
    app = application(
        msal.ConfidentialClientApplication,
        answers,
        credentials.tenant_id,
        LoginClient(session, patience),
        client_id=credentials.client_id,
        client_credential=credentials.client_secret.secret.reveal(),
    )
    with reading_answers(host_of(answers)):
        result = app.acquire_token_for_client(scopes=[answers.cloud.app_only_scope])
    key_id = credentials.client_secret.key_id
    if "access_token" in result:
        return _Try(proof=_claims(str(result["access_token"]), key_id), final=False)
    proof = TokenProof(key_id=key_id, problem=proof_error(result, is_new=is_new))
    return _Try(proof=proof, final=not may_spread(result))


def _claims(token: str, key_id: str) -> TokenProof:
    """What the token says; it came straight from Microsoft, so its signature is not checked."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, RecursionError):
        return TokenProof(key_id=key_id, problem=error(Code.TOKEN_UNREADABLE))
    roles = claims.get("roles")
    return TokenProof(
        key_id=key_id,
        tenant_id=str(claims.get("tid") or "").lower(),
        client_id=str(claims.get("appid") or claims.get("azp") or "").lower(),
        roles=frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
    )
