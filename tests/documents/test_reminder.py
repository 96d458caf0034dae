"""The calendar reminder: a day before the client secret ends, in a form that calendars read."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from emi_installer.documents.reminder import reminder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def made(organization: str = "Contoso", expires: datetime = datetime(2028, 11, 23, 12, tzinfo=UTC)) -> str:
    return reminder(expires=expires, key_id="7c6a", organization=organization, now=NOW)


def test_it_comes_thirty_days_before_the_end() -> None:
    assert "DTSTART;VALUE=DATE:20281024\r\n" in made()
    assert "DTEND;VALUE=DATE:20281025\r\n" in made()


def test_it_is_today_where_that_is_past() -> None:
    assert "DTSTART;VALUE=DATE:20261123\r\n" in made(expires=datetime(2026, 12, 1, tzinfo=UTC))


@given(st.text())
def test_any_organization_gives_lines_that_calendars_read(organization: str) -> None:
    text = made(organization.encode(errors="replace").decode())
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "")
    assert all(":" in line for line in unfolded.splitlines())
    assert unfolded.count("BEGIN:VEVENT") == 1 or "BEGIN:VEVENT" in organization


def test_what_ends_a_value_is_escaped() -> None:
    assert r"A\, B\; C\\D" in made("A, B; C\\D").replace("\r\n ", "")


def test_a_key_id_that_is_none_adds_no_line() -> None:
    text = reminder(
        expires=datetime(2028, 11, 23, tzinfo=UTC), key_id="7c\r\nATTACH:x\u2028-6a", organization="Contoso", now=NOW
    )
    assert "UID:7cATTACHx-6a@emi-installer\r\n" in text
    assert "\nATTACH" not in text
