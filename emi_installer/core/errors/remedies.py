"""From an error to the one thing that a person can do about it at once."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum

from emi_installer.core.errors.errors import ErrorKind, InstallerError, kind_of


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


_BY_CODE: dict[str, tuple[Action, ...]] = {
    "handoff-exists": (Action.REPLACE_FILE,),
    "file-not-writable": (Action.OTHER_PLACE,),
    "secret-lifetime-limited": (Action.SHORTEN,),
    "redirect-uri-refused": (Action.CHANGE_SETTINGS,),
    "no-contact-center": (Action.CHANGE_SETTINGS,),
    "client-disabled": (Action.CHANGE_SIGN_IN,),
    "client-misconfigured": (Action.CHANGE_SIGN_IN,),
    "client-not-found": (Action.CHANGE_SIGN_IN,),
    "tenant-not-found": (Action.CHANGE_SIGN_IN,),
    "wrong-cloud": (Action.CHANGE_SIGN_IN,),
    "wrong-tenant": (Action.CHANGE_SIGN_IN,),
    "permission-not-published": (Action.CHANGE_SIGN_IN,),
    "role-for-application-permissions": (Action.REQUEST, Action.OTHER_ACCOUNT),
    "role-for-delegated-permissions": (Action.REQUEST, Action.OTHER_ACCOUNT),
    "missing-privilege": (Action.REQUEST, Action.OTHER_ACCOUNT),
    "foreign-registration": (Action.CHOOSE_TASK,),
    "several-registrations": (Action.CHOOSE_TASK,),
    "guest-account": (Action.OTHER_ACCOUNT,),
    "personal-account": (Action.OTHER_ACCOUNT,),
    "sign-in-again": (Action.OTHER_ACCOUNT,),
    "unexpected": (Action.OPEN_LOG,),
}


def remedy_of(problem: InstallerError, possible: AbstractSet[Action]) -> Action | None:
    """The first of what helps that is `possible` here; trying again is what is left for the rest."""
    helps = _BY_CODE.get(problem.code, ())
    if kind_of(problem) is ErrorKind.BUG:
        helps = (*helps, Action.OPEN_LOG)
    for action in (*helps, Action.TRY_AGAIN):
        if action in possible:
            return action
    return None
