"""The sentences for changes, events and waits: one voice, one place to translate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from emi_installer.core.desired.blueprint import Permission
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.observed.account import CONSENT_APPLICATION, CONSENT_DELEGATED, SignedIn
from emi_installer.core.observed.checks import Status
from emi_installer.core.plan.changes import (
    AddClientSecret,
    Change,
    CreateAppRegistration,
    CreateServicePrincipal,
    DeleteAppRegistration,
    DeleteServicePrincipal,
    EnableServicePrincipal,
    GrantApplicationPermissions,
    GrantDelegatedPermissions,
    RemoveClientSecret,
    RestoreAppRegistration,
    UpdateAppRegistration,
)
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
from emi_installer.core.plan.plan import Plan
from emi_installer.core.plan.request import Request
from emi_installer.wording.errors import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A change in words: what will be done, what is being done, what was done, and its particulars."""

    name: str
    will: str
    doing: str
    done: str
    details: tuple[str, ...] = ()


def words(change: Change) -> Words:  # noqa: C901, PLR0911 - one for each kind of change
    """A change in words; `name` is for programs."""
    match change:
        case CreateAppRegistration():
            return Words(
                name="create-app-registration",
                will=f"Register the application {change.display_name}",
                doing="Registering the application",
                done=f"Registered the application {change.display_name}",
                details=(
                    f"Redirect URI {change.redirect_uri}",
                    "Accounts of this organization only",
                    f"Declares {len(change.required)} permissions of Microsoft Graph",
                ),
            )
        case RestoreAppRegistration():
            return Words(
                name="restore-app-registration",
                will=f"Restore the deleted app registration {change.display_name}",
                doing="Restoring the app registration",
                done=f"Restored the app registration {change.display_name}",
                details=("Its Client ID and the client secrets that have not expired are valid again.",),
            )
        case UpdateAppRegistration():
            return Words(
                name="update-app-registration",
                will="Correct the app registration",
                doing="Correcting the app registration",
                done="Corrected the app registration",
                details=tuple(one[0].upper() + one[1:] for one in change.drift),
            )
        case CreateServicePrincipal():
            return Words(
                name="create-service-principal",
                will="Add its service principal, the application's entry under Enterprise applications",
                doing="Adding the service principal",
                done="Added the service principal",
            )
        case EnableServicePrincipal():
            return Words(
                name="enable-service-principal",
                will="Enable its service principal, so that people can sign in again",
                doing="Enabling the service principal",
                done="Enabled the service principal",
            )
        case GrantDelegatedPermissions():
            return Words(
                name="grant-delegated-permissions",
                will=f"Give admin consent to {_count(change.names, 'delegated permission')}",
                doing="Giving admin consent to delegated permissions",
                done=f"Gave admin consent to {_count(change.names, 'delegated permission')}",
                details=_reasons(change.permissions),
            )
        case GrantApplicationPermissions():
            return Words(
                name="grant-application-permissions",
                will=f"Give admin consent to {_count(change.names, 'application permission')}",
                doing="Giving admin consent to application permissions",
                done=f"Gave admin consent to {_count(change.names, 'application permission')}",
                details=_reasons(change.permissions),
            )
        case RemoveClientSecret():
            return Words(
                name="remove-client-secret",
                will=f"Remove the client secret {change.secret.name}{_unseen(change)}",
                doing=f"Removing the client secret {change.secret.name}{_unseen(change)}",
                done=f"Removed the client secret {change.secret.name}{_unseen(change)}",
            )
        case AddClientSecret():
            day = change.expires.date().isoformat()
            return Words(
                name="add-client-secret",
                will=f"Make a client secret that is valid until {day}{_or_shorter(change)}",
                doing="Making the client secret",
                done=f"Made a client secret that is valid until {day}{_or_shorter(change)}",
                details=("Microsoft shows it once; it is saved to the handoff file.",),
            )
        case DeleteServicePrincipal():
            return Words(
                name="delete-service-principal",
                will="Remove its service principal, and with it the admin consent to all permissions",
                doing="Removing the service principal",
                done="Removed the service principal and the admin consent",
            )
        case DeleteAppRegistration():
            return Words(
                name="delete-app-registration",
                will=f"Delete the app registration {change.display_name}",
                doing="Deleting the app registration",
                done=f"Deleted the app registration {change.display_name}",
                details=("Microsoft keeps it for 30 days; until then it can be restored.",),
            )
        case _:
            assert_never(change)


WAITS = {
    RetryReason.THROTTLED: "Microsoft asks for a short break",
    RetryReason.REPLICATION: "What was just made is still spreading to all of Microsoft's servers",
    RetryReason.UNAVAILABLE: "Microsoft's service does not answer properly",
    RetryReason.NETWORK: "The connection broke",
    RetryReason.SECRET: "Microsoft does not accept the new client secret yet, which is normal for some seconds",
}

MARKS = {
    Status.OK: "ok",
    Status.ATTENTION: "attention",
    Status.FAILED: "FAILED",
    Status.UNTESTED: "not tested",
    Status.WAITING: "waiting",
    Status.NOTE: "note",
}


def sentence(event: Event) -> str:  # noqa: PLR0911 - one for each kind of event
    """An event in one sentence, or a short block where a link or code must be copied."""
    match event:
        case SignInLink():
            start = "Your browser opens Microsoft's sign-in page" if event.opened else "No browser could be started"
            return f"{start}. If it does not appear, open this link on this computer:\n{event.link}"
        case DeviceCode():
            return (
                f"Open {event.link} in any browser and type the code {event.code} (valid for {event.minutes} minutes)."
            )
        case ChangeStarted():
            return f"{words(event.change).doing} …"
        case ChangeDone():
            return f"{words(event.change).done}."
        case ChangeFailed():
            return f"{words(event.change).doing} failed."
        case RetryScheduled():
            return f"{WAITS[event.reason]}; next try in {event.seconds:.1f} s."
        case VerificationStarted():
            return "Reading everything back …"
        case Checked():
            check = event.check
            return f"[{MARKS[check.status]}] {check.name}: {check.detail}"
        case _:
            assert_never(event)


def abilities(signed_in: SignedIn) -> tuple[Status, str]:
    """What the account's directory roles allow here."""
    if signed_in.roles is None:
        return Status.UNTESTED, "Microsoft does not tell which roles this account has; it decides when you apply."
    if signed_in.holds_one_of(CONSENT_APPLICATION):
        return Status.OK, "This account may do everything that is needed."
    if signed_in.holds_one_of(CONSENT_DELEGATED):
        return Status.ATTENTION, (
            "This account may register the application and consent to delegated permissions. The four application "
            "permissions need a Privileged Role Administrator or Global Administrator: this program does the rest, and "
            "makes a request that you send to a colleague who has one of these roles."
        )
    return Status.ATTENTION, (
        "This account may not give the consent that is needed. You can look at what would be done, and make a request "
        "that you send to a Global Administrator. If a role is assigned to you through Privileged Identity "
        "Management, activate it first and then sign in again."
    )


def plan_lines(plan: Plan) -> list[str]:
    """A plan as lines of text."""
    lines = [] if plan.changes or plan.waiting else ["Nothing has to be changed."]
    changes = [line for change in plan.changes for line in _with_details(change)]
    for heading, entries in (
        ("This will be done:", changes),
        (f"Waiting for {COLLEAGUE}:", [line for change in plan.waiting for line in _with_details(change)]),
        ("Please note:", [f"  - {text}" for text in plan.notices]),
        ("Left alone:", [f"  - {text}" for text in plan.left_alone]),
        ("In the way:", [f"  - {explain(problem)}" for problem in plan.blockers]),
    ):
        if entries:
            lines += [heading, *entries]
    return lines


COLLEAGUE = "a Privileged Role Administrator or Global Administrator"
"""Who may grant application permissions of Microsoft Graph."""


def colleague_for(request: Request) -> str:
    """Who can do what a request asks for."""
    return COLLEAGUE if request.purpose is Purpose.GRANT else "a Global Administrator"


def _with_details(change: Change) -> list[str]:
    said = words(change)
    return [f"  - {said.will}", *(f"      {detail}" for detail in said.details)]


def _reasons(permissions: tuple[Permission, ...]) -> tuple[str, ...]:
    return tuple(f"{permission.name}: {permission.reason}" for permission in permissions)


def _unseen(change: RemoveClientSecret) -> str:
    return ", which nobody saved" if change.unseen else ""


def _or_shorter(change: AddClientSecret) -> str:
    return ", or as long as your organization allows" if change.or_shorter else ""


def _count(names: tuple[str, ...], noun: str) -> str:
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'}"
