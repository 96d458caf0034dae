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
from emi_installer.wording.language import _, day, listed


def holder_name(holder: Holder) -> str:  # noqa: PLR0911 - one for each kind
    """Who or what it is, as the start of a line."""
    match holder:
        case Owner():
            return _owner(holder)
        case PasswordHolder(place=Place.SERVICE_PRINCIPAL):
            return _("Client secret of the service principal: {facts}", facts=_secret(holder))
        case PasswordHolder():
            return _("Client secret {facts}", facts=_secret(holder))
        case CertificateHolder(place=Place.SERVICE_PRINCIPAL):
            return _("Certificate of the service principal: {facts}", facts=_certificate(holder))
        case CertificateHolder():
            return _("Certificate {facts}", facts=_certificate(holder))
        case FederatedHolder(issuer=issuer, subject=subject):
            name = _quoted(holder.name)
            return _(
                "Federated credential {name} (issuer {issuer}, subject {subject})",
                name=name,
                issuer=issuer,
                subject=subject,
            )
        case RedirectHolder():
            return _address(holder)
        case SwitchHolder(switch=switch):
            return _switch(switch)
        case ClientHolder(role=role, app_id=app_id):
            return f"{_client(role)}: {app_id}"
        case _:
            assert_never(holder)


def holder_meaning(holder: Holder) -> str:  # noqa: PLR0911 - one for each kind
    """What it allows, in a sentence."""
    match holder:
        case Owner():
            return _("An owner can create client secrets at any time, without any role.")
        case PasswordHolder():
            return _("Whoever has it can sign in as the application.")
        case CertificateHolder():
            return _("Whoever has its private key can sign in as the application.")
        case FederatedHolder():
            return _("Whoever gets a token of that issuer for that subject can sign in as the application.")
        case RedirectHolder():
            return _("Microsoft sends sign-ins to this address if somebody asks for it.")
        case SwitchHolder():
            return _("It lets others get tokens without a client secret.")
        case ClientHolder():
            return _("This application is let in without a further question.")
        case _:
            assert_never(holder)


def _owner(owner: Owner) -> str:
    who = _person(owner) if owner.is_person else _application(owner)
    if len(owner.places) > 1:
        return _("{who}, owner of the app registration and the service principal", who=who)
    if owner.places == (Place.SERVICE_PRINCIPAL,):
        return _("{who}, owner of the service principal", who=who)
    return _("{who}, owner of the app registration", who=who)


def _person(owner: Owner) -> str:
    if owner.name:
        return f"{owner.name} ({owner.account})" if owner.account else owner.name
    return _("The user with the object ID {id} (look it up under Users)", id=owner.object_id)


def _application(owner: Owner) -> str:
    if owner.name:
        return _("The application {name} ({id})", name=owner.name, id=owner.account or owner.object_id)
    return _("The application with the object ID {id} (look it up under Enterprise applications)", id=owner.object_id)


def _secret(secret: PasswordHolder) -> str:
    begin = (_("starts with {hint}", hint=secret.hint),) if secret.hint else ()
    return f"{_quoted(secret.name)} ({listed((*begin, _until(secret.expires)))})"


def _certificate(certificate: CertificateHolder) -> str:
    thumbprint = _("thumbprint {thumbprint}", thumbprint=certificate.thumbprint or "?")
    return f"{_quoted(certificate.name)} ({listed((thumbprint, _until(certificate.expires)))})"


def _until(expires: datetime) -> str:
    return _("never expires") if expires.year == MAXYEAR else _("valid until {day}", day=day(expires))


def _quoted(name: str) -> str:
    return f'"{name}"' if name else _("without a name")


def platform_name(platform: Platform) -> str:
    """Where a redirect URI is listed, as the Microsoft Entra admin center calls it."""
    match platform:
        case Platform.WEB:
            return _("Web")
        case Platform.SPA:
            return _("Single-page application")
        case Platform.PUBLIC_CLIENT:
            return _("Mobile and desktop applications")
        case Platform.DEFAULT:
            return _("Default redirect URI")
        case Platform.REPLY:
            return _("Reply URL of the service principal")
        case _:
            assert_never(platform)


def _address(holder: RedirectHolder) -> str:
    name = platform_name(holder.platform)
    listed_on = holder.platform not in (Platform.DEFAULT, Platform.REPLY)
    return f"{_('Redirect URI ({platform})', platform=name) if listed_on else name}: {holder.uri}"


def _switch(switch: Switch) -> str:
    match switch:
        case Switch.ACCESS_TOKENS:
            return _("Implicit grant: access tokens")
        case Switch.ID_TOKENS:
            return _("Implicit grant: ID tokens")
        case Switch.PUBLIC_CLIENT_FLOWS:
            return _("Public client flows")
        case Switch.NATIVE_AUTHENTICATION:
            return _("Native authentication")
        case Switch.DEVICE_AUTHENTICATION:
            return _("Authentication of devices without a user")
        case Switch.OTHER_ORGANIZATIONS:
            return _("Accounts outside this organization")
        case _:
            assert_never(switch)


def _client(role: ClientRole) -> str:
    match role:
        case ClientRole.PRE_AUTHORIZED:
            return _("Pre-authorized client application")
        case ClientRole.KNOWN_CLIENT:
            return _("Known client application")
        case ClientRole.MANAGER:
            return _("Application that may manage this one")
        case _:
            assert_never(role)
