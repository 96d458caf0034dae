"""The state of what is set up, as a table for people: one row for what belongs together, and a sentence above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from emi_installer.core.desired.blueprint import Blueprint, PermissionKind
from emi_installer.core.observed.checks import (
    Check,
    Status,
    is_declared,
    is_for_a_colleague,
    registration_checks,
    secret_checks,
)
from emi_installer.core.observed.tenant import ObservedTenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The rows, and in a sentence what they come to."""

    rows: tuple[Check, ...]

    @property
    def well(self) -> bool:
        """Whether nothing needs attention."""
        return all(row.status in (Status.OK, Status.NOTE) for row in self.rows)

    @property
    def sentence(self) -> str:
        """All well, or what is not."""
        wrong = [row.name for row in self.rows if row.status not in (Status.OK, Status.NOTE)]
        return f"Not as it should be: {', '.join(dict.fromkeys(wrong)).lower()}." if wrong else "All well."


def health(blueprint: Blueprint, observed: ObservedTenant, now: datetime) -> Health:
    """The state of the app registration that was found; no rows where there is none."""
    registration = observed.registration
    if registration is None:
        return Health(rows=())
    return Health(
        rows=(
            *registration_checks(blueprint, None, observed, registration),
            *(_permissions(blueprint, observed, kind) for kind in PermissionKind),
            *_secrets(blueprint, observed, now),
        )
    )


def _secrets(blueprint: Blueprint, observed: ObservedTenant, now: datetime) -> Iterator[Check]:
    if observed.registration is not None:
        yield from secret_checks(blueprint, observed, observed.registration, now)


def _permissions(blueprint: Blueprint, observed: ObservedTenant, kind: PermissionKind) -> Check:
    names = blueprint.names(kind)
    declared = [name for name in names if is_declared(observed, kind, name)]
    granted = [name for name in names if name in observed.granted(kind)]
    detail = f"{len(declared)} of {len(names)} declared, {len(granted)} of {len(names)} granted"
    missing = [name for name in names if name not in declared or name not in granted]
    if not missing:
        status = Status.OK
    elif len(declared) == len(names) and is_for_a_colleague(observed, kind):
        status = Status.DEFERRED
    else:
        status = Status.FAILED
    if missing:
        detail += f"; missing: {', '.join(missing)}"
    return Check(name=f"{kind.capitalize()} permissions", status=status, detail=detail)
