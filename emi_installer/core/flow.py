"""The wizard's steps and which follows which. What is done can't be undone by Back: see `COMMITS`."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """A page of the wizard."""

    WELCOME = "welcome"
    SIGN_IN = "sign-in"
    SETTINGS = "settings"
    REVIEW = "review"
    APPLY = "apply"
    CREDENTIALS = "credentials"
    FINISH = "finish"


STEPS: tuple[Step, ...] = tuple(Step)

COMMITS = frozenset({Step.REVIEW, Step.APPLY, Step.CREDENTIALS})
"""Steps to which Back does not lead again, since leaving them changes the tenant or drops the client secret."""


def next_step(step: Step, *, has_secret: bool) -> Step | None:
    """The step after `step`; the credentials are passed over where no client secret was made."""
    if step is Step.APPLY and not has_secret:
        return Step.FINISH
    after = STEPS.index(step) + 1
    return STEPS[after] if after < len(STEPS) else None
