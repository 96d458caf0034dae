"""Journeys through the console against a simulated tenant, in this process and in virtual time."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from emi_installer import wiring
from emi_installer.console.commands import Choices
from emi_installer.console.guard import run_safely
from emi_installer.console.options import parser
from emi_installer.console.terminal import JsonTerminal, TextTerminal
from emi_installer.core.plan.events import Event
from emi_installer.setup.session import Connection
from emi_installer.simulator.scenarios import APPLICATION, CALLBACK, DELEGATED, simulate
from emi_installer.simulator.service import RecordedRequest, Simulator
from tests.support.clock import FakeClock

CONTACT_CENTER = "acme.brightpattern.com"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run of the console ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def events(self) -> list[dict[str, Any]]:
        """With --json: every line of standard output."""
        return [json.loads(line) for line in self.out.splitlines()]

    def event(self, name: str) -> dict[str, Any]:
        return next(e for e in self.events if e["event"] == name)


class Person(io.StringIO):
    """Somebody at a terminal who types these lines; `meanwhile` happens before the first of them."""

    def __init__(self, types: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__(types)
        self._meanwhile = meanwhile

    def isatty(self) -> bool:
        return True

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # as io.StringIO has it
        if self.tell() == 0:
            self._meanwhile()
        return super().readline(size)


@dataclass(kw_only=True)
class Journey:
    """Runs of the program by one person against one tenant."""

    folder: Path
    simulator: Simulator
    clock: FakeClock
    handoffs: int = 0
    printed: list[str] = field(default_factory=list)

    def run(self, *arguments: str, types: str | Person | None = None, connection: Connection | None = None) -> Outcome:
        """One start of the program; `types` is what the person types, None where nobody is there."""
        chosen = connection or wiring.connect_simulator(self.simulator, self.clock)
        choices = Choices(
            connect_entra=lambda: chosen, connect_simulated=lambda _: chosen, scenarios=lambda: {"empty": ""}
        )
        out, err = io.StringIO(), io.StringIO()
        stdin = Person(types) if isinstance(types, str) else types or io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            contextlib.chdir(self.folder),
            patch.object(sys, "stdin", stdin),
        ):
            code = run_safely(parser().parse_args(arguments), choices)
        self.printed.append(out.getvalue() + err.getvalue())
        return Outcome(code=code, out=out.getvalue(), err=err.getvalue())

    def apply(self, *more: str) -> Outcome:
        """`apply --yes --json` to a fresh handoff file."""
        self.handoffs += 1
        return self.run("apply", "--demo", "--yes", "--json", "--handoff", str(self.handoff), *more)

    @property
    def handoff(self) -> Path:
        """The handoff file of the last `apply`."""
        return self.folder / f"handoff-{self.handoffs}.json"

    def saved(self) -> list[dict[str, Any]]:
        """All handoff files, oldest first."""
        return [json.loads(p.read_text(encoding="utf-8")) for p in sorted(self.folder.glob("*.json"))]

    def graph_requests(self) -> list[RecordedRequest]:
        return [r for r in self.simulator.requests if "/v1.0/" in r.url]

    def written(self) -> Iterator[tuple[str, str]]:
        """Everything that reached a screen or a disk, handoff files apart."""
        yield from (("screen", text) for text in self.printed)
        for place in (self.folder, Path.home()):
            for path in place.rglob("*"):
                if path.is_file() and path.parent != self.folder:
                    yield str(path), path.read_text(encoding="utf-8", errors="replace")


def watch_events(monkeypatch: pytest.MonkeyPatch, seen: Callable[[Event], None]) -> None:
    """Call `seen` after each event that the console has told."""
    for kind in (TextTerminal, JsonTerminal):
        tell = kind.event

        def told(terminal: Any, event: Event, tell: Callable[[Any, Event], None] = tell) -> None:
            tell(terminal, event)
            seen(event)

        monkeypatch.setattr(kind, "event", told)


def journey(folder: Path, scenario: str = "empty", *, latency: float = 0.0) -> Journey:
    """A journey that begins in the tenant of `scenario`."""
    clock = FakeClock()
    return Journey(folder=folder, simulator=simulate(scenario, clock=clock, latency=latency), clock=clock)


def assert_set_up(trip: Journey, *, secrets: int = 1) -> None:
    """The tenant holds exactly what it should, and nobody misses a secret."""
    tenant = trip.simulator.tenant
    ours = [e.body for e in tenant.applications.values() if "emi-installer" in e.body.get("tags", ())]
    assert len(ours) == 1
    (application,) = ours
    assert application["tags"] == ["emi-installer"]
    assert application["signInAudience"] == "AzureADMyOrg"
    assert CALLBACK in application["web"]["redirectUris"]
    assert len(application["requiredResourceAccess"][0]["resourceAccess"]) >= 13
    principals = [e.body for e in tenant.service_principals.values() if e.body["appId"] == application["appId"]]
    assert len(principals) == 1
    assert principals[0]["accountEnabled"]
    grants = [e.body for e in tenant.grants.values() if e.body["clientId"] == principals[0]["id"]]
    assert len(grants) == 1
    assert set(grants[0]["scope"].split()) >= set(DELEGATED)
    assert len(grants[0]["scope"].split()) == len(set(grants[0]["scope"].split()))
    roles = [e.body["appRoleId"] for e in tenant.roles_of(principals[0]["id"])]
    assert len(roles) == len(set(roles)) == len(APPLICATION)
    assert len(application["passwordCredentials"]) == secrets


def assert_no_unsaved_secret(trip: Journey) -> None:
    """Every secret of the tenant that this journey made is in a handoff file."""
    saved = {one["secret_key_id"]: one["client_secret"] for one in trip.saved()}
    assert {key: one.text for key, one in trip.simulator.tenant.secrets.items() if one.born} == saved


def assert_secret_kept(trip: Journey) -> None:
    """No client secret or token is anywhere but in handoff files."""
    secrets = [one.text for one in trip.simulator.tenant.secrets.values()]
    secrets.extend(one["client_secret"] for one in trip.saved())
    for place, text in trip.written():
        assert not [one for one in secrets if one in text], place
        assert "eyJ0eXAi" not in text, f"a token in {place}"
