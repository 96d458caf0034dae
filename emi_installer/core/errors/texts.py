"""Every error's sentences by code: what happened, why, and what to do next.

Placeholders in braces are filled in by `errors.error`. `kind` is one of fix, retry, refused, bug.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emi_installer.core.errors.codes import Code


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The sentences of one error."""

    kind: Literal["fix", "retry", "refused", "bug"]
    title: str
    explanation: str
    remedy: str


_ANSWERS = {
    Code.INVALID_ANSWER: ErrorText("fix", "{field}: {problem}.", "", "{right}."),
    Code.NO_CONTACT_CENTER: ErrorText(
        "fix",
        "The contact center URL is missing.",
        "Microsoft sends your agents back to that address after they sign in.",
        "Give the address that your agents open, such as acme.brightpattern.com.",
    ),
    Code.UNTRUSTED_HOST: ErrorText(
        "fix",
        "{host} is not a contact center address that this installer knows.",
        "Whoever owns this address would receive the Microsoft sign-ins of your agents.",
        "Check the spelling. If it is right and you trust its owner, confirm it (--trust-host in the console).",
    ),
}

_PRESET = {
    Code.PRESET_INVALID: ErrorText(
        "fix", "{file}: {key}: {problem}; {right}.", "", "Correct that line, or ask whoever sent the preset."
    ),
    Code.PRESET_UNREADABLE: ErrorText(
        "fix",
        "The preset {file} can't be read.",
        "{reason}.",
        "Ask for a new copy of the preset, or go on without it.",
    ),
}

_FILES = {
    Code.FILE_UNREADABLE: ErrorText(
        "fix", "{file} can't be read.", "{reason}.", "Check its name, and that you are allowed to read it."
    ),
    Code.NOT_THE_PROGRAM: ErrorText(
        "fix",
        "{file} is not the EMI installer as one file.",
        "A customer package needs the program that is double-clicked, as it was built or downloaded.",
        "Name it with --executable, such as EMI-Installer.exe; not one of those in the folder edition.",
    ),
    Code.NO_PROGRAM: ErrorText(
        "fix",
        "It is not clear which program goes into the package.",
        "This start of it is not the EMI installer as one file.",
        "Name that file: --executable EMI-Installer.exe",
    ),
    Code.NOT_A_VENDORS_PRESET: ErrorText(
        "fix",
        "{file} can't be given to a customer.",
        "{reason}.",
        "Write a preset for this customer; README.md has an example.",
    ),
    Code.FILE_NOT_WRITABLE: ErrorText(
        "fix", "{file} can't be written.", "{reason}.", "Choose another place, such as your Documents folder."
    ),
    Code.HANDOFF_UNREADABLE: ErrorText(
        "fix",
        "{file} is not a handoff file that can be checked.",
        "Only the form for programs, whose name ends in .json, can be read again.",
        "Name the .json file that apply or new-secret wrote, or verify without --handoff.",
    ),
    Code.FILE_EXISTS: ErrorText(
        "fix", "{file} exists already.", "", "Name another file, or allow replacing it with --overwrite."
    ),
    Code.HANDOFF_EXISTS: ErrorText(
        "fix",
        "{file} exists already.",
        "It may hold a client secret that is in use, so it is left as it is.",
        "Name another file, or allow replacing it (--overwrite in the console).",
    ),
}

_PLAN = {
    Code.FOREIGN_REGISTRATION: ErrorText(
        "fix",
        "Another app registration already serves this contact center: {name} (Client ID {client_id}).",
        "It was not made by this installer, and only one may serve a contact center in a tenant.",
        "Ask whoever made it. Then adopt it, so that this program looks after it (--registration {client_id} in the "
        "console); or delete it in the Microsoft Entra admin center (App registrations) and start again.",
    ),
    Code.NAME_NOT_TYPED: ErrorText(
        "fix",
        "Nothing was removed.",
        "To be sure, the name of the app registration has to be typed: {name}.",
        "Start remove again and type the name, or give it with --confirm.",
    ),
    Code.NOT_OURS: ErrorText(
        "fix",
        "{name} (Client ID {client_id}) was not made by this installer.",
        "What others made is not removed and gets no consent from here.",
        "Ask whoever made it, or use the Microsoft Entra admin center.",
    ),
    Code.REGISTRATION_NOT_FOUND: ErrorText(
        "fix",
        "There is no app registration with the Client ID {client_id} for EMI in {organization}.",
        "It was deleted, belongs to another tenant, or does not serve a contact center.",
        "Check the Client ID and the account, or start without naming one.",
    ),
    Code.NOT_SET_UP: ErrorText(
        "fix",
        "EMI is not set up in {organization} yet.",
        "There is no app registration of it to work on.",
        "Set it up first (apply in the console).",
    ),
    Code.PERMISSION_NOT_PUBLISHED: ErrorText(
        "refused",
        "Microsoft does not offer the {kind} permission {permission} in your tenant.",
        "The Microsoft cloud of your organization does not publish it, so EMI can't be given it.",
        "Check that the right cloud is chosen, and ask your contact center vendor whether EMI supports your cloud.",
    ),
    Code.ROLE_FOR_APPLICATION_PERMISSIONS: ErrorText(
        "fix",
        "{user} may not grant application permissions of Microsoft Graph ({names}).",
        "Microsoft allows this to a Privileged Role Administrator or a Global Administrator only.",
        "Sign in with such an account, or send a request to a colleague who has one. If the role is assigned to you "
        "through Privileged Identity Management, activate it first and then sign in again.",
    ),
    Code.ROLE_FOR_DELEGATED_PERMISSIONS: ErrorText(
        "fix",
        "{user} may not give consent on behalf of the organization.",
        "Microsoft allows this to a Privileged Role Administrator, Global Administrator, Application Administrator "
        "or Cloud Application Administrator.",
        "Send a request to a Global Administrator, who can do everything that is needed here, or sign in with such an "
        "account (--request FILE.toml in the console writes the request).",
    ),
    Code.SEVERAL_REGISTRATIONS: ErrorText(
        "fix",
        "There is more than one app registration of EMI in this tenant (Client IDs {ids}).",
        "EMI works with one only, and this installer can't know which one your contact center uses.",
        "Look up the Client ID in Contact Center Administrator and choose that one (--registration CLIENT_ID in the "
        "console); then remove the other.",
    ),
}

_SIGN_IN = {
    Code.ACCOUNT_DISABLED: ErrorText(
        "refused",
        "This account is disabled.",
        "Microsoft does not let it sign in.",
        "Use another account, or ask your administrators to enable this one.",
    ),
    Code.ACCOUNT_LOCKED: ErrorText(
        "retry",
        "This account is locked for now.",
        "There were too many failed sign-ins, or a suspicious one.",
        "Wait some minutes and try again, or ask your administrators to unlock it.",
    ),
    Code.CLIENT_DISABLED: ErrorText(
        "refused",
        "The application used here to sign in is disabled in your tenant.",
        "Your administrators have switched off {client}.",
        "Ask them to enable it under Enterprise applications, or choose another sign-in client (--client-id in the "
        "console).",
    ),
    Code.CLIENT_MISCONFIGURED: ErrorText(
        "fix",
        "The sign-in client {client} is not set up for this program.",
        "It must be a public client with the redirect URI http://localhost, and available to your tenant.",
        "Correct its app registration (Authentication, Mobile and desktop applications), or use the default "
        "sign-in client.",
    ),
    Code.CLIENT_NOT_FOUND: ErrorText(
        "fix",
        "Your tenant does not know the sign-in client {client}.",
        "Either its id is mistyped, or it belongs to another tenant or cloud.",
        "Check the sign-in client, the tenant and the cloud, or use the default sign-in client.",
    ),
    Code.CODE_EXPIRED: ErrorText(
        "retry", "The code has expired.", "It was not used in time.", "Sign in again to get a new code."
    ),
    Code.CONDITIONAL_ACCESS: ErrorText(
        "refused",
        "Your organization's sign-in rules refused this sign-in.",
        "A Conditional Access policy or security default does not allow it from here.",
        "Try from a computer and network that your organization manages, without a device code, or ask your "
        "administrators to look at the sign-in log.",
    ),
    Code.CONSENT_NEEDED: ErrorText(
        "fix",
        "The sign-in client needs approval first.",
        "Your organization lets only administrators approve the permissions that {client} asks for.",
        "Sign in with an administrator's account and accept the permissions, or ask an administrator to approve them.",
    ),
    Code.DEVICE_NOT_MANAGED: ErrorText(
        "refused",
        "Your organization allows this sign-in from managed computers only.",
        "This computer is not joined to the organization or not compliant with its rules.",
        "Start this program on a computer that your organization manages.",
    ),
    Code.GUEST_ACCOUNT: ErrorText(
        "fix",
        "{user} is a guest in {organization}.",
        "A guest can't set up an application for the whole organization.",
        "Sign in with an account that belongs to {organization} itself.",
    ),
    Code.NOT_ASSIGNED: ErrorText(
        "fix",
        "This account may not use {client}.",
        "Your organization has limited that application to assigned users.",
        "Ask your administrators to assign you under Enterprise applications, or choose another sign-in client "
        "(--client-id in the console).",
    ),
    Code.PASSWORD_EXPIRED: ErrorText(
        "fix",
        "The password of this account has expired.",
        "Microsoft wants a new one first.",
        "Change it at https://mysignins.microsoft.com, then sign in again.",
    ),
    Code.PERSONAL_ACCOUNT: ErrorText(
        "fix",
        "{user} is a personal Microsoft account.",
        "EMI is set up in the Microsoft tenant of your organization.",
        "Sign in with your work account.",
    ),
    Code.SCOPE_REFUSED: ErrorText(
        "fix",
        "Microsoft does not know a permission that the sign-in asks for.",
        "This happens when the chosen cloud is not the one of your organization, or with a sign-in client "
        "that may not ask for it.",
        "Check the cloud and the sign-in client.",
    ),
    Code.SECOND_FACTOR: ErrorText(
        "fix",
        "Microsoft asks for a second proof of who you are.",
        "Your organization requires multi-factor authentication.",
        "Sign in again in the browser and finish all steps there; to register a method, open https://aka.ms/mfasetup.",
    ),
    Code.SECRET_REJECTED: ErrorText(
        "retry",
        "Microsoft does not accept the client secret.",
        "It was mistyped, has expired, or has not spread to all of Microsoft's servers yet.",
        "Wait a minute and check again; if it stays like this, make a new client secret.",
    ),
    Code.SERVICE_MISSING: ErrorText(
        "refused",
        "Your tenant does not have the service that is needed.",
        "Microsoft Graph, or a subscription behind it, is not available in this tenant.",
        "Check the tenant and the cloud, and ask your Microsoft partner about the subscription.",
    ),
    Code.SIGN_IN_AGAIN: ErrorText(
        "fix",
        "The sign-in is no longer valid.",
        "It expired, or Microsoft wants a fresh one.",
        "Sign in again.",
    ),
    Code.SIGN_IN_DECLINED: ErrorText(
        "fix",
        "The sign-in was not completed.",
        "It was cancelled, or a permission was declined on Microsoft's page.",
        "Sign in again and accept what Microsoft's page asks for; it is needed to set up EMI.",
    ),
    Code.SIGN_IN_FAILED: ErrorText(
        "refused",
        "Microsoft refused the sign-in.",
        "{reason}",
        "Try again with another account; if it stays like this, send the details to your administrators.",
    ),
    Code.SIGN_IN_LOOP: ErrorText(
        "bug",
        "The sign-in went round in circles.",
        "This program asked too often.",
        "Close it, wait a minute, and start again.",
    ),
    Code.SIGN_IN_TIMED_OUT: ErrorText(
        "retry",
        "Nobody signed in.",
        "The page of Microsoft was not completed within {minutes} minutes.",
        "Sign in again; on a computer without a browser use a code (--device-code in the console).",
    ),
    Code.TENANT_NOT_FOUND: ErrorText(
        "fix",
        "Microsoft does not know the tenant {tenant}.",
        "The name is mistyped, or the tenant belongs to another Microsoft cloud.",
        "Check the tenant (for example contoso.onmicrosoft.com) and the cloud.",
    ),
    Code.WRONG_ACCOUNT: ErrorText(
        "fix",
        "This account does not belong to the organization.",
        "Microsoft does not find it in the tenant.",
        "Sign in with a work account of the organization, or check the tenant that was named.",
    ),
    Code.WRONG_CLOUD: ErrorText(
        "fix",
        "Your organization lives in another Microsoft cloud.",
        "National clouds are separate: sign-ins of one are not valid in another.",
        "Choose the right cloud (--cloud in the console: global, us-gov, us-gov-dod or china).",
    ),
    Code.WRONG_PASSWORD: ErrorText(
        "fix", "The user name or password was not right.", "Microsoft did not accept it.", "Sign in again."
    ),
    Code.WRONG_TENANT: ErrorText(
        "fix",
        "{user} signed in to {organization} ({found}), not to {wanted}.",
        "The sign-in ended in another tenant than the one asked for.",
        "Sign in with an account of {wanted}, or correct the tenant that was named.",
    ),
}

_GRAPH = {
    Code.ALREADY_EXISTS: ErrorText(
        "retry",
        "It exists already.",
        "Somebody else, or an earlier run, made it meanwhile.",
        "Start again: what is there is kept and only the rest is done.",
    ),
    Code.AUDIENCE_FORBIDDEN: ErrorText(
        "refused",
        "Your organization's policy does not allow this kind of application.",
        "It limits who may sign in to applications ({message}).",
        "Ask your administrators to allow single-tenant applications under Application policies.",
    ),
    Code.MISSING_PRIVILEGE: ErrorText(
        "fix",
        "Microsoft says that this account may not do this.",
        "A directory role is missing, or it is not active yet.",
        "Sign in as Global Administrator, or send a request to one. To register and change applications Application "
        "Administrator is enough, to give consent Privileged Role Administrator. A role from Privileged Identity "
        "Management must be activated first.",
    ),
    Code.NOT_FOUND: ErrorText(
        "retry",
        "Microsoft no longer finds what this program works on.",
        "It was deleted meanwhile, or Microsoft's servers do not agree yet.",
        "Wait a minute and start again: only what is missing is done.",
    ),
    Code.QUOTA: ErrorText(
        "refused",
        "Microsoft's limit for directory objects is reached.",
        "An account without an administrator role may own 250 objects, deleted ones included.",
        "Use an administrator's account, or delete what is no longer needed, permanently, and start again.",
    ),
    Code.REDIRECT_URI_REFUSED: ErrorText(
        "fix", "Microsoft does not accept the redirect URI.", "{message}", "Check the contact center URL."
    ),
    Code.REQUEST_REFUSED: ErrorText(
        "bug",
        "Microsoft did not understand this program.",
        "{message}",
        "Start again; if it stays like this, send the details to the support of this program.",
    ),
    Code.SECRET_LIFETIME_LIMITED: ErrorText(
        "fix",
        "Your organization does not allow a client secret that lives that long.",
        "A policy limits the lifetime of client secrets. Everything else stays in place.",
        "Let this program make one that lives as long as your organization allows (--or-shorter in the console), or "
        "choose a shorter lifetime yourself.",
    ),
    Code.SECRETS_FORBIDDEN: ErrorText(
        "refused",
        "Your organization does not allow client secrets.",
        "A policy blocks them for applications; the contact center can't connect without one. "
        "Everything else stays in place.",
        "Ask a Global Administrator or Security Administrator to exempt this app registration: Microsoft Entra "
        "admin center, Enterprise apps, Application policies, Block password addition, Excluded apps. Then start "
        "again.",
    ),
    Code.STILL_SPREADING: ErrorText(
        "retry",
        "Microsoft's servers do not agree yet.",
        "What was just made has not reached all of them within two minutes.",
        "Wait a few minutes and start again: only what is missing is done.",
    ),
    Code.THROTTLED: ErrorText(
        "retry",
        "Microsoft is too busy for more requests of this tenant.",
        "It wants a longer break than this program waits for ({wait}).",
        "Wait some minutes and start again: only what is missing is done.",
    ),
    Code.UNAVAILABLE: ErrorText(
        "retry",
        "Microsoft's service is not available at the moment.",
        "{host} answered {status}.",
        "Wait some minutes and start again: only what is missing is done.",
    ),
    Code.URI_FORBIDDEN: ErrorText(
        "refused",
        "Your organization's policy does not allow this address in an application.",
        "{message}",
        "Ask your administrators to allow it under Application policies.",
    ),
}

_NETWORK = {
    Code.ANSWER_TOO_LARGE: ErrorText(
        "retry",
        "The answer of {host} is far too large.",
        "It is not what Microsoft sends; something in between may interfere.",
        "Check the proxy or network of this computer and start again.",
    ),
    Code.ANSWER_UNREADABLE: ErrorText(
        "retry",
        "The answer of {host} makes no sense.",
        "It was cut off or is not what Microsoft sends ({problem}).",
        "Check the network of this computer and start again: only what is missing is done.",
    ),
    Code.CAPTIVE_PORTAL: ErrorText(
        "fix",
        "Something else answered instead of {host}.",
        "A web page came back: often the sign-in page of a network or proxy.",
        "Open a browser, sign in to the network there, and start again.",
    ),
    Code.CERTIFICATES_UNREADABLE: ErrorText(
        "fix",
        "The certificate file for the connection to {host} can't be read.",
        "REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE names a file that is missing or damaged.",
        "Correct that environment variable, or remove it.",
    ),
    Code.CONNECTION_DROPPED: ErrorText(
        "retry",
        "The connection to {host} broke.",
        "It was cut before the whole answer came.",
        "Check the network and start again: only what is missing is done.",
    ),
    Code.PROXY_FAILED: ErrorText(
        "fix",
        "The proxy {proxy} does not let this program through to {host}.",
        "{reason}",
        "Check the proxy settings (HTTPS_PROXY, NO_PROXY) and that {host} is allowed.",
    ),
    Code.TIME_OUT: ErrorText(
        "retry",
        "{host} did not answer in time.",
        "The network or the service is slow.",
        "Try again; if it stays like this, check the network and the proxy.",
    ),
    Code.TLS_UNTRUSTED: ErrorText(
        "fix",
        "The certificate of {host} is not trusted.",
        "It was issued by {issuer}. A company proxy that inspects encrypted traffic looks like this.",
        "Ask your network administrators for its root certificate: install it in the certificate store of this "
        "computer, or name its file in REQUESTS_CA_BUNDLE.",
    ),
    Code.UNREACHABLE: ErrorText(
        "retry",
        "{host} can't be reached.",
        "There is no connection: {reason}.",
        "Check the network, the firewall and the proxy settings (HTTPS_PROXY) of this computer.",
    ),
}

_OURS = {
    Code.NOT_CONFIRMED: ErrorText(
        "fix",
        "Nobody could be asked.",
        "The changes were not confirmed, so nothing was changed.",
        "Start it in a terminal, or add --yes to apply without being asked.",
    ),
    Code.PLAN_STALE: ErrorText(
        "fix",
        "Your tenant has changed since this plan was made.",
        "Only what you have seen is applied, so nothing more was done.",
        "Read the new plan, then apply it.",
    ),
    Code.SECRET_LOST: ErrorText(
        "fix",
        "A client secret was made, but nobody has it.",
        "{reason}.",
        "Start again: it is removed and a new one is made.",
    ),
    Code.UNEXPECTED: ErrorText(
        "bug",
        "Something went wrong in this program.",
        "This is our mistake ({what}).",
        "Start again: only what is missing is done. If it happens again, send the log {log} to the support of "
        "this program.",
    ),
}

TEXTS: dict[Code, ErrorText] = {
    **_ANSWERS,
    **_PRESET,
    **_FILES,
    **_PLAN,
    **_SIGN_IN,
    **_GRAPH,
    **_NETWORK,
    **_OURS,
}
