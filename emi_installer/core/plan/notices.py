"""What a plan says besides its changes: what is left alone, and what deserves to be known before Apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import GRAPH_APP_ID, Blueprint, PermissionKind
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.observed.account import CONSENT_DELEGATED, MANAGE_APPLICATIONS
from emi_installer.core.observed.checks import SOON, valid_secrets
from emi_installer.core.observed.tenant import RESTORABLE, AppRegistration, ObservedTenant
from emi_installer.core.plan.changes import AddClientSecret, Change, CreateAppRegistration, GrantApplicationPermissions

_CLOCK_SECONDS = 300
"""Microsoft allows clocks to differ by five minutes;
https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens."""

__all__ = ["left_alone", "notices"]


def left_alone(blueprint: Blueprint, answers: Answers, observed: ObservedTenant) -> Iterator[str]:
    """What is not ours, and stays."""
    registration = observed.registration
    if registration is None:
        return
    if registration.display_name != answers.app_name:
        yield f"The app registration is called {registration.display_name}; it keeps that name."
    wanted = answers.contact_center.redirect_uri(blueprint) if answers.contact_center else None
    removed = registration.other_redirect_uris(blueprint, wanted) if answers.remove_old_uri else ()
    for uri in registration.redirect_uris:
        if uri != wanted and uri not in removed:
            yield f"Redirect URI {uri}"
    foreign = [s for s in registration.secrets if not s.is_ours]
    if foreign:
        yield f"{count(len(foreign), 'client secret')} not made by this installer"
    for kind in PermissionKind:
        for name in sorted(observed.granted(kind) - set(blueprint.names(kind))):
            yield f"Granted {kind} permission {name}, which EMI does not need"
    declared = registration.required.get(GRAPH_APP_ID, frozenset()) - observed.graph.required(blueprint)
    if declared:
        yield f"{count(len(declared), 'declared permission')} that EMI does not need"
    for app_id in sorted(registration.required.keys() - {GRAPH_APP_ID}):
        yield f"Declared permissions of another API ({app_id})"


def notices(
    blueprint: Blueprint,
    observed: ObservedTenant,
    changes: tuple[Change, ...],
    deferred: tuple[Change, ...],
    *,
    now: datetime,
    purpose: Purpose,
) -> Iterator[str]:
    """What deserves to be known before anything is done."""
    yield from _about_clock(observed.clock_ahead)
    registration = observed.registration
    if purpose is Purpose.REMOVE:
        if registration is not None:
            yield from _about_removal(registration, now)
        return
    yield from _about_roles(observed, changes, deferred)
    if any(isinstance(c, AddClientSecret) for c in changes):
        yield from _about_policy(observed)
    if any(isinstance(c, CreateAppRegistration) for c in changes):
        yield from (_about_deleted(one) for one in observed.deleted)
    if registration is None:
        return
    if purpose is Purpose.GRANT:
        where = ", ".join(registration.redirect_uris) or "no address yet"
        name = f"{registration.display_name} (Client ID {registration.app_id})"
        yield f"The consent is for {name}, which sends sign-ins to {where}."
        return
    if observed.duplicates and observed.chosen:
        others = ", ".join(one.app_id for one in observed.duplicates)
        yield f"Only one app registration of EMI may exist in a tenant: remove the others (Client IDs {others}) too."
    for other in observed.others if registration.is_ours(blueprint) else ():
        yield (
            f"{other.display_name} (Client ID {other.app_id}), made by somebody else, looks as if it did the same. "
            "Only one may: ask whoever made it whether it is still needed."
        )
    yield from _about_secrets(blueprint, registration, now)


def _about_clock(ahead: float) -> Iterator[str]:
    if abs(ahead) > _CLOCK_SECONDS:
        wrong = f"{count(round(abs(ahead) / 60), 'minute')} {'ahead' if ahead > 0 else 'behind'}"
        yield (
            f"The clock of this computer is {wrong}. Sign-ins and the life of the client secret depend on it: set it "
            "right first (Settings, Time & language)."
        )


def _about_removal(registration: AppRegistration, now: datetime) -> Iterator[str]:
    yield "From then on your contact center can't connect to Microsoft Teams any more."
    working = [s for s in registration.secrets if s.expires > now]
    if working:
        yield f"{count(len(working), 'client secret')} stop{'' if len(working) > 1 else 's'} working."
    yield (
        f"Microsoft keeps the app registration until {(now + RESTORABLE).date().isoformat()}: until then this program "
        "can restore it. The consent has to be given again then."
    )


def _about_roles(observed: ObservedTenant, changes: tuple[Change, ...], deferred: tuple[Change, ...]) -> Iterator[str]:
    account = observed.signed_in
    if any(isinstance(c, GrantApplicationPermissions) for c in deferred):
        yield (
            "Your roles allow everything but the consent to application permissions. The rest is done now; a "
            "Privileged Role Administrator or Global Administrator gives that consent, and then you start this "
            "program again to get the client secret."
        )
    elif changes and account.holds_one_of(CONSENT_DELEGATED) and not account.holds_one_of(MANAGE_APPLICATIONS):
        yield (
            "Your role allows you to give consent, but to register or change an application only if it is yours or "
            "your organization lets everybody register applications. If Microsoft refuses, activate Application "
            "Administrator too, or sign in as Global Administrator."
        )


def _about_policy(observed: ObservedTenant) -> Iterator[str]:
    policy = observed.secret_policy
    if policy.max_days is not None:
        yield f"Your organization allows client secrets to live {policy.max_days:.0f} days at most."
    if policy.forbidden:
        yield (
            "Your organization does not allow client secrets, unless this app registration is exempt from that rule. "
            "Microsoft decides when the client secret is made, which is last; everything else stays in place."
        )


def _about_deleted(deleted: AppRegistration) -> str:
    day = deleted.deleted.date().isoformat() if deleted.deleted else "lately"
    last = (deleted.deleted + RESTORABLE).date().isoformat() if deleted.deleted else "then"
    return (
        f"{deleted.display_name} (Client ID {deleted.app_id}) was deleted on {day} and can be restored until {last} "
        f"(--registration {deleted.app_id} in the console). If a new one is registered instead, it gets another "
        "Client ID."
    )


def _about_secrets(blueprint: Blueprint, registration: AppRegistration, now: datetime) -> Iterator[str]:
    for secret in registration.unsaved_secrets(blueprint.tag):
        yield f"The client secret {secret.name} exists, but nobody saved it: it is replaced."
    last = max(valid_secrets(blueprint, registration, now), key=lambda s: s.expires, default=None)
    if last is not None and last.expires - now <= SOON:
        left = (last.expires - now) // timedelta(days=1)
        yield f"The client secret expires in {count(left, 'day')}, on {last.expires.date().isoformat()}."


def count(number: int, noun: str) -> str:
    """Such as "1 day", "2 days"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
