"""An answer that breaks a rule."""

from __future__ import annotations

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import FixableError, error


class InvalidAnswer(FixableError):  # noqa: N818 - what it is, as in the code "invalid-answer"
    """An answer that breaks a rule; `problem` and `right` are clauses without a full stop."""

    def __init__(self, field: str, problem: str, right: str) -> None:
        said = error(Code.INVALID_ANSWER, field=field, problem=problem, right=right)
        super().__init__(code=said.code, title=said.title, explanation=said.explanation, remedy=said.remedy)
        self.problem = problem
        self.right = right
