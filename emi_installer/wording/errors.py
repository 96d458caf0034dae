"""Every error in words: what happened, why, and what to do next."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from emi_installer.core.errors.errors import InstallerError
from emi_installer.wording.error_texts import answers, graph, network, sign_in
from emi_installer.wording.language import _, day, ngettext

TEXTS = {**answers.TEXTS, **sign_in.TEXTS, **graph.TEXTS, **network.TEXTS}


class Explanation(NamedTuple):
    """An error as people read it; a part may be empty."""

    title: str
    explanation: str
    remedy: str

    def __str__(self) -> str:
        return " ".join(part for part in self if part)


def explain(problem: InstallerError) -> Explanation:
    """The sentences of `problem`; raises KeyError where it lacks a fact that they name."""
    text = TEXTS[problem.code]
    facts = {name: _in_words(name, value) for name, value in problem.facts.items()}
    parts = (text.title, text.explanation, text.remedy)
    return Explanation(*(_(part, **facts) if part else "" for part in parts))


def _in_words(name: str, value: object) -> object:
    """A fact as the sentences need it; most are texts already."""
    match name, value:
        case "seconds", float():
            return ngettext("{number} second", "{number} seconds", round(value))
        case "seconds", None:
            return _("it did not say how long")
        case "source", "":
            return _("the proxy settings of this computer")
        case _, date():
            return day(value)
        case _:
            return value
