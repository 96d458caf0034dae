"""Every console journey, with those that only faults bring about: the traffic that the referees judge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.simulator.faults import Answer, Drop
from emi_installer.simulator.scenarios import SCENARIOS
from emi_installer.simulator.service import RecordedRequest, Simulator
from tests.support.journey import Journey, journey

REFUSED = Answer(status=400, body={"error": {"code": "Request_BadRequest", "message": "not here"}})
TAKEN = Answer(
    status=400,
    body={
        "error": {
            "code": "Request_BadRequest",
            "message": "Another object with the same value for property uniqueName already exists.",
        }
    },
)


def traffic(folder: Path, watch: Callable[[Simulator], object] = lambda _: None) -> list[RecordedRequest]:
    """The requests of all journeys, those of faults among them; `watch` sees each simulator first."""
    trips: list[Journey] = []

    def start(scenario: str) -> Journey:
        place = folder / str(len(trips))
        place.mkdir()
        trips.append(journey(place, scenario))
        watch(trips[-1].simulator)
        return trips[-1]

    for scenario in SCENARIOS:
        trip = start(scenario)
        trip.apply()
        trip.run("verify", "--demo")
    for cloud in CLOUDS:
        start("empty").apply("--cloud", cloud, "--device-code")
    posting = start("empty")
    posting.simulator.faults.add("PATCH /applications(uniqueName=*", REFUSED)
    posting.apply()
    losing = start("empty")
    losing.simulator.faults.add("POST /applications/*/addPassword", Drop(acted=True))
    losing.simulator.faults.add("POST /servicePrincipals", Drop(acted=True))
    losing.apply()
    stopping = start("empty")
    stopping.simulator.faults.add("POST /applications/*/addPassword", Drop(acted=True))
    stopping.simulator.faults.add("GET /applications/*", *[Drop(acted=False)] * 8)
    stopping.apply()
    stopping.apply()
    for scenario in ("foreign-app", "several-apps", "deleted-app"):
        choosing = start(scenario)
        choosing.apply("--registration", candidate(choosing))
    moving = start("drifted")
    moving.apply("--contact-center", "new.brightpattern.com", "--remove-old-uri")
    moving.run("remove", "--demo", "--confirm", "Bright Pattern EMI")
    asking = start("no-consent-role")
    asking.apply("--request", "request.toml")
    asking.simulator.tenant.default_account = "privileged-role-administrator"
    asking.run("grant", "--demo", "--yes", "--preset", "request.toml")
    start("policy-90-days").apply("--or-shorter")
    holding = start("deleted-app")
    holding.simulator.faults.add("PATCH /applications(uniqueName=*", TAKEN)
    holding.apply()
    start("drifted").run("new-secret", "--demo", "--yes", "--remove-old", "--handoff", "new.json")
    return [request for trip in trips for request in trip.simulator.requests]


def candidate(trip: Journey) -> str:
    """The Client ID of the registration that was made last."""
    tenant = trip.simulator.tenant
    return str([*tenant.deleted.values(), *tenant.applications.values()][-1].body["appId"])
