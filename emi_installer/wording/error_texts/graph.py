"""Errors in words: what Microsoft Graph refuses."""

from __future__ import annotations

from emi_installer.core.errors.codes import Code
from emi_installer.wording.error_texts.text import ErrorText

TEXTS = {
    Code.ALREADY_EXISTS: ErrorText(
        "This object already exists.",
        "Someone else, or an earlier run, created it in the meantime.",
        "Start again: what is there is kept and only the rest is done.",
    ),
    Code.AUDIENCE_FORBIDDEN: ErrorText(
        "Your organization's policy does not allow this kind of application.",
        "It limits who may sign in to applications ({message}).",
        "Ask your administrators to allow single-tenant applications under Application policies.",
    ),
    Code.FORBIDDEN: ErrorText(
        "Microsoft does not allow this.",
        "{message}",
        "Send this sentence and the details to the administrators of your Microsoft tenant.",
    ),
    Code.MISSING_PRIVILEGE: ErrorText(
        "Microsoft says that this account may not do this.",
        "A directory role is missing, or it is not active yet.",
        (
            "Sign in as Global Administrator, or send a request to one. To register and change applications "
            "Application Administrator is enough, to grant admin consent Privileged Role Administrator. A role "
            "from Privileged Identity Management must be activated first."
        ),
    ),
    Code.NOT_FOUND: ErrorText(
        "Microsoft no longer finds what this program works on.",
        "It was deleted meanwhile, or Microsoft's servers do not agree yet.",
        "Wait a minute and start again: only what is missing is done.",
    ),
    Code.OBJECT_FULL: ErrorText(
        "An object in your tenant can't hold more entries.",
        "{message}",
        (
            "Remove client secrets, redirect URIs or permissions that are no longer needed from the app "
            "registration or service principal, and start again."
        ),
    ),
    Code.QUOTA: ErrorText(
        "This account has reached Microsoft's limit for directory objects.",
        "An account without an administrator role may own 250 objects, deleted ones included.",
        "Use an administrator's account, or delete what is no longer needed, permanently, and start again.",
    ),
    Code.REDIRECT_URI_REFUSED: ErrorText(
        "Microsoft does not accept the redirect URI.",
        "{message}",
        "Check the contact center URL.",
    ),
    Code.REQUEST_REFUSED: ErrorText(
        "Microsoft rejected a request from this program.",
        "{message}",
        "Start again; if it stays like this, send the details to the support of this program.",
    ),
    Code.SECRETS_FORBIDDEN: ErrorText(
        "Your organization does not allow client secrets.",
        (
            "A policy blocks them for applications; the contact center can't connect without one. Everything else "
            "stays in place."
        ),
        (
            "Ask a Global Administrator or Security Administrator to exempt this app registration: Microsoft "
            "Entra admin center, Enterprise apps, Application policies, Block password addition, Excluded apps. "
            "Then start again."
        ),
    ),
    Code.SECRET_LIFETIME_LIMITED: ErrorText(
        "Your organization does not allow a client secret with that lifetime.",
        "A policy limits the lifetime of client secrets. Everything else stays in place.",
        (
            "Let this program create one with the longest lifetime that your organization allows (--or-shorter in "
            "the console), or choose a shorter lifetime yourself."
        ),
    ),
    Code.STILL_SPREADING: ErrorText(
        "Microsoft's servers do not agree yet.",
        "What was just made has not reached all of them within two minutes.",
        "Wait a few minutes and start again: only what is missing is done.",
    ),
    Code.TENANT_QUOTA: ErrorText(
        "Your tenant has reached Microsoft's limit for directory objects.",
        "{message}",
        (
            "Ask your administrators to delete objects that are no longer needed, permanently, or to have "
            "Microsoft raise the limit. Another account does not help."
        ),
    ),
    Code.THROTTLED: ErrorText(
        "Microsoft is too busy for more requests of this tenant.",
        "It wants a longer break than this program waits for ({seconds}).",
        "Wait some minutes and start again: only what is missing is done.",
    ),
    Code.UNAVAILABLE: ErrorText(
        "Microsoft's service is not available at the moment.",
        "{host} answered {status}.",
        "Wait some minutes and start again: only what is missing is done.",
    ),
    Code.URI_FORBIDDEN: ErrorText(
        "Your organization's policy does not allow this address in an application.",
        "{message}",
        "Ask your administrators to allow it under Application policies.",
    ),
}
