"""What can go wrong, as values that people can act on.

    InstallerError            code, title, explanation, remedy, details
    ├── FixableError          you can fix it: role, consent, wrong account, bad input
    ├── RetryLaterError       wait and retry: throttled, still spreading, network
    ├── RefusedError          Microsoft refused: policy, conditional access, quota
    └── BugError              our bug

    Cancelled                 not an error: the person pressed Cancel

The texts are in `error_texts.py`, looked up by code: `raise error("timeout", host=host)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.texts import TEXTS


class InstallerError(Exception):
    """Something that the program explains to a person instead of failing.

    `details` holds technical facts for support (status, code, request id); never a secret or a token. `facts` are
    what the sentences were filled in from.
    """

    facts: Mapping[str, object] = MappingProxyType({})

    def __init__(self, *, code: Code, title: str, explanation: str, remedy: str, details: str = "") -> None:
        super().__init__(f"{title} {explanation} {remedy}".strip())
        self.code = code
        self.title = title
        self.explanation = explanation
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.explanation, self.remedy) if part)


class FixableError(InstallerError):
    """The person can fix it."""


class RetryLaterError(InstallerError):
    """Waiting and trying again helps."""


class RefusedError(InstallerError):
    """Microsoft, or the organization's policy, refused."""


class BugError(InstallerError):
    """Our mistake."""


class Cancelled(Exception):  # noqa: N818 - a wish, not an error
    """The person pressed Cancel."""


class ErrorKind(StrEnum):
    """The four kinds; each has one look and one button."""

    FIX = "fix"
    RETRY = "retry"
    REFUSED = "refused"
    BUG = "bug"


_CLASSES: dict[ErrorKind, type[InstallerError]] = {
    ErrorKind.FIX: FixableError,
    ErrorKind.RETRY: RetryLaterError,
    ErrorKind.REFUSED: RefusedError,
    ErrorKind.BUG: BugError,
}


def error(code: Code, /, *, details: str = "", **facts: object) -> InstallerError:
    """The error `code` with its texts filled in from `facts`; raises KeyError for an unknown code or fact."""
    text = TEXTS[code]
    title, explanation, remedy = (part.format(**facts) for part in (text.title, text.explanation, text.remedy))
    kind = ErrorKind(text.kind)
    made = _CLASSES[kind](code=code, title=title, explanation=explanation, remedy=remedy, details=details)
    made.facts = facts
    return made


def kind_of(problem: InstallerError) -> ErrorKind:
    """Which of the four kinds a problem is."""
    return next(kind for kind, cls in _CLASSES.items() if isinstance(problem, cls))
