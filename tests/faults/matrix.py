"""One fault at one request of a journey, and what came of it.

The places of a journey are found by running it once: each request, and each item of a $batch, in the order in which
they come. Then it is run again for each place and fault; if it stops, it is started once more without any fault.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest.mock import patch

from emi_installer.simulator.faults import (
    Answer,
    Drop,
    Faults,
    Outcome,
    Raw,
    Refuse,
    TimeOut,
    Truncated,
    html,
    huge,
    throttle,
    unavailable,
)
from emi_installer.simulator.scenarios import CALLBACK, DELEGATED, Builder
from tests.support.journey import Journey, assert_secret_kept, journey

APPLY = ("apply", "--demo", "--yes", "--json", "--handoff", "{handoff}")
JOURNEYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "first run": ("empty", APPLY),
    "repair": ("drifted", (*APPLY, "--remove-holders")),
    "new secret": ("configured", ("new-secret", *APPLY[1:], "--remove-old")),
    "remove": ("configured", ("remove", "--demo", "--json", "--confirm", "Bright Pattern EMI")),
}
"""By name: the simulated tenant, and what is typed."""

_CLAIMS = (
    (
        "WWW-Authenticate",
        'Bearer error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="',
    ),
)


def _refusal(status: int, code: str, message: str, *details: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    error: dict[str, Any] = {"code": code, "message": message, "details": [{"code": one} for one in details]}
    return Answer(status=status, body={"error": error}, headers=headers)


FAULTS: dict[str, Outcome] = {
    "429": throttle(),
    "429 in 3 s": throttle("3"),
    "500": unavailable(500),
    "500 acted": unavailable(500, acted=True),
    "502 html": Raw(status=502, content=b"<html>Bad Gateway</html>"),
    "502 html acted": Raw(status=502, content=b"<html>Bad Gateway</html>", acted=True),
    "503": unavailable(),
    "503 acted": unavailable(acted=True),
    "504": unavailable(504),
    "504 acted": unavailable(504, acted=True),
    "reset": Drop(acted=False),
    "reset acted": Drop(acted=True),
    "cut in half": Truncated(),
    "time-out": TimeOut(acted=False),
    "time-out acted": TimeOut(acted=True),
    "401 expired": _refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
    "401 claims": _refusal(401, "InvalidAuthenticationToken", "TokenIssuedBeforeRevocationTimestamp", headers=_CLAIMS),
    "404 spreading": _refusal(404, "Request_ResourceNotFound", "Resource 'x' does not exist."),
    "400 spreading": _refusal(400, "Request_BadRequest", "No backing application.", "NoBackingApplicationObject"),
    "403 spreading": _refusal(403, "Authorization_RequestDenied", "the backing application must in the local tenant"),
    "stale list": Answer(status=200, body={"value": []}),
    "429 in 2.128 s": throttle("2.128"),
    "403 refused": _refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    "400 refused": _refusal(400, "Request_BadRequest", "Invalid value."),
    "portal": html(),
    "redirect": Raw(status=302),
    "empty": Raw(content_type="application/json"),
    "empty acted": Raw(content_type="application/json", acted=True),
    "not JSON": Raw(content=b"{]", content_type="application/json"),
    "a list": Raw(content=b"[1]", content_type="application/json"),
    "too large": huge(),
    "refused": Refuse(),
}


class Verdict(StrEnum):
    """What came of a fault."""

    FINISHED = "finished"
    RESUMED = "stopped and resumed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One cell of the matrix; `why` is told where something broke."""

    journey: str
    place: str
    fault: str
    verdict: Verdict
    why: str = ""


@dataclass(kw_only=True)
class _NthFault(Faults):
    """Notes every place; the outcome comes at the place with the number `at`, once."""

    at: int = -1
    outcome: Outcome | None = None
    places: list[str] = field(default_factory=list)

    def next(self, method: str, path: str) -> Outcome | None:
        self.places.append(f"{method} {path}")
        return self.outcome if len(self.places) == self.at + 1 else None


def places(name: str) -> list[str]:
    """The requests of a journey, and the items of its batches, by method and path."""
    with _at_home() as folder:
        trip, arguments, faults = _start(folder, name)
        _must(run(trip, arguments).code == 0, "the journey without a fault does not finish")
        return [f"{number + 1:2} {_short(place)}" for number, place in enumerate(faults.places)]


def cells(name: str) -> Iterator[tuple[str, int, str]]:
    """Every cell of one journey: its name, the number of the place, the fault."""
    for number, place in enumerate(places(name)):
        item = "/v2.0/" not in place and "$batch" not in place
        for fault, outcome in FAULTS.items():
            if fault == "stale list" and not place[3:].startswith("GET /"):
                continue
            if isinstance(outcome, Answer) or not (item and _in_batch(place)):
                yield name, number, fault


def try_cell(cell: tuple[str, int, str]) -> Result:
    """Run one cell."""
    name, number, fault = cell
    with _at_home() as folder:
        trip, arguments, faults = _start(folder, name)
        faults.at, faults.outcome = number, FAULTS[fault]
        place, verdict, why = "?", Verdict.FINISHED, ""
        try:
            first = run(trip, arguments)
            place = f"{number + 1:2} {_short(faults.places[number])}"
            _must("unexpected" not in first.text, first.text)
            if first.code:
                verdict = Verdict.RESUMED
                _must(bool(_said(first)), f"stopped without a sentence: {first.text[-600:]}")
                faults.at = -1
                second = run(trip, arguments)
                _must(second.code == 0 or _nothing_left(name, second), f"the next run ends with {_said(second)}")
            _check(trip, name)
        except AssertionError as broken:
            verdict, why = Verdict.BROKEN, str(broken)[:600] or repr(broken)
        return Result(journey=name, place=place, fault=fault, verdict=verdict, why=why)


@contextmanager
def _at_home() -> Iterator[Path]:
    """A folder to work in, and a home of its own for settings and logs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "work")
        folder.mkdir()
        home = str(Path(place, "home"))
        with patch.dict("os.environ", {"HOME": home, "USERPROFILE": home, "LOCALAPPDATA": home}):
            yield folder


def begin(folder: Path, name: str) -> tuple[Journey, tuple[str, ...]]:
    """A journey in its tenant, and what is typed; who else could use what is there already is kept by name."""
    scenario, arguments = JOURNEYS[name]
    trip = journey(folder, scenario)
    return trip, (*arguments, *trip.keeping()) if name == "repair" else arguments


def _start(folder: Path, name: str) -> tuple[Journey, tuple[str, ...], _NthFault]:
    trip, arguments = begin(folder, name)
    other = Builder(trip.simulator).application("Intranet", ours=False, uris=("https://intranet.contoso.com/in",))
    other["requiredResourceAccess"] = []
    faults = _NthFault()
    trip.simulator.faults = faults
    trip.simulator._graph.faults = faults
    return trip, arguments, faults


def run(trip: Journey, arguments: tuple[str, ...]) -> Any:
    """One start of the program, with a fresh handoff file."""
    trip.handoffs += 1
    return trip.run(*(part.format(handoff=trip.handoff) for part in arguments))


def _said(outcome: Any) -> list[str]:
    """What people were told: errors, what is in the way, and checks that failed."""
    errors = [e for e in outcome.events if e["event"] == "error"]
    errors += [one for e in outcome.events if e["event"] == "plan" for one in e["blockers"]]
    told = [one["code"] for one in errors if one["title"] and one["remedy"]]
    return told + [e["detail"] for e in outcome.events if e["event"] == "checked" and e["status"] == "failed"]


def _nothing_left(name: str, outcome: Any) -> bool:
    """Whether a removal that had been done already is told to be so."""
    codes = [one["code"] for e in outcome.events if e["event"] == "plan" for one in e["blockers"]]
    return name == "remove" and codes == ["not-set-up"]


def _check(trip: Journey, name: str) -> None:
    """The promises that hold in the end, whatever happened."""
    tenant = trip.simulator.tenant
    ours = [e.body for e in tenant.applications.values() if "emi-installer" in e.body["tags"]]
    others = [e.body for e in tenant.applications.values() if e.body not in ours]
    _must([one["displayName"] for one in others] == ["Intranet"], "something foreign was touched")
    assert_secret_kept(trip)
    if name == "remove":
        consent = [e for e in tenant.grants.values() if e.body["consentType"] == "AllPrincipals"]
        _must(not ours and not consent and not tenant.assignments, "something is left")
        return
    _must(len(ours) == 1, f"{len(ours)} app registrations")
    (application,) = ours
    principals = [e.body for e in tenant.service_principals.values() if e.body["appId"] == application["appId"]]
    _must(len(principals) == 1, f"{len(principals)} service principals")
    grants = [e.body for e in tenant.grants.values() if e.body["clientId"] == principals[0]["id"]]
    _must(len(grants) == 1 and set(grants[0]["scope"].split()) >= set(DELEGATED), "the grant is not whole")
    roles = [e.body["appRoleId"] for e in tenant.roles_of(principals[0]["id"])]
    _must(len(roles) == len(set(roles)) == 4, f"{len(roles)} role assignments")
    _must(CALLBACK in application["web"]["redirectUris"], "the redirect URI is missing")
    _must(application["tags"] == ["emi-installer"], f"tags {application['tags']}")
    _check_secrets(trip)


def _check_secrets(trip: Journey) -> None:
    """No client secret that nobody saved, and none saved that is gone, but for those that a newer one replaced."""
    tenant = trip.simulator.tenant
    made = {key: one.text for key, one in tenant.secrets.items() if one.born}
    saved = {one["secret_key_id"]: one["client_secret"] for one in trip.saved()}
    _must(made.items() <= saved.items(), "a client secret that nobody saved")
    if saved:
        _must(max(saved, key=list(saved).index) in made or not made, "the saved client secret is gone")


def _must(right: bool, why: str) -> None:  # noqa: FBT001 - a condition
    if not right:
        raise AssertionError(why)


def _in_batch(place: str) -> bool:
    """Whether a place is an item of a $batch: only an answer can stand there."""
    path = place[3:]
    return path.startswith(_BATCHED) and not path.startswith("POST /servicePrincipals ")


_BATCHED = ("GET /", "POST /oauth2PermissionGrants", "PATCH /oauth2PermissionGrants", "POST /servicePrincipals/")


def _short(place: str) -> str:
    """The place with ids left out."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{id}", place)
