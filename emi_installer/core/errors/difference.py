"""In what the tenant may differ from a plan: a fact of the error that says so."""

from __future__ import annotations

from enum import StrEnum


class Difference(StrEnum):
    """In what the tenant differs from the plan that was shown."""

    REGISTERED = "registered-meanwhile"
    OTHER_REGISTRATION = "other-registration"
    MORE_CHANGES = "more-changes"
