"""Tokens as they look on the wire, and what they are for."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from emi_installer.simulator.errors import LoginError

Json = dict[str, Any]

GRAPH_OF = {
    "login.microsoftonline.com": ("https://graph.microsoft.com",),
    "login.microsoftonline.us": ("https://graph.microsoft.us", "https://dod-graph.microsoft.us"),
    "login.chinacloudapi.cn": ("https://microsoftgraph.chinacloudapi.cn",),
    "login.partner.microsoftonline.cn": ("https://microsoftgraph.chinacloudapi.cn",),
}
RESERVED = {"openid", "profile", "offline_access", "email"}


def split_scopes(scopes: list[str], host: str) -> tuple[str, list[str]]:
    """The Graph and the names of its permissions among what was asked for; raises LoginError."""
    for graph in GRAPH_OF[host]:
        names = [scope.removeprefix(graph + "/") for scope in scopes if scope.startswith(graph + "/")]
        if names:
            return graph, names
    if set(scopes) <= RESERVED:
        return GRAPH_OF[host][0], []
    raise LoginError("invalid_scope", 650053, "The application asked for a scope that doesn't exist on the resource.")


def encoded(claims: Json) -> str:
    """JSON as base64url without padding."""
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def jwt(claims: Json) -> str:
    """A token that looks like one of Microsoft's; its signature is not one."""
    header = {"typ": "JWT", "alg": "RS256", "kid": "simulator"}
    return f"{encoded(header)}.{encoded(claims)}.{secrets.token_urlsafe(32)}"


def read_token(token: str) -> Json | None:
    """The claims of a token, or None; the signature is not looked at."""
    return _part(token, 1)


def read_header(token: str) -> Json | None:
    """The header of a token, or None."""
    return _part(token, 0)


def _part(token: str, number: int) -> Json | None:
    parts = token.split(".")
    try:
        told = json.loads(base64.urlsafe_b64decode(parts[number] + "=" * (-len(parts[number]) % 4)))
    except (IndexError, ValueError):
        return None
    return told if isinstance(told, dict) else None
