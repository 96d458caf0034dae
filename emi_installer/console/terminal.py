"""What the console prints: sentences for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TextIO

from emi_installer.console.streams import read_line, write
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.observed.account import SignedIn
from emi_installer.core.observed.candidates import Candidate
from emi_installer.core.observed.checks import Check
from emi_installer.core.observed.health import Health
from emi_installer.core.plan.changes import Change
from emi_installer.core.plan.events import (
    ChangeDone,
    ChangeFailed,
    ChangeStarted,
    Checked,
    DeviceCode,
    Event,
    RetryScheduled,
    SignInLink,
    VerificationStarted,
)
from emi_installer.core.plan.plan import Plan
from emi_installer.wording.account import roles_text
from emi_installer.wording.candidates import candidate_facts, candidate_meaning
from emi_installer.wording.changes import describe
from emi_installer.wording.checks import check_line, check_text, health_text
from emi_installer.wording.errors import explain
from emi_installer.wording.events import event_text
from emi_installer.wording.notices import left_alone_text, notice_text
from emi_installer.wording.plan import plan_lines


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


def ask(question: str) -> str | None:
    """The person's answer; None where nobody can be asked."""
    return read_line(_harmless(question))


class TextTerminal:
    """Sentences on standard output, problems on standard error, each as it happens."""

    def say(self, text: str) -> None:
        """See Terminal."""
        _write(sys.stdout, text)

    def event(self, event: Event) -> None:
        """See Terminal."""
        self.say(event_text(event))

    def account(self, signed_in: SignedIn) -> None:
        """See Terminal."""
        domain = f", {signed_in.default_domain}" if signed_in.default_domain else ""
        self.say(f"Signed in as {signed_in.user_name} ({signed_in.user_principal_name})")
        self.say(f"Organization: {signed_in.organization}{domain}, tenant {signed_in.tenant_id}")
        self.say(f"Directory roles: {roles_text(signed_in)}")

    def found(self, health: Health) -> None:
        """See Terminal."""
        self.say("")
        self.say(f"EMI is set up in this tenant. {health_text(health)}")
        for check in health.rows:
            self.say(f"  {check_line(check)}")

    def candidates(self, listed: Sequence[Candidate]) -> None:
        """See Terminal."""
        self.say("")
        self.say("App registrations that were found:")
        for number, candidate in enumerate(listed, start=1):
            self.say(f"{number:3}. {candidate.registration.display_name}")
            for line in (*candidate_facts(candidate), candidate_meaning(candidate)):
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
        for line in explain(problem):
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
        rows = [_check(check) for check in health.rows]
        _json({"event": "found", "well": health.well, "text": health_text(health), "checks": rows})

    def candidates(self, listed: Sequence[Candidate]) -> None:
        """See Terminal."""
        found = [
            {
                "client_id": candidate.registration.app_id,
                "origin": candidate.origin,
                "name": candidate.registration.display_name,
                "facts": candidate_facts(candidate),
            }
            for candidate in listed
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
                "waiting": [_change(change) for change in plan.deferred],
                "blockers": [_error(problem) for problem in plan.blockers],
                "notices": [notice_text(notice) for notice in plan.notices],
                "left_alone": [left_alone_text(kept) for kept in plan.left_alone],
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
        case RetryScheduled():
            facts = {"event": "waiting", "reason": event.reason, "seconds": round(event.seconds, 3)}
        case VerificationStarted():
            facts = {"event": "verification-started"}
        case Checked():
            facts = {"event": "checked", **_check(event.check)}
    return facts


def _change(change: Change) -> dict[str, Any]:
    words = describe(change)
    return {"change": change.name, "text": words.will, "details": list(words.details)}


def _check(check: Check) -> dict[str, Any]:
    words = check_text(check)
    return {"name": check.name, "check": words.title, "status": check.status, "detail": words.detail}


def _error(problem: InstallerError) -> dict[str, Any]:
    return {
        "code": problem.code,
        "kind": problem.kind,
        **explain(problem)._asdict(),
        "details": problem.details,
    }


def _label(key: str) -> str:
    return {"tenant_id": "Tenant ID", "client_id": "Client ID", "client_secret": "Client Secret"}.get(
        key, key.replace("_", " ").capitalize()
    )


def _json(facts: Mapping[str, Any]) -> None:
    write(sys.stdout, json.dumps(facts, ensure_ascii=True) + "\n")


def _write(stream: TextIO | None, text: str) -> None:
    write(stream, _harmless(text) + "\n")


def _harmless(text: str) -> str:
    """Control characters in names of others can't command the terminal."""
    return "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
