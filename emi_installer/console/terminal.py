"""What the console prints: sentences for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from emi_installer.core.errors.errors import InstallerError, kind_of
from emi_installer.core.observed.account import SignedIn
from emi_installer.core.observed.candidates import Candidate
from emi_installer.core.observed.health import Health
from emi_installer.core.plan.changes import Change
from emi_installer.core.plan.events import (
    ChangeDone,
    ChangeFailed,
    ChangeStarted,
    Checked,
    DeviceCode,
    Event,
    SignInLink,
    VerificationStarted,
    Waiting,
)
from emi_installer.core.plan.plan import Plan
from emi_installer.wording.changes import MARKS, plan_lines, sentence, words


class Terminal(Protocol):
    """Where everything goes that people or programs read."""

    def say(self, text: str) -> None:
        """A remark for people."""
        ...

    def event(self, event: Event) -> None:
        """Something happened."""
        ...

    def account(self, signed_in: SignedIn) -> None:
        """Who signed in, and where."""
        ...

    def found(self, health: Health) -> None:
        """The state of what is set up already."""
        ...

    def candidates(self, listed: Sequence[Candidate]) -> None:
        """App registrations to choose from."""
        ...

    def plan(self, plan: Plan) -> None:
        """What would change."""
        ...

    def note(self, name: str, facts: Mapping[str, Any]) -> None:
        """Facts for programs; people read them in remarks."""
        ...

    def error(self, problem: InstallerError) -> None:
        """Something went wrong."""
        ...

    def result(self, outcome: str, facts: Mapping[str, Any]) -> None:
        """How it ended; `facts` are for people and programs alike."""
        ...


def warn(terminal: Terminal, text: str) -> None:
    """Say `text`, which people and programs should heed."""
    terminal.say(f"Warning: {text}")
    terminal.note("warning", {"text": text})


def ask(question: str) -> str | None:
    """The person's answer; None where nobody can be asked."""
    if not sys.stdin.isatty():
        return None
    _write(sys.stderr, question + " ", end="")
    try:
        return input().strip()
    except EOFError:
        return None


class TextTerminal:
    """Sentences on standard output, problems on standard error, each as it happens."""

    def say(self, text: str) -> None:
        """See Terminal."""
        _write(sys.stdout, text)

    def event(self, event: Event) -> None:
        """See Terminal."""
        self.say(sentence(event))

    def account(self, signed_in: SignedIn) -> None:
        """See Terminal."""
        domain = f", {signed_in.default_domain}" if signed_in.default_domain else ""
        self.say(f"Signed in as {signed_in.user_name} ({signed_in.user_principal_name})")
        self.say(f"Organization: {signed_in.organization}{domain}, tenant {signed_in.tenant_id}")
        if signed_in.roles is None:
            self.say("Directory roles: Microsoft does not tell")
        else:
            self.say(f"Directory roles: {', '.join(signed_in.role_names) or 'none'}")

    def found(self, health: Health) -> None:
        """See Terminal."""
        self.say("")
        self.say(f"EMI is set up in this tenant. {health.sentence}")
        for check in health.rows:
            self.say(f"  [{MARKS[check.status]}] {check.name}: {check.detail}")

    def candidates(self, listed: Sequence[Candidate]) -> None:
        """See Terminal."""
        self.say("")
        self.say("App registrations that were found:")
        for number, candidate in enumerate(listed, start=1):
            self.say(f"{number:3}. {candidate.name}")
            for line in (*candidate.facts, candidate.meaning):
                self.say(f"       {line}")
        self.say("Only one may exist in a tenant. --registration CLIENT_ID names the one to work on.")

    def note(self, name: str, facts: Mapping[str, Any]) -> None:
        """See Terminal."""

    def plan(self, plan: Plan) -> None:
        """See Terminal."""
        self.say("")
        for line in plan_lines(plan):
            self.say(line)
        self.say("")

    def error(self, problem: InstallerError) -> None:
        """See Terminal."""
        for line in (problem.title, problem.explanation, problem.remedy):
            if line:
                _write(sys.stderr, line)
        if problem.details:
            _write(sys.stderr, f"Details: {problem.details}")

    def result(self, outcome: str, facts: Mapping[str, Any]) -> None:
        """See Terminal; the exit code and the sentences before tell the outcome."""
        del outcome
        self.say("")
        for key, value in facts.items():
            if isinstance(value, str):
                self.say(f"{_label(key)}: {value}")


class JsonTerminal:
    """One JSON object a line on standard output, and nothing else there."""

    def say(self, text: str) -> None:
        """See Terminal; programs do not read remarks."""

    def event(self, event: Event) -> None:
        """See Terminal."""
        _json(_event(event))

    def account(self, signed_in: SignedIn) -> None:
        """See Terminal."""
        _json(
            {
                "event": "signed-in",
                "user": signed_in.user_principal_name,
                "organization": signed_in.organization,
                "default_domain": signed_in.default_domain,
                "tenant_id": signed_in.tenant_id,
                "roles": None if signed_in.roles is None else list(signed_in.role_names),
            }
        )

    def found(self, health: Health) -> None:
        """See Terminal."""
        rows = [{"check": c.name, "status": c.status, "detail": c.detail} for c in health.rows]
        _json({"event": "found", "well": health.well, "text": health.sentence, "checks": rows})

    def candidates(self, listed: Sequence[Candidate]) -> None:
        """See Terminal."""
        found = [
            {"client_id": c.registration.app_id, "origin": c.origin.name.lower(), "name": c.name, "facts": c.facts}
            for c in listed
        ]
        _json({"event": "candidates", "candidates": found})

    def note(self, name: str, facts: Mapping[str, Any]) -> None:
        """See Terminal."""
        _json({"event": name, **facts})

    def plan(self, plan: Plan) -> None:
        """See Terminal."""
        _json(
            {
                "event": "plan",
                "purpose": plan.purpose,
                "changes": [_change(change) for change in plan.changes],
                "waiting": [_change(change) for change in plan.waiting],
                "blockers": [_error(problem) for problem in plan.blockers],
                "notices": list(plan.notices),
                "left_alone": list(plan.left_alone),
            }
        )

    def error(self, problem: InstallerError) -> None:
        """See Terminal."""
        _json({"event": "error", **_error(problem)})

    def result(self, outcome: str, facts: Mapping[str, Any]) -> None:
        """See Terminal."""
        _json({"event": "result", "outcome": outcome, **facts})


def _event(event: Event) -> dict[str, Any]:
    """An event for programs."""
    facts: dict[str, Any]
    match event:
        case SignInLink():
            facts = {"event": "sign-in-link", "link": event.link, "opened": event.opened}
        case DeviceCode():
            facts = {"event": "device-code", "code": event.code, "link": event.link, "minutes": event.minutes}
        case ChangeStarted():
            facts = {"event": "change-started", **_change(event.change)}
        case ChangeDone():
            facts = {"event": "change-done", **_change(event.change)}
        case ChangeFailed():
            facts = {"event": "change-failed", **_change(event.change), "error": _error(event.error)}
        case Waiting():
            facts = {"event": "waiting", "reason": event.reason, "seconds": round(event.seconds, 3)}
        case VerificationStarted():
            facts = {"event": "verification-started"}
        case Checked():
            check = event.check
            facts = {"event": "checked", "check": check.name, "status": check.status, "detail": check.detail}
    return facts


def _change(change: Change) -> dict[str, Any]:
    said = words(change)
    return {"change": said.name, "text": said.will, "details": list(said.details)}


def _error(problem: InstallerError) -> dict[str, Any]:
    return {
        "code": problem.code,
        "kind": kind_of(problem),
        "title": problem.title,
        "explanation": problem.explanation,
        "remedy": problem.remedy,
        "details": problem.details,
    }


def _label(key: str) -> str:
    return {"tenant_id": "Tenant ID", "client_id": "Client ID", "client_secret": "Client Secret"}.get(
        key, key.replace("_", " ").capitalize()
    )


def _json(facts: Mapping[str, Any]) -> None:
    print(json.dumps(facts, ensure_ascii=True), flush=True)


def _write(stream: Any, text: str, end: str = "\n") -> None:
    """Print at once; control characters in names of others can't command the terminal."""
    shown = "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    print(shown, end=end, file=stream, flush=True)
