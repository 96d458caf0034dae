"""App registrations to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.observed.tenant import AppRegistration, ObservedTenant


class Origin(StrEnum):
    """Where an app registration comes from."""

    OURS = "ours"
    FOREIGN = "foreign"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An app registration that a person may choose, and where it comes from."""

    registration: AppRegistration
    origin: Origin


def candidates(blueprint: Blueprint, observed: ObservedTenant) -> tuple[Candidate, ...]:
    """Every app registration that a person may choose to work on, the likeliest first."""
    return tuple(Candidate(registration=r, origin=_origin(blueprint, r)) for r in observed.candidates)


def must_choose(observed: ObservedTenant) -> bool:
    """Whether a person has to say which one is meant, or whether a new one is wanted."""
    if observed.chosen:
        return False
    if observed.registration is not None:
        return bool(observed.duplicates)
    return bool(observed.others or observed.deleted)


def _origin(blueprint: Blueprint, registration: AppRegistration) -> Origin:
    if registration.deleted is not None:
        return Origin.DELETED
    return Origin.OURS if registration.is_ours(blueprint) else Origin.FOREIGN
