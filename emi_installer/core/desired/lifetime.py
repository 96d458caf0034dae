"""How long a client secret lives, and the rules of that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.desired.cleaning import cleaned
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import quoted

LONGEST_LIFETIME = 24
"""Months that a client secret may live."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST_DAY = "Last day of the client secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """A client secret that lives for some calendar months."""

    months: int

    def expires(self, now: datetime) -> datetime:
        """The last moment, in UTC, of a secret created at `now`."""
        now = now.astimezone(UTC)
        return datetime.combine(_months_later(now.date(), self.months), now.timetz())


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """A client secret that lives to the end of a day, in UTC."""

    day: date

    def expires(self, now: datetime) -> datetime:
        """The last second of the day, whenever the secret is created."""
        del now
        return datetime.combine(self.day, time(23, 59, 59), UTC)


SecretLifetime = Months | Until


def parse_secret_months(value: int | str, blueprint: Blueprint) -> Months:
    """One of the blueprint's lifetimes."""
    *others, last = choices = [str(months) for months in blueprint.secret_month_choices]
    text = cleaned(str(value))
    if text not in choices:
        problem = f"{quoted(text)} is not one of the choices"
        raise InvalidAnswer("Months of the client secret", problem, f"Choose {', '.join(others)} or {last}")
    return Months(months=int(text))


def parse_secret_expires(text: str, today: date) -> Until:
    """A day after `today`, and at most 24 months after it, as year-month-day."""
    until = parse_last_day(text, today)
    check_not_past(until, today)
    return until


def parse_last_day(text: str, today: date) -> Until:
    """A day that may be past by now, and at most 24 months after `today`, as year-month-day."""
    text = cleaned(text)
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        example = _months_later(today, 12)
        raise InvalidAnswer(_LAST_DAY, f"{quoted(text)} is not a date", f"Write year-month-day, such as {example}")
    if day > _months_later(today, LONGEST_LIFETIME):
        raise InvalidAnswer(_LAST_DAY, f"{day} is too far ahead", _choose(today))
    return Until(day=day)


def check_not_past(until: Until, today: date, field: str = _LAST_DAY) -> None:
    """Raise InvalidAnswer where the day is not in the future."""
    if until.day <= today:
        raise InvalidAnswer(field, f"{until.day} is not in the future", _choose(today))


def _choose(today: date) -> str:
    first, last = today + timedelta(days=1), _months_later(today, LONGEST_LIFETIME)
    return f"Choose a day from {first} to {last}"


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    after = day.year * 12 + day.month + months  # the month after the wanted one, counted from year 0
    last = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
