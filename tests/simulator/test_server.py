"""The simulator over loopback: sign-in pages for a browser, Graph for clients of other processes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import requests

from emi_installer.simulator.faults import Drop
from emi_installer.simulator.scenarios import simulate
from emi_installer.simulator.server import SimulatorServer
from emi_installer.simulator.service import Simulator

TENANT = "5c0f7a52-7d0e-4f0f-9d6c-3a1d6f9a2b11"
ASKED = {
    "client_id": "14d82eec-204b-4c2f-b7e8-296a70dab67e",
    "response_type": "code",
    "redirect_uri": "http://localhost:9",
    "scope": "https://graph.microsoft.com/Application.ReadWrite.All",
    "state": "<s>&",
    "response_mode": "form_post",
    "code_challenge": "x",
    "code_challenge_method": "S256",
}


@pytest.fixture
def simulator() -> Simulator:
    return simulate("empty")


@pytest.fixture
def root(simulator: Simulator) -> Iterator[str]:
    server = SimulatorServer(simulator)
    yield server.root
    server.close()


def authorize(root: str, **more: str) -> str:
    return f"{root}/organizations/oauth2/v2.0/authorize?{urlencode({**ASKED, **more})}"


def fields(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}


def test_it_listens_on_loopback_alone(root: str) -> None:
    assert root.startswith("http://127.0.0.1:")


def test_the_discovery_sends_browsers_here(root: str) -> None:
    found = requests.get(f"{root}/organizations/v2.0/.well-known/openid-configuration", timeout=10).json()
    assert found["authorization_endpoint"].startswith(f"{root}/organizations/")
    assert found["token_endpoint"].startswith("https://login.microsoftonline.com/")


def test_the_sign_in_page_offers_four_accounts_and_cancel(root: str) -> None:
    page = requests.get(authorize(root), timeout=10).text
    for text in ("Global Administrator", "Application Administrator", "no administrator role", "guest", "Cancel"):
        assert text in page


def test_an_account_comes_back_as_a_code(root: str) -> None:
    page = requests.post(authorize(root), data={"account": "administrator"}, timeout=10).text
    assert 'action="http://localhost:9"' in page
    posted = fields(page)
    assert posted["code"]
    assert posted["state"] == "<s>&"


def test_cancel_comes_back_as_an_error(root: str) -> None:
    posted = fields(requests.post(authorize(root), data={"account": ""}, timeout=10).text)
    assert posted["error"] == "access_denied"
    assert posted["state"] == "<s>&"


def test_a_redirect_to_elsewhere_is_refused(root: str) -> None:
    link = authorize(root, redirect_uri="https://evil.example.com")
    answer = requests.post(link, data={"account": "administrator"}, timeout=10)
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_name_that_was_pointed_at_this_computer_is_refused(root: str) -> None:
    answer = requests.get(authorize(root), headers={"Host": "evil.example.com"}, timeout=10)
    assert answer.status_code == 403


def test_a_code_is_typed_elsewhere(root: str) -> None:
    login = f"{root}/organizations/oauth2/v2.0"
    client = {"client_id": ASKED["client_id"]}
    flow = requests.post(f"{login}/devicecode", data={**client, "scope": ASKED["scope"]}, timeout=10).json()
    assert flow["verification_uri"] == f"{root}/devicelogin"
    asking = {**client, "grant_type": "device_code", "device_code": flow["device_code"]}
    for _ in range(3):
        assert requests.post(f"{login}/token", data=asking, timeout=10).json()["error"] == "authorization_pending"
    page = requests.post(flow["verification_uri"], data={"code": flow["user_code"].lower()}, timeout=10).text
    assert "Administrator" in page
    chosen = {"code": flow["user_code"], "account": "member"}
    assert "close this page" in requests.post(flow["verification_uri"], data=chosen, timeout=10).text
    assert "access_token" in requests.post(f"{login}/token", data=asking, timeout=10).json()


def test_declining_a_code(root: str) -> None:
    login = f"{root}/organizations/oauth2/v2.0"
    client = {"client_id": ASKED["client_id"]}
    flow = requests.post(f"{login}/devicecode", data={**client, "scope": ASKED["scope"]}, timeout=10).json()
    requests.post(flow["verification_uri"], data={"code": flow["user_code"], "account": ""}, timeout=10)
    asking = {**client, "grant_type": "device_code", "device_code": flow["device_code"]}
    assert requests.post(f"{login}/token", data=asking, timeout=10).json()["error"] == "authorization_declined"


def test_a_code_that_nobody_gave(root: str) -> None:
    page = requests.post(f"{root}/devicelogin", data={"code": "NONSENSE", "account": "member"}, timeout=10).text
    assert "not known" in page
    assert "<form" in requests.get(f"{root}/devicelogin", timeout=10).text


def test_graph_answers_here_too(root: str) -> None:
    answer = requests.get(f"{root}/v1.0/me", timeout=10)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"]


def test_a_broken_connection_is_one(root: str, simulator: Simulator) -> None:
    simulator.faults.add("GET /me", Drop(acted=False))
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{root}/v1.0/me", timeout=10)
