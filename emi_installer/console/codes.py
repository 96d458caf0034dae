"""The exit codes, and which errors are about what was typed."""

from __future__ import annotations

DONE, FAILED, USAGE, DIFFERENT, INTERRUPTED = 0, 1, 2, 3, 130
"""Done, nothing to change, all well; blocked or failed; wrong usage or input; something to change, not all well, or
waiting for a colleague; interrupted."""

INPUT_ERRORS = frozenset(
    {
        "invalid-answer",
        "untrusted-host",
        "no-contact-center",
        "preset-invalid",
        "preset-unreadable",
        "file-unreadable",
        "handoff-unreadable",
        "name-not-typed",
        "no-program",
        "not-a-vendors-preset",
        "not-the-program",
    }
)
"""Errors of what was typed."""
