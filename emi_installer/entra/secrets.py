"""The client secret: made once, marked until somebody saved it, never left behind.

A client secret's display name ends with the token of the run that made it. While the app registration carries a tag
with the same token, nobody has saved that secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.observed.tenant import SECRET_NAME, UNSAVED
from emi_installer.core.plan.credentials import ClientSecret, Secret
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra import parse, values
from emi_installer.entra.calls import Call, Json, get
from emi_installer.entra.failures import GraphFailure, TransportFailure
from emi_installer.entra.odata import address, by_id
from emi_installer.entra.retry import REPLICATION_SECONDS, Retry
from emi_installer.entra.writing import Writer, retry_reason

_NOTE_TRIES = 4


_SHORTER_DAYS = (365, 180, 90, 60, 30, 14, 7, 1)
"""Lifetimes that policies usually allow, to be tried one after the other: the refusal does not tell the limit."""

_MARGIN = timedelta(hours=1)
"""So that a request which takes long does no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretMaker:
    """Makes the client secret of one run on one app registration."""

    writer: Writer
    blueprint: Blueprint
    object_id: str
    token: str

    @property
    def mark(self) -> str:
        """The tag that says: nobody saved the secret of this run yet."""
        return f"{self.blueprint.tag}{UNSAVED}{self.token}"

    def add(self, expires: datetime, *, or_shorter: bool = False) -> ClientSecret:
        """Make the secret, with `or_shorter` the longest that the tenant allows; raises InstallerError, Cancelled."""
        sooner = iter(self._sooner(expires) if or_shorter else ())
        while True:
            try:
                return self._add(expires)
            except InstallerError as problem:
                following = next(sooner, None) if problem.code == Code.SECRET_LIFETIME_LIMITED else None
                if following is None:
                    raise
                expires = following

    def _sooner(self, expires: datetime) -> list[datetime]:
        ends = (self.writer.graph.now + timedelta(days=days) - _MARGIN for days in _SHORTER_DAYS)
        return [end for end in ends if end < expires]

    def _add(self, expires: datetime) -> ClientSecret:
        made_on = self.writer.graph.now.date().isoformat()
        wanted = {
            "displayName": f"{SECRET_NAME} {made_on} ({self.token})",
            "endDateTime": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        call = Call(method="POST", path=self._path("addPassword"), body={"passwordCredential": wanted})
        return self.writer.settled(_Addition(maker=self, call=call, expires=expires).attempt)

    def remove_strays(self) -> None:
        """Remove what this run made without hearing Microsoft's answer; raises InstallerError, Cancelled."""
        fields = address(by_id("applications", self.object_id), select="id,appId,passwordCredentials")
        read = self.writer.read(get(fields)) or {}
        for secret in map(parse.secret_metadata, values.items(read.get("passwordCredentials"))):
            if secret.token == self.token:
                self.remove(secret.key_id)

    def replace_tags(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        """Write the tags `after` where they differ.

        Tried again whatever goes wrong: a note that is missing would make the next run replace the secret. Raises
        InstallerError, Cancelled.
        """
        if after == before:
            return
        call = Call(method="PATCH", path=self._path(), body={"tags": list(after)})

        def attempt() -> None:
            try:
                self.writer.write(call)
            except InstallerError as problem:
                raise Retry(problem, RetryReason.UNAVAILABLE) from problem

        self.writer.patience.repeat(attempt, seconds=REPLICATION_SECONDS, tries=_NOTE_TRIES)

    def remove(self, key_id: str) -> None:
        """Remove a client secret; raises InstallerError, Cancelled."""
        self.writer.remove(Call(method="POST", path=self._path("removePassword"), body={"keyId": key_id}))

    def _path(self, action: str = "") -> str:
        return by_id("applications", self.object_id) + (f"/{action}" if action else "")


@dataclass(kw_only=True)
class _Addition:
    """One client secret on its way; `unclear`: Microsoft may have made one without telling."""

    maker: SecretMaker
    call: Call
    expires: datetime
    unclear: bool = False

    def attempt(self) -> ClientSecret:
        """Ask for it, after removing what nobody heard of; raises Retry where that may succeed later."""
        writer = self.maker.writer
        if self.unclear:
            self.maker.remove_strays()
        try:
            return _read(writer.graph.send(self.call, writer.patience).body, self.expires)
        except (GraphFailure, TransportFailure) as failure:
            self.unclear = self.unclear or isinstance(failure, TransportFailure) or failure.unavailable
            retry = retry_reason(failure)
            if retry is None:
                raise
            raise retry from failure


def _read(made: Json, asked: datetime) -> ClientSecret:
    end = made.get("endDateTime")
    return ClientSecret(
        key_id=values.text(made, "keyId").lower(),
        expires=values.instant(end) if end else asked,
        secret=Secret(values.text(made, "secretText")),
    )
