"""What a person decides about those who could also use the application, in what was typed and in the answers."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from emi_installer.core.desired.typed import Typed

if TYPE_CHECKING:
    from emi_installer.core.desired.answers import Answers


class Decision(Enum):
    """What becomes of a holder."""

    NONE = "none"
    KEEP = "keep"
    REMOVE = "remove"


def decide(typed: Typed, holder_id: str, decision: Decision) -> None:
    """Note what becomes of one holder."""
    keep, remove = set(typed.keep_holder) - {holder_id}, set(typed.remove_holder) - {holder_id}
    if decision is Decision.KEEP:
        keep.add(holder_id)
    elif decision is Decision.REMOVE:
        remove.add(holder_id)
    typed.keep_holder, typed.remove_holder = frozenset(keep), frozenset(remove)


def forget_decisions(typed: Typed) -> None:
    """Decisions are about one app registration; another one has its own."""
    typed.keep_holder = typed.remove_holder = frozenset()
    typed.register_new = False


def with_decisions(answers: Answers | None, typed: Typed) -> Answers | None:
    """The `answers`, if there are any yet, with what was decided."""
    if answers is None:
        return None
    return replace(
        answers,
        kept_holders=frozenset(typed.keep_holder),
        removed_holders=frozenset(typed.remove_holder),
        register_new=typed.register_new,
    )
