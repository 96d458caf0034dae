"""Carries out a verb of the console, see `options.py`; `run` returns the exit code, see `codes.py`."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emi_installer.console.applying import Applying, Progress, stopped
from emi_installer.console.codes import DIFFERENT, DONE, FAILED, INPUT_ERRORS, USAGE
from emi_installer.console.packing import make_package
from emi_installer.console.terminal import Terminal, ask
from emi_installer.core.desired.answers import Answers, Preset, make_answers, with_contact_center_of
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.observed.candidates import candidates, must_choose
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.events import Event
from emi_installer.core.plan.plan import Plan
from emi_installer.documents.handoff import format_for, parse_handoff
from emi_installer.documents.report import report_format
from emi_installer.local.assets import find_preset, read_blueprint
from emi_installer.local.files import check_writable
from emi_installer.local.inputs import read_file, read_preset
from emi_installer.local.memory import recall, remember

if TYPE_CHECKING:
    from emi_installer.setup.session import Connection, Installation

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

    def run(self) -> int:
        """Carry it out; the exit code."""
        try:
            code = self._run()
        except (KeyboardInterrupt, Cancelled):
            return stopped(self._terminal, self._progress.interrupted)
        except InstallerError as problem:
            code = _told(problem, self._terminal)
        if code == FAILED and self._support is not None:
            self._terminal.say(f"Support: {self._support}")
        return code

    def _run(self) -> int:
        self._check_files()
        preset = read_preset(self._arguments.preset, self._blueprint)
        if preset is not None:
            place = self._arguments.preset or find_preset()
            self._terminal.say(f"Using the preset {place}.")
            self._terminal.note("preset", {"file": str(place)})
        purpose = self._purpose(preset)
        answers = self._answers(preset, purpose)
        if self._connection.demo:
            self._terminal.say("Demo: a simulated tenant, nothing is changed at Microsoft.")
        installation = self._installation()
        installation.sign_in(answers, device_code=self._arguments.device_code)
        observed = installation.observe(answers)
        self._terminal.account(observed.signed_in)
        if answers.contact_center is not None and not self._connection.demo:
            remember(answers)
        answers, observed = self._chosen(installation, answers, observed)
        if purpose is Purpose.CHECK:
            return self._verify(installation, answers, observed)
        if observed.registration is not None:
            self._terminal.found(installation.health(observed))
        if purpose is Purpose.NEW_SECRET and observed.registration is not None:
            answers = with_contact_center_of(answers, observed.registration.redirect_uris, self._blueprint)
        plan = installation.plan(answers, observed, purpose)
        self._terminal.plan(plan)
        applying = self._applying(installation, answers, observed, plan)
        return self._planned(applying) if self._arguments.verb == "plan" else applying.run()

    def _check_files(self) -> None:
        """Find out at once what could not be written later."""
        arguments = self._arguments
        if arguments.verb in _SAVING:
            format_for(arguments.handoff.suffix)
            check_writable(arguments.handoff, overwrite=arguments.overwrite)
        if arguments.verb == "verify" and arguments.report is not None:
            report_format(arguments.report.suffix)
            check_writable(arguments.report, overwrite=True)
        if arguments.verb in ("plan", "apply") and arguments.request is not None:
            check_writable(arguments.request, overwrite=True)

    def _purpose(self, preset: Preset | None) -> Purpose:
        asked = preset.purpose if preset else None
        return _PURPOSES.get(self._arguments.verb) or asked or Purpose.SET_UP

    def _installation(self) -> Installation:
        from emi_installer.setup.session import Installation  # noqa: PLC0415 - brings requests and msal along

        return Installation(self._blueprint, self._connection, on_event=self._on_event, cancel=self._cancel)

    def _applying(self, installation: Installation, answers: Answers, observed: ObservedTenant, plan: Plan) -> Applying:
        return Applying(
            terminal=self._terminal,
            arguments=self._arguments,
            installation=installation,
            answers=answers,
            observed=observed,
            plan=plan,
            progress=self._progress,
            cancel=self._cancel,
        )

    def _chosen(
        self, installation: Installation, answers: Answers, observed: ObservedTenant
    ) -> tuple[Answers, ObservedTenant]:
        """Show the app registrations to choose from, and let a person choose one."""
        if not must_choose(observed):
            return answers, observed
        listed = candidates(self._blueprint, observed)
        self._terminal.candidates(listed)
        if self._arguments.json or getattr(self._arguments, "yes", False):
            return answers, observed
        answer = ask(f"Which one shall be worked on? [1-{len(listed)}, empty: none of them]")
        if not answer or not answer.isdecimal() or not 1 <= int(answer) <= len(listed):
            return answers, observed
        answers = replace(answers, registration=listed[int(answer) - 1].registration.app_id)
        return answers, installation.observe(answers)

    def _on_event(self, event: Event) -> None:
        self._progress.note(event)
        self._terminal.event(event)

    def _answers(self, preset: Preset | None, purpose: Purpose) -> Answers:
        arguments = self._arguments
        known = arguments.verb in _KNOWING or purpose is Purpose.GRANT
        given = arguments.contact_center
        if given is None and (preset is None or preset.contact_center is None):
            given = self._connection.contact_center or (None if known else self._ask_contact_center())
        answers = make_answers(
            self._blueprint,
            preset,
            contact_center=given,
            app_name=arguments.app_name,
            secret_months=arguments.secret_months,
            secret_expires=arguments.secret_expires,
            cloud=arguments.cloud,
            tenant=arguments.tenant,
            client_id=arguments.client_id,
            trust_host=arguments.trust_host,
            registration=arguments.registration,
            remove_old_uri=getattr(arguments, "remove_old_uri", False),
            or_shorter=getattr(arguments, "or_shorter", False),
            custom_role=arguments.custom_role,
            today=datetime.now(UTC).date(),
        )
        self._support = answers.support_contact
        if answers.contact_center is None and not known:
            raise error(Code.NO_CONTACT_CENTER)
        return answers

    def _ask_contact_center(self) -> str | None:
        if self._arguments.json:
            return None
        last = recall().contact_center
        answer = ask(
            f"Contact center URL [{last}]:" if last else "Contact center URL (such as acme.brightpattern.com):"
        )
        return None if answer is None else answer or last

    def _planned(self, applying: Applying) -> int:
        plan = applying.plan
        request = applying.request()
        if plan.blockers:
            self._terminal.result("blocked", {})
            return FAILED
        changes = bool(plan.changes or request or plan.deferred)
        self._terminal.result("changes" if changes else "nothing-to-change", {})
        return DIFFERENT if changes else DONE

    def _verify(self, installation: Installation, answers: Answers, observed: ObservedTenant) -> int:
        file: Path | None = self._arguments.handoff
        saved = None if file is None else parse_handoff(read_file(file), str(file))
        observed, report = installation.verify(answers, observed, saved=saved)
        facts: dict[str, str] = {}
        if self._arguments.report is not None:
            installation.save_report(self._arguments.report, report, observed, overwrite=True)
            facts["report"] = str(self._arguments.report)
        self._terminal.result("all-well" if report.passed else "not-all-well", facts)
        return DONE if report.passed else DIFFERENT
