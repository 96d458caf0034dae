"""The proxy that Windows would find by itself, whatever the registry holds."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.local.proxy import automatic_proxy

PAC = "http://pac.contoso.com/proxy.pac"
DETECTING, FIXED = bytes([0x46, 0, 0, 0, 5, 0, 0, 0, 0x09]), bytes([0x46, 0, 0, 0, 5, 0, 0, 0, 0x01])


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, None),
        ({"AutoConfigURL": PAC}, PAC),
        ({"AutoConfigURL": PAC, "DefaultConnectionSettings": DETECTING}, PAC),
        ({"AutoConfigURL": " ", "DefaultConnectionSettings": DETECTING}, ""),
        ({"DefaultConnectionSettings": FIXED}, None),
        ({"DefaultConnectionSettings": DETECTING[:8]}, None),
        ({"AutoConfigURL": "http://ada:hunter2@pac.contoso.com/proxy.pac"}, PAC),
        ({"AutoConfigURL": 5, "DefaultConnectionSettings": "x"}, None),
    ],
)
def test_what_the_registry_says(values: dict[str, Any], found: str | None) -> None:
    assert automatic_proxy(lambda: values) == found


@given(st.dictionaries(st.sampled_from(["AutoConfigURL", "DefaultConnectionSettings"]), st.text() | st.binary()))
def test_whatever_the_registry_holds_is_no_trouble(values: dict[str, Any]) -> None:
    found = automatic_proxy(lambda: values)
    assert found is None or (found.isprintable() and len(found) < 2000)


@pytest.mark.skipif(sys.platform == "win32", reason="here the registry is")
def test_other_systems_have_no_registry() -> None:
    assert automatic_proxy() is None
