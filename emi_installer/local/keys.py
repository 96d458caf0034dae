"""The key ids of client secrets that this program made on this computer; never a secret.

Whoever can write this file acts as the same user already, so it may prove one thing and no more: that a client secret
whose id Microsoft chose was made here. It vouches for no name, host, account or app registration.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_config_dir

from emi_installer.core.errors.errors import InstallerError

LARGEST = 256 * 1024
"""Bytes."""

MOST = 1000
"""Entries; the oldest are forgotten."""

_RUN = "run"
"""In the place of a client id: the entry is the token of a run."""


class KeyMemory:
    """What is remembered as long as the program runs, or as long as whoever made this object keeps it."""

    def __init__(self, entries: tuple[str, ...] = ()) -> None:
        self._entries = list(entries)

    def known(self, tenant_id: str, client_id: str) -> frozenset[str]:
        """The key ids of client secrets made here for an app registration."""
        start = _entry(tenant_id, client_id, "")
        return frozenset(entry.removeprefix(start) for entry in self._read() if entry.startswith(start))

    def remember(self, tenant_id: str, client_id: str, key_id: str) -> None:
        """Keep one; where that is not possible, it is forgotten."""
        self._write([*self._read(), _entry(tenant_id, client_id, key_id)][-MOST:])

    def runs(self, tenant_id: str) -> frozenset[str]:
        """The tokens of runs on this computer that were about to create a client secret in a tenant."""
        return self.known(tenant_id, _RUN)

    def begin(self, tenant_id: str, token: str) -> None:
        """Keep the token of a run: what it leaves behind when it is interrupted is nobody else's work."""
        self.remember(tenant_id, _RUN, token)

    def _read(self) -> list[str]:
        return self._entries

    def _write(self, entries: list[str]) -> None:
        self._entries = entries


class KeyFile(KeyMemory):
    """What is remembered from one run to the next, in the settings folder of the user."""

    def _read(self) -> list[str]:
        try:
            with _place().open("rb") as file:
                found = json.loads(file.read(LARGEST))
        except (OSError, ValueError, RecursionError):
            return []
        return [entry for entry in found if isinstance(entry, str)] if isinstance(found, list) else []

    def _write(self, entries: list[str]) -> None:
        from emi_installer.local.files import write_private  # noqa: PLC0415 - the first page only recalls

        place = _place()
        with suppress(OSError, InstallerError):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(place, json.dumps(entries, indent=2) + "\n", overwrite=True)


def _entry(tenant_id: str, client_id: str, key_id: str) -> str:
    return f"{tenant_id.lower()}/{client_id.lower()}/{key_id.lower()}"


def _place() -> Path:
    return Path(user_config_dir("EMI Installer", appauthor=False)) / "keys.json"
