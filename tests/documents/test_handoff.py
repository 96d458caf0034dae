"""The handoff file says exactly what is needed, and no value can make it say more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.plan.credentials import ClientSecret, Credentials, Secret
from emi_installer.documents.handoff import Format, Handoff, format_for, handoff_json, handoff_text, render
from tests.support.shared import ROOT

TEMPLATE = (ROOT / "resources" / "handoff" / "handoff.txt").read_text(encoding="utf-8")
SECRET = "abc8Q~$ecret${tenant_id}\\n%s{}"
CREDENTIALS = Credentials(
    tenant_id="11111111-0000-0000-0000-000000000000",
    client_id="22222222-0000-0000-0000-000000000000",
    client_secret=ClientSecret(
        key_id="33333333-0000-0000-0000-000000000000",
        expires=datetime(2028, 11, 23, 1, 30, 0, 999, tzinfo=timezone(timedelta(hours=2))),
        secret=Secret(SECRET),
    ),
)
HANDOFF = Handoff(
    credentials=CREDENTIALS,
    redirect_uri="https://acme.brightpattern.com/agentdesktop/msteamscallback.html",
    app_object_id="44444444-0000-0000-0000-000000000000",
    app_name="Bright Pattern EMI",
    contact_center="https://acme.brightpattern.com",
    organization="Żółw GmbH",
    created=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    verified=True,
    demo=False,
    cloud="Microsoft Cloud (worldwide)",
)
JSON = {
    "tenant_id": CREDENTIALS.tenant_id,
    "client_id": CREDENTIALS.client_id,
    "client_secret": SECRET,
    "secret_key_id": CREDENTIALS.client_secret.key_id,
    "secret_expires": "2028-11-22T23:30:00Z",
    "redirect_uri": HANDOFF.redirect_uri,
    "app_object_id": HANDOFF.app_object_id,
    "contact_center": HANDOFF.contact_center,
    "organization": HANDOFF.organization,
    "created": "2026-11-23T09:30:00Z",
    "verified": True,
}


def test_json_has_exactly_these_keys() -> None:
    text = handoff_json(HANDOFF)
    assert json.loads(text) == JSON
    assert text.isascii()
    assert text.endswith("}\n")


def test_json_of_a_demo_says_so() -> None:
    facts = json.loads(handoff_json(replace(HANDOFF, demo=True, verified=False)))
    assert facts.pop("note").startswith("DEMO")
    assert facts == {**JSON, "verified": False, "demo": True}


def test_text_has_everything_that_a_person_needs() -> None:
    text = handoff_text(HANDOFF, TEMPLATE)
    for line in (
        f"Tenant ID:      {CREDENTIALS.tenant_id}",
        f"Client ID:      {CREDENTIALS.client_id}",
        f"Client Secret:  {SECRET}",
        "The client secret expires on 2028-11-22 at 23:30 UTC.",
        f"Redirect URI:        {HANDOFF.redirect_uri}",
        f"Organization:        {HANDOFF.organization}",
        "2. Add a Microsoft Teams Integration Account.",
    ):
        assert line in text.splitlines()
    for words in ("KEEP THIS FILE PRIVATE", "Contact Center Administrator", "delete this file", "Verified: the"):
        assert words in text
    assert "DEMO" not in text
    assert max(map(len, text.splitlines())) <= 90


def test_text_of_a_demo_says_so_first() -> None:
    assert handoff_text(replace(HANDOFF, demo=True), TEMPLATE).startswith("DEMO: ")


def test_text_tells_when_nothing_is_proven() -> None:
    text = handoff_text(replace(HANDOFF, verified=False), TEMPLATE)
    assert "NOT VERIFIED" in text
    assert "Verified: the sign-in" not in text


NASTY = st.text(max_size=20) | st.sampled_from(
    ["a\nTenant ID: b", "${client_secret}", "$", "\x1b[2J", "\udc80", "\u2028"]
)


@given(NASTY, NASTY)
def test_no_value_adds_lines_or_placeholders(name: str, organization: str) -> None:
    odd = replace(HANDOFF, app_name=name, organization=organization)
    text = handoff_text(odd, TEMPLATE)
    assert len(text.splitlines()) == len(handoff_text(HANDOFF, TEMPLATE).splitlines())
    assert text.count(SECRET) == 1
    text.encode()
    assert "\x1b" not in text
    assert json.loads(handoff_json(odd))["organization"] == organization


def test_the_name_of_the_file_chooses_the_format() -> None:
    assert (format_for(".json"), format_for(".TXT")) == (Format.JSON, Format.TEXT)
    assert render(HANDOFF, ".JSON", TEMPLATE) == handoff_json(HANDOFF)
    assert render(HANDOFF, ".txt", TEMPLATE) == handoff_text(HANDOFF, TEMPLATE)


@pytest.mark.parametrize("suffix", ["", ".", ".doc", ".txt ", "json", ".\x1b", ".ison"])
def test_other_names_are_refused(suffix: str) -> None:
    with pytest.raises(InstallerError, match=r"must end in \.txt \(for people\) or \.json") as refused:
        render(HANDOFF, suffix, TEMPLATE)
    assert refused.value.code == "invalid-answer"


def test_nothing_but_the_file_shows_the_secret() -> None:
    assert SECRET not in repr(HANDOFF)
    assert SECRET not in str(HANDOFF)
