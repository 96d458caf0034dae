"""A plan as lines of text."""

from __future__ import annotations

from collections.abc import Iterable

from emi_installer.core.plan.changes import Change
from emi_installer.core.plan.plan import Plan
from emi_installer.wording.account import colleague
from emi_installer.wording.changes import describe
from emi_installer.wording.errors import explain
from emi_installer.wording.language import _
from emi_installer.wording.notices import left_alone_text, notice_text


def plan_lines(plan: Plan) -> list[str]:
    """Everything that a plan says, under headings."""
    lines = [] if plan.changes or plan.deferred else [nothing_to_change()]
    for heading, entries in (
        (_("This will be done:"), _changes(plan.changes)),
        (_("Waiting for {colleague}:", colleague=colleague()), _changes(plan.deferred)),
        (_("Please note:"), _items(notice_text(notice) for notice in plan.notices)),
        (_("Left alone:"), _items(left_alone_text(kept) for kept in plan.left_alone)),
        (_("Blocked by:"), _items(str(explain(problem)) for problem in plan.blockers)),
    ):
        if entries:
            lines += [heading, *entries]
    return lines


def nothing_to_change() -> str:
    """What is said of a plan without changes."""
    return _("Nothing needs to change.")


def _changes(changes: Iterable[Change]) -> list[str]:
    lines = []
    for words in map(describe, changes):
        lines += [f"  - {words.will}", *(f"      {detail}" for detail in words.details)]
    return lines


def _items(texts: Iterable[str]) -> list[str]:
    return [f"  - {text}" for text in texts]
