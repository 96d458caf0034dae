"""The one door to a language: sentences, plural forms, dates and lists.

    _("Delete the app registration {name}", name=…)            a sentence
    ngettext("{number} day", "{number} days", days)            a plural form

Sentences are written in English where they are used, and looked up here. `python3 dev.py messages` collects them.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterable
from datetime import UTC, date, datetime

_catalogue = catalogues.NullTranslations()


def use(catalogue: catalogues.NullTranslations) -> None:
    """Speak the language of `catalogue` from now on; without one it is English."""
    global _catalogue  # noqa: PLW0603 - a program speaks one language, which its start decides
    _catalogue = catalogue


def _(sentence: str, /, **facts: object) -> str:
    """The sentence in the language in use, with the facts in place of their names in braces."""
    return _catalogue.gettext(sentence).format(**facts)


def ngettext(one: str, many: str, number: int, /, **facts: object) -> str:
    """The form for `number`, which the sentence calls by that name."""
    return _catalogue.ngettext(one, many, number).format(number=number, **facts)


def day(moment: date) -> str:
    """A day as year-month-day, which no reader takes for another; that of a moment is its day in UTC."""
    return (moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment).isoformat()


def day_and_time(moment: datetime) -> str:
    """A moment in UTC, to the minute."""
    return _("{day} at {time} UTC", day=day(moment), time=moment.astimezone(UTC).strftime("%H:%M"))


def listed(items: Iterable[str]) -> str:
    """Items one after the other."""
    return ", ".join(items)


def capitalized(text: str) -> str:
    """The text with a capital at its start, and nothing else changed."""
    return text[:1].upper() + text[1:]
