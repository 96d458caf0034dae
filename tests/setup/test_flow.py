"""The wizard's path, without a window."""

from __future__ import annotations

import pytest

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.errors.remedies import _BY_CODE, Action, remedy_of
from emi_installer.setup.flow import COMMITS, STEPS, Step, next_step, path
from emi_installer.wording.errors import TEXTS


def walk(steps: tuple[Step, ...], *, has_secret: bool) -> list[Step]:
    walked = [STEPS[0]]
    while (after := next_step(walked[-1], steps, has_secret=has_secret)) is not None:
        walked.append(after)
    return walked


@pytest.mark.parametrize("found", [True, False])
@pytest.mark.parametrize("purpose", Purpose)
def test_each_purpose_is_walked_from_welcome_to_its_end(purpose: Purpose, found: bool) -> None:  # noqa: FBT001
    steps = path(purpose, found=found)
    assert walk(steps, has_secret=True) == list(steps)
    assert walk(steps, has_secret=False) == [step for step in steps if step is not Step.CREDENTIALS]
    assert steps[-1] in (Step.FINISH, Step.CHECK)
    assert len(set(steps)) == len(steps)


def test_the_task_is_asked_for_where_something_is_found() -> None:
    assert Step.CHOOSE_TASK in path(Purpose.SET_UP, found=True)
    assert Step.CHOOSE_TASK not in path(Purpose.SET_UP, found=False)


def test_a_request_leads_straight_to_the_review() -> None:
    assert path(Purpose.GRANT, found=True)[:3] == (Step.WELCOME, Step.SIGN_IN, Step.REVIEW)


def test_nothing_leads_back_behind_a_change() -> None:
    assert {Step.REVIEW, Step.APPLY} <= COMMITS


def test_every_error_has_something_to_press_where_everything_is_possible() -> None:
    everything = frozenset(Action)
    for code, text in TEXTS.items():
        facts = dict.fromkeys(("field", "problem", "hint", "host", "file", "key", "reason", "name"), "x")
        facts |= dict.fromkeys(_placeholders(text.title + text.explanation + text.remedy), "x")
        assert remedy_of(error(code, **facts), everything) is not None, code


def test_nothing_is_offered_that_the_page_can_not_do() -> None:
    assert remedy_of(error(Code.SECRETS_FORBIDDEN), frozenset()) is None
    assert remedy_of(error(Code.SECRETS_FORBIDDEN), frozenset({Action.TRY_AGAIN})) is Action.TRY_AGAIN


def test_only_errors_that_exist_have_a_button() -> None:
    assert set(_BY_CODE) <= set(TEXTS)


def _placeholders(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}
