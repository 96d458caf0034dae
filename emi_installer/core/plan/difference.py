"""In what a tenant is not as it was when its plan was shown; apart, since the first page of the window loads it."""

from __future__ import annotations

from enum import StrEnum


class Difference(StrEnum):
    """In what the tenant differs from the plan that was shown."""

    REGISTERED = "registered-meanwhile"
    OTHER_REGISTRATION = "other-registration"
    MORE_CHANGES = "more-changes"
