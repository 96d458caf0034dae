"""What can go wrong, as a value: what happened, and the facts of it. Its sentences are made where it is shown.

raise error(Code.TIME_OUT, host=host)       a situation, and what its sentences are filled in from
Cancelled                                   not an error: the person pressed Cancel
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.kinds import KINDS, ErrorKind

_LOGGED: Final = ("host", "status", "seconds", "minutes", "permission")
"""Facts that name no person, no file and no text of others: a log may hold them."""


class InstallerError(Exception):
    """Something that the program explains to a person instead of failing.

    `facts` are what the sentences are filled in from. `details` are technical facts for support (status, request id);
    never a secret or a token.
    """

    def __init__(self, code: Code, facts: Mapping[str, object], details: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.facts = dict(facts)
        self.details = details

    def __str__(self) -> str:
        """For logs: the code, and the facts that a log may hold."""
        logged = (f"{key}={self.facts[key]}" for key in _LOGGED if key in self.facts)
        return " ".join([self.code, *logged])

    @property
    def kind(self) -> ErrorKind:
        """Which of the four kinds it is."""
        return KINDS[self.code]


class Cancelled(Exception):  # noqa: N818 - a wish, not an error
    """The person pressed Cancel."""


def error(code: Code, /, *, details: str = "", **facts: object) -> InstallerError:
    """The error `code`; `facts` are those that its text names."""
    return InstallerError(code, facts, details)
