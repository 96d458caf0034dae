"""The sentences of what is handed over: report, handoff file, reminder, request, guide and package."""

from __future__ import annotations

from datetime import datetime

from emi_installer.core.desired.answers import Months, SecretLifetime
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.request import Request
from emi_installer.wording.account import colleague_for
from emi_installer.wording.language import _, day, day_and_time, ngettext


def report_title() -> str:
    """The heading of a report."""
    return _("EMI in Microsoft Entra: verification")


def report_facts(observed: ObservedTenant, made: datetime) -> tuple[tuple[str, str], ...]:
    """What a report is about, each with its heading."""
    registration = observed.registration
    return (
        (_("Organization"), observed.signed_in.organization),
        (_("Tenant ID"), observed.signed_in.tenant_id),
        (_("Client ID"), registration.app_id if registration else _("none")),
        (_("Checked"), day_and_time(made)),
        (_("Checked by"), observed.signed_in.user_principal_name),
    )


def demo_note() -> str:
    """What a file of the demo says of itself."""
    return _("DEMO: created with a simulated tenant. These values do not work with Microsoft.")


def proof_text(*, verified: bool) -> str:
    """Whether the client secret of a handoff file has signed in."""
    if verified:
        return _("Verified: the sign-in with it worked, and all permissions are in place.")
    return _("NOT VERIFIED YET: start the installer again and verify before you use it.")


def reminder_summary() -> str:
    """The line that a calendar shows."""
    return _("Renew the client secret of Microsoft Teams (EMI)")


def reminder_text(*, expires: datetime, organization: str) -> str:
    """What to do, and by when."""
    return _(
        "The client secret of the contact center's Microsoft Teams integration ({organization}) expires on {day}. "
        "Start the EMI installer, create a new client secret, and enter it in Contact Center Administrator. This "
        "reminder does not contain it.",
        organization=organization,
        day=day(expires),
    )


def request_comments(request: Request) -> list[str]:
    """What a request to a colleague says at its top, a line each."""
    comments = [
        _("A request for the EMI installer. It contains no secret."),
        _(
            "It is for {colleague} of {organization}.",
            colleague=colleague_for(request),
            organization=request.organization,
        ),
        _("Open this file with the EMI installer (drag it onto the program, or start  emi-installer --preset FILE)"),
        _("and sign in. You see what will be done before you apply it."),
    ]
    if request.consent_link:
        comments.append(_("Without the program, grant the same consent here: {link}", link=request.consent_link))
    return comments


def preset_comments(host: str) -> list[str]:
    """What the preset in a customer package says at its top, a line each."""
    return [
        _("Answers for {host}, prepared by your vendor.", host=host),
        _("Keep this file in the same folder as the program."),
    ]


def answer_headings() -> dict[str, str]:
    """The headings of the answers in the guide, by the name of the answer."""
    return {
        "contact_center": _("Contact center"),
        "redirect_uri": _("Redirect URI"),
        "app_name": _("App registration"),
        "secret": _("Client secret"),
        "cloud": _("Microsoft cloud"),
        "tenant": _("Tenant"),
        "sign_in_client": _("You sign in through"),
    }


def lifetime_text(lifetime: SecretLifetime) -> str:
    """How long a client secret is valid."""
    if isinstance(lifetime, Months):
        return ngettext("valid for {number} month", "valid for {number} months", lifetime.months)
    return _("valid until {day}", day=day(lifetime.day))


def any_tenant() -> str:
    """Which tenant is meant where none is named."""
    return _("the tenant of the account that signs in")


def browser_text(*, worldwide: bool) -> str:
    """What the browser loads besides; https://learn.microsoft.com/azure/azure-portal/azure-portal-safelist-urls."""
    if worldwide:
        return _("Your browser also loads Microsoft's sign-in page, parts of it from *.msauth.net and *.msftauth.net.")
    return _("Your browser also loads Microsoft's sign-in page with all its parts.")


def support_text(contact: str | None) -> str:
    """Where to get help; nothing where nobody is named."""
    return _("Help: {contact}.", contact=contact) if contact else ""
