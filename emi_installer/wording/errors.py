"""Every error in words: what happened, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from emi_installer.core.errors.difference import Difference
from emi_installer.core.errors.errors import InstallerError
from emi_installer.wording.error_texts import answers, graph, network, sign_in
from emi_installer.wording.language import _, day, listed, ngettext, translated

if TYPE_CHECKING:
    from emi_installer.core.observed.holders import Holder

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
    return Explanation(*(translated(part, facts) if part else "" for part in parts))


def _nameless() -> dict[str, str]:
    """What stands in for facts that nobody could tell."""
    return {
        "source": _("the proxy settings of this computer"),
        "issuer": _("an unknown issuer"),
        "tenant": _("of this account"),
        "message": _("Microsoft gave no reason."),
        "reason": _("Microsoft gave no reason."),
    }


def _in_words(name: str, value: object) -> object:  # noqa: PLR0911 - one for each kind of fact
    """A fact as the sentences need it; most are texts already."""
    match name, value:
        case "seconds", float():
            return ngettext("{number} second", "{number} seconds", round(value))
        case "seconds", None:
            return _("it did not say how long")
        case str(), "":
            return _nameless().get(name, "")
        case _, Difference():
            return difference(value)
        case "difference", tuple():
            return _("others could use the application now: {holders}", holders=holders(value))
        case "holders", tuple():
            return holders(value)
        case _, date():
            return day(value)
        case _:
            return value


def difference(kind: Difference) -> str:
    """In what the tenant differs from the plan that was shown, as the end of a sentence."""
    match kind:
        case Difference.REGISTERED:
            return _("an app registration of EMI is there now that this run did not create")
        case Difference.OTHER_REGISTRATION:
            return _("it is about another app registration")
        case Difference.MORE_CHANGES:
            return _("more has to be done now than you have seen")


def holders(who: Iterable[Holder]) -> str:
    """Who else could use the application, as a list in a sentence."""
    from emi_installer.wording.holders import holder_name  # noqa: PLC0415 - the first page does not wait for it

    return listed(holder_name(holder) for holder in who)
