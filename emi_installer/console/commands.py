"""Carries out a verb of the console: `plan`, `apply`, `verify`, `new-secret`; `run` returns the exit code.

The codes: 0 done (plan: nothing to change), 1 blocked or failed, 2 wrong usage or input, 3 something to change
(plan) or not all well (verify), 130 interrupted.
"""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emi_installer.console.keeper import Keeper
from emi_installer.console.terminal import Terminal, ask
from emi_installer.core.answers import Answers, complete, make_answers
from emi_installer.core.errors import Cancelled, InstallerError, error
from emi_installer.core.events import ChangeDone, Event
from emi_installer.core.handoff import format_for, parse_handoff
from emi_installer.core.plan import Change, Plan
from emi_installer.core.result import ApplyResult
from emi_installer.core.tenant import ObservedTenant
from emi_installer.core.wording import words
from emi_installer.local.assets import read_blueprint
from emi_installer.local.files import check_writable
from emi_installer.local.inputs import read_file, read_preset
from emi_installer.local.memory import recall, remember

if TYPE_CHECKING:
    from emi_installer.installation import Connection, Installation

_WRITING = {"apply", "new-secret"}
_KNOWING = {"verify", "new-secret"}  # the tenant knows the contact center

DONE, FAILED, USAGE, DIFFERENT, INTERRUPTED = 0, 1, 2, 3, 130

_INPUT_ERRORS = {
    "invalid-answer",
    "untrusted-host",
    "no-contact-center",
    "preset-invalid",
    "preset-unreadable",
    "file-unreadable",
    "handoff-unreadable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What wiring offers: the real Microsoft, or a simulated tenant by its scenario."""

    connect_entra: Callable[[], Connection]
    connect_simulated: Callable[[str], Connection]
    scenarios: Callable[[], Mapping[str, str]]


def run(arguments: argparse.Namespace, terminal: Terminal, choices: Choices) -> int:
    """Carry out one command; the exit code."""
    try:
        if arguments.demo == "list":
            return _list_scenarios(terminal, choices.scenarios())
        return Command(arguments, terminal, _connect(arguments.demo, choices)).run()
    except InstallerError as problem:
        return _told(problem, terminal)


def _told(problem: InstallerError, terminal: Terminal) -> int:
    """Tell what went wrong; the exit code."""
    terminal.error(problem)
    return USAGE if problem.code in _INPUT_ERRORS else FAILED


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
        raise error(
            "invalid-answer",
            field="--demo",
            problem=f"there is no scenario called {scenario}",
            right="Use one of " + ", ".join(known),
        )
    return choices.connect_simulated(scenario)


class Command:
    """One run of a verb."""

    def __init__(self, arguments: argparse.Namespace, terminal: Terminal, connection: Connection) -> None:
        self._arguments = arguments
        self._terminal = terminal
        self._connection = connection
        self._blueprint = read_blueprint()
        self._cancel = threading.Event()
        self._changes: tuple[Change, ...] = ()  # that were begun
        self._done: list[Change] = []
        self._support: str | None = None

    def run(self) -> int:
        """Carry it out; the exit code."""
        try:
            code = self._run()
        except (KeyboardInterrupt, Cancelled):
            remaining = tuple(change for change in self._changes if change not in self._done)
            return self._stopped(ApplyResult(applied=tuple(self._done), remaining=remaining, cancelled=True))
        except InstallerError as problem:
            code = _told(problem, self._terminal)
        if code == FAILED and self._support is not None:
            self._terminal.say(f"Support: {self._support}")
        return code

    def _run(self) -> int:
        arguments = self._arguments
        if arguments.verb in _WRITING:
            format_for(arguments.handoff.suffix)
            check_writable(arguments.handoff, overwrite=arguments.overwrite)
        answers = self._answers()
        if self._connection.demo:
            self._terminal.say("Demo: a simulated tenant, nothing is changed at Microsoft.")
        installation = self._installation()
        installation.sign_in(answers, device_code=arguments.device_code)
        observed = installation.observe(answers)
        self._terminal.account(observed.signed_in)
        if answers.contact_center is not None and not self._connection.demo:
            remember(answers)
        if arguments.verb == "verify":
            return self._verify(installation, answers, observed)
        if arguments.verb == "new-secret":
            answers = self._completed(answers, observed)
        plan = installation.plan(answers, observed, new_secret=arguments.verb == "new-secret")
        self._terminal.plan(plan)
        if arguments.verb == "plan":
            return self._planned(plan)
        return self._apply(installation, answers, observed, plan)

    def _installation(self) -> Installation:
        from emi_installer.installation import Installation  # noqa: PLC0415 - brings requests and msal along

        return Installation(self._blueprint, self._connection, on_event=self._on_event, cancel=self._cancel)

    def _completed(self, answers: Answers, observed: ObservedTenant) -> Answers:
        """The answers, with the contact center that the tenant knows where nobody named one."""
        if observed.registration is None:
            raise error("not-set-up", organization=observed.signed_in.organization)
        return complete(answers, observed.registration.redirect_uris, self._blueprint)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ChangeDone):
            self._done.append(event.change)
        self._terminal.event(event)

    def _answers(self) -> Answers:
        arguments = self._arguments
        preset = read_preset(arguments.preset, self._blueprint)
        given = arguments.contact_center
        if given is None and (preset is None or preset.contact_center is None):
            given = self._connection.contact_center or self._ask_contact_center()
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
            today=datetime.now(UTC).date(),
        )
        self._support = answers.support_contact
        if answers.contact_center is None and arguments.verb not in _KNOWING:
            raise error("no-contact-center")
        return answers

    def _ask_contact_center(self) -> str | None:
        if self._arguments.verb in _KNOWING or self._arguments.json:
            return None
        last = recall().contact_center
        answer = ask(
            f"Contact center URL [{last}]:" if last else "Contact center URL (such as acme.brightpattern.com):"
        )
        return None if answer is None else answer or last

    def _planned(self, plan: Plan) -> int:
        if plan.blockers:
            self._terminal.result("blocked", {})
            return FAILED
        self._terminal.result("changes" if plan.changes else "nothing-to-change", {})
        return DIFFERENT if plan.changes else DONE

    def _verify(self, installation: Installation, answers: Answers, observed: ObservedTenant) -> int:
        file: Path | None = self._arguments.handoff
        saved = None if file is None else parse_handoff(read_file(file), str(file))
        _, report = installation.verify(answers, observed, saved=saved)
        self._terminal.result("all-well" if report.passed else "not-all-well", {})
        return DONE if report.passed else DIFFERENT

    def _apply(self, installation: Installation, answers: Answers, observed: ObservedTenant, plan: Plan) -> int:
        if plan.blockers:
            self._terminal.result("blocked", {})
            return FAILED
        if plan.changes and not self._arguments.yes and not self._confirmed():
            self._terminal.say("Nothing was changed.")
            self._terminal.result("declined", {})
            return FAILED
        self._changes = plan.changes
        with _stopping(self._cancel, self._terminal):
            result = installation.apply(answers, plan, observed)
            keeper = Keeper(self._terminal, self._arguments, installation, answers, result)
            saved = keeper.save(observed)
            if not result.finished:
                return self._stopped(result)
            return self._prove(installation, answers, observed, keeper, saved)

    def _confirmed(self) -> bool:
        answer = ask("Apply these changes? [y/N]")
        if answer is None:
            raise error("not-confirmed")
        return answer.lower() in ("y", "yes")

    def _stopped(self, result: ApplyResult) -> int:
        """Say what was done and what remains."""
        if not result.applied and not result.remaining:
            self._terminal.say("Interrupted. Nothing was changed.")
            self._terminal.result("interrupted", {})
            return INTERRUPTED
        done = [words(change).done for change in result.applied]
        rest = [words(change).will for change in result.remaining]
        self._terminal.say("Interrupted." if result.cancelled else "Stopped.")
        self._terminal.say("Done: " + ("; ".join(done) or "nothing"))
        self._terminal.say("Remaining: " + ("; ".join(rest) or "nothing"))
        self._terminal.say("Start apply again to do the rest; what is done stays.")
        if result.error is not None:
            self._terminal.error(result.error)
        outcome = "interrupted" if result.cancelled else "failed"
        self._terminal.result(
            outcome,
            {
                "done": [words(c).name for c in result.applied],
                "remaining": [words(c).name for c in result.remaining],
            },
        )
        return INTERRUPTED if result.cancelled else FAILED

    def _prove(
        self,
        installation: Installation,
        answers: Answers,
        observed: ObservedTenant,
        keeper: Keeper,
        saved: Path | None,
    ) -> int:
        """Verify, and save again what was verified."""
        try:
            observed, report = installation.verify(answers, observed, keeper.result)
        except (Cancelled, InstallerError) as problem:
            return self._unverified(problem, keeper, observed, saved)
        keeper.finish(observed, saved, verified=not report.failed)
        if keeper.lost(saved):
            raise error("secret-lost", reason="No file could be written")
        outcome = "failed" if report.failed else "done" if keeper.result.applied else "nothing-to-change"
        keeper.tell(outcome, observed, saved)
        if report.failed:
            return FAILED
        if self._arguments.verb == "new-secret":
            keeper.part_with_old(observed)
        return DONE

    def _unverified(
        self, problem: Cancelled | InstallerError, keeper: Keeper, observed: ObservedTenant, saved: Path | None
    ) -> int:
        """Everything was applied, but it could not be read back; the secret must not be lost for that."""
        self._terminal.say("Everything was applied, but not verified.")
        keeper.finish(observed, saved, verified=False)
        cancelled = isinstance(problem, Cancelled)
        keeper.tell("interrupted" if cancelled else "failed", observed, saved)
        if isinstance(problem, InstallerError):
            self._terminal.error(problem)
        return INTERRUPTED if cancelled else FAILED


@contextmanager
def _stopping(cancel: threading.Event, terminal: Terminal) -> Iterator[None]:
    """Within, Ctrl-C stops before the next change; pressed again, at once."""

    def stop(_signal: int, _frame: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        terminal.say("Stopping before the next step. Press Ctrl-C again to stop at once.")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
