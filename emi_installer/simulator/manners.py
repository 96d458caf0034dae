"""How Microsoft tells what it keeps: orders of lists, digits of times, forms of ids, headers.

Learnt from answers that Microsoft's servers sent; tests/contract/test_recorded.py holds this service against them.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from emi_installer.simulator.tenant import Json

_CONTENT = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_TICKS = 10**7
_CREATED, _NO_CONTENT, _REFUSALS = 201, 204, 400
_TYPES = {"applications": "Application", "servicePrincipals": "ServicePrincipal"}


def as_read(body: Mapping[str, Any]) -> Json:
    """An object as every read after the creation shows it: some lists turned round, newest client secret first."""
    told = dict(body)
    for name in ("requiredResourceAccess", "appRoles", "passwordCredentials"):
        if name in told:
            told[name] = told[name][::-1]
    for platform in ("web", "publicClient"):
        if isinstance(told.get(platform), dict):
            told[platform] = {**told[platform], "redirectUris": told[platform].get("redirectUris", [])[::-1]}
    return told


def precise(now: float) -> str:
    """A time as answers to a creation write it: 5 to 7 digits of a second, since closing zeros fall away."""
    seconds, ticks = divmod(int(now * _TICKS), _TICKS)
    digits = f"{ticks:07d}".rstrip("0").ljust(5, "0")
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{digits}Z"


def grant_id(client: str, resource: str, principal: str | None) -> str:
    """The id of a delegated permission grant: who has it, on what, and for whom, as base64url."""
    return _base64url(*(uuid.UUID(one).bytes_le for one in (client, resource, principal) if one))


def assignment_id(principal: str) -> str:
    """The id of an app role assignment: who has it, and sixteen bytes, as base64url."""
    return _base64url(uuid.UUID(principal).bytes_le, secrets.token_bytes(16))


def _base64url(*parts: bytes) -> str:
    return base64.urlsafe_b64encode(b"".join(parts)).rstrip(b"=").decode()


def graph_headers(status: int, answer: Json | None) -> dict[str, str]:
    """The headers of every answer of Graph that say what it is."""
    always = {"Cache-Control": "no-cache", "Strict-Transport-Security": "max-age=31536000"}
    if status == _NO_CONTENT or answer is None:
        return always
    if status >= _REFUSALS:
        return {**always, "Content-Type": "application/json", "Vary": "Accept-Encoding"}
    return {**always, "Content-Type": _CONTENT, "OData-Version": "4.0", "Vary": "Accept-Encoding"}


def location(status: int, answer: Json | None, root: str, tenant: str) -> dict[str, str]:
    """The header Location: of a creation it names another address, of a new client secret just the host."""
    context = str((answer or {}).get("@odata.context", "")).partition("#")[2]
    if answer is not None and context == "microsoft.graph.passwordCredential":
        return {"Location": root}
    if status != _CREATED or answer is None:
        return {}
    collection = context.partition("/")[0].partition("(")[0]
    if kind := _TYPES.get(collection):
        return {"Location": f"{root}/v2/{tenant}/directoryObjects/{answer['id']}/Microsoft.DirectoryServices.{kind}"}
    return {"Location": f"{root}/v2/{tenant}/{collection}/{answer['id']}"}


LOGIN_HEADERS = {
    "Cache-Control": "no-store, no-cache",
    "Content-Type": "application/json; charset=utf-8",
    "Expires": "-1",
    "Pragma": "no-cache",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""The headers of every answer of the sign-in service."""
