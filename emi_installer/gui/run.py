"""What one run of the wizard knows, and the jobs that its pages give to the worker.

    typed ─ sign_in ─▶ observed ─ set_answers ─▶ answers ─ make_plan ─▶ plan ─ apply ─▶ result ─ verify ─▶ report

The window waits for what is imported here, so most of it is imported where it is needed.

A job (`connect`, `sign_in`, `read_again`, `apply`, `save`, …) runs on a Task's thread, one at a time; nothing else
touches the run meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.gui.launch import Launch, Typed
from emi_installer.gui.worker import Task
from emi_installer.local.inputs import read_file
from emi_installer.local.memory import remember
from emi_installer.setup.flow import Step, path

if TYPE_CHECKING:
    from emi_installer.core.desired.answers import Answers, ContactCenter
    from emi_installer.core.observed.checks import VerificationReport
    from emi_installer.core.observed.health import Health
    from emi_installer.core.observed.tenant import ObservedTenant, SecretMetadata
    from emi_installer.core.plan.credentials import Credentials
    from emi_installer.core.plan.events import Event
    from emi_installer.core.plan.plan import Plan
    from emi_installer.core.plan.request import Request
    from emi_installer.core.plan.result import ApplyResult
    from emi_installer.setup.session import Connection, Installation


class SecretEnd(NamedTuple):
    """When a client secret ends, in UTC."""

    key_id: str
    expires: datetime


@dataclass(slots=True)
class _Relay:
    """Where the installation's events go: to the task that is running."""

    target: Callable[[Event], None]

    def __call__(self, event: Event) -> None:
        self.target(event)


@dataclass(slots=True, kw_only=True)
class Session:
    """A sign-in, and the tenant as it was read last, for the contact center `read_for`.

    `remembers`: what is typed may be kept for the next time.
    """

    installation: Installation
    observed: ObservedTenant
    read_for: ContactCenter | None
    relay: _Relay
    cancel: threading.Event
    remembers: bool


@dataclass(kw_only=True)
class Run:
    """One run; what is None is not known yet."""

    launch: Launch
    typed: Typed = field(default_factory=Typed)
    purpose: Purpose = Purpose.SET_UP
    found: bool = False  # an app registration already, before this run changed anything
    answers: Answers | None = None
    plan: Plan | None = None
    result: ApplyResult | None = None
    report: VerificationReport | None = None
    verified: bool = False
    saved: Path | None = None
    ends: SecretEnd | None = None
    taken: bool = False  # somebody has the client secret: it was saved or copied
    noted: bool = False  # and the tenant knows
    stale: bool = False  # the tenant was touched since it was read
    _connection: Connection | None = None
    _session: Session | None = None
    _connecting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.typed = Typed.prefilled(self.launch)
        preset = self.launch.preset
        if preset is not None and preset.purpose is not None:
            self.purpose = preset.purpose

    @property
    def observed(self) -> ObservedTenant | None:
        """The tenant as it was read last."""
        return self._session.observed if self._session else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The pages of this run, in order."""
        return path(self.purpose, found=self.found)

    @property
    def is_partial(self) -> bool:
        """Whether a client secret is none of this run's business: it comes later, or from somebody else."""
        return self.purpose is Purpose.GRANT or bool(self.plan and self.plan.waiting)

    @property
    def has_secret(self) -> bool:
        """Whether there is a client secret to show."""
        return self.result is not None and self.result.client_secret is not None

    @property
    def at_risk(self) -> bool:
        """Whether closing the window would lose a client secret that nobody has."""
        return self.has_secret and not self.taken

    @property
    def owes(self) -> bool:
        """Whether the tenant takes a client secret that somebody has for one that nobody saved."""
        return self.taken and not self.noted

    def sign_in_answers(self) -> Answers:
        """What signing in needs; raises InvalidAnswer."""
        from emi_installer.core.desired.answers import Preset  # noqa: PLC0415 - see above

        preset = replace(self.launch.preset or Preset(), contact_center=None)
        return self.typed.answers(self.launch, preset, None)

    def _probable_answers(self) -> Answers:
        """What signing in needs, and the contact center as far as it is known and trusted already."""
        with suppress(InstallerError):
            return self.typed.answers(self.launch, self.launch.preset, self.typed.contact_center)
        return self.sign_in_answers()

    def set_answers(self) -> None:
        """Check what was typed; raises InvalidAnswer or "untrusted-host".

        Another contact center than the tenant was read for may be served by another app registration there.
        """
        self.answers = self.typed.answers(self.launch, self.launch.preset, self.typed.contact_center)
        if self._session is not None and self._session.read_for != self.answers.contact_center:
            self.stale = True

    def allow_shorter(self) -> None:
        """Let the client secret live as long as the tenant's policy allows."""
        self.typed.or_shorter = True
        if self.answers is not None:
            self.answers = replace(self.answers, or_shorter=True)

    def choose(self, purpose: Purpose, registration: str | None) -> None:
        """What to do, and with which app registration (its Client ID; None for ours, or a new one)."""
        self.purpose = purpose
        if registration != self.typed.registration:
            self.typed.registration = registration
            self.stale = True
        self.answers = None
        self.plan = self.result = self.report = None

    def health(self) -> Health:
        """The state of what was found."""
        session, _ = self._open()
        return session.installation.health(session.observed)

    def request(self) -> Request | None:
        """What only a colleague can do, as far as it is known."""
        from emi_installer.core.plan.request import request_for  # noqa: PLC0415 - see above

        if self._session is None or self.plan is None:
            return None
        answers = self.answers or self.sign_in_answers()
        result = self.result
        return request_for(
            self.launch.blueprint,
            answers,
            self._session.observed,
            self.plan,
            client_id=result.client_id if result else "",
            problem=result.error if result else None,
        )

    def connect(self, _task: Task) -> Connection:
        """Job: import what is slow to import."""
        with self._connecting:
            if self._connection is None:
                self._connection = self.launch.choice.connect()
            return self._connection

    def sign_in(self, task: Task, *, device_code: bool) -> Session:
        """Job: sign in and read the tenant; its session is kept by `signed_in`."""
        from emi_installer.setup.session import Installation  # noqa: PLC0415 - brings msal and requests along

        connection = self.connect(task)
        self.typed.contact_center = self.typed.contact_center or connection.contact_center or ""
        answers = self._probable_answers()
        relay = _Relay(task.report)
        installation = Installation(self.launch.blueprint, connection, on_event=relay, cancel=task.cancel)
        installation.sign_in(answers, device_code=device_code)
        observed = installation.observe(answers)
        return Session(
            installation=installation,
            observed=observed,
            read_for=answers.contact_center,
            relay=relay,
            cancel=task.cancel,
            remembers=not connection.demo,
        )

    def signed_in(self, session: Session) -> None:
        """Go on with the account that signed in, and with the contact center that its tenant knows."""
        self._session = session
        self.plan = self.result = self.report = None
        self.stale = False
        self.found = bool(session.observed.candidates)
        from emi_installer.core.desired.answers import complete  # noqa: PLC0415 - see above

        preset = self.launch.preset
        registration = session.observed.registration
        if registration is None or (preset is not None and preset.contact_center is not None):
            return
        known = complete(self.sign_in_answers(), registration.redirect_uris, self.launch.blueprint).contact_center
        if known is not None:
            self.typed.contact_center = known.url
            self.typed.trust_host = not self.launch.blueprint.trusts(known.host)

    def sign_out(self) -> None:
        """Forget the account, and what was chosen in its tenant."""
        self._session = None
        self.answers = None
        self.plan = self.result = self.report = None
        preset = self.launch.preset
        self.typed.registration = preset.registration if preset else None
        self.typed.or_shorter = False
        self.purpose = (preset.purpose if preset else None) or Purpose.SET_UP

    def make_plan(self) -> Plan:
        """What would change."""
        session, answers = self._open()
        self.plan = session.installation.plan(answers, session.observed, self.purpose)
        return self.plan

    def task(self, job: Callable[[Task], object]) -> Task:
        """A task for a job after the sign-in: the installation tells it what happens, and looks at its Cancel."""
        session, _ = self._open()
        session.cancel.clear()
        task = Task(job, session.cancel)
        session.relay.target = task.report
        return task

    def read_again(self, _task: Task) -> None:
        """Job: read the tenant again."""
        session, answers = self._open()
        session.observed = session.installation.observe(answers)
        session.read_for = answers.contact_center
        self.stale = False
        self.found = bool(session.observed.candidates)

    def apply(self, _task: Task) -> None:
        """Job: carry out the plan, or what remains of it, and verify. A client secret is never made twice."""
        session, answers = self._open()
        if session.remembers:
            remember(answers)
        if not self.has_secret and (self.result is None or not self.result.finished):
            if self.stale:
                session.observed = session.installation.observe(answers)
                self.make_plan()
            self.stale = True
            plan = self.plan or self.make_plan()
            self.result = session.installation.apply(answers, plan, session.observed)
        if self.result is not None and self.result.finished:
            observed, self.report = session.installation.verify(
                answers, session.observed, self.result, secret_later=self.is_partial
            )
            session.observed = observed
            self.verified = not self.report.failed

    def check(self, _task: Task, *, file: Path | None = None) -> VerificationReport:
        """Job: verify, with the client secret of a handoff file if one is given; changes nothing."""
        from emi_installer.documents.handoff import parse_handoff  # noqa: PLC0415 - see above

        session, answers = self._open()
        saved = None if file is None else parse_handoff(read_file(file), str(file))
        session.observed = session.installation.observe(answers)
        session.observed, self.report = session.installation.verify(answers, session.observed, saved=saved)
        return self.report

    def save_report(self, place: Path) -> None:
        """Write the report of the last check; raises InstallerError."""
        session, _ = self._open()
        if self.report is not None:
            session.installation.save_report(place, self.report, session.observed, overwrite=True)

    def old_secrets(self) -> tuple[SecretMetadata, ...]:
        """The client secrets of ours that a new one replaces."""
        session, _ = self._open()
        return session.installation.old_secrets(session.observed, self.ends.key_id if self.ends else "")

    def remove_old_secrets(self, _task: Task) -> None:
        """Job: remove them."""
        session, _ = self._open()
        session.installation.remove_secrets(self._result(), self.old_secrets())

    def save(self, task: Task, *, place: Path, overwrite: bool) -> InstallerError | None:
        """Job: write the handoff file; a problem is returned if only Microsoft could not take note of it."""
        session, answers = self._open()
        session.installation.hand_off(
            place, answers, session.observed, self._result(), verified=self.verified, overwrite=overwrite
        )
        self.saved = place
        return self.note_taken(task)

    def note_taken(self, _task: Task) -> InstallerError | None:
        """Job: let the tenant know that somebody has the client secret; the problem, if it could not be told."""
        session, _ = self._open()
        self.taken = True
        try:
            session.installation.note_saved(session.observed, self._result())
            self.noted = True
            session.installation.remove_strays(session.observed, self._result())
        except InstallerError as problem:
            return problem
        return None

    def credentials(self) -> Credentials:
        """The three values; raises InstallerError "secret-lost" when there is no secret."""
        session, _ = self._open()
        return session.installation.credentials(session.observed, self._result())

    def drop_secret(self) -> None:
        """Forget the client secret, but not when it ends."""
        if self.result is not None and self.result.client_secret is not None:
            self.ends = SecretEnd(self.result.client_secret.key_id, self.result.client_secret.expires)
            self.result = replace(self.result, client_secret=None)

    def _result(self) -> ApplyResult:
        if self.result is None:
            raise error(Code.SECRET_LOST, reason="Nothing was applied yet")
        return self.result

    def _open(self) -> tuple[Session, Answers]:
        if self._session is None:
            raise error(Code.SIGN_IN_AGAIN)
        return self._session, self.answers or self._probable_answers()
