"""App registrations to choose from, in words."""

from __future__ import annotations

from typing import assert_never

from emi_installer.core.observed.candidates import Candidate, Origin
from emi_installer.core.observed.tenant import RESTORABLE
from emi_installer.wording.language import _, day


def candidate_facts(candidate: Candidate) -> tuple[str, ...]:
    """What tells it apart from others, a line each."""
    registration = candidate.registration
    facts = [_("Client ID {id}, {origin}", id=registration.app_id, origin=_origin(candidate.origin))]
    if registration.created is not None:
        facts.append(_("Created on {day}", day=day(registration.created)))
    if registration.deleted is not None:
        deleted, last = day(registration.deleted), day(registration.deleted + RESTORABLE)
        facts.append(_("Deleted on {day}; can be restored until {last}", day=deleted, last=last))
    facts += [_("Redirect URI {uri}", uri=uri) for uri in registration.redirect_uris]
    latest = max((secret.expires for secret in registration.secrets), default=None)
    if latest is None:
        facts.append(_("No client secret"))
    else:
        facts.append(_("Last client secret valid until {day}", day=day(latest)))
    return tuple(facts)


def candidate_meaning(candidate: Candidate) -> str:
    """What working on it means."""
    match candidate.origin:
        case Origin.OURS:
            return _("This program manages it.")
        case Origin.FOREIGN:
            return _(
                "If you adopt it, this program corrects what is missing, grants admin consent, adds a client secret "
                "and tags it as its own. Its Client ID and everything else in it stay as they are."
            )
        case Origin.DELETED:
            return _(
                "If you restore it, its Client ID and its unexpired client secrets become valid again, and admin "
                "consent is granted again. If you register a new one instead, you have to enter a new Client ID and a "
                "new client secret in the contact center."
            )
        case unknown:
            assert_never(unknown)


def _origin(origin: Origin) -> str:
    match origin:
        case Origin.OURS:
            return _("set up by this program")
        case Origin.FOREIGN:
            return _("created by someone else")
        case Origin.DELETED:
            return _("deleted")
        case unknown:
            assert_never(unknown)
