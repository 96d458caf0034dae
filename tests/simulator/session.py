"""Somebody who is signed in to the simulator and asks Graph directly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msal
import requests

from emi_installer.simulator.scenarios import simulate
from emi_installer.simulator.service import Simulator
from tests.support.clock import FakeClock

CLIENT = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
SCOPES = (
    "User.Read",
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Policy.Read.All",
)


@dataclass(frozen=True, kw_only=True)
class Session:
    """Requests of Graph with the person's token."""

    simulator: Simulator
    http: requests.Session
    token: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One request; `path` is from the API version on."""
        sent = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.http.request(method, f"https://graph.microsoft.com/v1.0{path}", json=body, headers=sent)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str) -> requests.Response:
        return self.send("DELETE", path)


def public_client(http: requests.Session, authority: str = "https://login.microsoftonline.com/organizations") -> Any:
    """MSAL, speaking with the simulator."""
    return msal.PublicClientApplication(CLIENT, authority=authority, instance_discovery=False, http_client=http)


def signed_in(
    scenario: str = "empty",
    account: str | None = None,
    scopes: tuple[str, ...] = SCOPES,
    simulator: Simulator | None = None,
) -> Session:
    """A session of `account` (default: the scenario's) with a token for `scopes`; `simulator`: in this tenant."""
    simulator = simulator or simulate(scenario, clock=FakeClock())
    http = requests.Session()
    http.mount("https://", simulator.adapter())
    app = public_client(http)
    wanted = [f"https://graph.microsoft.com/{scope}" for scope in scopes]
    flow = app.initiate_auth_code_flow(wanted, redirect_uri="http://localhost:1", response_mode="form_post")
    result = app.acquire_token_by_auth_code_flow(flow, simulator.sign_in_in_browser(flow["auth_uri"], account))
    return Session(simulator=simulator, http=http, token=result["access_token"])
