"""Every answer of the simulator, held against Microsoft's own description of Graph."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from emi_installer.simulator.scenarios import SCENARIOS, simulate
from tests.simulator.session import signed_in
from tests.support.clock import FakeClock
from tests.support.journey import journey
from tests.support.member import call, certificate
from tests.support.shared import shared


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request of Graph and its answer; the items of a $batch count as exchanges of their own."""

    method: str
    url: str
    body: Any
    status: int
    answer: Any


@lru_cache(maxsize=1)
def description() -> OpenAPI:
    return OpenAPI.from_file_path(str(shared("graph/openapi-subset.yaml")))


def refusal(exchange: Exchange) -> str | None:
    """Why the description refuses the answer, or None."""
    parts = urlsplit(exchange.url)
    request = MockRequest(
        "https://graph.microsoft.com",
        exchange.method.lower(),
        unquote(parts.path),
        args={key: values[0] for key, values in parse_qs(parts.query).items()},
        data=None if exchange.body is None else json.dumps(exchange.body).encode(),
    )
    content = b"" if exchange.answer is None else json.dumps(exchange.answer).encode()
    response = MockResponse(data=content, status_code=exchange.status, content_type="application/json")
    try:
        description().validate_response(request, response)
    except Exception as problem:  # noqa: BLE001 - openapi-core has many kinds
        cause = problem.__cause__ or problem
        found = getattr(cause, "schema_errors", None)
        details = "; ".join(f"{list(e.absolute_path)}: {e.message}" for e in found) if found else str(cause)
        return f"{exchange.method} {parts.path} {exchange.status}: {type(problem).__name__}: {details[:600]}"
    return None


def exchanges(method: str, url: str, body: Any, status: int, answer: Any) -> Iterator[Exchange]:
    yield Exchange(method=method, url=url, body=body, status=status, answer=answer)
    if url.endswith("/$batch") and status == 200:
        asked = {item["id"]: item for item in body["requests"]}
        for item in answer["responses"]:
            one = asked[item["id"]]
            yield Exchange(
                method=one["method"],
                url="https://graph.microsoft.com/v1.0" + one["url"],
                body=one.get("body"),
                status=item["status"],
                answer=item.get("body"),
            )


def record(simulator: Any) -> list[Exchange]:
    """What Graph is asked and answers from now on."""
    seen: list[Exchange] = []
    handle = simulator.handle

    def recording(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Any:
        status, sent, content = handle(method, url, headers, body)
        if "/v1.0/" in url:
            asked = json.loads(body) if body else None
            seen.extend(exchanges(method, url, asked, status, json.loads(content) if content else None))
        return status, sent, content

    simulator.handle = recording
    return seen


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "big-tenant"])
def test_what_the_installer_asks_is_answered_as_described(scenario: str, tmp_path: Path) -> None:
    trip = journey(tmp_path, scenario)
    seen = record(trip.simulator)
    trip.apply()
    trip.run("verify", "--demo")
    assert len(seen) > 10
    assert [why for exchange in seen if (why := refusal(exchange))] == []


def test_what_else_may_be_asked_is_answered_as_described() -> None:
    session = signed_in("configured")
    seen = record(session.simulator)
    session.http.mount("https://", session.simulator.adapter())
    tenant = session.simulator.tenant
    (application,) = [e.body for e in tenant.applications.values()]
    principal = tenant.service_principal(application["appId"])
    assert principal is not None
    own, grant = principal.body["id"], next(iter(tenant.grants))
    for path in (
        *("/me", "/me/memberOf", "/me/transitiveMemberOf", "/organization", "/applications", "/servicePrincipals"),
        *("/applications?$top=1", "/oauth2PermissionGrants", f"/oauth2PermissionGrants/{grant}"),
        *(f"/applications/{application['id']}", f"/applications/{application['id']}/appManagementPolicies"),
        f"/applications(appId='{application['appId']}')",
        *(f"/servicePrincipals/{own}", f"/servicePrincipals/{own}/appRoleAssignments"),
        f"/servicePrincipals/{tenant.graph_id}/appRoleAssignedTo",
        *("/policies/defaultAppManagementPolicy", "/applications/nothing", "/applications?$filter=nonsense"),
    ):
        session.get(path)
    session.delete(f"/applications/{application['id']}")
    session.get("/directory/deletedItems/microsoft.graph.application")
    session.get(f"/directory/deletedItems/{application['id']}")
    session.post(f"/directory/deletedItems/{application['id']}/restore")
    session.post("/servicePrincipals", {"appId": application["appId"]})
    session.post("/applications", {"displayName": "Another"})
    session.post("/applications", {"surprise": 1})
    assert len(seen) > 20
    assert [why for exchange in seen if (why := refusal(exchange))] == []


def test_what_tells_of_control_is_answered_as_described() -> None:
    simulator = simulate("held-app", clock=FakeClock())
    seen = record(simulator)
    ((key, application),) = simulator.tenant.applications.items()
    app_id, mia = application.body["appId"], simulator.tenant.accounts["member"].oid
    person = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{mia}"}
    by_app_id = f"/servicePrincipals(appId='{app_id}')"
    for path in (f"/applications/{key}", f"/applications(appId='{app_id}')"):
        for part in ("", "/owners", "/owners?$select=id,displayName", "/owners/microsoft.graph.user"):
            call(simulator, "member", "GET", f"{path}{part}")
        call(simulator, "member", "GET", f"{path}?$select=id,keyCredentials,passwordCredentials,spa,publicClient,web")
        call(simulator, "member", "GET", f"{path}/federatedIdentityCredentials")
    held = application.federated[0]["id"]
    for method in ("GET", "DELETE", "GET"):
        call(simulator, "administrator", method, f"/applications/{key}/federatedIdentityCredentials/{held}")
    call(simulator, "administrator", "PATCH", f"/applications/{key}", {"keyCredentials": [certificate().credential]})
    call(simulator, "administrator", "POST", f"{by_app_id}/owners/$ref", person)
    call(simulator, "administrator", "POST", f"{by_app_id}/owners/$ref", person)
    call(simulator, "member", "GET", f"{by_app_id}/owners")
    call(simulator, "administrator", "DELETE", f"{by_app_id}/owners/{mia}/$ref")
    made = call(simulator, "administrator", "POST", f"{by_app_id}/addPassword", {})
    call(simulator, "administrator", "POST", f"{by_app_id}/removePassword", {"keyId": made.body["keyId"]})
    call(simulator, "administrator", "PATCH", by_app_id, {"keyCredentials": [], "replyUrls": []})
    call(simulator, "member", "GET", by_app_id)
    assert {exchange.status for exchange in seen} == {200, 204, 400, 404}
    assert [why for exchange in seen if (why := refusal(exchange))] == []
