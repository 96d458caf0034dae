"""What a verification found, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from emi_installer.core.desired.blueprint import PermissionKind
from emi_installer.core.observed.checks import Check, Status, VerificationReport
from emi_installer.core.observed.findings import (
    AssignmentRequired,
    Audience,
    ClockOff,
    ConsentRemoved,
    HolderFound,
    NobodyElse,
    OlderSecret,
    PermissionFound,
    PermissionsCounted,
    PrincipalFound,
    RedirectUris,
    RegistrationFound,
    RegistrationMissing,
    RegistrationRemoved,
    SecretFound,
    SecretMissing,
    SignInAccepted,
    SignInFailed,
    SignInNotTested,
    SignInPermissions,
    SwitchedOff,
    UnsavedSecret,
)
from emi_installer.core.observed.health import Health
from emi_installer.core.observed.permissions import PermissionState
from emi_installer.core.observed.tenant import EXPIRES_SOON, SecretMetadata, ServicePrincipal
from emi_installer.wording.account import colleague
from emi_installer.wording.errors import explain
from emi_installer.wording.holders import holder_meaning, holder_name, platform_name
from emi_installer.wording.language import _, day, listed, ngettext
from emi_installer.wording.notices import clock_text


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckText:
    """A row in words: what was checked, and what was found."""

    title: str
    detail: str

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}"


def status_text(status: Status) -> str:
    """How a row stands, in a word or two."""
    match status:
        case Status.OK:
            return _("ok")
        case Status.ATTENTION:
            return _("attention")
        case Status.FAILED:
            return _("FAILED")
        case Status.UNTESTED:
            return _("not tested")
        case Status.DEFERRED:
            return _("waiting")
        case Status.NOTE:
            return _("note")
        case _:
            assert_never(status)


def check_line(check: Check) -> str:
    """A row in one line."""
    return f"[{status_text(check.status)}] {check_text(check)}"


def check_text(check: Check) -> CheckText:
    """A row in words."""
    return CheckText(title=_title(check), detail=_detail(check))


def health_text(health: Health) -> str:
    """What the state of the set-up comes to."""
    if health.well:
        return all_well()
    titles = dict.fromkeys(_title(row) for row in health.wrong)
    return _("Needs attention: {checks}.", checks=listed(titles).lower())


def report_text(report: VerificationReport) -> str:
    """What a verification comes to."""
    if report.passed:
        return all_well()
    return _("Something does not work.") if report.failed else _("Something needs attention.")


def all_well() -> str:
    """Nothing needs attention."""
    return _("All well.")


def _title(check: Check) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind of finding
    match check.finding:
        case RegistrationFound() | RegistrationMissing() | RegistrationRemoved():
            return _("App registration")
        case RedirectUris():
            return _("Redirect URI")
        case Audience():
            return _("Who may sign in")
        case PrincipalFound():
            return _("Service principal")
        case ConsentRemoved():
            return _("Service principal and consent")
        case PermissionFound(state=state):
            return f"{state.permission.name} ({_kind(state.permission.kind)})"
        case PermissionsCounted(kind=PermissionKind.DELEGATED):
            return _("Delegated permissions")
        case PermissionsCounted():
            return _("Application permissions")
        case SecretFound() | SecretMissing():
            return _("Client secret")
        case UnsavedSecret():
            return _("Unsaved client secret")
        case OlderSecret():
            return _("Older client secret")
        case HolderFound() | NobodyElse():
            return _("Who else could use it")
        case SwitchedOff():
            return _("Switched off")
        case AssignmentRequired():
            return _("Assignment required")
        case ClockOff():
            return _("Clock of this computer")
        case SignInNotTested() | SignInFailed() | SignInAccepted():
            return _("Sign-in with the client secret")
        case SignInPermissions():
            return _("Permissions in the sign-in")
        case _:
            assert_never(check.finding)


def _detail(check: Check) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind of finding
    match check.finding:
        case RegistrationFound(display_name=name, client_id=client_id, several=False):
            return f"{name} ({client_id})"
        case RegistrationFound(display_name=name, client_id=client_id):
            return _(
                "{name} ({id}). There is more than one app registration of EMI; a tenant may have only one.",
                name=name,
                id=client_id,
            )
        case RegistrationMissing():
            return _("There is no app registration of EMI in this tenant.")
        case RegistrationRemoved(gone=gone):
            return _("Deleted; can be restored for 30 days") if gone else _("It is still there.")
        case ConsentRemoved(gone=gone):
            return _("Deleted") if gone else _("They are still there.")
        case RedirectUris() as found:
            return _redirect_uris(found)
        case Audience(wanted=wanted, present=present):
            if present == wanted:
                return _("Accounts in this organization only (single tenant)")
            return _("The audience is {present} instead of {wanted}.", present=present, wanted=wanted)
        case PrincipalFound(principal=principal):
            return _principal(principal)
        case PermissionFound(state=state, organization=organization):
            return _permission(state, organization)
        case PermissionsCounted(states=states):
            return _permissions(states)
        case SecretFound(secret=secret, left=left):
            ends = f"{secret.name}: {_end(secret, left)}"
            return ends if left > EXPIRES_SOON else _("{ends}. Create a new one soon.", ends=ends)
        case SecretMissing(later=later):
            if later:
                return _("It is created last, when all permissions are granted.")
            return _("There is no valid client secret.")
        case UnsavedSecret(secret=secret):
            return _("{name} was created but never saved. Apply again to remove it.", name=secret.name)
        case OlderSecret(secret=secret, left=left):
            return f"{secret.name}: {_end(secret, left)}"
        case HolderFound(holder=holder, kept=True):
            return _("{who} (kept on purpose)", who=holder_name(holder))
        case HolderFound(holder=holder):
            return _("{who}. {meaning} ID: {id}", who=holder_name(holder), meaning=holder_meaning(holder), id=holder.id)
        case NobodyElse():
            return _("Nobody besides you and your contact center")
        case SwitchedOff(by_microsoft=True):
            return _("Microsoft disabled this application; ask Microsoft's support why.")
        case SwitchedOff():
            return _("Somebody deactivated this application. Apply again to activate it.")
        case AssignmentRequired():
            return _(
                "Only agents who are assigned to it under Enterprise applications can sign in, and notifications "
                "arrive without proof that they come from Microsoft. Apply again to let all agents sign in."
            )
        case ClockOff(ahead=ahead):
            return clock_text(ahead)
        case SignInNotTested():
            return _(
                "Not tested: Microsoft never shows a client secret a second time. If yours is lost, create a new one."
            )
        case SignInFailed(problem=problem):
            return " ".join(filter(None, explain(problem)))
        case SignInAccepted(as_expected=as_expected):
            if as_expected:
                return _("Microsoft accepted it")
            return _("Microsoft's answer was for another tenant or application.")
        case SignInPermissions(wanted=wanted, lacking=()):
            return ngettext(
                "The {number} application permission is in it", "All {number} application permissions are in it", wanted
            )
        case SignInPermissions(lacking=lacking):
            return _("Still missing: {permissions}.", permissions=listed(lacking))
        case _:
            assert_never(check.finding)


def _redirect_uris(found: RedirectUris) -> str:
    wanted, present = found.wanted, found.present
    if present if wanted is None else wanted in present:
        return wanted or listed(present)
    if found.misplaced:
        way = found.misplaced[0]
        return _(
            "{uri} is listed under {platform}; it must be under Web. Apply again to move it.",
            uri=way.uri,
            platform=platform_name(way.platform),
        )
    return _("There is no redirect URI of a contact center.") if wanted is None else _("{uri} is missing.", uri=wanted)


def _principal(principal: ServicePrincipal | None) -> str:
    if principal is None:
        return _("It is missing.")
    return _("Present and enabled") if principal.enabled else _("It is disabled: nobody can sign in.")


def _kind(kind: PermissionKind) -> str:
    return _("delegated") if kind is PermissionKind.DELEGATED else _("application")


def _permission(state: PermissionState, organization: str) -> str:
    if state.in_place:
        return _("Granted for {organization}", organization=organization)
    if state.published is None:
        return _("This Microsoft cloud does not offer it.")
    if state.declared and state.deferred:
        return _("Waiting for {colleague} to grant it.", colleague=colleague())
    if state.declared:
        return _("Not granted.")
    return _("Not declared on the app registration.") if state.granted else _("Neither declared nor granted.")


def _permissions(states: tuple[PermissionState, ...]) -> str:
    missing = [state.permission.name for state in states if not state.in_place]
    counted = _(
        "{declared} of {number} declared, {granted} of {number} granted",
        declared=sum(state.declared for state in states),
        granted=sum(state.granted for state in states),
        number=len(states),
    )
    return _("{counted}; missing: {names}", counted=counted, names=listed(missing)) if missing else counted


def _end(secret: SecretMetadata, left: timedelta) -> str:
    if left <= timedelta():
        return _("expired on {day}", day=day(secret.expires))
    if left <= EXPIRES_SOON:
        return ngettext(
            "expires in {number} day, on {day}",
            "expires in {number} days, on {day}",
            left.days,
            day=day(secret.expires),
        )
    return _("valid until {day}", day=day(secret.expires))
