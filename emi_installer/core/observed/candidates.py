"""App registrations to choose from, with the facts that tell them apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.observed.tenant import RESTORABLE, AppRegistration, ObservedTenant


class Origin(StrEnum):
    """Where an app registration comes from, in words."""

    OURS = "set up by this program"
    FOREIGN = "made by somebody else"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of them."""

    registration: AppRegistration
    origin: Origin

    @property
    def name(self) -> str:
        """Its name."""
        return self.registration.display_name

    @property
    def facts(self) -> tuple[str, ...]:
        """What tells it apart from others, a sentence each."""
        return tuple(self._facts())

    def _facts(self) -> Iterator[str]:
        found = self.registration
        yield f"Client ID {found.app_id}, {self.origin}"
        if found.created is not None:
            yield f"Created on {found.created.date().isoformat()}"
        if found.deleted is not None:
            last = (found.deleted + RESTORABLE).date().isoformat()
            yield f"Deleted on {found.deleted.date().isoformat()}, restorable until {last}"
        for uri in found.redirect_uris:
            yield f"Redirect URI {uri}"
        latest = max((secret.expires for secret in found.secrets), default=None)
        yield "No client secret" if latest is None else f"Last client secret valid until {latest.date().isoformat()}"

    @property
    def meaning(self) -> str:
        """What working on it means."""
        match self.origin:
            case Origin.OURS:
                return "This program looks after it."
            case Origin.FOREIGN:
                return (
                    "Adopting it corrects what is missing, gives the consent, adds another client secret and marks it "
                    "as ours; its Client ID and what else is in it stay as they are."
                )
            case Origin.DELETED:
                return (
                    "Restoring it brings back its Client ID and the client secrets that have not expired; the consent "
                    "is given again. A new one instead gets another Client ID and a new client secret, which both have "
                    "to be entered in the contact center."
                )


def candidates(blueprint: Blueprint, observed: ObservedTenant) -> tuple[Candidate, ...]:
    """Every app registration that a person may choose to work on, the likeliest first."""
    return tuple(Candidate(registration=one, origin=_origin(blueprint, one)) for one in observed.candidates)


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
