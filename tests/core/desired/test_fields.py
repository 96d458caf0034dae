"""One list of fields: what is typed, kept, written into presets and given on the command line has the same names."""

from __future__ import annotations

import argparse
from dataclasses import fields

import pytest

from emi_installer.console.options import parser
from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.fields import FIELDS
from emi_installer.core.desired.preset import Preset
from emi_installer.core.desired.typed import REMEMBERED, Typed

TYPED = {field.name for field in FIELDS if field.typed}
PRESET = {field.name for field in FIELDS if field.preset}
LIFETIME = {"secret_months", "secret_expires"}


def test_every_field_can_be_typed_and_every_text_is_read() -> None:
    flags = {field.name for field in fields(Typed) if field.type in ("bool", "Collection[str]")}
    assert {field.name for field in fields(Typed)} - flags == TYPED


def test_a_preset_holds_what_its_fields_say() -> None:
    held = {field.name for field in fields(Preset)} - {"secret_lifetime", "sign_in_client"}
    assert held == PRESET - LIFETIME


def test_what_is_remembered_can_be_typed_again() -> None:
    assert set(REMEMBERED) <= TYPED & {field.name for field in fields(Answers)}


@pytest.mark.parametrize("verb", ["apply", "new-secret"])
def test_the_command_line_has_an_option_for_each(verb: str) -> None:
    arguments = vars(parser().parse_args([verb, "--handoff", "x.json"]))
    missing = {field.name for field in fields(Typed)} - arguments.keys()
    assert missing == ({"remove_old_uri"} if verb == "new-secret" else set())


def test_other_options_are_passed_over() -> None:
    options = argparse.Namespace(contact_center="acme.brightpattern.com", trust_host=True, verbose=True, handoff=None)
    assert Typed.of(vars(options)) == Typed(contact_center="acme.brightpattern.com", trust_host=True)
