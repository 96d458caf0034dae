"""The blueprint: what EMI needs of a tenant, parsed from resources/emi.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
"""The application id of Microsoft Graph, the same in every tenant and cloud."""


class PermissionKind(StrEnum):
    """Delegated: on behalf of a signed-in person; application: without one."""

    DELEGATED = "delegated"
    APPLICATION = "application"

    @property
    def wire(self) -> str:
        """The word of requiredResourceAccess for it."""
        return "Scope" if self is PermissionKind.DELEGATED else "Role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A permission of Microsoft Graph, with the reason why EMI needs it in one sentence."""

    name: str
    kind: PermissionKind
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInClient:
    """The public client application under which the administrator signs in.

    `scopes` are asked for at the sign-in, and Microsoft keeps the consent to them afterwards; `read_scopes` will do
    where nothing is changed.
    """

    name: str
    client_id: str
    scopes: tuple[str, ...]
    read_scopes: tuple[str, ...]

    @property
    def reading(self) -> SignInClient:
        """The same client for whoever only looks."""
        return replace(self, scopes=self.read_scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What a tenant must hold when EMI is set up, and the defaults of the answers."""

    app_name: str
    unique_name: str
    tag: str
    audience: str
    redirect_path: str
    trusted_hosts: tuple[str, ...]
    sign_in_client: SignInClient
    secret_months: int
    secret_month_choices: tuple[int, ...]
    permissions: tuple[Permission, ...]

    def trusts(self, host: str) -> bool:
        """Whether `host` (lower case) is one of the vendor's own contact centers."""
        return any(fnmatchcase(host, pattern) for pattern in self.trusted_hosts)

    def of(self, kind: PermissionKind) -> tuple[Permission, ...]:
        """The permissions of one kind, in the blueprint's order."""
        return tuple(p for p in self.permissions if p.kind is kind)

    def names(self, kind: PermissionKind) -> tuple[str, ...]:
        """The names of the permissions of one kind, as Microsoft Graph calls them."""
        return tuple(p.name for p in self.of(kind))


def parse_blueprint(text: str) -> Blueprint:
    """The blueprint in `text` (TOML). It is our own file: a mistake in it raises KeyError, TypeError or ValueError."""
    raw = tomllib.loads(text)
    client = raw["sign_in_client"]
    return Blueprint(
        app_name=raw["app_name"],
        unique_name=raw["unique_name"],
        tag=raw["tag"],
        audience=raw["audience"],
        redirect_path=raw["redirect_path"],
        trusted_hosts=tuple(raw["trusted_hosts"]),
        sign_in_client=SignInClient(
            name=client["name"],
            client_id=client["client_id"],
            scopes=tuple(client["scopes"]),
            read_scopes=tuple(client["read_scopes"]),
        ),
        secret_months=raw["secret"]["months"],
        secret_month_choices=tuple(raw["secret"]["choices"]),
        permissions=tuple(
            Permission(name=p["name"], kind=PermissionKind(p["kind"]), reason=p["reason"]) for p in raw["permissions"]
        ),
    )
