"""What a plan says besides its changes, in sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from emi_installer.core.desired.blueprint import PermissionKind
from emi_installer.core.observed.tenant import RESTORABLE
from emi_installer.core.plan.notices import (
    ClockWrong,
    ColleagueNeeded,
    ConsentTarget,
    ContactCenterDisconnected,
    DeletedRegistration,
    DisabledByMicrosoft,
    DuplicateRegistrations,
    KeptApi,
    KeptDeclarations,
    KeptGrant,
    KeptName,
    LeftAlone,
    MayNotRegister,
    Notice,
    RestorableUntil,
    SecretExpires,
    SecretLifetimeLimited,
    SecretsForbidden,
    SecretsStopWorking,
    SimilarRegistration,
    UnsavedSecretReplaced,
)
from emi_installer.wording.account import colleague
from emi_installer.wording.language import _, capitalized, day, listed, ngettext


def left_alone_text(kept: LeftAlone) -> str:
    """Something that is not ours, and stays."""
    match kept:
        case KeptName(display_name=name):
            return _("The app registration is called {name}; it keeps that name.", name=name)
        case KeptGrant(kind=PermissionKind.DELEGATED, name=name):
            return _("Granted delegated permission {name}, which EMI does not need", name=name)
        case KeptGrant(name=name):
            return _("Granted application permission {name}, which EMI does not need", name=name)
        case KeptDeclarations(number=number):
            return ngettext(
                "{number} declared permission that EMI does not need",
                "{number} declared permissions that EMI does not need",
                number,
            )
        case KeptApi(app_id=app_id):
            return _("Declared permissions of another API ({app_id})", app_id=app_id)
        case _:
            assert_never(kept)


def notice_text(notice: Notice) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind of notice
    """Something to know before anything is done."""
    match notice:
        case ClockWrong(ahead=ahead):
            return clock_text(ahead)
        case DisabledByMicrosoft():
            return _(
                "Microsoft disabled this application. Nothing here can enable it: open a support request with "
                "Microsoft and ask why."
            )
        case ContactCenterDisconnected():
            return _("Your contact center will no longer be able to connect to Microsoft Teams.")
        case SecretsStopWorking(number=number):
            return ngettext("{number} client secret stops working.", "{number} client secrets stop working.", number)
        case RestorableUntil(moment=moment):
            return _(
                "Microsoft keeps the app registration until {day}. Until then this program can restore it; admin "
                "consent must then be granted again.",
                day=day(moment),
            )
        case ColleagueNeeded():
            return _(
                "Your roles allow everything except admin consent for application permissions. This program does the "
                "rest now. {colleague} then grants that consent, and you start this program again to get the client "
                "secret.",
                colleague=capitalized(colleague()),
            )
        case MayNotRegister():
            return _(
                "Your role allows you to grant admin consent, but you can register or change an application only if "
                "you own it or your organization lets all users register applications. If Microsoft refuses, activate "
                "Application Administrator too, or sign in as a Global Administrator."
            )
        case SecretLifetimeLimited(days=days):
            return ngettext(
                "Your organization allows client secrets for {number} day at most.",
                "Your organization allows client secrets for {number} days at most.",
                round(days),
            )
        case SecretsForbidden():
            return _(
                "Your organization does not allow client secrets, unless this app registration is exempt. Microsoft "
                "decides when the client secret is created, which is the last step; everything else is kept."
            )
        case DeletedRegistration():
            return _deleted(notice)
        case ConsentTarget(display_name=name, client_id=client_id, redirect_uris=()):
            return _(
                "The consent is for {name} (Client ID {client_id}), which has no redirect URI yet.",
                name=name,
                client_id=client_id,
            )
        case ConsentTarget(display_name=name, client_id=client_id, redirect_uris=uris):
            return _(
                "The consent is for {name} (Client ID {client_id}), which sends sign-ins to {uris}.",
                name=name,
                client_id=client_id,
                uris=listed(uris),
            )
        case DuplicateRegistrations(client_ids=ids):
            return _(
                "A tenant may have only one app registration of EMI. Remove the others too (Client IDs {ids}).",
                ids=listed(ids),
            )
        case SimilarRegistration(display_name=name, client_id=client_id):
            return _(
                "{name} (Client ID {client_id}), created by someone else, seems to do the same. Only one may: ask its "
                "owner whether it is still needed.",
                name=name,
                client_id=client_id,
            )
        case UnsavedSecretReplaced(secret=secret):
            return _("The client secret {name} was created but never saved. It is replaced.", name=secret.name)
        case SecretExpires(secret=secret, left=left):
            return ngettext(
                "The client secret expires in {number} day, on {day}.",
                "The client secret expires in {number} days, on {day}.",
                left.days,
                day=day(secret.expires),
            )
        case _:
            assert_never(notice)


def clock_text(ahead: timedelta) -> str:
    """By how much the clock of this computer is `ahead` (behind where negative), and the cure."""
    fast = _("This computer's clock is {time} fast.", time=_duration(ahead))
    slow = _("This computer's clock is {time} slow.", time=_duration(-ahead))
    cure = _(
        "Sign-in and the lifetime of the client secret depend on it; correct it first (Settings, Time & language)."
    )
    return f"{fast if ahead > timedelta() else slow} {cure}"


def _duration(time: timedelta) -> str:
    """In days where there are some, else in minutes."""
    if time >= timedelta(days=2):
        return ngettext("{number} day", "{number} days", round(time / timedelta(days=1)))
    return ngettext("{number} minute", "{number} minutes", round(time / timedelta(minutes=1)))


def _deleted(registration: DeletedRegistration) -> str:
    name, client_id, deleted = registration.display_name, registration.client_id, registration.deleted
    otherwise = _("If you register a new one instead, it gets another Client ID.")
    if deleted is None:
        known = _(
            "{name} (Client ID {id}) was deleted recently and may still be restorable (--registration {id} in the "
            "console).",
            name=name,
            id=client_id,
        )
    else:
        known = _(
            "{name} (Client ID {id}) was deleted on {day} and can be restored until {last} (--registration {id} in the "
            "console).",
            name=name,
            id=client_id,
            day=day(deleted),
            last=day(deleted + RESTORABLE),
        )
    return f"{known} {otherwise}"
