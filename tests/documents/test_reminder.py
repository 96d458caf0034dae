"""The calendar reminder: a day before the client secret ends, in a form that calendars read."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from emi_installer.documents.reminder import reminder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def made(organization: str = "Contoso", expires: datetime = datetime(2028, 11, 23, 12, tzinfo=UTC)) -> str:
    return reminder(expires=expires, key_id="7c6a", organization=organization, now=NOW)


def test_it_comes_thirty_days_before_the_end() -> None:
    assert "DTSTART;VALUE=DATE:20281024\r\n" in made()
    assert "DTEND;VALUE=DATE:20281025\r\n" in made()


def test_where_that_is_past_there_is_still_time_to_be_reminded() -> None:
    assert "DTSTART;VALUE=DATE:20261125\r\n" in made(expires=datetime(2026, 12, 1, tzinfo=UTC))


def test_a_calendar_reads_it_and_rings_before_the_start() -> None:
    calendar = Calendar.from_ical(made())
    (event,) = calendar.walk("VEVENT")
    assert event.errors == calendar.errors == []
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["X-MICROSOFT-CDO-BUSYSTATUS"] == "FREE"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    alarms = event.walk("VALARM")
    triggers = [alarm.decoded("TRIGGER") for alarm in alarms]
    assert all(str(alarm["ACTION"]) == "DISPLAY" and alarm["DESCRIPTION"] for alarm in alarms)
    assert len(set(triggers)) == len(triggers) >= 2
    assert all(trigger < timedelta() for trigger in triggers)


def test_the_last_alarm_is_still_to_come_whenever_it_is_made() -> None:
    for hour in range(24):
        now = NOW.replace(hour=hour)
        text = reminder(expires=now + timedelta(days=3), key_id="7c6a", organization="Contoso", now=now)
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        start = datetime.combine(event.decoded("DTSTART"), time(), UTC)
        assert any(start + alarm.decoded("TRIGGER") > now for alarm in event.walk("VALARM"))


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
