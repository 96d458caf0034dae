"""Answers are remembered to save typing; a memory that is damaged is no memory, and never a problem."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.core.desired.answers import make_answers
from emi_installer.core.desired.typed import Typed
from emi_installer.local.assets import read_blueprint
from emi_installer.local.memory import recall, remember

ANSWERS = make_answers(
    read_blueprint(),
    None,
    Typed(contact_center="acme.example:8443", app_name="Żółw", cloud="us-gov", tenant="contoso.com", trust_host=True),
    today=date(2026, 11, 23),
)


def place() -> Path:
    return Path(platformdirs.user_config_dir("EMI Installer", appauthor=False), "answers.json")


def put(data: bytes) -> None:
    place().parent.mkdir(parents=True, exist_ok=True)
    place().write_bytes(data)


def test_at_first_nothing_is_remembered() -> None:
    assert recall() == Typed()


def test_answers_are_remembered_as_people_type_them() -> None:
    remember(ANSWERS)
    assert recall() == Typed(
        contact_center="https://acme.example:8443", app_name="Żółw", cloud="us-gov", tenant="contoso.com"
    )
    remember(replace(ANSWERS, contact_center=None, tenant=None))
    assert recall() == Typed(app_name="Żółw", cloud="us-gov")


def test_the_memory_is_private_and_holds_nothing_else() -> None:
    remember(ANSWERS)
    assert list(place().parent.iterdir()) == [place()]
    assert "trust" not in place().read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(place().stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", None),
        (b"{", None),
        (b"[]", None),
        (b"null", None),
        (b"\xff\xfe{}", None),
        (b"[" * 60_000, None),
        (b'{"app_name": "EMI"}' + b" " * 100_000, "EMI"),
        (b'{"app_name": "EMI", "x": "' + b"x" * 100_000 + b'"}', None),
        (b'{"app_name": 5, "cloud": ["x"], "tenant": null}', None),
        (b'{"app_name": "a\\u001b[31m"}', None),
        (b'{"app_name": "\\ud800"}', None),
        (b'{"app_name": "' + b"n" * 301 + b'"}', None),
        (b'{"app_name": "EMI", "trust_host": true}', "EMI"),
    ],
)
def test_what_is_damaged_is_forgotten(data: bytes, name: str | None) -> None:
    put(data)
    assert recall() == Typed(app_name=name)


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    put(data)
    assert isinstance(recall(), Typed)


@pytest.mark.parametrize("obstacle", [lambda path: path.mkdir(), lambda path: path.symlink_to(path)])
def test_a_memory_that_can_not_be_used_stops_nobody(obstacle: Callable[[Path], None]) -> None:
    place().parent.mkdir(parents=True)
    obstacle(place())
    remember(ANSWERS)
    recall()


def test_a_folder_that_can_not_be_made_stops_nobody() -> None:
    place().parent.parent.mkdir(parents=True, exist_ok=True)
    place().parent.touch()
    remember(ANSWERS)
    assert recall() == Typed()
