"""The wizard's steps and which follows which. What is done can't be undone by Back: see `COMMITS`."""

from __future__ import annotations

from enum import StrEnum

from emi_installer.core.desired.purpose import Purpose


class Step(StrEnum):
    """A page of the wizard."""

    WELCOME = "welcome"
    SIGN_IN = "sign-in"
    CHOOSE_TASK = "choose-task"
    SETTINGS = "settings"
    REVIEW = "review"
    APPLY = "apply"
    CREDENTIALS = "credentials"
    FINISH = "finish"
    CHECK = "check"


STEPS: tuple[Step, ...] = tuple(Step)

TITLES = {
    Step.WELCOME: "Welcome",
    Step.SIGN_IN: "Sign in",
    Step.CHOOSE_TASK: "Task",
    Step.SETTINGS: "Settings",
    Step.REVIEW: "Review",
    Step.APPLY: "Apply",
    Step.CREDENTIALS: "Credentials",
    Step.FINISH: "Finish",
    Step.CHECK: "Check",
}

COMMITS = frozenset({Step.REVIEW, Step.APPLY, Step.CREDENTIALS})
"""Steps to which Back does not lead again, since leaving them changes the tenant or drops the client secret."""

_START = (Step.WELCOME, Step.SIGN_IN)
_SET_UP = (Step.SETTINGS, Step.REVIEW, Step.APPLY, Step.CREDENTIALS, Step.FINISH)
_ONLY_APPLY = (Step.REVIEW, Step.APPLY, Step.FINISH)


def path(purpose: Purpose, *, found: bool) -> tuple[Step, ...]:
    """The steps of a purpose in order; `found`: there is an app registration already, about which to ask."""
    start = (*_START, Step.CHOOSE_TASK) if found and purpose is not Purpose.GRANT else _START
    match purpose:
        case Purpose.CHECK:
            return (*start, Step.CHECK)
        case Purpose.REMOVE | Purpose.GRANT:
            return (*start, *_ONLY_APPLY)
        case _:
            return (*start, *_SET_UP)


def next_step(step: Step, steps: tuple[Step, ...], *, has_secret: bool) -> Step | None:
    """The step after `step` on a path; the credentials are passed over where no client secret was made."""
    if step not in steps:
        return None
    rest = [one for one in steps[steps.index(step) + 1 :] if has_secret or one is not Step.CREDENTIALS]
    return rest[0] if rest else None
