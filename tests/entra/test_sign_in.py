"""Signing in: every wrong account, tenant and refusal is told plainly; codes and challenges work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from emi_installer.core.desired.answers import make_answers
from emi_installer.core.errors.errors import Cancelled, InstallerError
from emi_installer.core.plan.events import DeviceCode, Event
from emi_installer.entra import sign_in
from emi_installer.entra.http import Session
from emi_installer.entra.retry import RetryPolicy
from emi_installer.entra.sign_in import SignIn
from emi_installer.local.assets import read_blueprint
from emi_installer.simulator.faults import Answer, Drop, Raw, html, throttle, unavailable
from emi_installer.simulator.login_api import read_token
from emi_installer.simulator.tenant import GLOBAL_ADMINISTRATOR, Account
from emi_installer.wording.errors import explain
from tests.support.clock import FakeClock
from tests.support.journey import Journey, Outcome, journey


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    return journey(tmp_path)


def problem(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 1, outcome.text
    return outcome.event("error")


@pytest.mark.parametrize(
    ("account", "code", "said"),
    [("guest", "guest-account", "guest in Contoso"), ("personal", "personal-account", "personal Microsoft account")],
)
def test_a_wrong_kind_of_account(account: str, code: str, said: str, trip: Journey) -> None:
    trip.simulator.tenant.default_account = account
    found = problem(trip.run("plan", "--demo", "--json"))
    assert found["code"] == code
    assert said in found["title"]
    assert "work account" in found["remedy"] or "belongs to" in found["remedy"]


@pytest.mark.parametrize("tenant", ["contoso.com", "CONTOSO.onmicrosoft.com", "5c0f7a52-7d0e-4f0f-9d6c-3a1d6f9a2b11"])
def test_the_right_tenant_by_any_name(tenant: str, trip: Journey) -> None:
    assert trip.run("plan", "--demo", "--tenant", tenant).code == 3


def test_an_unknown_tenant(trip: Journey) -> None:
    found = problem(trip.run("plan", "--demo", "--json", "--tenant", "fabrikam.com"))
    assert found["code"] == "tenant-not-found"
    assert "fabrikam.com" in found["title"]


def test_signed_in_to_another_tenant_than_asked_for(trip: Journey) -> None:
    trip.simulator.tenant.domains = (*trip.simulator.tenant.domains, "fabrikam.com")
    domains = [{"name": "contoso.com", "isDefault": True}]
    body = {"value": [{"id": trip.simulator.tenant.id, "displayName": "Contoso", "verifiedDomains": domains}]}
    trip.simulator.faults.add("GET /organization", Answer(status=200, body=body))
    found = problem(trip.run("plan", "--demo", "--json", "--tenant", "fabrikam.com"))
    assert found["code"] == "wrong-tenant"
    assert "contoso.com" in found["title"]
    assert "fabrikam.com" in found["title"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (("access_denied", "AADSTS65004: User declined to consent to access the app."), "sign-in-declined"),
        (("interaction_required", "AADSTS53003: Access has been blocked."), "conditional-access"),
        (("invalid_client", "AADSTS65002: Consent between first party."), "client-misconfigured"),
        (("server_error", "AADSTS999999: Something else"), "sign-in-failed"),
    ],
)
@pytest.mark.parametrize("way", [(), ("--device-code",)])
def test_microsoft_refuses(error: tuple[str, str], code: str, way: tuple[str, ...], trip: Journey) -> None:
    trip.simulator.tenant.sign_in_error = error
    found = problem(trip.run("plan", "--demo", "--json", *way))
    expected = "device-code-refused" if way and code == "conditional-access" else code
    assert found["code"] == expected
    assert found["remedy"]
    assert trip.graph_requests() == []


def test_a_device_code_is_shown_and_polled_for(trip: Journey) -> None:
    trip.simulator.tenant.device_polls = 3
    outcome = trip.run("plan", "--demo", "--json", "--device-code")
    assert outcome.code == 3
    shown = outcome.event("device-code")
    assert shown["link"].startswith("https://")
    assert len(shown["code"]) == 9
    assert trip.clock.waits.count(1.0) == 4


def test_a_device_code_that_nobody_uses_expires(trip: Journey) -> None:
    trip.simulator.tenant.device_polls = 10_000
    assert problem(trip.run("plan", "--demo", "--json", "--device-code"))["code"] == "code-expired"


def test_a_refused_device_code(trip: Journey) -> None:
    refused = {"error": "invalid_client", "error_description": "AADSTS7000218: The request body must contain…"}
    trip.simulator.faults.add("POST /*/oauth2/v2.0/devicecode", Answer(status=401, body=refused))
    assert problem(trip.run("plan", "--demo", "--json", "--device-code"))["code"] == "client-misconfigured"


def test_a_device_code_can_be_cancelled_while_it_waits(trip: Journey) -> None:
    cancel = threading.Event()
    told: list[Event] = []

    def on_event(event: Event) -> None:
        told.append(event)
        cancel.set()

    session = Session()
    session.mount("https://", trip.simulator.adapter())
    answers = make_answers(read_blueprint(), None, today=datetime.now(UTC).date())
    patience = RetryPolicy(FakeClock(), cancel, on_event)
    person = SignIn(answers, session, lambda: pytest.fail("no browser"), patience, device_code=True)
    with pytest.raises(Cancelled):
        person.sign_in()
    assert isinstance(told[0], DeviceCode)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (html(), "captive-portal"),
        (Raw(status=302), "captive-portal"),
        (Raw(content=b"[]", content_type="application/json"), "answer-unreadable"),
        (Raw(content=b"{", content_type="application/json"), "answer-unreadable"),
    ],
)
@pytest.mark.parametrize("place", ["GET /*/openid-configuration", "POST /*/oauth2/v2.0/token"])
def test_something_else_than_microsoft_answers(place: str, outcome: Raw, code: str, trip: Journey) -> None:
    trip.simulator.faults.add(place, outcome)
    assert problem(trip.run("plan", "--demo", "--json"))["code"] == code


def test_a_sign_in_service_that_recovers(trip: Journey) -> None:
    trip.simulator.faults.add("GET /*/openid-configuration", unavailable(), throttle("1.5"), Drop(acted=False))
    outcome = trip.run("plan", "--demo", "--json")
    assert outcome.code == 3
    reasons = [e["reason"] for e in outcome.events if e["event"] == "waiting"]
    assert reasons == ["unavailable", "throttled", "network"]


def test_a_sign_in_service_that_does_not(trip: Journey) -> None:
    trip.simulator.faults.add("GET /*/openid-configuration", *[unavailable()] * 9)
    assert problem(trip.run("plan", "--demo", "--json"))["code"] == "unavailable"


def test_a_tampered_answer_of_the_page(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trip.simulator, "sign_in_in_browser", lambda _: {"code": "c", "state": "of another"})
    assert problem(trip.run("plan", "--demo", "--json"))["code"] == "sign-in-page-unreadable"


@pytest.mark.parametrize("path", ["GET /me", "GET /organization"])
def test_what_microsoft_does_not_tell_about_the_account_is_done_without(path: str, trip: Journey) -> None:
    refused = Answer(status=403, body={"error": {"code": "Authorization_RequestDenied", "message": "no"}})
    trip.simulator.faults.add(path, refused)
    outcome = trip.run("plan", "--demo", "--tenant", "contoso.com")
    assert outcome.code == 3, outcome.text
    assert "ada.adams@contoso.com" in outcome.out
    assert trip.simulator.tenant.id in outcome.out


def test_a_cloud_that_does_not_know_our_questions_is_asked_less(trip: Journey) -> None:
    refused = Answer(status=400, body={"error": {"code": "Request_UnsupportedQuery", "message": "no"}})
    for path in ("GET /applications", "GET /applications(uniqueName=*"):
        trip.simulator.faults.add(path, refused, refused)
    assert trip.run("plan", "--demo").code == 3


def test_roles_that_microsoft_does_not_tell_block_nothing(trip: Journey) -> None:
    refused = Answer(status=403, body={"error": {"code": "Authorization_RequestDenied", "message": "no"}})
    trip.simulator.faults.add("GET /me/transitiveMemberOf/*", refused)
    outcome = trip.run("plan", "--demo")
    assert outcome.code == 3
    assert "Microsoft did not return them" in outcome.out


def test_a_permission_that_the_cloud_does_not_publish_is_a_blocker(trip: Journey) -> None:
    graph = trip.simulator.tenant.service_principals[trip.simulator.tenant.graph_id].body
    kept = [role for role in graph["appRoles"] if role["value"] != "Presence.ReadWrite.All"]
    graph["appRoles"] = kept
    outcome = trip.run("plan", "--demo", "--cloud", "china")
    assert outcome.code == 1
    assert "application permission Presence.ReadWrite.All" in outcome.out
    assert trip.apply("--cloud", "china").code == 1
    assert trip.simulator.tenant.applications == {}


def test_a_policy_that_may_be_read_shortens_the_secret(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    trip.simulator.tenant.max_secret_days = 90
    original = sign_in.SignIn._accepted

    def accepted(self: Any, result: dict[str, Any]) -> dict[str, Any]:
        found = original(self, result)
        self.granted_scopes |= {"Policy.Read.All"}
        return found

    monkeypatch.setattr(sign_in.SignIn, "_accepted", accepted)
    policy = {
        "isEnabled": True,
        "applicationRestrictions": {
            "passwordCredentials": [{"restrictionType": "passwordLifetime", "maxLifetime": "P90D", "state": "enabled"}]
        },
    }
    trip.simulator.faults.add("GET /policies/defaultAppManagementPolicy", Answer(status=200, body=policy))
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert "90 days at most" in outcome.event("plan")["notices"][0]


class Browser:
    """Signs `accounts` in, one after the other, and keeps the links that it was sent to."""

    redirect_uri = "http://localhost:50000"

    def __init__(self, trip: Journey, *accounts: str) -> None:
        self._trip = trip
        self._accounts = iter(accounts)
        self.links: list[str] = []

    def receive(self, link: str, state: str, patience: RetryPolicy, on_link: Callable[[bool], None]) -> dict[str, str]:
        del state, patience, on_link
        self.links.append(link)
        return self._trip.simulator.sign_in_in_browser(link, next(self._accounts))

    def close(self) -> None:
        pass

    def query(self, number: int) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.links[number]).query)


def person(trip: Journey, browser: Browser) -> SignIn:
    session = Session()
    session.mount("https://", trip.simulator.adapter())
    answers = make_answers(read_blueprint(), None, today=datetime.now(UTC).date())
    return SignIn(answers, session, lambda: browser, RetryPolicy(trip.clock, threading.Event(), lambda _: None))


CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'


def test_a_second_sign_in_asks_for_the_same_account_by_name(trip: Journey) -> None:
    browser = Browser(trip, "administrator", "administrator")
    signed_in = person(trip, browser)
    name = signed_in.sign_in().user_principal_name
    assert signed_in.access_token(claims=CLAIMS)
    assert browser.query(0)["prompt"] == ["select_account"]
    assert browser.query(1)["login_hint"] == [name]
    assert "prompt" not in browser.query(1)


def test_another_account_in_mid_run_is_refused_by_name(trip: Journey) -> None:
    signed_in = person(trip, Browser(trip, "administrator", "other", "administrator"))
    trip.simulator.tenant.accounts["other"] = Account(
        key="other", name="Eve", user_principal_name="eve@contoso.com", roles=frozenset({GLOBAL_ADMINISTRATOR})
    )
    first = signed_in.sign_in()
    token = signed_in.access_token()
    with pytest.raises(InstallerError) as refused:
        signed_in.access_token(claims=CLAIMS)
    assert refused.value.code == "other-account"
    assert "eve@contoso.com" in explain(refused.value).title
    assert first.user_principal_name in explain(refused.value).remedy
    assert signed_in.access_token() == token, "the first account's, as before"
    again = read_token(signed_in.access_token(claims=CLAIMS))
    assert again is not None
    assert again["oid"] == trip.simulator.tenant.accounts["administrator"].oid


def test_the_account_that_signs_in_first_is_the_one_that_counts(trip: Journey) -> None:
    """Whatever else is in the cache of tokens, in whichever order."""
    signed_in = person(trip, Browser(trip, "administrator", "other"))
    trip.simulator.tenant.accounts["other"] = Account(key="other", name="Eve", user_principal_name="eve@contoso.com")
    signed_in.sign_in()
    with pytest.raises(InstallerError):
        signed_in.sign_in()
    token = read_token(signed_in.access_token(renew=True))
    assert token is not None
    assert token["oid"] == trip.simulator.tenant.accounts["administrator"].oid


def test_requests_of_the_sign_in_are_logged_as_those_of_graph_are(trip: Journey) -> None:
    trip.simulator.faults.add("POST /*/oauth2/v2.0/token", throttle("1"))
    trip.run("plan", "--demo")
    (log,) = [text for place, text in trip.written() if place.endswith(".log")]
    lines = [line.split(" ", 1)[1] for line in log.splitlines()]
    sign_in_lines = [line for line in lines if line.startswith("sign-in ")]
    assert [line.partition(" request_id")[0] for line in sign_in_lines] == [
        "sign-in method=GET path=/organizations/v2.0/.well-known/openid-configuration status=200",
        "sign-in method=POST path=/organizations/oauth2/v2.0/token status=429",
        "sign-in method=POST path=/organizations/oauth2/v2.0/token status=200",
    ]
    assert any(line.startswith("graph method=POST path=/$batch status=200") for line in lines)


def test_a_sign_in_without_an_answer_is_logged_with_its_code(trip: Journey) -> None:
    trip.simulator.faults.add("GET /*/openid-configuration", *[Drop(acted=False)] * 9)
    trip.run("plan", "--demo")
    (log,) = [text for place, text in trip.written() if place.endswith(".log")]
    assert log.count("openid-configuration code=connection-dropped") == 3


DEEP = Raw(content=b"[" * 100_000, content_type="application/json")


@pytest.mark.parametrize("place", ["GET /*/openid-configuration", "POST /*/oauth2/v2.0/token", "POST /$batch"])
def test_an_answer_that_is_nested_without_end_is_no_mistake_of_ours(place: str, trip: Journey) -> None:
    trip.simulator.faults.add(place, *[DEEP] * 9)
    assert problem(trip.run("plan", "--demo", "--json"))["code"] == "answer-unreadable"
