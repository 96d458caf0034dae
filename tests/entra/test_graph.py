"""The Graph client where an answer has pages, leads elsewhere, or lacks something."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.plan.credentials import ClientSecret, Secret
from emi_installer.simulator.faults import Answer, Drop, Normal, Raw
from tests.support.journey import Journey, assert_no_unsaved_secret, assert_set_up, journey

ROOT = "https://graph.microsoft.com/v1.0"
ORGANIZATION = {"id": "5c0f7a52-7d0e-4f0f-9d6c-3a1d6f9a2b11", "displayName": "Paged", "verifiedDomains": []}


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    return journey(tmp_path)


def page(link: Any, *entries: dict[str, Any]) -> Answer:
    return Answer(status=200, body={"value": list(entries), "@odata.nextLink": link})


def test_pages_are_followed_empty_ones_too(trip: Journey) -> None:
    trip.simulator.faults.add(
        "GET /organization",
        page(f"{ROOT}/organization?$skiptoken=1"),
        Answer(status=200, body={"value": [ORGANIZATION]}),
    )
    outcome = trip.run("plan", "--demo")
    assert outcome.code == 3
    assert "Organization: Paged" in outcome.out


@pytest.mark.parametrize("link", ["https://evil.example.com/v1.0/organization", "/organization", 5])
def test_a_page_elsewhere_never_gets_the_token(link: Any, trip: Journey) -> None:
    trip.simulator.faults.add("GET /organization", page(link))
    outcome = trip.run("plan", "--demo", "--json")
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "answer-unreadable"
    assert not [r for r in trip.simulator.requests if "evil" in r.url]


def test_a_list_that_leads_to_itself_ends(trip: Journey) -> None:
    link = f"{ROOT}/organization?$skiptoken=1"
    trip.simulator.faults.add("GET /organization", *[page(link)] * 9)
    assert trip.run("plan", "--demo", "--json").event("error")["code"] == "answer-unreadable"


def test_further_pages_are_asked_for_like_the_first(trip: Journey) -> None:
    path = "/me/transitiveMemberOf/microsoft.graph.directoryRole"
    trip.simulator.faults.add(f"GET {path}", page(f"{ROOT}{path}?$count=true&$top=1"))
    assert trip.run("plan", "--demo").code == 3


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("place", ["POST /$batch", "PATCH /applications*", "POST /*/oauth2/v2.0/token"])
def test_a_redirect_is_not_followed(status: int, place: str, trip: Journey) -> None:
    there = (("Location", "https://evil.example.com/collect"),)
    trip.simulator.faults.add(place, *[Answer(status=status, headers=there)] * 9)
    outcome = trip.apply()
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "captive-portal"
    assert not [r for r in trip.simulator.requests if "evil" in r.url]


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": "x"}])
def test_a_list_that_is_none(body: dict[str, Any], trip: Journey) -> None:
    trip.simulator.faults.add("GET /organization", Answer(status=200, body=body))
    assert trip.run("plan", "--demo", "--json").event("error")["code"] == "answer-unreadable"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"responses": "x"},
        {"responses": []},
        {"responses": [{"id": "0", "status": 200}]},
        {"responses": [{"id": str(n), "status": "200", "body": {}} for n in range(7)]},
    ],
)
def test_a_batch_whose_answers_are_missing_or_misshapen(body: dict[str, Any], trip: Journey) -> None:
    trip.simulator.faults.add("POST /$batch", *[Answer(status=200, body=body)] * 3)
    outcome = trip.run("plan", "--demo", "--json")
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "answer-unreadable"
    trip.simulator.faults.add("POST /$batch", Normal(), Answer(status=200, body=body))
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_a_refused_batch_is_explained(trip: Journey) -> None:
    body = {"error": {"code": "BadRequest", "message": "Too many requests in the batch."}}
    trip.simulator.faults.add("POST /$batch", Answer(status=400, body=body))
    outcome = trip.run("plan", "--demo", "--json")
    assert outcome.event("error")["code"] == "request-refused"


REFUSED = Answer(status=400, body={"error": {"code": "Request_BadRequest", "message": "not here"}})


def test_a_registration_that_was_posted_without_an_answer_is_found_by_its_tag(trip: Journey) -> None:
    trip.simulator.faults.add("PATCH /applications(uniqueName=*", REFUSED)
    trip.simulator.faults.add("POST /applications", Drop(acted=True))
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_an_upsert_without_an_answer_that_is_not_visible_yet(trip: Journey) -> None:
    trip.simulator.faults.lag, trip.simulator.faults.lag_of_each = 6.0, True
    trip.simulator.faults.add("PATCH /applications(uniqueName=*", Drop(acted=True))
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_an_empty_answer_to_a_write_that_has_one(trip: Journey) -> None:
    trip.simulator.faults.add("POST /servicePrincipals", Raw(status=201, content_type="application/json", acted=True))
    assert trip.apply().code == 0
    assert_set_up(trip)


def test_links_of_each_cloud() -> None:
    for cloud in CLOUDS.values():
        assert cloud.admin_consent_link(tenant_id="t", client_id="c") == f"{cloud.login}/t/adminconsent?client_id=c"
        assert cloud.app_registration_link(client_id="c").startswith(cloud.portal)


def test_a_secret_does_not_show_itself() -> None:

    secret = Secret("hunter2")
    made = ClientSecret(key_id="k", expires=datetime.now(UTC), secret=secret)
    assert "hunter2" not in f"{secret} {secret!r} {made} {secret:>20}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.reveal() == "hunter2"
