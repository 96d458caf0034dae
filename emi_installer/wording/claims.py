"""What a file says and nothing proves, in sentences; and what a sign-in leaves behind."""

from __future__ import annotations

from typing import assert_never

from emi_installer.core.desired.blueprint import SignInClient
from emi_installer.core.desired.origin import Claim, Claimed
from emi_installer.core.observed.sign_in_consent import SignInConsent
from emi_installer.wording.language import _, listed


def claim_text(claim: Claim) -> str:
    """A claim of a file, to be checked by whoever reads it."""
    value = claim.value
    match claim.what:
        case Claimed.PURPOSE:
            return _("The file asks for the task {value}.", value=value)
        case Claimed.REQUESTED_BY:
            return _("The file says that it comes from {value}. Nothing proves that: ask the sender.", value=value)
        case Claimed.REGISTRATION:
            return _("The file names the app registration {value}.", value=value)
        case Claimed.TENANT:
            return _("The file names the tenant {value}.", value=value)
        case Claimed.CONTACT_CENTER:
            return _("The file names the contact center {value}.", value=value)
        case Claimed.SIGN_IN_CLIENT:
            return _("The file wants you to sign in through {value}.", value=value)
        case _:
            assert_never(claim.what)


def sign_in_leaves(client: SignInClient) -> str:
    """What Microsoft keeps after a sign-in through this client."""
    return _(
        "If you consent at the sign-in, Microsoft keeps that consent: {client} may then use {scopes} on your behalf. "
        "remove-sign-in-consent takes it back.",
        client=client.name,
        scopes=listed(client.scopes),
    )


def sign_in_left(client: SignInClient) -> str:
    """What Microsoft has kept, said at the end."""
    return _(
        "Microsoft keeps your consent to {client}. To take it back: emi-installer remove-sign-in-consent",
        client=client.name,
    )


def consent_text(consent: SignInConsent, client: SignInClient, *, removed: bool) -> str:
    """A consent that signing in has left, and what becomes of it."""
    scopes = listed(consent.asked_by(client)) or _("nothing that this program asks for")
    if consent.for_everybody and removed:
        return _("{client} may use {scopes} for everybody: is removed.", client=client.name, scopes=scopes)
    if consent.for_everybody:
        return _(
            "{client} may use {scopes} for everybody: stays, unless you add --for-everybody.",
            client=client.name,
            scopes=scopes,
        )
    if removed:
        return _("{client} may use {scopes} on your behalf: is removed.", client=client.name, scopes=scopes)
    return _("{client} may use {scopes} on your behalf: stays.", client=client.name, scopes=scopes)
