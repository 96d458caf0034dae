"""Apply in the console: ask, carry out, hand over, verify; and the last word, whatever happened."""

from __future__ import annotations

import argparse
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emi_installer.console.codes import DIFFERENT, DONE, FAILED, INTERRUPTED
from emi_installer.console.delivering import Handover
from emi_installer.console.stopping import Stopper
from emi_installer.console.terminal import Terminal, ask
from emi_installer.core.desired.cleaning import same_text
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.difference import Difference
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.core.observed.checks import VerificationReport
from emi_installer.core.plan.changes import AddClientSecret, Change
from emi_installer.core.plan.events import ChangeDone, ChangeStarted, Event
from emi_installer.core.plan.plan import Plan
from emi_installer.core.plan.request import Request
from emi_installer.core.plan.result import ApplyResult
from emi_installer.documents.request import render_request
from emi_installer.local.files import write_private
from emi_installer.setup.state import State
from emi_installer.wording.account import colleague_for
from emi_installer.wording.changes import describe

if TYPE_CHECKING:
    from emi_installer.setup.delivery import Delivery


@dataclass(kw_only=True)
class Progress:
    """What was begun and what is done, for the moment when somebody presses Ctrl-C."""

    changes: tuple[Change, ...] = ()
    done: list[Change] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Look at an event."""
        if isinstance(event, ChangeDone):
            self.done.append(event.change)

    @property
    def interrupted(self) -> ApplyResult:
        """How far it came."""
        remaining = tuple(change for change in self.changes if change not in self.done)
        return ApplyResult(applied=tuple(self.done), remaining=remaining, cancelled=True)


class Applying:
    """Carries out the plan of a state."""

    def __init__(
        self, terminal: Terminal, arguments: argparse.Namespace, state: State, plan: Plan, progress: Progress
    ) -> None:
        self._terminal = terminal
        self._arguments = arguments
        self._state = state
        self._plan = plan
        self._progress = progress
        self._cancel = threading.Event()
        self._stopper = Stopper(self._cancel, terminal)

    def run(self) -> int:
        """Ask, and carry it out; the exit code."""
        if self._plan.blockers:
            return self._blocked()
        if self._plan.changes and not self._confirmed():
            self._terminal.say("Nothing was changed.")
            self._terminal.result("declined", {})
            return FAILED
        with self._stopper.listening():
            delivery = self._apply()
            if delivery is None:
                return self._blocked()
            handover = Handover(self._terminal, self._arguments, delivery, self._on_event)
            handover.save()
            self._stopper.unshield()
            result = delivery.result
            if not result.finished:
                if result.error is not None:
                    self._tell_request(self._state.request())
                return stopped(self._terminal, result)
            return self._prove(handover)

    def _blocked(self) -> int:
        self._tell_request(self._state.request())
        self._terminal.result("blocked", {})
        return FAILED

    def _confirmed(self) -> bool:
        if self._plan.purpose is Purpose.REMOVE:
            return self._name_typed()
        return self._arguments.yes or self._agreed("Apply these changes? [y/N]")

    def _agreed(self, question: str) -> bool:
        answer = ask(question)
        if answer is None:
            raise error(Code.NOT_CONFIRMED)
        return answer.lower() in ("y", "yes")

    def _name_typed(self) -> bool:
        """Whether the person typed the app registration's name, which a slip of the finger does not."""
        observed = self._state.observed
        registration = observed.registration if observed else None
        name = registration.display_name if registration else ""
        typed = self._arguments.confirm
        if typed is None:
            typed = ask(f"Type the name of the app registration to remove it ({name}):")
        if typed is None or not same_text(typed, name):
            raise error(Code.NAME_NOT_TYPED, name=name)
        return True

    def _apply(self) -> Delivery | None:
        """Carry the plan out; None where the tenant turned out to be another, and the new plan was not agreed to."""
        delivery = self._carry_out()
        problem = delivery.result.error
        if problem is not None and problem.code == Code.SECRET_LIFETIME_LIMITED and self._may_be_shorter(problem):
            self._state.allow_shorter()
            if not self._state.plan_rest(on_event=self._on_event, cancel=self._cancel) and not self._agreed_anew():
                return None
            return self._carry_out()
        if delivery.result.outdated:
            self._state.read_again(until_registered=True, on_event=self._on_event, cancel=self._cancel)
            return self._carry_out() if self._agreed_anew(problem) else None
        return delivery

    def _carry_out(self) -> Delivery:
        plan = self._state.plan or self._plan
        self._progress.changes = (*self._progress.done, *plan.changes)
        return self._state.apply(on_event=self._on_event, cancel=self._cancel)

    def _may_be_shorter(self, problem: InstallerError) -> bool:
        """Whether a client secret that lives as long as the tenant allows will do."""
        if self._arguments.or_shorter:
            return False  # that was tried
        self._terminal.error(problem)
        if not self._arguments.yes and not self._agreed("Create one that lives as long as is allowed? [y/N]"):
            return False
        self._terminal.say("Going on with the longest lifetime that is allowed.")
        return True

    def _agreed_anew(self, why: InstallerError | None = None) -> bool:
        """Show what has to be done now; what nobody has seen is not covered by --yes."""
        self._plan = self._state.make_plan()
        self._terminal.error(why or error(Code.PLAN_STALE, difference=Difference.MORE_CHANGES))
        self._terminal.plan(self._plan)
        if self._plan.blockers or self._arguments.yes:
            return False
        return self._agreed("Apply these changes? [y/N]")

    def _prove(self, handover: Handover) -> int:
        """Verify, and save again what was verified."""
        try:
            report = self._state.verify(on_event=self._on_event, cancel=self._cancel)
        except (Cancelled, InstallerError) as problem:
            return self._unverified(problem, handover)
        if handover.delivery.result.removed:
            self._terminal.result("failed" if report.failed else "removed", {})
            return FAILED if report.failed else DONE
        if self._plan.purpose is not Purpose.GRANT:
            handover.finish()
        if handover.delivery.at_risk:
            raise error(Code.SECRET_LOST, reason="No file could be written")
        return self._told(handover, report)

    def _told(self, handover: Handover, report: VerificationReport) -> int:
        request = self._tell_request(self._state.request()) if self._plan.deferred else None
        if report.failed:
            outcome = "failed"
        elif request is not None:
            outcome = "waiting"
        else:
            outcome = "done" if handover.delivery.result.applied else "nothing-to-change"
        handover.tell(outcome, granted=self._plan.purpose is Purpose.GRANT)
        if report.failed:
            return FAILED
        if self._plan.purpose is Purpose.NEW_SECRET:
            handover.offer_removal()
        if report.held:
            self._terminal.say("Others could use this application too: see the rows above, and decide about each.")
        return DIFFERENT if request is not None or report.held else DONE

    def _unverified(self, problem: Cancelled | InstallerError, handover: Handover) -> int:
        """Everything was applied, but it could not be read back; the secret must not be lost for that."""
        self._terminal.say("Everything was applied, but not verified.")
        cancelled = isinstance(problem, Cancelled)
        handover.tell("interrupted" if cancelled else "failed")
        if isinstance(problem, InstallerError):
            self._terminal.error(problem)
        return INTERRUPTED if cancelled else FAILED

    def _tell_request(self, request: Request | None) -> Request | None:
        """Say what only a colleague can do, and write it to the file that --request names."""
        if request is not None:
            tell_request(request, self._terminal, self._arguments.request)
        return request

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ChangeStarted) and isinstance(event.change, AddClientSecret):
            self._stopper.shield()
        self._progress.note(event)
        self._terminal.event(event)


def tell_request(request: Request, terminal: Terminal, file: Path | None) -> None:
    """Say what is asked of a colleague, and write it to `file` if there is one."""
    terminal.say(f"The rest is for {colleague_for(request)}.")
    facts: dict[str, Any] = {"purpose": request.purpose.value}
    if request.consent_link:
        facts["consent_link"] = request.consent_link
        terminal.say(f"The consent can be given on this page:\n{request.consent_link}")
    if file is None:
        terminal.say("With --request FILE.toml this program writes a request that your colleague can open.")
    else:
        write_private(file, render_request(request), overwrite=True)
        facts["request"] = str(file)
        terminal.say(f"The request for your colleague is in {file}. It holds no secret; send it on.")
    terminal.note("request", facts)


def stopped(terminal: Terminal, result: ApplyResult) -> int:
    """Say what was done and what remains; the exit code."""
    if not result.applied and not result.remaining:
        terminal.say("Interrupted. Nothing was changed.")
        terminal.result("interrupted", {})
        return INTERRUPTED
    done = [describe(change).done for change in result.applied]
    rest = [describe(change).will for change in result.remaining]
    terminal.say("Interrupted." if result.cancelled else "Stopped.")
    terminal.say("Done: " + ("; ".join(done) or "nothing"))
    terminal.say("Remaining: " + ("; ".join(rest) or "nothing"))
    terminal.say("Run the command again to continue; completed changes are kept.")
    if result.error is not None:
        terminal.error(result.error)
    terminal.result(
        "interrupted" if result.cancelled else "failed",
        {
            "done": [change.name for change in result.applied],
            "remaining": [change.name for change in result.remaining],
        },
    )
    return INTERRUPTED if result.cancelled else FAILED
