"""An answer that breaks a rule."""

from __future__ import annotations

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError


class InvalidAnswer(InstallerError):  # noqa: N818 - what it is, as in the code "invalid-answer"
    """An answer that breaks a rule; `problem` and `hint` are clauses without a full stop."""

    def __init__(self, field: str, problem: str, hint: str) -> None:
        super().__init__(Code.INVALID_ANSWER, {"field": field, "problem": problem, "hint": hint})
        self.field = field
        self.problem = problem
        self.hint = hint
