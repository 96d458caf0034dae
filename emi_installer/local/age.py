"""How old this program is and where newer ones are, without asking anybody: a built program knows its commit's date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from emi_installer.local.assets import asset

OLD_MONTHS = 12
"""After which a newer version is likely, perhaps one that mends a weakness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Of a built program: the day of the commit that it was built from, and the page with all versions."""

    built: date
    releases: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """That this program is old: `months` whole ones, at least OLD_MONTHS."""

    months: int
    origin: Origin


def origin() -> Origin | None:
    """Where this program comes from; None in a checkout, or where it was built without knowing its commit."""
    try:
        said = json.loads(asset("origin.json").read_text(encoding="utf-8"))
        return Origin(built=date.fromisoformat(said["built"]), releases=str(said["releases"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def age_notice(now: datetime) -> Age | None:
    """The fact that there may be a newer version; None for a program that is younger than a year."""
    found = origin()
    if found is None:
        return None
    months = (now.year - found.built.year) * 12 + now.month - found.built.month - (now.day < found.built.day)
    return Age(months=months, origin=found) if months >= OLD_MONTHS else None
