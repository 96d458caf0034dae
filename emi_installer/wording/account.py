"""What an account may do here, and who may do the rest."""

from __future__ import annotations

from typing import assert_never

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.observed.account import Ability, SignedIn
from emi_installer.core.observed.checks import Status
from emi_installer.core.plan.request import Request
from emi_installer.wording.language import _, listed


def abilities(signed_in: SignedIn) -> tuple[Status, str]:
    """What the account's directory roles allow here, and how good that is."""
    match signed_in.ability:
        case Ability.UNKNOWN:
            return Status.UNTESTED, _(
                "Microsoft did not return this account's roles; missing rights will only show when you apply."
            )
        case Ability.EVERYTHING:
            return Status.OK, _("This account has all the rights it needs.")
        case Ability.ALL_BUT_APPLICATION_PERMISSIONS:
            return Status.ATTENTION, _(
                "This account can register the application and grant admin consent for delegated permissions. Only "
                "{colleague} can grant the application permissions: this program does the rest, and writes a request "
                "that you send to a colleague with that role.",
                colleague=colleague(),
            )
        case Ability.NO_CONSENT:
            return Status.ATTENTION, _(
                "This account cannot grant admin consent. You can review what would change, and save a request that "
                "you send to a Global Administrator. If you have a role in Privileged Identity Management, activate "
                "it, and then sign in again."
            )
        case unknown:
            assert_never(unknown)


def roles_text(signed_in: SignedIn) -> str:
    """The directory roles by name."""
    if signed_in.roles is None:
        return _("Microsoft did not return them")
    return listed(signed_in.role_names) or _("none")


def colleague() -> str:
    """Who may grant application permissions of Microsoft Graph."""
    return _("a Privileged Role Administrator or Global Administrator")


def colleague_for(request: Request) -> str:
    """Who can do what a request asks for."""
    return colleague() if request.purpose is Purpose.GRANT else _("a Global Administrator")
