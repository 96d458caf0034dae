"""What a change says of itself: before, while and after it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from emi_installer.core.desired.blueprint import Permission
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
    Removal,
    RemoveClient,
    RemoveClientSecret,
    RemoveCredential,
    RemoveFederatedCredential,
    RemoveOwner,
    RemoveRedirectUri,
    RestoreAppRegistration,
    SwitchOff,
    UpdateAppRegistration,
)
from emi_installer.wording.holders import holder_meaning, holder_name, platform_name
from emi_installer.wording.language import _, day, listed, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A change in words: what will be done, what is being done, what was done, and its particulars."""

    will: str
    doing: str
    done: str
    details: tuple[str, ...] = ()


def describe(change: Change) -> Words:  # noqa: C901, PLR0911, PLR0912 - one for each kind of change
    """A change in words."""
    match change:
        case CreateAppRegistration(display_name=name):
            return Words(
                will=_("Register the application {name}", name=name),
                doing=_("Registering the application"),
                done=_("Registered the application {name}", name=name),
                details=_registered(change),
            )
        case RestoreAppRegistration(display_name=name):
            return Words(
                will=_("Restore the deleted app registration {name}", name=name),
                doing=_("Restoring the app registration"),
                done=_("Restored the app registration {name}", name=name),
                details=(_("Its Client ID and its unexpired client secrets become valid again."),),
            )
        case UpdateAppRegistration():
            return Words(
                will=_("Correct the app registration"),
                doing=_("Correcting the app registration"),
                done=_("Corrected the app registration"),
                details=tuple(_corrected(change)),
            )
        case CreateServicePrincipal():
            return Words(
                will=_("Create its service principal (its entry under Enterprise applications)"),
                doing=_("Creating the service principal"),
                done=_("Created the service principal"),
            )
        case EnableServicePrincipal():
            return Words(
                will=_("Let all agents sign in again"),
                doing=_("Letting all agents sign in again"),
                done=_("Let all agents sign in again"),
                details=tuple(_enabled(change)),
            )
        case GrantDelegatedPermissions(permissions=permissions):
            number = len(permissions)
            return Words(
                will=ngettext(
                    "Grant admin consent for {number} delegated permission",
                    "Grant admin consent for {number} delegated permissions",
                    number,
                ),
                doing=_("Granting admin consent for delegated permissions"),
                done=ngettext(
                    "Granted admin consent for {number} delegated permission",
                    "Granted admin consent for {number} delegated permissions",
                    number,
                ),
                details=_reasons(permissions),
            )
        case GrantApplicationPermissions(permissions=permissions):
            number = len(permissions)
            return Words(
                will=ngettext(
                    "Grant admin consent for {number} application permission",
                    "Grant admin consent for {number} application permissions",
                    number,
                ),
                doing=_("Granting admin consent for application permissions"),
                done=ngettext(
                    "Granted admin consent for {number} application permission",
                    "Granted admin consent for {number} application permissions",
                    number,
                ),
                details=_reasons(permissions),
            )
        case RemoveClientSecret(secret=secret, unsaved=True):
            return Words(
                will=_("Remove the client secret {name}, which was never saved", name=secret.name),
                doing=_("Removing the client secret {name}, which was never saved", name=secret.name),
                done=_("Removed the client secret {name}, which was never saved", name=secret.name),
            )
        case RemoveClientSecret(secret=secret):
            return Words(
                will=_("Remove the client secret {name}", name=secret.name),
                doing=_("Removing the client secret {name}", name=secret.name),
                done=_("Removed the client secret {name}", name=secret.name),
            )
        case AddClientSecret(expires=expires, or_shorter=True):
            return Words(
                will=_(
                    "Create a client secret valid until {day}, or for as long as your organization allows",
                    day=day(expires),
                ),
                doing=_("Creating the client secret"),
                done=_(
                    "Created a client secret valid until {day}, or for as long as your organization allows",
                    day=day(expires),
                ),
                details=(_shown_once(),),
            )
        case AddClientSecret(expires=expires):
            return Words(
                will=_("Create a client secret valid until {day}", day=day(expires)),
                doing=_("Creating the client secret"),
                done=_("Created a client secret valid until {day}", day=day(expires)),
                details=(_shown_once(),),
            )
        case DeleteServicePrincipal():
            return Words(
                will=_("Delete its service principal, and with it the admin consent for all permissions"),
                doing=_("Deleting the service principal"),
                done=_("Deleted the service principal and the admin consent"),
            )
        case DeleteAppRegistration(display_name=name):
            return Words(
                will=_("Delete the app registration {name}", name=name),
                doing=_("Deleting the app registration"),
                done=_("Deleted the app registration {name}", name=name),
                details=(_("Microsoft keeps it for 30 days; until then it can be restored."),),
            )
        case RemoveOwner() | RemoveCredential() | RemoveFederatedCredential() | RemoveRedirectUri():
            return _removal(change)
        case RemoveClient() | SwitchOff():
            return _removal(change)
        case _:
            assert_never(change)


def _registered(change: CreateAppRegistration) -> tuple[str, ...]:
    return (
        _("Redirect URI {uri}", uri=change.redirect_uri),
        _("Accounts in this organization only (single tenant)"),
        ngettext(
            "Declares {number} Microsoft Graph permission",
            "Declares {number} Microsoft Graph permissions",
            len(change.required),
        ),
    )


def _enabled(change: EnableServicePrincipal) -> Iterator[str]:
    if change.reactivate:
        yield _("Activate the application, which somebody deactivated")
    if change.enable:
        yield _("Enable its service principal (its entry under Enterprise applications)")
    if change.for_everybody:
        yield _("Set Assignment required to No under Enterprise applications")


def _corrected(change: UpdateAppRegistration) -> list[str]:
    platforms = listed(map(platform_name, change.move_from))
    details = [
        _("Move the redirect URI {uri} from {platforms} to Web", uri=uri, platforms=platforms)
        if platforms
        else _("Add the redirect URI {uri}", uri=uri)
        for uri in change.add_uris
    ]
    details += [_("Remove the redirect URI {uri}", uri=uri) for uri in change.remove_uris]
    if change.audience is not None:
        details.append(
            _("Allow accounts in this organization only (the audience is now {audience})", audience=change.old_audience)
        )
    if change.declare:
        details.append(
            ngettext("Declare {number} missing permission", "Declare {number} missing permissions", len(change.declare))
        )
    if change.adopts:
        details.append(_("Tag it as managed by this program"))
    elif change.settle_tags:
        details.append(_("Correct the tags of this program"))
    return details


def _removal(change: Removal) -> Words:
    """Taking a way in from somebody."""
    who = holder_name(change.holder)
    details = (holder_meaning(change.holder),)
    if isinstance(change, SwitchOff):
        return Words(
            will=_("Switch off: {what}", what=who),
            doing=_("Switching off: {what}", what=who),
            done=_("Switched off: {what}", what=who),
            details=details,
        )
    return Words(
        will=_("Remove: {who}", who=who),
        doing=_("Removing: {who}", who=who),
        done=_("Removed: {who}", who=who),
        details=details,
    )


def _reasons(permissions: tuple[Permission, ...]) -> tuple[str, ...]:
    return tuple(f"{permission.name}: {permission.reason}" for permission in permissions)


def _shown_once() -> str:
    return _("Microsoft shows it only once, so it is saved to the handoff file right away.")
