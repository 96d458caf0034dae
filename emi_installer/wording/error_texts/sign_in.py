"""Errors in words: signing in, as a person and as the application."""

from __future__ import annotations

from emi_installer.core.errors.codes import Code
from emi_installer.wording.error_texts.text import ErrorText

TEXTS = {
    Code.ACCOUNT_DISABLED: ErrorText(
        "This account is disabled.",
        "Microsoft does not let it sign in.",
        "Use another account, or ask your administrators to enable this one.",
    ),
    Code.ACCOUNT_LOCKED: ErrorText(
        "This account is locked for now.",
        "There were too many failed sign-ins, or a suspicious one.",
        "Wait some minutes and try again, or ask your administrators to unlock it.",
    ),
    Code.APPLICATION_DISABLED: ErrorText(
        "Microsoft does not let the application sign in.",
        "It is disabled in your tenant.",
        (
            "Ask your administrators to enable sign-in for it under Enterprise applications. A new client secret "
            "would not help."
        ),
    ),
    Code.APPLICATION_UNKNOWN: ErrorText(
        "Microsoft does not know the application in this tenant.",
        "The Client ID belongs to another tenant, or the app registration was deleted.",
        "Check the Client ID and the Tenant ID that the client secret belongs to.",
    ),
    Code.CLIENT_DISABLED: ErrorText(
        "The application used here to sign in is disabled in your tenant.",
        "Your administrators have switched off {client}.",
        (
            "Ask them to enable it under Enterprise applications, or choose another sign-in client (--client-id "
            "in the console)."
        ),
    ),
    Code.CLIENT_MISCONFIGURED: ErrorText(
        "The sign-in client {client} is not set up for this program.",
        "It must be a public client with the redirect URI http://localhost, and available to your tenant.",
        (
            "Correct its app registration (Authentication, Mobile and desktop applications), or use the default "
            "sign-in client."
        ),
    ),
    Code.CLIENT_NOT_FOUND: ErrorText(
        "Your tenant does not know the sign-in client {client}.",
        "Either its id is mistyped, or it belongs to another tenant or cloud.",
        "Check the sign-in client, the tenant and the cloud, or use the default sign-in client.",
    ),
    Code.CODE_EXPIRED: ErrorText(
        "The code has expired.",
        "It was not used in time.",
        "Sign in again to get a new code.",
    ),
    Code.CONDITIONAL_ACCESS: ErrorText(
        "Your organization's sign-in rules refused this sign-in.",
        "A Conditional Access policy or security default does not allow it from here.",
        (
            "Try from a computer and network that your organization manages, or ask your administrators to look "
            "at the sign-in log."
        ),
    ),
    Code.CONSENT_NEEDED: ErrorText(
        "An administrator has to approve {client} first.",
        (
            "Your organization lets only administrators grant the permissions that it asks for; this is what the "
            'page "Need admin approval" means.'
        ),
        (
            "Sign in with an administrator's account that may grant admin consent, or send this program to a "
            "Global Administrator. Signing in again with the same account does not help."
        ),
    ),
    Code.DEVICE_CODE_REFUSED: ErrorText(
        "Your organization's sign-in rules refused this sign-in with a code.",
        "Many organizations do not allow sign-ins with a device code at all.",
        (
            "Sign in with the browser instead (without --device-code in the console). If that is refused too, ask "
            "your administrators to look at the sign-in log."
        ),
    ),
    Code.DEVICE_NOT_MANAGED: ErrorText(
        "Your organization allows this sign-in from managed computers only.",
        "This computer is not joined to the organization or not compliant with its rules.",
        "Start this program on a computer that your organization manages.",
    ),
    Code.GUEST_ACCOUNT: ErrorText(
        "{user} is a guest in {organization}.",
        "A guest can't set up an application for the whole organization.",
        "Sign in with an account that belongs to {organization} itself.",
    ),
    Code.NOT_ASSIGNED: ErrorText(
        "This account may not use {client}.",
        "Your organization has limited that application to assigned users.",
        (
            "Ask your administrators to assign you under Enterprise applications, or choose another sign-in "
            "client (--client-id in the console)."
        ),
    ),
    Code.OTHER_ACCOUNT: ErrorText(
        "{user} signed in, but this run belongs to {wanted}.",
        (
            "Microsoft asked for a new sign-in in the middle of the run, and everything so far was read and shown "
            "for {wanted}."
        ),
        "Sign in as {wanted} to go on, or start over with the other account.",
    ),
    Code.PASSWORD_EXPIRED: ErrorText(
        "The password of this account has expired.",
        "Microsoft wants a new one first.",
        "Change it at https://mysignins.microsoft.com, then sign in again.",
    ),
    Code.PERSONAL_ACCOUNT: ErrorText(
        "{user} is a personal Microsoft account.",
        "EMI is set up in the Microsoft tenant of your organization.",
        "Sign in with your work account.",
    ),
    Code.PROOF_REFUSED: ErrorText(
        "Microsoft refused the application's sign-in.",
        "{reason}",
        (
            "Send this sentence and the details to the administrators of your Microsoft tenant. A new client "
            "secret would not help."
        ),
    ),
    Code.PROOF_REFUSED_HERE: ErrorText(
        "Your organization's sign-in rules refused the application's sign-in from this computer.",
        (
            "A Conditional Access policy for workload identities may let the application sign in from the contact "
            "center's addresses only. So the client secret could not be proven from here; it may well be right."
        ),
        (
            "Keep the client secret and test the connection in the contact center. If it fails there too, ask "
            "your administrators to allow the contact center's addresses in that policy. A new client secret "
            "would not help."
        ),
    ),
    Code.SCOPE_REFUSED: ErrorText(
        "Microsoft does not know a permission that the sign-in asks for.",
        (
            "This happens when the chosen cloud is not the one of your organization, or with a sign-in client "
            "that may not ask for it."
        ),
        "Check the cloud and the sign-in client.",
    ),
    Code.SECOND_FACTOR: ErrorText(
        "Microsoft asks for a second proof of who you are.",
        "Your organization requires multi-factor authentication.",
        (
            "Sign in again in the browser and finish all steps there; to register a method, open "
            "https://aka.ms/mfasetup."
        ),
    ),
    Code.SECRET_EXPIRED: ErrorText(
        "The client secret has expired.",
        "Microsoft no longer accepts it.",
        "Create a new client secret and enter it in the contact center.",
    ),
    Code.SECRET_NOT_SPREAD: ErrorText(
        "Microsoft does not accept the client secret yet.",
        "It was just created and has not reached all of Microsoft's servers. This can take some minutes.",
        "Keep it, wait some minutes, and check again. A new client secret would not help.",
    ),
    Code.SECRET_REJECTED: ErrorText(
        "Microsoft does not accept the client secret.",
        "It is not one of this application's client secrets: it was mistyped, or it has been removed.",
        ("Compare it with what the contact center has. Only if the right one is lost, create a new client secret."),
    ),
    Code.SERVICE_MISSING: ErrorText(
        "Your tenant does not have the service that is needed.",
        "Microsoft Graph, or a subscription behind it, is not available in this tenant.",
        "Check the tenant and the cloud, and ask your Microsoft partner about the subscription.",
    ),
    Code.SIGN_IN_AGAIN: ErrorText(
        "The sign-in is no longer valid.",
        "It expired, or Microsoft wants a fresh one.",
        "Sign in again.",
    ),
    Code.SIGN_IN_DECLINED: ErrorText(
        "The sign-in was not completed.",
        "It was cancelled, or a permission was declined on Microsoft's page.",
        (
            "Sign in again and accept what Microsoft's page asks for; it is needed to set up EMI. If the page "
            'says "Need admin approval", ask a Global Administrator to run this program.'
        ),
    ),
    Code.SIGN_IN_FAILED: ErrorText(
        "Microsoft refused the sign-in.",
        "{reason}",
        (
            "Send this sentence and the details to the administrators of your Microsoft tenant: the sign-in log "
            "in the Microsoft Entra admin center tells them why."
        ),
    ),
    Code.SIGN_IN_LOOP: ErrorText(
        "Sign-in kept looping.",
        "Microsoft stopped it because this program asked for tokens too often.",
        "Close it, wait a minute, and start again.",
    ),
    Code.SIGN_IN_PAGE_UNREADABLE: ErrorText(
        "The answer of Microsoft's sign-in page does not belong to this sign-in.",
        "It came from an older page, or was changed on its way.",
        "Close the other sign-in pages in your browser and sign in again.",
    ),
    Code.SIGN_IN_TIMED_OUT: ErrorText(
        "Sign-in timed out.",
        "Microsoft's sign-in page was not completed within {minutes} minutes.",
        "Sign in again; on a computer without a browser use a code (--device-code in the console).",
    ),
    Code.TENANT_NOT_FOUND: ErrorText(
        "Microsoft does not know the tenant {tenant}.",
        "The name is mistyped, or the tenant belongs to another Microsoft cloud.",
        "Check the tenant (for example contoso.onmicrosoft.com) and the cloud.",
    ),
    Code.TOKEN_UNREADABLE: ErrorText(
        "Microsoft accepted the client secret, but the token can't be read.",
        "It is not a token like those that Microsoft issues.",
        "Check again in some minutes; if it stays like this, send the details to the support of this program.",
    ),
    Code.WRONG_ACCOUNT: ErrorText(
        "This account does not belong to the organization.",
        "Microsoft does not find it in the tenant.",
        "Sign in with a work account of the organization, or check the tenant that was named.",
    ),
    Code.WRONG_CLOUD: ErrorText(
        "Your organization is in a different Microsoft cloud.",
        "National clouds are separate: sign-ins of one are not valid in another.",
        "Choose the right cloud (--cloud in the console: global, us-gov, us-gov-dod or china).",
    ),
    Code.WRONG_PASSWORD: ErrorText(
        "The user name or password is incorrect.",
        "Microsoft did not accept it.",
        "Sign in again.",
    ),
    Code.WRONG_TENANT: ErrorText(
        "{user} signed in to {organization} ({found}), not to {wanted}.",
        "The sign-in ended in another tenant than the one asked for.",
        "Sign in with an account of {wanted}, or correct the tenant that was named.",
    ),
}
