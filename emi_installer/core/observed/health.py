"""The state of what is set up, as a table for people: one row for what belongs together."""

from __future__ import annotations

from dataclasses import dataclass

from emi_installer.core.desired.blueprint import Blueprint, PermissionKind
from emi_installer.core.observed.checks import (
    Check,
    Status,
    control_checks,
    permissions_check,
    registration_checks,
    secret_checks,
    switch_checks,
)
from emi_installer.core.observed.control import Known
from emi_installer.core.observed.permissions import permission_states
from emi_installer.core.observed.tenant import ObservedTenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The rows; none where there is no app registration."""

    rows: tuple[Check, ...]

    @property
    def well(self) -> bool:
        """Nothing needs attention."""
        return not self.wrong

    @property
    def wrong(self) -> tuple[Check, ...]:
        """The rows that need attention."""
        return tuple(row for row in self.rows if row.status not in (Status.OK, Status.NOTE))


def health(blueprint: Blueprint, observed: ObservedTenant, known: Known, kept: frozenset[str] = frozenset()) -> Health:
    """The state of the app registration that was found, in which holders may be `kept`; no rows where there is none."""
    registration = observed.registration
    if registration is None:
        return Health(rows=())
    states = permission_states(blueprint, observed)
    secret_later = any(state.deferred for state in states)
    return Health(
        rows=(
            *registration_checks(blueprint, None, observed, registration),
            *(permissions_check(kind, states) for kind in PermissionKind),
            *secret_checks(blueprint, registration, known.now, secret_later=secret_later),
            *switch_checks(observed),
            *control_checks(observed, known, kept),
        )
    )
