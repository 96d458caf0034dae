"""The story: sign in → observe → plan → apply → verify → hand off. No widgets, no threads.

One Installation is one run by one person; its methods are called in this order, from one thread at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import Blueprint, PermissionKind
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.observed.checks import VerificationReport, verify, verify_removed
from emi_installer.core.observed.health import Health, health
from emi_installer.core.observed.proof import TokenProof
from emi_installer.core.observed.tenant import AppRegistration, ObservedTenant, SecretMetadata
from emi_installer.core.plan.changes import RemoveClientSecret
from emi_installer.core.plan.credentials import Credentials
from emi_installer.core.plan.events import ChangeDone, ChangeStarted, Checked, Event, VerificationStarted
from emi_installer.core.plan.plan import Plan, make_plan
from emi_installer.core.plan.result import ApplyResult
from emi_installer.documents.handoff import Handoff, render
from emi_installer.documents.report import Report, render_report
from emi_installer.entra.apply import Applier
from emi_installer.entra.graph import GraphClient
from emi_installer.entra.http import Session
from emi_installer.entra.observe import Reader
from emi_installer.entra.receiver import Receiver
from emi_installer.entra.retry import SECRET_SECONDS, Clock, RetryPolicy
from emi_installer.entra.secrets import SecretMaker
from emi_installer.entra.sign_in import Identity, SignIn
from emi_installer.entra.verify import prove, read_back
from emi_installer.entra.writing import Writer
from emi_installer.local.assets import read_handoff_template, read_report_template
from emi_installer.local.files import write_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What wiring chose: how Microsoft is reached, and where time and chance come from.

    `new_token` gives six hexadecimal digits; `demo` is written into handoff files; `contact_center` stands in
    where nobody gave one.
    """

    session: Session
    make_receiver: Callable[[], Receiver]
    clock: Clock
    new_token: Callable[[], str]
    demo: bool = False
    contact_center: str | None = None


class Installation:
    """Sets EMI up in a tenant.

    Every method raises InstallerError with sentences for people, or Cancelled once `cancel` is set.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        connection: Connection,
        *,
        on_event: Callable[[Event], None],
        cancel: threading.Event,
    ) -> None:
        self.blueprint = blueprint
        self._connection = connection
        self._patience = RetryPolicy(connection.clock, cancel, on_event)
        self._token = connection.new_token()

    def sign_in(self, answers: Answers, *, device_code: bool = False) -> Identity:
        """Let the person sign in; who that is, as the id token says."""
        connection = self._connection
        self._sign_in = SignIn(
            answers, connection.session, connection.make_receiver, self._patience, device_code=device_code
        )
        self._graph = GraphClient(connection.session, answers.cloud, self._sign_in, connection.clock)
        self._reader = Reader(graph=self._graph, blueprint=self.blueprint)
        self._identity = self._sign_in.sign_in()
        return self._identity

    def observe(self, answers: Answers) -> ObservedTenant:
        """The tenant as it is."""
        return self._reader.observe(answers, self._identity, self._sign_in.granted_scopes, self._patience)

    def plan(self, answers: Answers, observed: ObservedTenant, purpose: Purpose = Purpose.SET_UP) -> Plan:
        """What would change."""
        return make_plan(self.blueprint, answers, observed, now=self._now(), purpose=purpose)

    def health(self, observed: ObservedTenant) -> Health:
        """The state of what was found, for people."""
        return health(self.blueprint, observed, self._now())

    def apply(self, answers: Answers, plan: Plan, observed: ObservedTenant) -> ApplyResult:
        """Carry out `plan`; raises the first blocker, if there is one, before anything is done.

        Where the app registration turns out to exist although reading had missed it (somebody else made it meanwhile,
        or Microsoft's servers did not agree yet), the tenant is read again and only the rest is done.
        """
        result = self._apply_once(plan, observed)
        missed = result.error is not None and result.error.code == Code.ALREADY_EXISTS and not result.applied
        if not missed:
            return result
        observed = self._reader.observe_until_registered(
            answers, self._identity, self._sign_in.granted_scopes, self._patience
        )
        return self._apply_once(self.plan(answers, observed, plan.purpose), observed)

    def _apply_once(self, plan: Plan, observed: ObservedTenant) -> ApplyResult:
        if plan.blockers:
            raise plan.blockers[0]
        return Applier(
            graph=self._graph,
            blueprint=self.blueprint,
            observed=observed,
            patience=self._patience,
            token=self._token,
            plan=plan,
        ).apply()

    def verify(
        self,
        answers: Answers,
        observed: ObservedTenant,
        result: ApplyResult | None = None,
        saved: Credentials | None = None,
        *,
        secret_later: bool = False,
    ) -> tuple[ObservedTenant, VerificationReport]:
        """Hold the tenant against the blueprint.

        After an apply it is read until the changes are seen everywhere, and the new client secret must sign in;
        otherwise the `saved` one must, if it is given. `secret_later`: that there is none yet is right.
        """
        self._patience.on_event(VerificationStarted())
        if result is not None and result.removed:
            observed, report = self._verify_removed(observed)
        else:
            observed, report = self._verify(answers, observed, result, saved, secret_later=secret_later)
        for check in report.checks:
            self._patience.on_event(Checked(check=check))
        return observed, report

    def _verify(
        self,
        answers: Answers,
        observed: ObservedTenant,
        result: ApplyResult | None,
        saved: Credentials | None,
        *,
        secret_later: bool,
    ) -> tuple[ObservedTenant, VerificationReport]:
        proof: TokenProof | None = None

        def held(found: ObservedTenant) -> VerificationReport:
            return verify(self.blueprint, answers, found, now=self._now(), proof=proof, secret_later=secret_later)

        if result is not None:
            observed = self._read_back(observed, result, held)
        if result is not None and result.client_secret is not None:
            proof = self._prove(answers, self.credentials(observed, result), seconds=SECRET_SECONDS)
        elif saved is not None:
            proof = self._prove(answers, saved, seconds=0)
        return observed, held(observed)

    def _verify_removed(self, observed: ObservedTenant) -> tuple[ObservedTenant, VerificationReport]:
        """Read until nothing is left of the app registration."""
        observed = read_back(self._reader, observed, self._patience, lambda found: not verify_removed(found).failed)
        return observed, verify_removed(observed)

    def save_report(self, path: Path, report: VerificationReport, observed: ObservedTenant, *, overwrite: bool) -> None:
        """Write a report; raises InvalidAnswer, InstallerError "file-not-writable" or "handoff-exists"."""
        whole = Report(verification=report, observed=observed, made=self._now())
        write_private(path, render_report(whole, path.suffix, read_report_template()), overwrite=overwrite)

    def _prove(self, answers: Answers, credentials: Credentials, *, seconds: float) -> TokenProof:
        wanted = frozenset(self.blueprint.names(PermissionKind.APPLICATION))
        session = self._connection.session
        return prove(answers, credentials, wanted, session, self._patience, seconds=seconds)

    def _read_back(
        self, observed: ObservedTenant, result: ApplyResult, held: Callable[[ObservedTenant], VerificationReport]
    ) -> ObservedTenant:
        known = observed.registration
        if known is None or known.deleted is not None:
            known = _placeholder(result)
        start = replace(observed, registration=known, deleted=())

        def passes(found: ObservedTenant) -> bool:
            secret = result.client_secret
            seen = found.registration is not None and (
                secret is None or any(s.key_id == secret.key_id for s in found.registration.secrets)
            )
            return seen and not held(found).failed

        return read_back(self._reader, start, self._patience, passes)

    def credentials(self, observed: ObservedTenant, result: ApplyResult) -> Credentials:
        """The three values; raises InstallerError "secret-lost" when there is no secret."""
        if result.client_secret is None:
            raise error(Code.SECRET_LOST, reason="Microsoft did not give one")
        return Credentials(
            tenant_id=observed.signed_in.tenant_id,
            client_id=result.client_id,
            client_secret=result.client_secret,
        )

    def hand_off(
        self,
        path: Path,
        answers: Answers,
        observed: ObservedTenant,
        result: ApplyResult,
        *,
        verified: bool,
        overwrite: bool,
    ) -> None:
        """Write the handoff file; raises InstallerError "file-not-writable" or "handoff-exists"."""
        contact_center, registration = answers.contact_center, observed.registration
        handoff = Handoff(
            credentials=self.credentials(observed, result),
            redirect_uri=answers.redirect_uri or "",
            app_object_id=result.object_id,
            app_name=registration.display_name if registration and registration.display_name else answers.app_name,
            contact_center=contact_center.url if contact_center else "",
            organization=observed.signed_in.organization,
            created=self._now(),
            verified=verified,
            demo=self._connection.demo,
            cloud=answers.cloud.name,
        )
        write_private(path, render(handoff, path.suffix, read_handoff_template()), overwrite=overwrite)

    def old_secrets(self, observed: ObservedTenant, new: str) -> tuple[SecretMetadata, ...]:
        """The client secrets of ours besides the `new` one, which is given by its key id."""
        if observed.registration is None or not any(s.key_id == new for s in observed.registration.secrets):
            return ()
        return tuple(s for s in observed.registration.secrets if s.is_ours and s.key_id != new)

    def remove_secrets(self, result: ApplyResult, secrets: Iterable[SecretMetadata]) -> None:
        """Remove client secrets of ours that a new one replaces; one that is gone already does no harm."""
        writer = Writer(graph=self._graph, patience=self._patience)
        maker = SecretMaker(writer=writer, blueprint=self.blueprint, object_id=result.object_id, token=self._token)
        for secret in secrets:
            change = RemoveClientSecret(secret=secret, unsaved=False)
            self._patience.on_event(ChangeStarted(change=change))
            maker.remove(secret.key_id)
            self._patience.on_event(ChangeDone(change=change))

    def note_saved(self, observed: ObservedTenant, result: ApplyResult) -> None:
        """Take note in the tenant that somebody has the client secret now.

        To be done as soon as it is saved, and even after a cancellation: the next run would otherwise replace a secret
        that is in use.
        """
        registration = observed.registration if result.client_secret is None else None
        self._maker(result).mark_saved(registration or _placeholder(result))

    def remove_strays(self, observed: ObservedTenant, result: ApplyResult) -> None:
        """Remove client secrets of this run, as read back, of which nobody heard."""
        if observed.registration is not None:
            self._maker(result).remove_unheard(observed.registration, result.client_secret)

    def _maker(self, result: ApplyResult) -> SecretMaker:
        """Deals with client secrets whatever was cancelled before."""
        patience = RetryPolicy(self._connection.clock, threading.Event(), self._patience.on_event)
        writer = Writer(graph=self._graph, patience=patience)
        return SecretMaker(writer=writer, blueprint=self.blueprint, object_id=result.object_id, token=self._token)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._connection.clock.now(), UTC)


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
