"""What a sign-in with the client secret proved."""

from __future__ import annotations

from dataclasses import dataclass

from emi_installer.core.errors.errors import InstallerError


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenProof:
    """The claims of the token that Microsoft gave for a client secret; `problem` says why there are none."""

    key_id: str = ""
    tenant_id: str = ""
    client_id: str = ""
    roles: frozenset[str] = frozenset()
    problem: InstallerError | None = None
