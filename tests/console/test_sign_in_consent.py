"""What signing in leaves in the tenant is told, and taken back on request."""

from __future__ import annotations

from pathlib import Path

import pytest

from emi_installer import wiring
from tests.support.journey import Journey, journey

CLIENT = "14d82eec-204b-4c2f-b7e8-296a70dab67e"


def left(trip: Journey) -> list[set[str]]:
    tenant = trip.simulator.tenant
    principal = tenant.service_principal(CLIENT)
    assert principal is not None
    grants = [e.body for e in tenant.grants.values() if e.body["clientId"] == principal.body["id"]]
    return [set(grant["scope"].split()) for grant in grants]


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    trip = journey(tmp_path)
    assert trip.apply().code == 0
    assert "Application.ReadWrite.All" in left(trip)[0]
    return trip


def test_it_is_taken_back_on_request(trip: Journey) -> None:
    outcome = trip.run("remove-sign-in-consent", "--demo", "--yes", "--json")
    assert outcome.code == 0, outcome.text
    assert outcome.event("result")["outcome"] == "removed"
    assert left(trip) == []


def test_what_others_consented_to_stays(trip: Journey) -> None:
    grants = trip.simulator.tenant.grants
    (grant,) = [e.body for e in grants.values() if "Application.ReadWrite.All" in e.body["scope"].split()]
    grant["scope"] += " Mail.Read"
    assert trip.run("remove-sign-in-consent", "--demo", "--yes").code == 0
    assert left(trip) == [{"Mail.Read", "openid", "profile", "offline_access"}]


@pytest.mark.parametrize(("more", "stays"), [((), True), (("--for-everybody",), False)])
def test_a_consent_for_everybody_is_named_and_goes_only_when_asked(
    more: tuple[str, ...],
    stays: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
) -> None:
    trip = journey(tmp_path)
    trip.simulator.tenant.consents_for_all = True
    assert trip.apply().code == 0
    outcome = trip.run("remove-sign-in-consent", "--demo", "--yes", *more)
    assert outcome.code == 0
    assert "for everybody" in outcome.out
    assert bool(left(trip)) == stays


def test_a_person_is_asked_first(trip: Journey) -> None:
    before = left(trip)
    declined = trip.run("remove-sign-in-consent", "--demo", types="n\n")
    assert declined.code == 1
    assert "is removed" in declined.out
    assert left(trip) == before
    assert trip.run("remove-sign-in-consent", "--demo").code == 1


def test_it_is_told_before_the_sign_in_and_at_the_end(trip: Journey) -> None:
    real = wiring.connect_simulator(trip.simulator, trip.clock, keys=trip.keys)
    object.__setattr__(real, "demo", False)
    outcome = trip.run("plan", "--contact-center", "acme.brightpattern.com", connection=real)
    said = outcome.out.partition("Signed in as")[0]
    assert "Microsoft keeps that consent" in said
    assert "Directory.Read.All" in said
    assert "ReadWrite" not in said
    assert "To take it back: emi-installer remove-sign-in-consent" in outcome.out.partition("Signed in as")[2]
