"""Those who could also use the application, in words: who or what it is, and where to find it."""

from __future__ import annotations

from datetime import MAXYEAR, datetime
from typing import assert_never

from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientHolder,
    ClientRole,
    FederatedHolder,
    Holder,
    Owner,
    PasswordHolder,
    Place,
    Platform,
    RedirectHolder,
    Switch,
    SwitchHolder,
)

_PLACES = {Place.REGISTRATION: "the app registration", Place.SERVICE_PRINCIPAL: "the service principal"}

_PLATFORMS = {
    Platform.WEB: "Redirect URI (Web)",
    Platform.SPA: "Redirect URI (Single-page application)",
    Platform.PUBLIC_CLIENT: "Redirect URI (Mobile and desktop applications)",
    Platform.DEFAULT: "Default redirect URI",
    Platform.REPLY: "Reply URL of the service principal",
}

_SWITCHES = {
    Switch.ACCESS_TOKENS: "Implicit grant of access tokens",
    Switch.ID_TOKENS: "Implicit grant of ID tokens",
    Switch.PUBLIC_CLIENT_FLOWS: "Public client flows, which need no client secret",
    Switch.NATIVE_AUTHENTICATION: "Native authentication, which needs no client secret",
    Switch.DEVICE_AUTHENTICATION: "Authentication of devices without a user",
    Switch.OTHER_ORGANIZATIONS: "Sign-ins from other organizations",
}

_CLIENTS = {
    ClientRole.PRE_AUTHORIZED: "Pre-authorized client application",
    ClientRole.KNOWN_CLIENT: "Known client application",
    ClientRole.MANAGER: "Application that may manage this one",
}

_MEANINGS = {
    Owner: "An owner can add client secrets at any time, without any role.",
    PasswordHolder: "Whoever has it can sign in as the application.",
    CertificateHolder: "Whoever has its private key can sign in as the application.",
    FederatedHolder: "Whoever gets such a token can sign in as the application.",
    RedirectHolder: "Microsoft sends the sign-ins of your agents there, if somebody asks for it.",
    SwitchHolder: "It lets tokens be had without a client secret.",
    ClientHolder: "It is let in without a further question.",
}


def holder_name(holder: Holder) -> str:  # noqa: PLR0911 - one for each kind
    """Who or what it is, as the start of a line."""
    match holder:
        case Owner():
            return f"{_person(holder)}, owner of {' and '.join(_PLACES[place] for place in holder.places)}"
        case PasswordHolder():
            facts = [f"starts with {holder.hint}"] if holder.hint else []
            return _credential("Client secret", holder, *facts)
        case CertificateHolder():
            return _credential("Certificate", holder, f"thumbprint {holder.thumbprint or 'unknown'}")
        case FederatedHolder():
            return f"Federated credential {_quoted(holder.name)} (tokens of {holder.issuer} for {holder.subject})"
        case RedirectHolder():
            return f"{_PLATFORMS[holder.platform]} {holder.uri}"
        case SwitchHolder():
            return _SWITCHES[holder.switch]
        case ClientHolder():
            return f"{_CLIENTS[holder.role]} with the Client ID {holder.app_id}"
        case _:
            assert_never(holder)


def holder_meaning(holder: Holder) -> str:
    """What it allows, in a sentence."""
    return _MEANINGS[type(holder)]


def _person(owner: Owner) -> str:
    kind, place = ("The person", "Users") if owner.is_person else ("The application", "Enterprise applications")
    if not owner.name:
        return f"{kind} with the object ID {owner.object_id} (to be looked up under {place})"
    account = f" ({owner.account})" if owner.account else ""
    return f"{owner.name}{account}" if owner.is_person else f"The application {owner.name}{account}"


def _credential(kind: str, holder: PasswordHolder | CertificateHolder, *facts: str) -> str:
    where = " of the service principal" if holder.place is Place.SERVICE_PRINCIPAL else ""
    return f"{kind} {_quoted(holder.name)}{where} ({', '.join((*facts, _until(holder.expires)))})"


def _until(expires: datetime) -> str:
    return "without an end" if expires.year == MAXYEAR else f"valid until {expires.date().isoformat()}"


def _quoted(name: str) -> str:
    return f'"{name}"' if name else "without a name"
