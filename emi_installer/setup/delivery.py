"""From a made client secret to one that somebody has, that the tenant knows of, and that works.

    UNSAVED ─ save | acknowledge ─▶ SAVED ─ note ─▶ NOTED ─ verify ─▶ VERIFIED

Until the tenant is told (`note`), the next run takes the client secret for one that nobody has, and replaces it: so
whoever ends a run asks `at_risk` (nobody has the secret) and `owes` (the tenant has not been told).
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from emi_installer.core.desired.answers import Answers
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.core.observed.checks import VerificationReport
from emi_installer.core.observed.proof import TokenProof
from emi_installer.core.observed.tenant import AppRegistration, ObservedTenant, SecretMetadata
from emi_installer.core.plan.changes import RemoveClientSecret
from emi_installer.core.plan.credentials import Credentials
from emi_installer.core.plan.events import VerificationStarted
from emi_installer.core.plan.result import ApplyResult
from emi_installer.documents.handoff import Handoff, render
from emi_installer.entra.retry import SECRET_SECONDS
from emi_installer.local.assets import read_handoff_template
from emi_installer.local.files import write_private
from emi_installer.setup.earlier import EarlierHandoff
from emi_installer.setup.session import OnEvent, Session, tell_checks


class Stage(IntEnum):
    """How far the client secret has come."""

    UNSAVED = 0
    SAVED = 1
    NOTED = 2
    VERIFIED = 3


class SecretExpiry(NamedTuple):
    """When a client secret ends, in UTC; this is kept when the secret itself is forgotten."""

    key_id: str
    expires: datetime


_PROOF_SECONDS = (10.0, SECRET_SECONDS - 10.0)
"""How long is waited for Microsoft to accept the client secret, before and after looking whether it is still there."""

Unfinished = InstallerError | Cancelled
"""Why a step that must not undo what is done was left undone: a value, since the client secret is safe all the same."""


class Delivery:
    """What one apply brought about, on its way to the administrator; used by one thread at a time.

    `observed` is the tenant as read last. `secret_later`: that there is no client secret yet is as it should be.
    """

    def __init__(
        self,
        session: Session,
        answers: Answers,
        observed: ObservedTenant,
        result: ApplyResult,
        *,
        secret_later: bool = False,
    ) -> None:
        self.answers = answers
        self.observed = observed
        self.result = result
        self.place: Path | None = None
        self.report: VerificationReport | None = None
        self.not_rewritten: InstallerError | None = None
        self.expiry = _expiry(result)
        self._session = session
        self._secret_later = secret_later
        self._taken = False
        self._noted = False
        self._earlier: tuple[str, ...] = ()

    def go_on(self, earlier: EarlierHandoff, tags: tuple[str, ...]) -> None:
        """Take up the client secret that an earlier run saved; the app registration carries `tags`, marks included."""
        found = self.observed.registration
        saved = earlier.credentials.client_secret
        known = {s.key_id: s for s in found.secrets} if found else {}
        expires = known[saved.key_id.lower()].expires if saved.key_id.lower() in known else saved.expires
        secret = replace(saved, key_id=saved.key_id.lower(), expires=expires)
        self.result = replace(self.result, client_secret=secret, tags=tags)
        self.expiry, self.place, self._taken = _expiry(self.result), earlier.file, True
        self._earlier = tuple(s.token or "" for s in known.values() if s.key_id == secret.key_id)

    @property
    def made_secret(self) -> bool:
        """Whether there was a client secret to deliver, even if it is forgotten by now."""
        return self.expiry is not None

    @property
    def has_secret(self) -> bool:
        """Whether the client secret is still at hand."""
        return self.result.client_secret is not None

    @property
    def taken(self) -> bool:
        """Whether somebody has the client secret."""
        return self._taken

    @property
    def at_risk(self) -> bool:
        """Whether ending now would lose a client secret that nobody has."""
        return self.has_secret and not self._taken

    @property
    def owes(self) -> bool:
        """Whether the tenant has not been told yet that somebody has the client secret."""
        return self._taken and not self._noted

    @property
    def verified(self) -> bool:
        """Whether everything was read back, and the client secret signed in."""
        return self.report is not None and not self.report.failed

    @property
    def stage(self) -> Stage:
        """How far the client secret has come; each stage rests on the one before."""
        for stage, reached in (
            (Stage.UNSAVED, self._taken),
            (Stage.SAVED, self._noted),
            (Stage.NOTED, self.verified),
        ):
            if not reached:
                return stage
        return Stage.VERIFIED

    @property
    def credentials(self) -> Credentials:
        """What the contact center asks for; raises InstallerError "secret-lost" when there is no secret."""
        if self.result.client_secret is None:
            raise error(Code.SECRET_LOST, reason="Microsoft did not give one")
        return Credentials(
            tenant_id=self.observed.signed_in.tenant_id,
            client_id=self.result.client_id,
            client_secret=self.result.client_secret,
        )

    def save(self, place: Path, *, overwrite: bool) -> None:
        """Write the handoff file; raises InstallerError "file-not-writable" or "handoff-exists", InvalidAnswer."""
        write_private(place, render(self._handoff(), place.suffix, read_handoff_template()), overwrite=overwrite)
        self.place = place
        self._taken = True

    def acknowledge(self) -> None:
        """Somebody has the client secret without a file: it was copied, or shown."""
        self._taken = True

    def note(self, *, on_event: OnEvent, cancel: threading.Event) -> Unfinished | None:
        """Tell the tenant that somebody has the client secret; why it could not be told, if so."""
        try:
            if self.owes:
                result = self.result
                removed = [c.secret.token or "" for c in result.applied if isinstance(c, RemoveClientSecret)]
                removed += self._earlier
                self._session.note_saved(result.object_id, result.tags, gone=removed, on_event=on_event, cancel=cancel)
        except (InstallerError, Cancelled) as problem:
            return problem
        self._noted = self._taken
        return None

    def verify(self, *, on_event: OnEvent, cancel: threading.Event) -> VerificationReport:
        """Read everything back until the changes are seen everywhere, and sign in with the new client secret.

        The handoff file then says that it is verified; where it can't be written again, `not_rewritten` says why.
        """
        if self.result.removed:
            self.report = self._session.confirm_removal(self.observed, on_event=on_event, cancel=cancel)
            return self.report
        on_event(VerificationStarted())
        self.observed = self._session.read_back(self._start(), self._passes, on_event=on_event, cancel=cancel)
        proof = self._prove(on_event, cancel) if self.has_secret else None
        self.report = self._held(self.observed, proof)
        tell_checks(self.report, on_event)
        self._rewrite()
        return self.report

    def tidy(self, *, on_event: OnEvent, cancel: threading.Event) -> Unfinished | None:
        """Leave nothing behind: no client secret of this run that nobody heard of, no mark of one that is gone."""
        found = self.observed.registration
        if found is None or found.deleted is not None or self.result.removed:
            return None
        try:
            if self.made_secret:
                kept = self.expiry.key_id if self.expiry else None
                self._session.remove_strays(found, kept, on_event=on_event, cancel=cancel)
            else:
                self._session.settle_marks(found, on_event=on_event, cancel=cancel)
        except (InstallerError, Cancelled) as problem:
            return problem
        return None

    @property
    def old_secrets(self) -> tuple[SecretMetadata, ...]:
        """The client secrets of ours that the new one replaces; none before it is proven, and somebody has it."""
        found = self.observed.registration
        new = self.expiry.key_id if self.expiry else ""
        if found is None or not (self.verified and self._taken) or new not in {s.key_id for s in found.secrets}:
            return ()
        return tuple(secret for secret in found.secrets if secret.is_ours and secret.key_id != new)

    def remove_old(self, *, on_event: OnEvent, cancel: threading.Event) -> None:
        """Remove the old client secrets, which a person has confirmed; raises InstallerError, Cancelled."""
        self._session.remove_secrets(self.result.object_id, self.old_secrets, on_event=on_event, cancel=cancel)

    def forget_secret(self) -> None:
        """Let go of the client secret; when it ends is remembered."""
        self.result = replace(self.result, client_secret=None)

    def _prove(self, on_event: OnEvent, cancel: threading.Event) -> TokenProof:
        """Sign in with the client secret; while it is not accepted yet, see that nobody has removed it meanwhile."""
        credentials, session = self.credentials, self._session
        proof = TokenProof(key_id=credentials.client_secret.key_id)
        for seconds in _PROOF_SECONDS:
            proof = session.prove(self.answers, credentials, seconds=seconds, on_event=on_event, cancel=cancel)
            if proof.problem is None or proof.problem.code != Code.SECRET_NOT_SPREAD:
                return proof
            read = session.read_back(
                self.observed, self._is_listed, seconds=_PROOF_SECONDS[0], on_event=on_event, cancel=cancel
            )
            if not self._is_listed(read):
                self.observed = read
                return TokenProof(key_id=proof.key_id, problem=error(Code.SECRET_VANISHED))
        return proof

    def _handoff(self) -> Handoff:
        center, found = self.answers.contact_center, self.observed.registration
        return Handoff(
            credentials=self.credentials,
            redirect_uri=self.answers.redirect_uri or "",
            app_object_id=self.result.object_id,
            app_name=found.display_name if found and found.display_name else self.answers.app_name,
            contact_center=center.url if center else "",
            organization=self.observed.signed_in.organization,
            created=self._session.now,
            verified=self.verified,
            demo=self._session.connection.demo,
            cloud=self.answers.cloud.name,
        )

    def _start(self) -> ObservedTenant:
        known = self.observed.registration
        if known is None or known.deleted is not None:
            known = _placeholder(self.result)
        return replace(self.observed, registration=known, deleted=())

    def _is_listed(self, read: ObservedTenant) -> bool:
        """Whether the app registration shows the new client secret, if there is one."""
        secret, found = self.result.client_secret, read.registration
        return found is not None and (secret is None or any(s.key_id == secret.key_id for s in found.secrets))

    def _passes(self, read: ObservedTenant) -> bool:
        return self._is_listed(read) and not self._held(read, None).failed

    def _held(self, read: ObservedTenant, proof: TokenProof | None) -> VerificationReport:
        return self._session.verify(self.answers, read, proof, secret_later=self._secret_later)

    def _rewrite(self) -> None:
        self.not_rewritten = None
        if self.place is None or not self.has_secret or not self.verified:
            return
        try:
            self.save(self.place, overwrite=True)
        except InstallerError as problem:
            self.not_rewritten = problem


def _expiry(result: ApplyResult) -> SecretExpiry | None:
    secret = result.client_secret
    return None if secret is None else SecretExpiry(secret.key_id, secret.expires)


def _placeholder(result: ApplyResult) -> AppRegistration:
    """A registration of which only ids and tags are known yet; reading fills in the rest."""
    return AppRegistration(
        object_id=result.object_id,
        app_id=result.client_id,
        display_name="",
        unique_name=None,
        tags=result.tags,
        audience="",
        redirect_uris=(),
        required={},
        secrets=(),
    )
