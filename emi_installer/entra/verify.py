"""Proof, not hope: reads everything back, and signs in with the new client secret."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msal

from emi_installer.core.desired.answers import Answers
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.observed.proof import TokenProof
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.credentials import Credentials
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra.aadsts import explain_refusal, numbers_of
from emi_installer.entra.http import Session
from emi_installer.entra.observe import Reader
from emi_installer.entra.retry import REPLICATION_SECONDS, SECRET_SECONDS, Retry, RetryPolicy
from emi_installer.entra.sign_in import LoginClient, application, host_of, readable

_TRANSIENT = {"temporarily_unavailable", "server_error"}
"""Errors of OAuth 2.0 that a moment later may be none; https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1."""

_SPREADING = {90033, 7000215, 700016, 7000112, 7000222, 7000229}
"""What the sign-in service says of a secret, application or service principal that it has not heard of yet."""


class _NotYetError(Exception):
    """What was read or proven so far."""

    def __init__(self, found: Any) -> None:
        super().__init__()
        self.found = found


def read_back(
    reader: Reader, observed: ObservedTenant, patience: RetryPolicy, passes: Callable[[ObservedTenant], bool]
) -> ObservedTenant:
    """The tenant as it is now, read until it `passes` or two minutes are over: reads lag behind writes."""

    def attempt() -> ObservedTenant:
        found = reader.details(observed, patience)
        if not passes(found):
            raise Retry(_NotYetError(found), RetryReason.REPLICATION)
        return found

    try:
        return patience.repeat(attempt, seconds=REPLICATION_SECONDS)
    except _NotYetError as last:
        return last.found  # type: ignore[no-any-return]


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

    Raises InstallerError when the sign-in service can't be reached, Cancelled.
    """

    def attempt() -> TokenProof:
        proof, for_good = _sign_in(answers, credentials, session, patience)
        proof = replace(proof, key_id=credentials.client_secret.key_id)
        if for_good or (not proof.problem and wanted <= proof.roles):
            return proof
        raise Retry(_NotYetError(proof), RetryReason.SECRET)

    try:
        return patience.repeat(attempt, seconds=seconds)
    except _NotYetError as last:
        return last.found  # type: ignore[no-any-return]


def _sign_in(
    answers: Answers, credentials: Credentials, session: Session, patience: RetryPolicy
) -> tuple[TokenProof, bool]:
    """One try, and whether its refusal is for good.

    A new application each time: MSAL answers a repeated failure from its own memory.
    """
    app = application(
        msal.ConfidentialClientApplication,
        answers,
        credentials.tenant_id,
        LoginClient(session, patience),
        client_id=credentials.client_id,
        client_credential=credentials.client_secret.secret.reveal(),
    )
    with readable(host_of(answers)):
        result = app.acquire_token_for_client(scopes=[answers.cloud.app_only_scope])
    if "access_token" in result:
        return _claims(str(result["access_token"])), False
    refusal = explain_refusal(result, client="the app registration", tenant=credentials.tenant_id)
    spreading = not _SPREADING.isdisjoint(numbers_of(result)) or str(result.get("error")) in _TRANSIENT
    return TokenProof(problem=refusal), not spreading


def _claims(token: str) -> TokenProof:
    """What the token says; it came straight from Microsoft, so its signature is not checked."""
    parts = token.split(".")
    try:
        payload = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(payload))
    except (IndexError, ValueError, binascii.Error):
        return TokenProof(problem=error(Code.TOKEN_UNREADABLE))
    if not isinstance(claims, dict):
        return TokenProof(problem=error(Code.TOKEN_UNREADABLE))
    roles = claims.get("roles")
    return TokenProof(
        tenant_id=str(claims.get("tid") or "").lower(),
        client_id=str(claims.get("appid") or claims.get("azp") or "").lower(),
        roles=frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
    )
