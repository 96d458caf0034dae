"""Addresses of Graph: whatever is quoted arrives as it was, and no other module quotes."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from emi_installer.entra.odata import address, by_id, by_key, literal
from emi_installer.simulator import odata, routes
from tests.support.shared import ROOT

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)


@given(TEXTS)
def test_a_filter_finds_just_what_was_meant(text: str) -> None:
    place = address("/applications", filter=f"displayName eq {literal(text)}", top=5)
    options = odata.query_of(urlsplit(place).query)
    assert set(options) == {"$filter", "$top"}
    matches = odata.matches(options["$filter"], advanced=False)
    assert matches({"displayName": text})
    assert not matches({"displayName": text + "x"})


@given(TEXTS)
def test_a_key_names_just_what_was_meant(text: str) -> None:
    found = routes.find("GET", by_key("applications", "uniqueName", text))
    assert found == ("get_application", {"uniqueName": text})


@given(TEXTS)
def test_an_id_is_one_part_of_a_path(text: str) -> None:
    place = by_id("applications", text)
    assert place.count("/") == 2
    assert unquote(place.rpartition("/")[2]) == text


def test_no_other_module_quotes() -> None:
    for path in sorted((ROOT / "emi_installer" / "entra").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.name != "odata.py":
            assert not re.search(r"\bquote\(|[\"'?&]\$(filter|select|top|count)=", text), path.name


def test_addresses() -> None:
    assert by_id("applications", "a/b") == "/applications/a%2Fb"
    assert by_key("applications", "uniqueName", "it's") == "/applications(uniqueName='it''s')"
    assert address("/x") == "/x"
    assert address("/x", filter="a eq 'b c'", count=True, top=5) == "/x?$filter=a%20eq%20%27b%20c%27&$count=true&$top=5"
