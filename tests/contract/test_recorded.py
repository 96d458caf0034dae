"""The second referee: the simulator, held against answers that Microsoft's servers really sent.

../shared/graph/recorded holds them with compare.py, which tells how two answers differ. What may differ stands below,
with the reason; anything else fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.journeys import traffic
from tests.support.exchanges import Exchange, record
from tests.support.recorded import LOGIN, compare, recordings

_OBJECT = r"(?:/[^/]+|\([^/]*\))"
OPERATIONS = (
    ("GET", r"/me", "get-me"),
    ("GET", r"/organization", "get-organization"),
    ("GET", r"/me/transitiveMemberOf/.*", "get-memberOf"),
    ("GET", r"/applications", "get-applications"),
    ("GET", r"/directory/deletedItems/microsoft\.graph\.application", "get-applications"),
    ("GET", rf"/applications{_OBJECT}", "get-application"),
    ("POST", r"/applications", "post-applications"),
    ("PATCH", r"/applications\(uniqueName=.*\)", "patch-application-upsert"),
    ("PATCH", rf"/applications{_OBJECT}", "patch-application"),
    ("DELETE", rf"/applications{_OBJECT}", "delete-application"),
    ("POST", r".*/addPassword", "post-addPassword"),
    ("POST", r".*/removePassword", "post-removePassword"),
    ("GET", r"/servicePrincipals", "get-servicePrincipals"),
    ("GET", rf"/servicePrincipals{_OBJECT}", "get-servicePrincipal"),
    ("POST", r"/servicePrincipals", "post-servicePrincipals"),
    ("PATCH", rf"/servicePrincipals{_OBJECT}", "patch-servicePrincipal"),
    ("DELETE", rf"/servicePrincipals{_OBJECT}", "delete-servicePrincipal"),
    ("GET", r"/servicePrincipals.*/oauth2PermissionGrants", "get-oauth2PermissionGrants"),
    ("GET", r"/servicePrincipals.*/appRoleAssignments", "get-appRoleAssignments"),
    ("POST", r"/servicePrincipals.*/appRoleAssignedTo", "post-appRoleAssignment"),
    ("POST", r"/oauth2PermissionGrants", "post-oauth2PermissionGrants"),
    ("POST", r"/\$batch", "post-batch"),
    ("GET", r"/[^/]+/v2\.0/\.well-known/openid-configuration", "get-openid-configuration"),
    ("POST", r"/[^/]+/oauth2/v2\.0/devicecode", "post-devicecode"),
    ("POST", r"/[^/]+/oauth2/v2\.0/token", "post-token"),
)
INSTEAD = {("patch-application-upsert", 201): "post-applications"}
"""Where nothing was recorded, the call that answers with the same object."""

UNRECORDED = (
    r"PATCH /oauth2PermissionGrants/\S+ 204",
    r"POST /directory/deletedItems/\S+/restore 200",
    r"GET \S+/owners \d+",
    r"GET \S+/federatedIdentityCredentials \d+",
    r"\S+ \S+ 429",
)
"""Answers that nothing was recorded for: a changed grant, a restored object, owners, federation, throttling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A difference that may stay: regular expressions of the operation, and of the kind and the place."""

    operation: str
    difference: str
    reason: str


ALLOWED = (
    Allowed(operation=r".*", difference=r"header-lacking header:x-ms-ags-diagnostic", reason="names a data centre"),
    Allowed(
        operation=r".*",
        difference=r"header-(only-ours|lacking) header:client-request-id",
        reason="recorders kept it in some answers only; ours has it always, as the description says",
    ),
    Allowed(
        operation=r".* 400",
        difference=r"header-only-ours header:cache-control",
        reason="three refusals were recorded with headers; the successes all have it",
    ),
    Allowed(
        operation=r"get-applications 200",
        difference=r"(form value\[\]\.deletedDateTime|only-ours @odata\.count)",
        reason="neither deleted items nor counted lists of applications were recorded",
    ),
    Allowed(
        operation=r"get-memberOf 200",
        difference=r"only-ours @odata\.count",
        reason="the recorded lists were not counted",
    ),
    Allowed(
        operation=r".* 20[01]",
        difference=r"form (value\[\]\.)?uniqueName",
        reason="the recorded applications have none",
    ),
    Allowed(
        operation=r".* 20[01]",
        difference=r"(only-ours|form) (value\[\]\.)?isDisabled",
        reason="a property of the description that is younger than the recordings",
    ),
    Allowed(
        operation=r"get-(application|servicePrincipal) 200",
        difference=r"form keyCredentials\[\]\.key",
        reason="told only where $select asks one object for it; the recordings do not ask",
    ),
    Allowed(
        operation=r"get-servicePrincipal 200",
        difference=r"form passwordCredentials\[\]\.hint",
        reason="the recorded secret is older than hints; those of app registrations have them in the recordings",
    ),
    Allowed(
        operation=r"(get-appRoleAssignments|post-appRoleAssignment|post-applications|patch-application-upsert) 20[01]",
        difference=r"form (value\[\]\.)?createdDateTime",
        reason="5 to 7 digits, by chance: closing zeros fall away",
    ),
    Allowed(
        operation=r"(post-\w+|patch-application-upsert) 20[01]",
        difference=r"header-form header:location",
        reason="no national cloud was recorded: the host is another, the rest is the same",
    ),
    Allowed(
        operation=r"(post-addPassword|post-servicePrincipals|patch-application-upsert) 40[03]",
        difference=r"form error\.(code|message|details\[\]\.(code|target))",
        reason="known from public code that matches the sentence, not from a recording",
    ),
    Allowed(
        operation=r"post-batch 200",
        difference=r"\S+ responses\[\]\.(body.*|headers\.(Location|Retry-After))",
        reason="each item is held against the recordings of its own call; writes in a $batch were not recorded",
    ),
    Allowed(
        operation=r"post-batch 200",
        difference=r"lacking responses\[\]\.headers\.\S+",
        reason="the two that were recorded hold successes alone, with a body each",
    ),
)


def place_of(exchange: Exchange) -> str:
    path = urlsplit(exchange.url).path
    return path.partition("/v1.0")[2] if exchange.is_graph else path


def operation_of(exchange: Exchange) -> str | None:
    place = place_of(exchange)
    for method, pattern, name in OPERATIONS:
        if method == exchange.method and (name in LOGIN) != exchange.is_graph and re.fullmatch(pattern, place):
            return name
    return None


def recorded_for(operation: str, status: int) -> list[dict[str, Any]]:
    """The recordings to hold an answer against: of a refusal, those of any call of the same service."""
    if status >= 400:
        same = [name for name in recordings() if (name in LOGIN) == (operation in LOGIN)]
        return [one for name in same for one in recordings()[name] if one["response"]["status"] == status]
    name = INSTEAD.get((operation, status), operation)
    return [one for one in recordings()[name] if one["response"]["status"] == status]


def is_selected(difference: Any, exchange: Exchange) -> bool:
    """Whether $select asked for the place, or left it out."""
    chosen = parse_qs(urlsplit(exchange.url).query).get("$select", [""])[0].split(",")
    if chosen == [""]:
        return False
    name = difference.place.removeprefix("value[].").partition(".")[0].removesuffix("[]")
    return difference.kind == "lacking" or (difference.kind == "only-ours" and name in chosen)


def unexplained(exchange: Exchange, operation: str, used: set[Allowed]) -> Iterator[str]:
    """The differences that nothing explains; `used` takes what explained one."""
    title = f"{operation} {exchange.status}"
    recorded = recorded_for(operation, exchange.status)
    assert recorded, f"nothing was recorded for {title}"
    inside = "request-id" not in {name.lower() for name in exchange.headers} and exchange.is_graph
    told = {"status": exchange.status, "headers": {} if inside else exchange.headers, "body": exchange.answer}
    for difference in compare().differences(told, recorded):
        if is_selected(difference, exchange):
            continue
        found = f"{difference.kind} {difference.place}"
        reasons = [one for one in ALLOWED if re.fullmatch(one.operation, title) and re.fullmatch(one.difference, found)]
        used.update(reasons)
        if not reasons:
            yield f"{title}: {difference}"


GRANT: dict[str, Any] = {
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#oauth2PermissionGrants/$entity",
    "clientId": "9d723551-d503-4937-8fc0-82fdd87e058b",
    "consentType": "AllPrincipals",
    "id": "UTVynQPVN0mPwIL92H4Fi5rirYBb8BZOgA3nC0Ms82g",
    "principalId": None,
    "resourceId": "80ade29a-f05b-4e16-800d-e70b432cf368",
    "scope": "Directory.Read.All",
}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, 0),
        ({"id": "9d723551-d503-4937-8fc0-82fdd87e058b"}, 1),
        ({"startTime": "2022-04-26T13:33:04Z"}, 1),
        ({"resourceId": None}, 1),
        ({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#grants/$entity"}, 1),
    ],
)
def test_an_answer_of_another_shape_is_noticed(change: dict[str, Any], found: int) -> None:
    exchange = Exchange(
        method="POST",
        url="https://graph.microsoft.com/v1.0/oauth2PermissionGrants",
        body=None,
        status=201,
        headers={},
        answer={**GRANT, **change},
    )
    assert len(list(unexplained(exchange, "post-oauth2PermissionGrants", set()))) == found


def test_the_simulator_answers_as_microsoft_did(tmp_path: Path) -> None:
    assert sum(map(len, recordings().values())) == 257
    seen: list[list[Exchange]] = []
    traffic(tmp_path, lambda simulator: seen.append(record(simulator)))
    exchanges = [exchange for trip in seen for exchange in trip]
    used: set[Allowed] = set()
    problems: set[str] = set()
    held = 0
    for exchange in exchanges:
        operation = operation_of(exchange)
        title = f"{exchange.method} {place_of(exchange)} {exchange.status}"
        if any(re.fullmatch(pattern, title) for pattern in UNRECORDED):
            continue
        assert operation, title
        problems.update(unexplained(exchange, operation, used))
        held += 1
    assert sorted(problems) == []
    assert held > 1000
    assert [one.difference for one in ALLOWED if one not in used] == []
