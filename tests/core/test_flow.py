"""The wizard's path, without a window."""

from __future__ import annotations

from emi_installer.core.error_texts import TEXTS
from emi_installer.core.errors import error
from emi_installer.core.flow import COMMITS, STEPS, Step, next_step
from emi_installer.core.remedies import _BY_CODE, Action, remedy_of


def path(*, has_secret: bool) -> list[Step]:
    walked = [STEPS[0]]
    while (after := next_step(walked[-1], has_secret=has_secret)) is not None:
        walked.append(after)
    return walked


def test_every_step_once_where_a_secret_is_made() -> None:
    assert path(has_secret=True) == list(STEPS)


def test_no_credentials_where_none_is_made() -> None:
    assert path(has_secret=False) == [step for step in STEPS if step is not Step.CREDENTIALS]


def test_nothing_leads_back_behind_a_change() -> None:
    assert {Step.REVIEW, Step.APPLY} <= COMMITS


def test_every_error_has_something_to_press_where_everything_is_possible() -> None:
    everything = frozenset(Action)
    for code, text in TEXTS.items():
        facts = dict.fromkeys(("field", "problem", "right", "host", "file", "key", "reason", "name"), "x")
        facts |= dict.fromkeys(_placeholders(text.title + text.explanation + text.remedy), "x")
        assert remedy_of(error(code, **facts), everything) is not None, code


def test_nothing_is_offered_that_the_page_can_not_do() -> None:
    assert remedy_of(error("secrets-forbidden"), frozenset()) is None
    assert remedy_of(error("secrets-forbidden"), frozenset({Action.TRY_AGAIN})) is Action.TRY_AGAIN


def test_only_errors_that_exist_have_a_button() -> None:
    assert set(_BY_CODE) <= set(TEXTS)


def _placeholders(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}
