"""Who else could use an application: what is known, and what nothing proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from emi_installer.core.desired.blueprint import Blueprint, parse_blueprint
from emi_installer.core.observed.account import SignedIn
from emi_installer.core.observed.control import Known, control, known_uri
from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientHolder,
    ClientRole,
    FederatedHolder,
    Holder,
    Owner,
    PasswordHolder,
    Place,
    Platform,
    RedirectHolder,
    Switch,
    SwitchHolder,
)
from emi_installer.core.observed.tenant import AppRegistration, ObservedTenant, PublishedGraph
from tests.support.shared import ROOT

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ACME = "https://acme.brightpattern.com/agentdesktop/msteamscallback.html"
OURS = PasswordHolder(
    place=Place.REGISTRATION,
    key_id="ours",
    name="EMI installer 2026-01-02 (abcdef)",
    hint="abc",
    expires=NOW + timedelta(days=9),
)
CERTIFICATE = CertificateHolder(
    place=Place.REGISTRATION, key_id="k", name="", thumbprint="00", expires=NOW + timedelta(days=9)
)
ADA = SignedIn(
    object_id="ada",
    user_name="Ada",
    user_principal_name="ada@contoso.com",
    tenant_id="t",
    organization="Contoso",
    default_domain="contoso.com",
    roles=None,
)


def blueprint() -> Blueprint:
    return parse_blueprint((ROOT / "resources" / "emi.toml").read_text(encoding="utf-8"))


def tenant(*ways: Holder, owners: tuple[Owner, ...] = (), uris: tuple[str, ...] = ()) -> ObservedTenant:
    registration = AppRegistration(
        object_id="o",
        app_id="a",
        display_name="EMI",
        unique_name="bright-pattern-emi",
        tags=("emi-installer",),
        audience="AzureADMyOrg",
        redirect_uris=uris,
        required={},
        secrets=(),
        ways_in=ways,
    )
    graph = PublishedGraph(service_principal_id="g", delegated={}, application={})
    return ObservedTenant(signed_in=ADA, graph=graph, registration=registration, owners=owners)


def known(**facts: object) -> Known:
    return replace(Known(now=NOW, redirect_uri=ACME), **facts)  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize(
    "way",
    [
        OURS,
        replace(OURS, place=Place.SERVICE_PRINCIPAL),
        CERTIFICATE,
        FederatedHolder(credential_id="f", name="EMI installer", issuer="i", subject="s"),
        RedirectHolder(platform=Platform.SPA, uri="https://elsewhere.example.com/"),
        RedirectHolder(platform=Platform.WEB, uri=ACME.replace("acme", "other")),
        SwitchHolder(switch=Switch.PUBLIC_CLIENT_FLOWS),
        ClientHolder(role=ClientRole.PRE_AUTHORIZED, app_id="b"),
    ],
)
def test_whatever_nothing_proves_is_a_holder_whatever_its_name(way: Holder) -> None:
    assert control(tenant(way), known()) == (way,)


def test_a_secret_is_known_by_its_key_id_on_the_registration_alone() -> None:
    mine = known(key_ids=frozenset({"ours"}))
    assert control(tenant(OURS), mine) == ()
    elsewhere = replace(OURS, place=Place.SERVICE_PRINCIPAL)
    assert control(tenant(elsewhere), mine) == (elsewhere,)


def test_every_owner_but_the_signed_in_account() -> None:
    ada, mia = (Owner(object_id=name, places=(Place.REGISTRATION,)) for name in ("ada", "mia"))
    assert control(tenant(owners=(ada, mia)), known()) == (mia,)
    nobody = Owner(object_id="", places=(Place.REGISTRATION,))
    unknown = replace(tenant(owners=(nobody,)), signed_in=replace(ADA, object_id=""))
    assert control(unknown, known()) == (nobody,)


@pytest.mark.parametrize(("days", "counts"), [(-2.0, False), (-0.5, True), (0.1, True)])
@pytest.mark.parametrize("credential", [OURS, CERTIFICATE])
def test_a_credential_counts_until_a_day_after_its_end(
    credential: PasswordHolder | CertificateHolder,
    days: float,
    counts: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    way = replace(credential, expires=NOW + timedelta(days=days))
    assert bool(control(tenant(way), known())) == counts


def test_copies_of_an_address_are_told_once() -> None:
    uri = "https://elsewhere.example.com/"
    ways = [RedirectHolder(platform=place, uri=uri) for place in (Platform.WEB, Platform.REPLY, Platform.DEFAULT)]
    assert control(tenant(*ways), known()) == (ways[0],)
    assert control(tenant(ways[1]), known()) == (ways[1],)


def test_every_holder_has_an_id_of_its_own() -> None:
    ways: list[Holder] = [
        OURS,
        CERTIFICATE,
        *(RedirectHolder(platform=platform, uri=ACME) for platform in Platform),
        *(SwitchHolder(switch=switch) for switch in Switch),
        *(ClientHolder(role=role, app_id="b") for role in ClientRole),
        Owner(object_id="b", places=(Place.REGISTRATION,)),
        FederatedHolder(credential_id="b", name="", issuer="", subject=""),
    ]
    assert len({way.id for way in ways}) == len(ways)


@pytest.mark.parametrize(
    ("uris", "named", "expected"),
    [
        ((ACME,), None, ACME),
        ((ACME,), "https://named.example/x", "https://named.example/x"),
        ((ACME, ACME.replace("acme", "other")), None, None),
        (("https://attacker.example/agentdesktop/msteamscallback.html",), None, None),
        (("https://acme.brightpattern.com.attacker.example/agentdesktop/msteamscallback.html",), None, None),
        ((), None, None),
    ],
)
def test_the_tenant_names_no_host_that_a_person_has_to_vouch_for(
    uris: tuple[str, ...], named: str | None, expected: str | None
) -> None:
    assert known_uri(blueprint(), named, tenant(uris=uris)) == expected
