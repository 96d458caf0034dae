"""The sign-in service through MSAL itself, and by hand where MSAL would not go wrong."""

from __future__ import annotations

from typing import Any

import msal
import pytest
import requests

from emi_installer.simulator.scenarios import Builder, simulate
from emi_installer.simulator.service import Simulator
from tests.simulator.session import CLIENT, public_client, signed_in
from tests.support.clock import FakeClock

TOKEN = "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token"
SCOPE = "https://graph.microsoft.com/User.Read"


def connected(simulator: Simulator) -> requests.Session:
    http = requests.Session()
    http.mount("https://", simulator.adapter())
    return http


def number(answer: Any) -> int:
    body = answer if isinstance(answer, dict) else answer.json()
    return int(body["error_codes"][0])


def code_for(simulator: Simulator, http: requests.Session) -> tuple[str, dict[str, Any]]:
    flow = public_client(http).initiate_auth_code_flow(
        [SCOPE], redirect_uri="http://localhost:1", response_mode="form_post"
    )
    return simulator.sign_in_in_browser(flow["auth_uri"])["code"], flow


def test_a_code_is_good_once_and_for_its_verifier_alone() -> None:
    simulator = simulate("empty", clock=FakeClock())
    http = connected(simulator)
    form = {"grant_type": "authorization_code", "client_id": CLIENT, "redirect_uri": "http://localhost:1"}
    code, flow = code_for(simulator, http)
    assert number(http.post(TOKEN, data={**form, "code": code, "code_verifier": "wrong"})) == 501481
    code, flow = code_for(simulator, http)
    good = {**form, "code": code, "code_verifier": flow["code_verifier"]}
    assert "access_token" in http.post(TOKEN, data=good).json()
    assert number(http.post(TOKEN, data=good)) == 70008
    code, flow = code_for(simulator, http)
    elsewhere = {**form, "code": code, "code_verifier": flow["code_verifier"], "redirect_uri": "http://localhost:2"}
    assert number(http.post(TOKEN, data=elsewhere)) == 500112


def test_form_post_and_pkce_are_required() -> None:
    answer = simulate("empty").sign_in_in_browser(
        "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize?client_id=x&state=s&response_mode=query"
    )
    assert (answer["error"], answer["state"]) == ("invalid_request", "s")


def test_a_device_code_is_pending_and_then_good() -> None:
    simulator = simulate("empty", clock=FakeClock())
    app = public_client(connected(simulator))
    flow = app.initiate_device_flow([SCOPE])
    first = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    assert first["error"] == "authorization_pending"
    assert "access_token" in app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)


@pytest.mark.parametrize("authority", ["contoso.com", "contoso.onmicrosoft.com", "organizations", "common"])
def test_tenants_by_any_name(authority: str) -> None:
    assert public_client(connected(simulate("empty")), f"https://login.microsoftonline.com/{authority}")


def test_an_unknown_tenant_is_refused() -> None:
    answer = connected(simulate("empty")).get(
        "https://login.microsoftonline.com/fabrikam.com/v2.0/.well-known/openid-configuration"
    )
    assert (answer.status_code, number(answer)) == (400, 90002)


def test_an_unknown_host_is_not_there() -> None:
    with pytest.raises(requests.ConnectionError):
        connected(simulate("empty")).get("https://example.com/")


def app_only(simulator: Simulator, secret: str, client_id: str | None = None) -> Any:
    (application,) = [e.body for e in simulator.tenant.applications.values()]
    app = msal.ConfidentialClientApplication(
        client_id or application["appId"],
        authority=f"https://login.microsoftonline.com/{simulator.tenant.id}",
        instance_discovery=False,
        http_client=connected(simulator),
        client_credential=secret,
    )
    return app.acquire_token_for_client(["https://graph.microsoft.com/.default"])


@pytest.fixture
def simulator() -> Simulator:
    return simulate("configured", clock=FakeClock())


def secret_of(simulator: Simulator) -> str:
    (stored,) = simulator.tenant.secrets.values()
    return stored.text


def test_a_client_secret_signs_in(simulator: Simulator) -> None:
    assert "access_token" in app_only(simulator, secret_of(simulator))


def test_a_client_secret_is_refused_as_entra_does(simulator: Simulator) -> None:
    secret = secret_of(simulator)
    (application,) = [e.body for e in simulator.tenant.applications.values()]
    assert number(app_only(simulator, "wrong")) == 7000215
    assert number(app_only(simulator, secret, "00000000-0000-4000-8000-000000000000")) == 700016
    principal = simulator.tenant.service_principal(application["appId"])
    assert principal is not None
    principal.body["accountEnabled"] = False
    assert number(app_only(simulator, secret)) == 7000112
    simulator.tenant.delete_service_principal(principal.body["id"], 0.0)
    assert number(app_only(simulator, secret)) == 700016
    expired = Builder(simulator).secret(application, name="old", days=-1)
    assert number(app_only(simulator, expired)) == 7000222


def test_a_fresh_client_secret_needs_time(simulator: Simulator) -> None:
    simulator.faults.secret_lag = 5.0
    (stored,) = simulator.tenant.secrets.values()
    stored.born = simulator.clock.now()
    assert number(app_only(simulator, stored.text)) == 7000215
    simulator.clock.sleep(5.0)
    assert "access_token" in app_only(simulator, stored.text)


def test_graph_refuses_what_is_no_token_of_its_own() -> None:
    session = signed_in()
    for token in ("", "x", "a.b.c", session.token.replace(".", "", 1)):
        answer = session.http.get(
            "https://graph.microsoft.com/v1.0/me", headers={"Authorization": f"Bearer {token}".strip()}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    elsewhere = session.http.get(
        "https://graph.microsoft.us/v1.0/me", headers={"Authorization": f"Bearer {session.token}"}
    )
    assert elsewhere.status_code == 401


def test_a_token_expires_and_sessions_can_be_revoked() -> None:
    session = signed_in()
    clock = session.simulator.clock
    assert session.get("/me").status_code == 200
    session.simulator.tenant.revoke_sessions(clock.now() + 1)
    challenged = session.get("/me")
    assert challenged.status_code == 401
    assert 'error="insufficient_claims"' in challenged.headers["WWW-Authenticate"]
    session.simulator.tenant.revoke_sessions(0.0)
    clock.sleep(4000)
    expired = session.get("/me")
    assert (expired.status_code, "expired" in expired.text) == (401, True)


@pytest.mark.parametrize(("account", "kind"), [("administrator", "Member"), ("guest", "Guest")])
def test_who_one_is(account: str, kind: str) -> None:
    assert signed_in(account=account).get("/me").json()["userType"] == kind
