"""Carries out a verb of the console, see `options.py`; `run` returns the exit code, see `codes.py`."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emi_installer.console.applying import Applying, Progress, stopped, tell_request
from emi_installer.console.codes import DIFFERENT, DONE, FAILED, INPUT_ERRORS, USAGE
from emi_installer.console.packing import make_package
from emi_installer.console.sign_in_consent import remove_sign_in_consent
from emi_installer.console.terminal import Terminal, ask
from emi_installer.console.trust import refuse_unseen, tell_claims, tell_sign_in, with_rights
from emi_installer.core.desired.answers import Answers, make_answers, with_contact_center_of
from emi_installer.core.desired.blueprint import SignInClient
from emi_installer.core.desired.preset import Preset
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.desired.typed import Typed
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.observed.candidates import candidates, must_choose
from emi_installer.core.plan.credentials import Credentials
from emi_installer.core.plan.plan import Plan
from emi_installer.documents.formats import handoff_format, report_format
from emi_installer.local.assets import find_preset, read_blueprint
from emi_installer.local.files import check_writable
from emi_installer.local.inputs import read_preset
from emi_installer.local.memory import recall, remember
from emi_installer.setup.earlier import EarlierHandoff, earlier_handoff, read_handoff
from emi_installer.setup.launch import Choice, Launch
from emi_installer.setup.state import State
from emi_installer.wording.claims import sign_in_left

if TYPE_CHECKING:
    from emi_installer.setup.session import Connection

_PURPOSES = {
    "new-secret": Purpose.NEW_SECRET,
    "verify": Purpose.CHECK,
    "remove": Purpose.REMOVE,
    "grant": Purpose.GRANT,
}
_SAVING = {"apply", "new-secret"}
_KNOWING = {"verify", "new-secret", "remove", "grant"}  # the tenant knows the contact center


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What wiring offers: the real Microsoft, or a simulated tenant by its scenario."""

    connect_entra: Callable[[], Connection]
    connect_simulated: Callable[[str], Connection]
    scenarios: Callable[[], Mapping[str, str]]


def run(arguments: argparse.Namespace, terminal: Terminal, choices: Choices) -> int:
    """Carry out one command; the exit code."""
    try:
        if arguments.verb == "package":
            return make_package(arguments, terminal)
        if arguments.demo == "list":
            return _list_scenarios(terminal, choices.scenarios())
        if arguments.verb == "remove-sign-in-consent":
            return remove_sign_in_consent(arguments, terminal, _connect(arguments.demo, choices))
        return Command(arguments, terminal, _connect(arguments.demo, choices)).run()
    except InstallerError as problem:
        return _told(problem, terminal)


def _told(problem: InstallerError, terminal: Terminal) -> int:
    """Tell what went wrong; the exit code."""
    terminal.error(problem)
    return USAGE if problem.code in INPUT_ERRORS else FAILED


def _list_scenarios(terminal: Terminal, scenarios: Mapping[str, str]) -> int:
    for name, summary in scenarios.items():
        terminal.say(f"{name:18} {summary}")
    terminal.result("scenarios", {"scenarios": list(scenarios)})
    return DONE


def _connect(scenario: str | None, choices: Choices) -> Connection:
    if scenario is None:
        return choices.connect_entra()
    known = choices.scenarios()
    if scenario not in known:
        raise InvalidAnswer("--demo", f"there is no scenario called {scenario}", "Use one of " + ", ".join(known))
    return choices.connect_simulated(scenario)


class Command:
    """One run of a verb."""

    def __init__(self, arguments: argparse.Namespace, terminal: Terminal, connection: Connection) -> None:
        self._arguments = arguments
        self._terminal = terminal
        self._connection = connection
        self._blueprint = read_blueprint()
        self._cancel = threading.Event()
        self._progress = Progress()
        self._support: str | None = None
        self._earlier: EarlierHandoff | None = None
        self._signed_in_through: SignInClient | None = None

    def run(self) -> int:
        """Carry it out; the exit code."""
        try:
            code = self._run()
        except (KeyboardInterrupt, Cancelled):
            return stopped(self._terminal, self._progress.interrupted)
        except InstallerError as problem:
            code = _told(problem, self._terminal)
        if self._signed_in_through is not None:
            self._terminal.say(sign_in_left(self._signed_in_through))
        if code == FAILED and self._support is not None:
            self._terminal.say(f"Support: {self._support}")
        return code

    def _run(self) -> int:
        self._check_files()
        state = self._state()
        if self._connection.demo:
            self._terminal.say("Demo: a simulated tenant, nothing is changed at Microsoft.")
        elif state.answers is not None:
            tell_sign_in(state.answers, self._terminal)
        vouched = self._vouched()
        self._sign_in(state)
        if state.answers is not None and not self._connection.demo:
            self._signed_in_through = state.answers.sign_in_client
        if vouched is not None and state.session is not None:
            state.session.vouch_for(vouched)
        self._choose(state)
        if state.purpose is Purpose.CHECK:
            return self._verify(state)
        self._show_found(state)
        plan = state.make_plan()
        self._terminal.plan(plan)
        if self._arguments.verb == "plan":
            return self._planned(state, plan)
        return Applying(self._terminal, self._arguments, state, plan, self._progress).run()

    def _state(self) -> State:
        """What this run starts from: preset, purpose and answers."""
        preset = self._preset()
        choice = Choice(name="console", connect=lambda: self._connection)
        state = State(launch=Launch(blueprint=self._blueprint, choice=choice, preset=preset))
        state.purpose = _PURPOSES.get(self._arguments.verb) or state.purpose
        state.answers = self._answers(preset, state.purpose)
        state.earlier = self._earlier
        return state

    def _preset(self) -> Preset | None:
        """The preset that was named, or what one beside the program prefills where a person reads it before."""
        named: Path | None = self._arguments.preset
        if named is None and getattr(self._arguments, "yes", False):
            return None
        preset = read_preset(named, self._blueprint)
        if preset is not None:
            place = named or find_preset()
            self._terminal.say(f"Using the preset {place}.")
            self._terminal.note("preset", {"file": str(place)})
            if named is not None:
                tell_claims(preset, self._terminal)
                refuse_unseen(preset, self._arguments)
        return preset

    def _vouched(self) -> Credentials | None:
        """The handoff file of an earlier run."""
        file: Path | None = getattr(self._arguments, "known_handoff", None)
        return None if file is None else read_handoff(file)

    def _check_files(self) -> None:
        """Find out at once what could not be written later."""
        arguments = self._arguments
        if arguments.verb in _SAVING:
            handoff_format(arguments.handoff.suffix)
            if arguments.verb == "apply" and not arguments.overwrite:
                self._earlier = earlier_handoff(arguments.handoff)
            check_writable(arguments.handoff, overwrite=arguments.overwrite or self._earlier is not None)
        if arguments.verb == "verify" and arguments.report is not None:
            report_format(arguments.report.suffix)
            check_writable(arguments.report, overwrite=True)
        if arguments.verb in ("plan", "apply") and arguments.request is not None:
            check_writable(arguments.request, overwrite=True)

    def _sign_in(self, state: State) -> None:
        new = state.sign_in(device_code=self._arguments.device_code, on_event=self._terminal.event, cancel=self._cancel)
        state.signed_in(new)
        self._terminal.account(new.observed.signed_in)
        if state.answers is not None and state.answers.contact_center is not None and not self._connection.demo:
            remember(state.answers)

    def _choose(self, state: State) -> None:
        """Show the app registrations to choose from, and let a person choose one."""
        observed = state.observed
        if observed is None or state.answers is None or not must_choose(observed):
            return
        listed = candidates(self._blueprint, observed)
        self._terminal.candidates(listed)
        if self._arguments.json or getattr(self._arguments, "yes", False):
            return
        answer = ask(f"Which one do you want to use? [1-{len(listed)}, Enter for none]")
        if not answer or not answer.isdecimal() or not 1 <= int(answer) <= len(listed):
            return
        state.answers = replace(state.answers, registration=listed[int(answer) - 1].registration.app_id)
        state.read_again(on_event=self._terminal.event, cancel=self._cancel)

    def _show_found(self, state: State) -> None:
        """The state of what is set up already."""
        registration = state.observed.registration if state.observed else None
        if registration is None:
            return
        if registration.deleted is None and registration.is_ours(self._blueprint):
            self._terminal.found(state.health())
        if state.purpose is Purpose.NEW_SECRET and state.answers is not None:
            state.answers = with_contact_center_of(state.answers, registration.redirect_uris, self._blueprint)

    def _answers(self, preset: Preset | None, purpose: Purpose) -> Answers:
        arguments = self._arguments
        known = arguments.verb in _KNOWING or purpose is Purpose.GRANT
        given = arguments.contact_center
        if given is None and (preset is None or preset.contact_center is None):
            given = self._connection.contact_center or (None if known else self._ask_contact_center(preset))
        chosen = arguments.trust_client or arguments.client_id is not None
        typed = Typed.of({**vars(arguments), "contact_center": given, "trust_client": chosen})
        answers = make_answers(self._blueprint, preset, typed, today=datetime.now(UTC).date())
        answers = with_rights(answers, arguments.verb)
        self._support = answers.support_contact
        if answers.contact_center is None and not known:
            raise error(Code.NO_CONTACT_CENTER)
        return answers

    def _ask_contact_center(self, preset: Preset | None) -> str | None:
        if self._arguments.json:
            return None
        last = recall().contact_center if preset is None else None  # it may be another customer's
        answer = ask(
            f"Contact center URL [{last}]:" if last else "Contact center URL (such as acme.brightpattern.com):"
        )
        return None if answer is None else answer or last

    def _planned(self, state: State, plan: Plan) -> int:
        request = state.request()
        if request is not None:
            tell_request(request, self._terminal, self._arguments.request)
        if plan.blockers:
            self._terminal.result("blocked", {})
            return FAILED
        changes = bool(plan.changes or request or plan.deferred)
        self._terminal.result("changes" if changes else "nothing-to-change", {})
        return DIFFERENT if changes else DONE

    def _verify(self, state: State) -> int:
        report = state.check(self._arguments.handoff, again=False, on_event=self._terminal.event, cancel=self._cancel)
        facts: dict[str, str] = {}
        if self._arguments.report is not None:
            state.save_report(self._arguments.report)
            facts["report"] = str(self._arguments.report)
        self._terminal.result("all-well" if report.passed else "not-all-well", facts)
        return DONE if report.passed else DIFFERENT
