"""A calendar entry that reminds of the client secret's end (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from emi_installer.core.text import one_line
from emi_installer.wording.documents import reminder_summary, reminder_text

_BEFORE = timedelta(days=30)
_LONGEST_LINE = 74
"""Bytes of a line, without its end; RFC 5545, 3.1."""


def reminder(*, expires: datetime, key_id: str, organization: str, now: datetime) -> str:
    """The contents of an .ics file: a day, 30 days before the client secret ends, or today if that is past."""
    day = max(expires - _BEFORE, now).astimezone(UTC).date()
    summary = _escaped(reminder_summary())
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//EMI installer//EN",
        "BEGIN:VEVENT",
        f"UID:{key_id}@emi-installer",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_escaped(reminder_text(expires=expires, organization=organization))}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{summary}",
        "TRIGGER:PT9H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(_folded(line) + "\r\n" for line in lines)


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
