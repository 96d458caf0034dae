"""The formats of files that are handed over, told by the end of the file's name."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import quoted

FormatType = TypeVar("FormatType", bound=StrEnum)


class HandoffFormat(StrEnum):
    """What a handoff file can be."""

    JSON = ".json"
    TEXT = ".txt"


class ReportFormat(StrEnum):
    """What a report can be."""

    TEXT = ".txt"
    JSON = ".json"
    HTML = ".html"


def handoff_format(suffix: str) -> HandoffFormat:
    """The format of a handoff file whose name ends in `suffix`; raises InvalidAnswer."""
    return _format(suffix, HandoffFormat, "Handoff file", "It must end in .txt (for people) or .json (for programs)")


def report_format(suffix: str) -> ReportFormat:
    """The format of a report whose name ends in `suffix`; raises InvalidAnswer."""
    return _format(suffix, ReportFormat, "Report", "It must end in .txt, .json or .html")


def _format(suffix: str, formats: type[FormatType], field: str, hint: str) -> FormatType:
    try:
        return formats(suffix.lower())
    except ValueError:
        problem = f"its name ends in {quoted(suffix)}" if suffix else "its name has no ending"
        raise InvalidAnswer(field, problem, hint) from None
