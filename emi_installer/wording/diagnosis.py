"""The lines of a diagnosis for support."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from emi_installer.wording.language import _, listed


def issued_by(issuer: str) -> str:
    """Who issued the certificate of the sign-in service, "" where that could not be read."""
    return _("Certificate issued by: {issuer}", issuer=issuer or _("unknown"))


def clock_difference(ahead: timedelta) -> str:
    """By how much the clock of this computer is ahead."""
    return _("Clock of this computer: {seconds} seconds ahead of Microsoft's", seconds=round(ahead.total_seconds()))


def refusals_heading(*, any_found: bool) -> str:
    """What stands above the refusals."""
    return _("Refusals in the log:") if any_found else _("Refusals in the log: none")


def request_ids(ids: Iterable[str]) -> str:
    """Microsoft's ids of the request that failed."""
    return _("Ids of the request: {ids}", ids=listed(ids))
