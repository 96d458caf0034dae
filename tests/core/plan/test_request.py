"""A request: a preset that any parser of TOML reads, and that says the same to the colleague's program."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.core.desired.answers import Answers, make_answers
from emi_installer.core.desired.cleaning import cleaned
from emi_installer.core.desired.lifetime import Until
from emi_installer.core.desired.preset import parse_preset
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.desired.typed import Typed
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.plan.request import Request
from emi_installer.core.text import is_control
from emi_installer.documents.request import render_request
from emi_installer.local.assets import read_blueprint

BLUEPRINT = read_blueprint()
TODAY = date(2026, 11, 23)
TENANT = "5c0f7a52-7d0e-4f0f-9d6c-3a1d6f9a2b11"
CLIENT = "11111111-2222-4333-8444-555555555555"
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: bool(cleaned(text)) and not any(map(is_control, cleaned(text)))
)


def answers(**given: str) -> Answers:
    return make_answers(BLUEPRINT, None, Typed(contact_center="acme.brightpattern.com", **given), today=TODAY)  # type: ignore[arg-type]


def request(purpose: Purpose, given: Answers, organization: str = "Contoso") -> Request:
    return Request(
        purpose=purpose,
        answers=given,
        tenant_id=TENANT,
        organization=organization,
        requested_by="ben@contoso.com",
        registration=CLIENT if purpose is Purpose.GRANT else None,
    )


def read(asked: Request) -> Answers:
    preset = parse_preset(render_request(asked).encode(), "request.toml", BLUEPRINT, TODAY)
    assert preset.purpose is asked.purpose
    assert preset.requested_by == asked.requested_by
    return make_answers(BLUEPRINT, preset, Typed(), today=TODAY)


@given(NAMES, st.text(max_size=80))
def test_what_is_asked_for_arrives(name: str, organization: str) -> None:
    given_answers = answers(app_name=name, cloud="us-gov", secret_months="6")
    assert read(request(Purpose.SET_UP, given_answers, organization)) == replace(given_answers, tenant=TENANT)


def test_a_last_day_arrives_too() -> None:
    asked = request(Purpose.SET_UP, answers(secret_expires="2027-06-30"))
    assert read(asked).secret_lifetime == Until(day=date(2027, 6, 30))


def test_a_request_for_consent_names_the_registration_and_no_address() -> None:
    got = read(request(Purpose.GRANT, answers()))
    assert got.registration == CLIENT
    assert got.contact_center is None


@pytest.mark.parametrize("purpose", ["remove", "new-secret", "check", "", "GRANT"])
def test_nothing_else_can_be_asked_for(purpose: str) -> None:
    with pytest.raises(InstallerError) as refused:
        parse_preset(f'purpose = "{purpose}"'.encode(), "request.toml", BLUEPRINT, TODAY)
    assert refused.value.code == "preset-invalid"
