"""Who else could use the application: the ways in that nobody here vouches for.

Names, tags and unique names prove nothing, since anybody may set them; what is decided here is decided by keys,
ids and addresses. See docs/decisions/0014-control-before-consent.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientHolder,
    FederatedHolder,
    Holder,
    Owner,
    PasswordHolder,
    Place,
    Platform,
    RedirectHolder,
    SwitchHolder,
)
from emi_installer.core.observed.tenant import ObservedTenant

_CLOCKS = timedelta(days=1)
"""A credential counts until so long after its end, so that a clock which is ahead hides none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What this run vouches for: `now` in UTC, key ids of client secrets of its own, the contact center's address."""

    now: datetime
    key_ids: frozenset[str] = frozenset()
    redirect_uri: str | None = None


def known_uri(blueprint: Blueprint, redirect_uri: str | None, observed: ObservedTenant) -> str | None:
    """The contact center's redirect URI: the one that was named, else the only one on the vendor's own hosts.

    The tenant names no host that a person would have to vouch for.
    """
    registration = observed.registration
    if redirect_uri is not None or registration is None:
        return redirect_uri
    found = [
        uri
        for uri in registration.other_redirect_uris(blueprint, None)
        if blueprint.trusts(uri.removeprefix("https://").removesuffix(blueprint.redirect_path))
    ]
    return found[0] if len(found) == 1 else None


def control(observed: ObservedTenant, known: Known) -> tuple[Holder, ...]:
    """Everybody besides the signed-in account and the contact center who could use the application."""
    listed = _listed(observed)
    return tuple(way for way in observed.ways_in if not _is_known(way, observed, known, listed))


def _is_known(way: Holder, observed: ObservedTenant, known: Known, listed: frozenset[str]) -> bool:
    match way:
        case Owner():
            return bool(way.object_id) and way.object_id == observed.signed_in.object_id
        case PasswordHolder():
            ours = way.place is Place.REGISTRATION and way.key_id in known.key_ids
            return ours or _is_over(way.expires, known.now)
        case CertificateHolder():
            return _is_over(way.expires, known.now)
        case RedirectHolder():
            is_copy = way.platform in (Platform.REPLY, Platform.DEFAULT) and way.uri in listed
            return is_copy or way.uri == known.redirect_uri
        case FederatedHolder() | SwitchHolder() | ClientHolder():
            return False
        case _:
            assert_never(way)


def _listed(observed: ObservedTenant) -> frozenset[str]:
    """The addresses of the registration's platforms, of which other lists hold copies."""
    copies = (Platform.REPLY, Platform.DEFAULT)
    return frozenset(
        way.uri for way in observed.ways_in if isinstance(way, RedirectHolder) and way.platform not in copies
    )


def _is_over(expires: datetime, now: datetime) -> bool:
    return expires < now - _CLOCKS


def not_in(holders: Iterable[Holder], ids: Iterable[str]) -> Iterator[Holder]:
    """Those of `holders` that none of `ids` names."""
    known = frozenset(ids)
    return (holder for holder in holders if holder.id not in known)
