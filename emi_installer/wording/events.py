"""What happens while signing in, applying and verifying, each event in one sentence."""

from __future__ import annotations

from typing import assert_never

from emi_installer.core.plan.events import (
    ChangeDone,
    ChangeFailed,
    ChangeStarted,
    Checked,
    DeviceCode,
    Event,
    RetryReason,
    RetryScheduled,
    SignInLink,
    VerificationStarted,
)
from emi_installer.wording.changes import describe
from emi_installer.wording.checks import check_line
from emi_installer.wording.language import _, ngettext


def event_text(event: Event) -> str:  # noqa: PLR0911 - one for each kind of event
    """An event in one sentence, or a short block where a link or code must be copied."""
    match event:
        case SignInLink(link=link, opened=True):
            return _(
                "Your browser opens Microsoft's sign-in page. If it does not appear, open this link on this computer:"
                "\n{link}",
                link=link,
            )
        case SignInLink(link=link):
            return _("No browser could be started. Open this link on this computer to sign in:\n{link}", link=link)
        case DeviceCode(code=code, link=link, minutes=minutes):
            return ngettext(
                "Open {link} in any browser and enter the code {code} (valid for {number} minute).",
                "Open {link} in any browser and enter the code {code} (valid for {number} minutes).",
                minutes,
                link=link,
                code=code,
            )
        case ChangeStarted(change=change):
            return f"{describe(change).doing} …"
        case ChangeDone(change=change):
            return f"{describe(change).done}."
        case ChangeFailed(change=change):
            return _("{doing} failed.", doing=describe(change).doing)
        case RetryScheduled(reason=reason, seconds=seconds):
            return _("{reason}; next try in {seconds} s.", reason=retry_reason(reason), seconds=f"{seconds:.1f}")
        case VerificationStarted():
            return _("Reading everything back …")
        case Checked(check=check):
            return check_line(check)
        case _:
            assert_never(event)


def retry_reason(reason: RetryReason) -> str:
    """Why something is tried again, as a clause."""
    match reason:
        case RetryReason.THROTTLED:
            return _("Microsoft is throttling requests")
        case RetryReason.REPLICATION:
            return _("The new objects are still being replicated across Microsoft's servers")
        case RetryReason.UNAVAILABLE:
            return _("Microsoft's service is not responding properly")
        case RetryReason.NETWORK:
            return _("The connection was interrupted")
        case RetryReason.SECRET:
            return _("Microsoft does not accept the new client secret yet, which is normal for a few seconds")
        case _:
            assert_never(reason)
