"""Every error in words: what happened, why, and what to do next."""

from __future__ import annotations

from typing import NamedTuple

from emi_installer.core.errors.errors import InstallerError
from emi_installer.wording.error_texts import answers, graph, network, sign_in

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
    return Explanation(*(part.format_map(facts) for part in (text.title, text.explanation, text.remedy)))


def _in_words(name: str, value: object) -> object:
    """A fact as the sentences need it; most are texts already."""
    match name:
        case "seconds":
            return f"{value:.0f} seconds" if isinstance(value, float) else "it did not say how long"
        case "source":
            return value or "the proxy settings of this computer"
        case _:
            return value
