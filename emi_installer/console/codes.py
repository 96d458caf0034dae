"""The exit codes, and which errors are about what was typed."""

from __future__ import annotations

from emi_installer.core.errors.codes import Code

DONE, FAILED, USAGE, DIFFERENT, INTERRUPTED = 0, 1, 2, 3, 130
"""Done, nothing to change, all well; blocked or failed; wrong usage or input; something to change, not all well, or
waiting for a colleague; interrupted."""

INPUT_ERRORS = frozenset(
    {
        Code.INVALID_ANSWER,
        Code.UNTRUSTED_HOST,
        Code.UNTRUSTED_CLIENT,
        Code.FILE_DECIDES,
        Code.NO_CONTACT_CENTER,
        Code.PRESET_INVALID,
        Code.PRESET_UNREADABLE,
        Code.FILE_UNREADABLE,
        Code.HANDOFF_UNREADABLE,
        Code.NAME_NOT_TYPED,
        Code.NO_PROGRAM,
        Code.NOT_A_VENDORS_PRESET,
        Code.NOT_THE_PROGRAM,
    }
)
"""Errors of what was typed."""
