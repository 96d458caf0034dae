"""A calendar entry that reminds of the client secret's end (RFC 5545)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from emi_installer.core.text import one_line
from emi_installer.wording.documents import reminder_summary, reminder_text

_BEFORE = timedelta(days=30)
_AHEAD = timedelta(days=2)
_ALARMS = (timedelta(days=6, hours=15), timedelta(hours=15))
"""Nine in the morning, a week and a day before the day: calendars leave out what rings after the start."""

_NOT_IN_AN_ID = re.compile(r"[^0-9A-Za-z-]")
_LONGEST_LINE = 74
"""Bytes of a line, without its end; RFC 5545, 3.1."""


def reminder(*, expires: datetime, key_id: str, organization: str, now: datetime) -> str:
    """The contents of an .ics file: a day, 30 days before the client secret ends, or the day after tomorrow at soonest.

    So there is time for a reminder before it. Free, not busy, in the ways of RFC 5545 and of Outlook.
    """
    day = max(expires - _BEFORE, now + _AHEAD).astimezone(UTC).date()
    summary = _escaped(reminder_summary())
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//EMI installer//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_NOT_IN_AN_ID.sub('', key_id)}@emi-installer",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_escaped(reminder_text(expires=expires, organization=organization))}",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        *(line for before in _ALARMS for line in _alarm(summary, before)),
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(_folded(line) + "\r\n" for line in lines)


def _alarm(summary: str, before: timedelta) -> tuple[str, ...]:
    days, hours = f"{before.days}D" if before.days else "", before.seconds // 3600
    return "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{summary}", f"TRIGGER:-P{days}T{hours}H", "END:VALARM"


def _escaped(text: str) -> str:
    text = one_line(text)
    for char in "\\;,":
        text = text.replace(char, "\\" + char)
    return text


def _folded(line: str) -> str:
    """The line in pieces that begin with a blank, cut between characters."""
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > _LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += char
    return "\r\n".join([*pieces, piece])
