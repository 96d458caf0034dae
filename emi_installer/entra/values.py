"""Texts, times and lists in the JSON of Graph; what is missing or misshapen raises "answer-unreadable"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.text import one_line

Json = Mapping[str, Any]

_WEB_HOST = re.compile(r"\Ahttps?://[^/?#]*", re.IGNORECASE)


def unreadable(problem: str) -> InstallerError:
    """The error for an answer of the wrong shape."""
    return error(Code.ANSWER_UNREADABLE, host="Microsoft Graph", details=problem)


def text(body: Json, key: str) -> str:
    """A text that must be there, as it is."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise unreadable(f"{key} is missing")
    return value


def line(value: object) -> str:
    """A text that somebody else chose, as one visible line; empty where there is none."""
    return " ".join(one_line(value).split()) if isinstance(value, str) else ""


def lines(value: object) -> tuple[str, ...]:
    """The texts of a list, each as one visible line."""
    return tuple(filter(None, map(line, strings(value))))


def addresses(value: object) -> tuple[str, ...]:
    """The URIs of a list, each once; scheme and host of a web address have no case, its path has.

    Source: https://learn.microsoft.com/entra/identity-platform/reply-url.
    """
    return tuple(dict.fromkeys(_WEB_HOST.sub(lambda found: found[0].lower(), uri, count=1) for uri in lines(value)))


def strings(value: object) -> tuple[str, ...]:
    """The texts of a list, as they are; anything else has none."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def items(value: object) -> list[dict[str, Any]]:
    """The objects of a list; anything else has none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def inside(body: Json, key: str) -> Json:
    """The object that is a property; one that is missing or null is empty."""
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def instant(value: object) -> datetime:
    """A time of Graph (ISO 8601, UTC, up to seven decimals)."""
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", str(value)))
    except ValueError:
        raise unreadable("a time is not a time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def start(credential: Json) -> datetime | None:
    """Since when a credential is valid, which is when it was created unless somebody asked for another moment."""
    value = credential.get("startDateTime")
    return instant(value) if value else None


def end(credential: Json) -> datetime:
    """When a credential ends; one without an end never does."""
    value = credential.get("endDateTime")
    return instant(value) if value else datetime.max.replace(tzinfo=UTC)
