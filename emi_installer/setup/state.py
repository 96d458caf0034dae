"""What one run knows, for whichever front end shows it.

    typed ─ sign_in ─▶ observed ─ set_answers ─▶ answers ─ make_plan ─▶ plan ─ apply ─▶ delivery ─ verify ─▶ report

Methods that take `on_event` and `cancel` reach Microsoft: they belong on a thread, one at a time, and nothing else
touches the state meanwhile. The window waits for what is imported here, so the session is imported where it is needed.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.desired.typed import Typed
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.difference import Difference
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.local.memory import remember
from emi_installer.setup.flow import Step, path
from emi_installer.setup.holders import Decision, decide, forget_decisions, with_decisions
from emi_installer.setup.launch import Launch, SignedIn, answers_of, prefilled

if TYPE_CHECKING:
    from emi_installer.core.desired.answers import Answers
    from emi_installer.core.desired.blueprint import SignInClient
    from emi_installer.core.desired.contact_center import ContactCenter
    from emi_installer.core.observed.checks import VerificationReport
    from emi_installer.core.observed.health import Health
    from emi_installer.core.observed.tenant import ObservedTenant
    from emi_installer.core.plan.plan import Plan
    from emi_installer.core.plan.request import Request
    from emi_installer.setup.delivery import Delivery
    from emi_installer.setup.earlier import EarlierHandoff
    from emi_installer.setup.session import Connection, OnEvent, Session


@dataclass(kw_only=True)
class State:
    """One run; what is None is not known yet.

    `found`: there was an app registration before this run changed anything. `stale`: the tenant was touched, or is
    wanted for something else, since it was read. `earlier`: the handoff file of a run that ended early. `recalled`:
    the sign-in goes where it went the last time. `looks_only`: the sign-in asks for read rights alone, and checking is
    the only task.
    """

    launch: Launch
    typed: Typed = field(init=False)
    purpose: Purpose = Purpose.SET_UP
    found: bool = False
    answers: Answers | None = None
    observed: ObservedTenant | None = None
    plan: Plan | None = None
    delivery: Delivery | None = None
    report: VerificationReport | None = None
    stale: bool = False
    looks_only: bool = False
    recalled: bool = field(init=False)
    session: Session | None = None
    earlier: EarlierHandoff | None = None
    _tags: tuple[str, ...] = ()
    _read_for: ContactCenter | None = None
    _connection: Connection | None = None
    _connecting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.typed = prefilled(self.launch)
        self.recalled = self.launch.preset is None and (bool(self.typed.tenant) or self.typed.cloud != "global")
        self.purpose = self._first_purpose

    @property
    def steps(self) -> tuple[Step, ...]:
        """The pages of this run, in order."""
        return path(self.purpose, found=self.found)

    @property
    def is_partial(self) -> bool:
        """Whether a client secret is none of this run's business: it comes later, or from somebody else."""
        return self.purpose is Purpose.GRANT or bool(self.plan and self.plan.deferred)

    @property
    def has_secret(self) -> bool:
        """Whether there is a client secret to show."""
        return self.delivery is not None and self.delivery.has_secret

    @property
    def at_risk(self) -> bool:
        """Whether ending now would lose a client secret that nobody has."""
        return self.delivery is not None and self.delivery.at_risk

    @property
    def owes(self) -> bool:
        """Whether ending now would let the next run replace a client secret that somebody has."""
        return self.delivery is not None and self.delivery.owes

    def connect(self) -> Connection:
        """What wiring chose; slow the first time, since it imports what the window does not wait for."""
        with self._connecting:
            if self._connection is None:
                self._connection = self.launch.choice.connect()
            return self._connection

    def sign_in(self, *, device_code: bool = False, on_event: OnEvent, cancel: threading.Event) -> SignedIn:
        """Sign in and read the tenant; `signed_in` then takes what came of it into the state."""
        from emi_installer.setup.session import sign_in  # noqa: PLC0415 - brings msal and requests along

        connection = self.connect()
        self.typed.contact_center = self.typed.contact_center or connection.contact_center or ""
        answers = self.answers or self._probable_answers()
        asking = replace(answers, sign_in_client=self.client_of(answers))
        session = sign_in(
            connection, self.launch.blueprint, asking, device_code=device_code, on_event=on_event, cancel=cancel
        )
        observed = session.observe(answers, on_event=on_event, cancel=cancel)
        return SignedIn(session=session, observed=observed, read_for=answers.contact_center)

    def signed_in(self, new: SignedIn) -> None:
        """Go on with the account that signed in; raises "handoff-exists" where the earlier file is another tenant's."""
        self._forget_outcome()
        self.session, self._read_for = new.session, new.read_for
        if self.earlier is not None:
            new.session.vouch_for(self.earlier.credentials)
        self._take(new.observed)
        if self.looks_only:
            self.purpose = Purpose.CHECK

    def client_of(self, answers: Answers) -> SignInClient:
        """The client to sign in through, with the rights that this run asks for."""
        client = answers.sign_in_client
        return client.reading if self.looks_only else client

    def take_back_sign_in(self, *, on_event: OnEvent, cancel: threading.Event) -> tuple[str, ...]:
        """Take back this account's consent to the sign-in client, as far as this program asks for it; those scopes.

        The last call of a run, which uses that consent.
        """
        session, answers = self._open()
        client = answers.sign_in_client
        found = session.sign_in_consents(client, on_event=on_event, cancel=cancel)
        chosen = [one for one in found if one.asked_by(client) and not one.for_everybody]
        for one in chosen:
            session.take_back(client, one, on_event=on_event, cancel=cancel)
        return tuple(scope for one in chosen for scope in one.asked_by(client))

    def decide_holder(self, holder_id: str, decision: Decision) -> None:
        """What becomes of somebody who could also use the application; a plan made before does not know of it."""
        decide(self.typed, holder_id, decision)
        self.answers = with_decisions(self.answers, self.typed)

    def register_new(self, wanted: bool) -> None:  # noqa: FBT001 - a fact
        """Register another application and leave the one that was found alone, or go back to that one."""
        forget_decisions(self.typed)
        self.typed.register_new = wanted
        self.answers = with_decisions(self.answers, self.typed)
        self.purpose = Purpose.SET_UP if wanted else self.purpose
        self.plan, self.stale = None, True

    def suggest_contact_center(self) -> None:
        """Fill in the contact center that the tenant knows, unless a preset names one; a person has to trust it."""
        from emi_installer.core.desired.answers import with_contact_center_of  # noqa: PLC0415 - see above

        preset, registration = self.launch.preset, self._observed.registration
        if registration is None or (preset is not None and preset.contact_center is not None):
            return
        known = with_contact_center_of(
            self.sign_in_answers(), registration.redirect_uris, self.launch.blueprint
        ).contact_center
        if known is not None and known.url != self.typed.contact_center:
            self.typed.contact_center = known.url
            self.typed.trust_host = False

    def sign_out(self) -> None:
        """Forget the account, and what was chosen in its tenant."""
        self._forget_outcome()
        forget_decisions(self.typed)
        self.session = self.observed = self.answers = None
        preset = self.launch.preset
        self.typed.registration = preset.registration if preset else None
        self.typed.or_shorter = False
        self.purpose = self._first_purpose

    def sign_in_answers(self) -> Answers:
        """What signing in needs; raises InvalidAnswer."""
        from emi_installer.core.desired.preset import Preset  # noqa: PLC0415 - see above

        preset = replace(self.launch.preset or Preset(), contact_center=None)
        return answers_of(self.typed, self.launch, preset, None)

    def set_answers(self) -> None:
        """Check what was typed; raises InvalidAnswer or "untrusted-host".

        Another contact center than the tenant was read for may be served by another app registration there.
        """
        self.answers = answers_of(self.typed, self.launch, self.launch.preset, self.typed.contact_center)
        if self._read_for != self.answers.contact_center:
            self.stale = True

    def allow_shorter(self) -> None:
        """Let the client secret live as long as the tenant's policy allows."""
        self.typed.or_shorter = True
        if self.answers is not None:
            self.answers = replace(self.answers, or_shorter=True)

    def choose(self, purpose: Purpose, registration: str | None) -> None:
        """What to do, and with which app registration (its Client ID; None for ours, or a new one)."""
        self._forget_outcome()
        self.stale = self.stale or self.typed.register_new
        forget_decisions(self.typed)
        self.purpose = Purpose.CHECK if self.looks_only else purpose
        if registration != self.typed.registration:
            self.typed.registration = registration
            self.stale = True
        self.answers = None

    def read_again(self, *, until_registered: bool = False, on_event: OnEvent, cancel: threading.Event) -> None:
        """Read the tenant again (see Session.observe); a plan that was made for what it was before is gone."""
        session, answers = self._open()
        observed = session.observe(answers, until_registered=until_registered, on_event=on_event, cancel=cancel)
        self._take(observed)
        self._read_for = answers.contact_center
        self.plan = None

    def health(self) -> Health:
        """The state of what was found."""
        session, _ = self._open()
        return session.health(self._observed, self.answers)

    def make_plan(self) -> Plan:
        """What would change."""
        session, answers = self._open()
        self.plan = session.plan(answers, self._observed, self.purpose)
        if self.earlier is not None and self.plan.makes_secret:
            raise error(Code.HANDOFF_EXISTS, file=self.earlier.file)
        return self.plan

    def request(self) -> Request | None:
        """What only a colleague can do, as far as it is known."""
        from emi_installer.core.plan.request import request_for  # noqa: PLC0415 - see above

        if self.observed is None or self.plan is None:
            return None
        result = self.delivery.result if self.delivery else None
        return request_for(
            self.launch.blueprint,
            self.answers or self.sign_in_answers(),
            self.observed,
            self.plan,
            client_id=result.client_id if result else "",
            problem=result.error if result else None,
        )

    def apply(self, *, on_event: OnEvent, cancel: threading.Event) -> Delivery:
        """Carry out the plan that was shown, and nothing else; a client secret is never made twice."""
        from emi_installer.setup.delivery import Delivery  # noqa: PLC0415 - see above

        session, answers = self._open()
        before = self.delivery.result.applied if self.delivery else ()
        if self.plan is None or self.stale or self.looks_only:
            raise error(Code.PLAN_STALE, difference=Difference.MORE_CHANGES)
        if not session.connection.demo:
            remember(answers)
        self.stale = True
        result = session.apply(self.plan, self._observed, on_event=on_event, cancel=cancel)
        whole = replace(result, applied=(*before, *result.applied))
        if answers.register_new and result.client_id:  # what follows is about that one
            self.answers = answers = replace(answers, register_new=False, registration=result.client_id)
            self.typed.register_new, self.typed.registration = False, result.client_id
        self.delivery = Delivery(session, answers, self._observed, whole, secret_later=self.is_partial)
        if self.earlier is not None:
            self.delivery.go_on(self.earlier, whole.tags if whole.applied else self._tags)
        return self.delivery

    def plan_rest(self, *, on_event: OnEvent, cancel: threading.Event) -> bool:
        """After a stop, plan what remains; whether it is a part of what was shown, so that it may be applied."""
        shown = self.plan
        self.read_again(on_event=on_event, cancel=cancel)
        made = self.delivery.result.object_id if self.delivery else ""
        if shown is not None and self.make_plan().is_part_of(shown, made=made):
            return True
        self.plan = None
        return False

    def verify(self, *, on_event: OnEvent, cancel: threading.Event) -> VerificationReport:
        """Read back and prove what was applied."""
        if self.delivery is None:
            raise error(Code.SECRET_LOST, reason="Nothing was applied yet")
        self.report = self.delivery.verify(on_event=on_event, cancel=cancel)
        self.observed = self.delivery.observed
        return self.report

    def check(
        self, file: Path | None = None, *, again: bool = True, on_event: OnEvent, cancel: threading.Event
    ) -> VerificationReport:
        """Verify, with the client secret of a handoff file if one is given; changes nothing.

        `again`: the tenant is read first; otherwise it was read just now.
        """
        from emi_installer.setup.earlier import read_handoff  # noqa: PLC0415 - see above

        session, answers = self._open()
        saved = None if file is None else read_handoff(file)
        if saved is not None:
            session.vouch_for(saved)
        if again:
            self.read_again(on_event=on_event, cancel=cancel)
        self.report = session.check(answers, self._observed, saved, on_event=on_event, cancel=cancel)
        return self.report

    def save_report(self, place: Path) -> None:
        """Write the report of the last verification; raises InstallerError."""
        session, _ = self._open()
        if self.report is not None:
            session.save_report(place, self.report, self._observed)

    @property
    def _first_purpose(self) -> Purpose:
        if self.looks_only:
            return Purpose.CHECK
        preset = self.launch.preset
        return (preset.purpose if preset else None) or Purpose.SET_UP

    @property
    def _observed(self) -> ObservedTenant:
        if self.observed is None:
            raise error(Code.SIGN_IN_AGAIN)
        return self.observed

    def _take(self, observed: ObservedTenant) -> None:
        self.observed = self.earlier.claim(observed, self.launch.blueprint.tag) if self.earlier else observed
        self._tags = observed.registration.tags if observed.registration else ()
        self.found = bool(observed.candidates) or self.typed.register_new
        self.stale = False

    def _forget_outcome(self) -> None:
        self.plan = self.delivery = self.report = None

    def _open(self) -> tuple[Session, Answers]:
        if self.session is None:
            raise error(Code.SIGN_IN_AGAIN)
        return self.session, self.answers or self._probable_answers()

    def _probable_answers(self) -> Answers:
        """What signing in needs, and the contact center as far as it is known and trusted already."""
        with suppress(InstallerError):
            return answers_of(self.typed, self.launch, self.launch.preset, self.typed.contact_center)
        return self.sign_in_answers()
