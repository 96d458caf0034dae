"""From an error to the one thing that a person can do about it at once."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.kinds import ErrorKind


class Action(StrEnum):
    """What a button can do about an error."""

    TRY_AGAIN = "try-again"
    OTHER_ACCOUNT = "other-account"
    CHANGE_SIGN_IN = "change-sign-in"
    CHANGE_SETTINGS = "change-settings"
    SHORTEN = "shorten"
    REQUEST = "request"
    CHOOSE_TASK = "choose-task"
    REPLACE_FILE = "replace-file"
    OTHER_PLACE = "other-place"
    OPEN_LOG = "open-log"


_BY_CODE: dict[Code, tuple[Action, ...]] = {
    Code.HANDOFF_EXISTS: (Action.REPLACE_FILE,),
    Code.FILE_NOT_WRITABLE: (Action.OTHER_PLACE,),
    Code.SECRET_LIFETIME_LIMITED: (Action.SHORTEN,),
    Code.REDIRECT_URI_REFUSED: (Action.CHANGE_SETTINGS,),
    Code.NO_CONTACT_CENTER: (Action.CHANGE_SETTINGS,),
    Code.CLIENT_DISABLED: (Action.CHANGE_SIGN_IN,),
    Code.CLIENT_MISCONFIGURED: (Action.CHANGE_SIGN_IN,),
    Code.CLIENT_NOT_FOUND: (Action.CHANGE_SIGN_IN,),
    Code.TENANT_NOT_FOUND: (Action.CHANGE_SIGN_IN,),
    Code.WRONG_CLOUD: (Action.CHANGE_SIGN_IN,),
    Code.WRONG_TENANT: (Action.CHANGE_SIGN_IN,),
    Code.PERMISSION_NOT_PUBLISHED: (Action.CHANGE_SIGN_IN,),
    Code.ROLE_FOR_APPLICATION_PERMISSIONS: (Action.REQUEST, Action.OTHER_ACCOUNT),
    Code.ROLE_FOR_DELEGATED_PERMISSIONS: (Action.REQUEST, Action.OTHER_ACCOUNT),
    Code.MISSING_PRIVILEGE: (Action.REQUEST, Action.OTHER_ACCOUNT),
    Code.FOREIGN_REGISTRATION: (Action.CHOOSE_TASK,),
    Code.SEVERAL_REGISTRATIONS: (Action.CHOOSE_TASK,),
    Code.GUEST_ACCOUNT: (Action.OTHER_ACCOUNT,),
    Code.PERSONAL_ACCOUNT: (Action.OTHER_ACCOUNT,),
    Code.SIGN_IN_AGAIN: (Action.OTHER_ACCOUNT,),
    Code.OTHER_ACCOUNT: (Action.OTHER_ACCOUNT,),
    Code.CONSENT_NEEDED: (Action.OTHER_ACCOUNT,),
    Code.DEVICE_CODE_REFUSED: (Action.CHANGE_SIGN_IN,),
    Code.UNEXPECTED: (Action.OPEN_LOG,),
}


def remedy_of(problem: InstallerError, possible: AbstractSet[Action]) -> Action | None:
    """The first of what helps that is `possible` here; trying again is what is left for the rest."""
    helps = _BY_CODE.get(problem.code, ())
    if problem.kind is ErrorKind.BUG:
        helps = (*helps, Action.OPEN_LOG)
    for action in (*helps, Action.TRY_AGAIN):
        if action in possible:
            return action
    return None
