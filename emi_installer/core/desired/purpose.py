"""Why the program was started: what an administrator may want to do here."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """One task; `SET_UP` is also what a first run, a repair and an adoption come down to."""

    SET_UP = "set-up"
    REPAIR = "repair"
    NEW_SECRET = "new-secret"  # noqa: S105 - a task, not a secret
    MOVE = "move"
    CHECK = "check"
    REMOVE = "remove"
    GRANT = "grant"


AGAIN = (Purpose.REPAIR, Purpose.NEW_SECRET, Purpose.MOVE, Purpose.CHECK, Purpose.REMOVE)
"""What can be done where EMI is set up already."""

REQUESTED = (Purpose.SET_UP, Purpose.GRANT)
"""What one colleague may ask of another by a request file."""
