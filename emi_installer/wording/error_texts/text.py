"""The sentences of one error: what happened, why, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorText:
    """Three sentences or short paragraphs; placeholders in braces are the error's facts."""

    title: str
    explanation: str
    remedy: str
