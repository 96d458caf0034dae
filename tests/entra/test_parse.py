"""From Graph's JSON to values, misshapen JSON included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.core.errors.errors import InstallerError
from emi_installer.entra import parse, values

SCALARS: st.SearchStrategy[object] = st.sampled_from(
    [None, True, False, 0, 1.5, "", "x", "Admin", "2027-01-01T00:00:00Z", [], {}, ["x"], [1]]
)
KEYS = st.sampled_from(
    [
        *("id", "appId", "displayName", "uniqueName", "tags", "signInAudience", "web", "requiredResourceAccess"),
        *("passwordCredentials", "keyId", "endDateTime", "accountEnabled", "appRoles", "oauth2PermissionScopes"),
        *("isEnabled", "applicationRestrictions", "scope", "consentType", "resourceId", "value"),
    ]
)
INNER = st.dictionaries(KEYS, SCALARS, max_size=4)
BODIES = st.dictionaries(KEYS, SCALARS | INNER | st.lists(INNER, max_size=3), max_size=6)


@given(BODIES)
def test_any_json_is_a_value_or_a_plain_error(body: dict[str, object]) -> None:
    for read in (parse.app_registration, parse.service_principal, parse.published_graph, parse.secret_policy):
        assert outcome(read, body) in ("a value", "answer-unreadable")
    grant = {**body, "consentType": "AllPrincipals", "resourceId": "r"}
    assert outcome(lambda one: parse.tenant_wide_grant([one], "r"), grant) in ("a value", "answer-unreadable")


def outcome(read: Callable[[dict[str, object]], object], body: dict[str, object]) -> str:
    """The code of the error that reading raised, if it did."""
    try:
        read(body)
    except InstallerError as problem:
        return str(problem.code)
    return "a value"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-01-02T03:04:05Z", datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2027-01-02T03:04:05.1234567Z", datetime(2027, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)),
        ("2027-01-02T03:04:05+01:00", datetime(2027, 1, 2, 2, 4, 5, tzinfo=UTC)),
        ("2027-01-02T03:04:05", datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ],
)
def test_times_of_graph_are_utc(text: str, moment: datetime) -> None:
    assert values.instant(text) == moment


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("P90D", 90),
        ("P1Y", 365),
        ("P6M", 180),
        ("P1W", 7),
        ("PT12H", 0.5),
        ("P4DT1H30M30S", 4.0628472),
        ("x", None),
        ("P", None),
    ],
)
def test_durations_of_policies(text: str, days: float | None) -> None:
    assert parse.duration_days(text) == (None if days is None else pytest.approx(days))


def test_a_policy_that_is_off_forbids_nothing() -> None:
    rules = {"passwordCredentials": [{"restrictionType": "passwordAddition", "state": "enabled"}]}
    assert not parse.secret_policy({"isEnabled": False, "applicationRestrictions": rules}).forbidden
    assert parse.secret_policy({"isEnabled": True, "applicationRestrictions": rules}).forbidden


def test_a_restriction_that_is_off_does_not_count() -> None:
    rules = {
        "passwordCredentials": [
            {"restrictionType": "passwordAddition", "state": "disabled"},
            {"restrictionType": "passwordLifetime", "maxLifetime": "P90D", "state": "enabled"},
        ]
    }
    policy = parse.secret_policy({"isEnabled": True, "applicationRestrictions": rules})
    assert (policy.forbidden, policy.max_days) == (False, 90)


def test_ids_are_equal_whatever_their_case() -> None:
    body = {
        "id": "X",
        "appId": "ABC",
        "requiredResourceAccess": [{"resourceAppId": "R", "resourceAccess": [{"id": "P", "type": "Scope"}]}],
    }
    found = parse.app_registration(body)
    assert (found.app_id, dict(found.required)) == ("abc", {"r": frozenset({("p", "Scope")})})
    assert parse.granted_roles([{"appRoleId": "A", "resourceId": "R"}], "r") == {"a"}
