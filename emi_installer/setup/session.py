"""Signing in, and what can only be done when signed in: a Session observes, plans, applies and verifies.

    sign_in(connection, blueprint, answers) ─▶ Session ─▶ observe ─▶ plan ─▶ apply ─▶ Delivery (delivery.py)

A session is used by one thread at a time. `on_event` and `cancel` go with each call; where a call raises, it raises
InstallerError with sentences for people, or Cancelled once its `cancel` is set.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import Blueprint, PermissionKind, SignInClient
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.observed.checks import VerificationReport, verify, verify_removed
from emi_installer.core.observed.control import Known, known_uri
from emi_installer.core.observed.health import Health, health
from emi_installer.core.observed.proof import TokenProof
from emi_installer.core.observed.sign_in_consent import SignInConsent
from emi_installer.core.observed.tenant import UNSAVED, AppRegistration, ObservedTenant, SecretMetadata
from emi_installer.core.plan.changes import RemoveClientSecret
from emi_installer.core.plan.credentials import Credentials, proven_keys
from emi_installer.core.plan.events import ChangeDone, ChangeStarted, Checked, Event, VerificationStarted
from emi_installer.core.plan.plan import Plan, make_plan
from emi_installer.core.plan.result import ApplyResult
from emi_installer.documents.report import Report, render_report
from emi_installer.entra.apply import Applier
from emi_installer.entra.graph import GraphClient
from emi_installer.entra.http import Session as HttpSession
from emi_installer.entra.observe import Reader
from emi_installer.entra.receiver import Receiver
from emi_installer.entra.retry import REPLICATION_SECONDS, Clock, RetryPolicy
from emi_installer.entra.secrets import SecretMaker
from emi_installer.entra.sign_in import Identity, SignIn
from emi_installer.entra.sign_in_consent import ConsentKeeper
from emi_installer.entra.verify import prove, read_back
from emi_installer.entra.writing import Writer
from emi_installer.local.assets import read_report_template
from emi_installer.local.files import write_private
from emi_installer.local.keys import KeyMemory

OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What wiring chose: how Microsoft is reached, and where time and chance come from.

    `new_token` gives six hexadecimal digits; `demo` is written into handoff files; `contact_center` stands in
    where nobody gave one.
    """

    session: HttpSession
    make_receiver: Callable[[], Receiver]
    clock: Clock
    new_token: Callable[[], str]
    keys: KeyMemory
    demo: bool = False
    contact_center: str | None = None


def sign_in(
    connection: Connection,
    blueprint: Blueprint,
    answers: Answers,
    *,
    on_event: OnEvent,
    cancel: threading.Event,
    device_code: bool = False,
) -> Session:
    """Let the person sign in."""
    patience = RetryPolicy(connection.clock, cancel, on_event)
    tokens = SignIn(answers, connection.session, connection.make_receiver, patience, device_code=device_code)
    identity = tokens.sign_in()
    graph = GraphClient(connection.session, answers.cloud, tokens, connection.clock)
    return Session(
        connection=connection, blueprint=blueprint, identity=identity, tokens=tokens, graph=graph, patience=patience
    )


class Session:
    """A signed-in administrator, and what can be done in the tenant with that account."""

    def __init__(
        self,
        *,
        connection: Connection,
        blueprint: Blueprint,
        identity: Identity,
        tokens: SignIn,
        graph: GraphClient,
        patience: RetryPolicy,
    ) -> None:
        self.blueprint = blueprint
        self.connection = connection
        self.identity = identity
        self._tokens = tokens
        self._graph = graph
        self._patience = patience
        self._reader = Reader(graph=graph, blueprint=blueprint)
        self._token = connection.new_token()
        self._vouched: list[Credentials] = []

    @property
    def now(self) -> datetime:
        """Microsoft's time, in UTC."""
        return self._graph.now

    def observe(
        self, answers: Answers, *, until_registered: bool = False, on_event: OnEvent, cancel: threading.Event
    ) -> ObservedTenant:
        """Read the tenant as it is; `until_registered`: an app registration of ours is there, but was not seen yet."""
        read = self._reader.observe_until_registered if until_registered else self._reader.observe
        with self._call(on_event, cancel) as patience:
            return read(answers, self.identity, self._tokens.granted_scopes, patience)

    def plan(self, answers: Answers, observed: ObservedTenant, purpose: Purpose = Purpose.SET_UP) -> Plan:
        """What would change."""
        keys = self._keys(observed)
        runs = self.connection.keys.runs(observed.signed_in.tenant_id)
        return make_plan(self.blueprint, answers, observed, now=self.now, purpose=purpose, key_ids=keys, runs=runs)

    def vouch_for(self, saved: Credentials) -> None:
        """Take the client secret of an earlier run, from its handoff file, as known."""
        self._vouched.append(saved)

    def _keys(self, observed: ObservedTenant) -> frozenset[str]:
        """The key ids of client secrets of ours on the app registration: made here, or in a handoff file."""
        registration = observed.registration
        if registration is None:
            return frozenset()
        tenant_id = observed.signed_in.tenant_id
        made = self.connection.keys.known(tenant_id, registration.app_id)
        return made | {key_id for one in self._vouched for key_id in proven_keys(one, tenant_id, registration)}

    def health(self, observed: ObservedTenant, answers: Answers | None = None) -> Health:
        """The state of what was found; `answers` tell of the contact center and of whom to keep."""
        uri = known_uri(self.blueprint, answers.redirect_uri if answers else None, observed)
        known = Known(now=self.now, key_ids=self._keys(observed), redirect_uri=uri)
        return health(self.blueprint, observed, known, answers.kept_holders if answers else frozenset())

    def verify(
        self,
        answers: Answers,
        observed: ObservedTenant,
        proof: TokenProof | None = None,
        *,
        secret_later: bool = False,
    ) -> VerificationReport:
        """Hold the tenant as it was `observed` against the blueprint and against what this computer knows."""
        keys = self._keys(observed)
        return verify(
            self.blueprint,
            answers,
            observed,
            now=self.now,
            proof=proof,
            secret_later=secret_later,
            key_ids=keys,
        )

    def apply(self, plan: Plan, observed: ObservedTenant, *, on_event: OnEvent, cancel: threading.Event) -> ApplyResult:
        """Carry out `plan` and nothing else; raises the first blocker, if there is one, before anything is done."""
        if plan.blockers:
            raise plan.blockers[0]
        if plan.makes_secret:
            self.connection.keys.begin(observed.signed_in.tenant_id, self._token)
        with self._call(on_event, cancel) as patience:
            result = Applier(
                graph=self._graph,
                blueprint=self.blueprint,
                observed=observed,
                patience=patience,
                token=self._token,
                plan=plan,
            ).apply()
        if result.client_secret is not None:
            key_id = result.client_secret.key_id
            self.connection.keys.remember(observed.signed_in.tenant_id, result.client_id, key_id)
        return result

    def check(
        self,
        answers: Answers,
        observed: ObservedTenant,
        saved: Credentials | None = None,
        *,
        on_event: OnEvent,
        cancel: threading.Event,
    ) -> VerificationReport:
        """Hold the tenant as it was `observed` against the blueprint; the `saved` client secret must sign in."""
        on_event(VerificationStarted())
        proof = None
        if saved is not None:
            proof = self.prove(answers, saved, seconds=0, on_event=on_event, cancel=cancel)
        report = self.verify(answers, observed, proof)
        tell_checks(report, on_event)
        return report

    def prove(
        self,
        answers: Answers,
        credentials: Credentials,
        *,
        seconds: float,
        on_event: OnEvent,
        cancel: threading.Event,
    ) -> TokenProof:
        """Sign in with a client secret; one that Microsoft does not accept yet is tried again for `seconds`."""
        wanted = frozenset(self.blueprint.names(PermissionKind.APPLICATION))
        with self._call(on_event, cancel) as patience:
            return prove(answers, credentials, wanted, self.connection.session, patience, seconds=seconds)

    def read_back(
        self,
        start: ObservedTenant,
        passes: Callable[[ObservedTenant], bool],
        *,
        seconds: float = REPLICATION_SECONDS,
        on_event: OnEvent,
        cancel: threading.Event,
    ) -> ObservedTenant:
        """Read the app registration of `start` again until it `passes`, for as many `seconds` at most."""
        with self._call(on_event, cancel) as patience:
            return read_back(self._reader, start, patience, passes, seconds=seconds)

    def confirm_removal(
        self, observed: ObservedTenant, *, on_event: OnEvent, cancel: threading.Event
    ) -> VerificationReport:
        """Read until nothing is left of the app registration."""
        on_event(VerificationStarted())
        gone = self.read_back(observed, lambda read: not verify_removed(read).failed, on_event=on_event, cancel=cancel)
        report = verify_removed(gone)
        tell_checks(report, on_event)
        return report

    def remove_secrets(
        self, object_id: str, secrets: Iterable[SecretMetadata], *, on_event: OnEvent, cancel: threading.Event
    ) -> None:
        """Remove client secrets of ours that a new one replaces; one that is gone already does no harm."""
        with self._secrets(object_id, on_event, cancel) as maker:
            for secret in secrets:
                change = RemoveClientSecret(secret=secret, unsaved=False)
                on_event(ChangeStarted(change=change))
                maker.remove(secret.key_id)
                on_event(ChangeDone(change=change))

    def note_saved(
        self,
        object_id: str,
        tags: tuple[str, ...],
        *,
        gone: Iterable[str] = (),
        on_event: OnEvent,
        cancel: threading.Event,
    ) -> None:
        """Tell the tenant that the client secret of this run was saved: its mark goes from the `tags`.

        So do the marks of client secrets that are `gone`, which are given by their tokens.
        """
        with self._secrets(object_id, on_event, cancel) as maker:
            marks = {maker.mark, *(self.blueprint.tag + UNSAVED + token for token in gone)}
            maker.replace_tags(tags, tuple(tag for tag in tags if tag not in marks))

    def settle_marks(self, registration: AppRegistration, *, on_event: OnEvent, cancel: threading.Event) -> None:
        """Take the marks of client secrets that are gone off the app registration."""
        with self._secrets(registration.object_id, on_event, cancel) as maker:
            maker.replace_tags(registration.tags, registration.settled_tags(self.blueprint.tag))

    def remove_strays(
        self, registration: AppRegistration, kept: str | None, *, on_event: OnEvent, cancel: threading.Event
    ) -> None:
        """Remove client secrets of this run in `registration` besides `kept` (a key id): their answers were lost."""
        with self._secrets(registration.object_id, on_event, cancel) as maker:
            for secret in registration.secrets:
                if secret.token == self._token and secret.key_id != kept:
                    maker.remove(secret.key_id)

    def save_report(self, path: Path, report: VerificationReport, observed: ObservedTenant) -> None:
        """Write a report; raises InvalidAnswer, InstallerError "file-not-writable"."""
        whole = Report(verification=report, observed=observed, made=self.now)
        write_private(path, render_report(whole, path.suffix, read_report_template()), overwrite=True)

    def sign_in_consents(
        self, client: SignInClient, *, on_event: OnEvent, cancel: threading.Event
    ) -> tuple[SignInConsent, ...]:
        """What signing in through `client` has left in the tenant, for this account and for everybody."""
        with self._call(on_event, cancel) as patience:
            return ConsentKeeper(writer=Writer(graph=self._graph, patience=patience), client=client).read()

    def take_back(
        self, client: SignInClient, consent: SignInConsent, *, on_event: OnEvent, cancel: threading.Event
    ) -> None:
        """Take this program's part of a consent to `client` back; the last call of a run, since it uses it."""
        with self._call(on_event, cancel) as patience:
            ConsentKeeper(writer=Writer(graph=self._graph, patience=patience), client=client).take_back(consent)

    @contextmanager
    def _call(self, on_event: OnEvent, cancel: threading.Event) -> Iterator[RetryPolicy]:
        """For one call, events and Cancel of whatever it does, signing in anew included.

        Afterwards nothing of the caller is kept: the next call may come on another thread, and objects of the window
        must not end there.
        """
        patience = self._patience
        patience.on_event, patience.cancel = on_event, cancel
        try:
            yield patience
        finally:
            patience.on_event, patience.cancel = _unheard, threading.Event()

    @contextmanager
    def _secrets(self, object_id: str, on_event: OnEvent, cancel: threading.Event) -> Iterator[SecretMaker]:
        with self._call(on_event, cancel) as patience:
            writer = Writer(graph=self._graph, patience=patience)
            yield SecretMaker(writer=writer, blueprint=self.blueprint, object_id=object_id, token=self._token)


def _unheard(_event: Event) -> None:
    """Nobody listens between two calls."""


def tell_checks(report: VerificationReport, on_event: OnEvent) -> None:
    """Report each row of a verification."""
    for check in report.checks:
        on_event(Checked(check=check))
