"""Apply in the console: ask, carry out, save, verify; and the last word, whatever happened."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emi_installer.console.codes import DIFFERENT, DONE, FAILED, INTERRUPTED
from emi_installer.console.keeper import Keeper
from emi_installer.console.terminal import Terminal, ask
from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import Cancelled, InstallerError, error
from emi_installer.core.observed.checks import VerificationReport
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.changes import Change
from emi_installer.core.plan.events import ChangeDone, Event
from emi_installer.core.plan.plan import Plan
from emi_installer.core.plan.request import Request, request_for
from emi_installer.core.plan.result import ApplyResult
from emi_installer.documents.request import render_request
from emi_installer.local.files import write_private
from emi_installer.wording.account import colleague_for
from emi_installer.wording.changes import describe
from emi_installer.wording.errors import explain

if TYPE_CHECKING:
    from emi_installer.setup.session import Installation


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


@dataclass(kw_only=True)
class Applying:
    """Carries out one plan."""

    terminal: Terminal
    arguments: argparse.Namespace
    installation: Installation
    answers: Answers
    observed: ObservedTenant
    plan: Plan
    progress: Progress
    cancel: threading.Event

    def run(self) -> int:
        """Ask, and carry it out; the exit code."""
        plan = self.plan
        if plan.blockers:
            self.request()
            self.terminal.result("blocked", {})
            return FAILED
        if plan.changes and not self._confirmed():
            self.terminal.say("Nothing was changed.")
            self.terminal.result("declined", {})
            return FAILED
        self.progress.changes = plan.changes
        with _stopping(self.cancel, self.terminal):
            result = self._apply()
            keeper = Keeper(self.terminal, self.arguments, self.installation, self.answers, result)
            saved = keeper.save(self.observed)
            if not result.finished:
                if result.error is not None:
                    self.request(result, result.error)
                return stopped(self.terminal, result)
            return self._prove(keeper, saved)

    def _confirmed(self) -> bool:
        if self.plan.purpose is Purpose.REMOVE:
            return self._name_typed()
        if self.arguments.yes:
            return True
        return self._agreed("Apply these changes? [y/N]")

    def _agreed(self, question: str) -> bool:
        answer = ask(question)
        if answer is None:
            raise error(Code.NOT_CONFIRMED)
        return answer.lower() in ("y", "yes")

    def _name_typed(self) -> bool:
        """Whether the person typed the app registration's name, which a slip of the finger does not."""
        registration = self.observed.registration
        name = registration.display_name if registration else ""
        typed = self.arguments.confirm
        if typed is None:
            typed = ask(f"Type the name of the app registration to remove it ({name}):")
        if typed is None or typed.strip() != name.strip():
            raise error(Code.NAME_NOT_TYPED, name=name)
        return True

    def _apply(self) -> ApplyResult:
        """Apply; where the tenant limits the lifetime of client secrets, go on with the longest that it allows."""
        result = self.installation.apply(self.answers, self.plan, self.observed)
        limited = result.error is not None and result.error.code == Code.SECRET_LIFETIME_LIMITED
        if not limited or self.answers.or_shorter or result.error is None:
            return result
        self.terminal.say(" ".join(explain(result.error)[:2]))
        if not self.arguments.yes and not self._agreed("Make one that lives as long as is allowed? [y/N]"):
            return result
        self.terminal.say("Going on with the longest lifetime that is allowed.")
        self.answers = replace(self.answers, or_shorter=True)
        self.observed = self.installation.observe(self.answers)
        plan = self.installation.plan(self.answers, self.observed, self.plan.purpose)
        rest = self.installation.apply(self.answers, plan, self.observed)
        return replace(rest, applied=tuple(self.progress.done))

    def _prove(self, keeper: Keeper, saved: Path | None) -> int:
        """Verify, and save again what was verified."""
        later = bool(self.plan.deferred) or self.plan.purpose is Purpose.GRANT
        try:
            self.observed, report = self.installation.verify(
                self.answers, self.observed, keeper.result, secret_later=later
            )
        except (Cancelled, InstallerError) as problem:
            return self._unverified(problem, keeper, saved)
        if keeper.result.removed:
            self.terminal.result("failed" if report.failed else "removed", {})
            return FAILED if report.failed else DONE
        if self.plan.purpose is not Purpose.GRANT:
            keeper.finish(self.observed, saved, verified=not report.failed)
        if keeper.lost(saved):
            raise error(Code.SECRET_LOST, reason="No file could be written")
        return self._told(keeper, saved, report)

    def _told(self, keeper: Keeper, saved: Path | None, report: VerificationReport) -> int:
        request = self.request(keeper.result) if self.plan.deferred else None
        if report.failed:
            outcome = "failed"
        elif request is not None:
            outcome = "waiting"
        else:
            outcome = "done" if keeper.result.applied else "nothing-to-change"
        keeper.tell(outcome, self.observed, saved, granted=self.plan.purpose is Purpose.GRANT)
        if report.failed:
            return FAILED
        if self.plan.purpose is Purpose.NEW_SECRET and keeper.result.client_secret is not None:
            keeper.part_with_old(self.observed)
        return DIFFERENT if request is not None else DONE

    def _unverified(self, problem: Cancelled | InstallerError, keeper: Keeper, saved: Path | None) -> int:
        """Everything was applied, but it could not be read back; the secret must not be lost for that."""
        self.terminal.say("Everything was applied, but not verified.")
        keeper.finish(self.observed, saved, verified=False)
        cancelled = isinstance(problem, Cancelled)
        keeper.tell("interrupted" if cancelled else "failed", self.observed, saved)
        if isinstance(problem, InstallerError):
            self.terminal.error(problem)
        return INTERRUPTED if cancelled else FAILED

    def request(self, result: ApplyResult | None = None, problem: InstallerError | None = None) -> Request | None:
        """Say what only a colleague can do, and write it to the file that --request names."""
        request = request_for(
            self.installation.blueprint,
            self.answers,
            self.observed,
            self.plan,
            client_id=result.client_id if result else "",
            problem=problem,
        )
        if request is not None:
            self._tell_request(request)
        return request

    def _tell_request(self, request: Request) -> None:
        self.terminal.say(f"The rest is for {colleague_for(request)}.")
        facts: dict[str, Any] = {"purpose": request.purpose.value}
        if request.consent_link:
            facts["consent_link"] = request.consent_link
            self.terminal.say(f"The consent can be given on this page:\n{request.consent_link}")
        file: Path | None = self.arguments.request
        if file is None:
            self.terminal.say("With --request FILE.toml this program writes a request that your colleague can open.")
        else:
            write_private(file, render_request(request), overwrite=True)
            facts["request"] = str(file)
            self.terminal.say(f"The request for your colleague is in {file}. It holds no secret; send it on.")
        self.terminal.note("request", facts)


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
    terminal.say("Start it again to do the rest; what is done stays.")
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
    before: Callable[[int, Any], Any] | int | None = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
