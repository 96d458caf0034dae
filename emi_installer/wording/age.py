"""What people are told about the age of the program; `built` is a day, `releases` the page with all versions."""

from __future__ import annotations

from datetime import date


def version_text(version: str, built: date, releases: str) -> str:
    """What `--version` prints behind the program's name."""
    return f"{version}, built on {built.isoformat()}\nNewer versions: {releases}"


def age_text(months: int, built: date, releases: str) -> str:
    """That there may be a newer version."""
    return (
        f"This program is {months} months old (built on {built.isoformat()}). There may be a newer version, perhaps "
        f"one that mends a weakness: {releases}"
    )
