"""A plan as a list that people can read: each change in one line, its particulars on demand."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from emi_installer.core.desired.blueprint import Blueprint, Permission, PermissionKind
from emi_installer.core.observed.tenant import ObservedTenant
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
from emi_installer.core.plan.plan import Plan
from emi_installer.gui.entry import Entry, Look
from emi_installer.gui.widgets import Expander, card, label, row
from emi_installer.wording.changes import COLLEAGUE, words

_KINDS = {PermissionKind.DELEGATED: "For a signed-in agent", PermissionKind.APPLICATION: "Without a signed-in person"}


def look(change: Change) -> Look:
    """What kind of change it is."""
    match change:
        case (
            CreateAppRegistration()
            | CreateServicePrincipal()
            | GrantDelegatedPermissions()
            | GrantApplicationPermissions()
            | AddClientSecret()
            | RestoreAppRegistration()
        ):
            return Look("add", "ok", "New")
        case UpdateAppRegistration() | EnableServicePrincipal():
            return Look("change", "accent", "Changed")
        case RemoveClientSecret() | DeleteServicePrincipal() | DeleteAppRegistration():
            return Look("remove", "attention", "Removed")
        case _:
            assert_never(change)


def changes_card(plan: Plan) -> QFrame:
    """What will be done."""
    if not plan.changes and plan.waiting:
        return card(Entry("Everything else is done already.", Look("done", "ok", "Done")))
    if not plan.changes:
        return card(Entry("Nothing has to be changed.", Look("done", "ok", "All well")))
    rows = [Entry(words(change).will, look(change), words(change).details) for change in plan.changes]
    return card(label("This will be done", "heading"), *rows)


def waiting_card(plan: Plan) -> QFrame:
    """What a colleague has to do."""
    look = Look("waiting", "attention", "Later")
    rows = [Entry(words(change).will, look, words(change).details) for change in plan.waiting]
    return card(label(f"Waiting for {COLLEAGUE}", "heading"), *rows)


def left_alone_card(plan: Plan) -> QFrame:
    """What is not ours, and stays."""
    return card(
        label("Left alone", "heading"), *(Entry(text, Look("keep", "muted", "Kept")) for text in plan.left_alone)
    )


def permissions_card(blueprint: Blueprint, observed: ObservedTenant, plan: Plan) -> QFrame:
    """Each permission with its reason, what Microsoft says of it, and whether it has consent already.

    The table is made when it is opened: it is large, and few people look at it.
    """
    box = QWidget()
    count = len(blueprint.permissions)
    expander = Expander(
        box,
        f"Show the {count} per&missions",
        f"Hide the {count} per&missions",
        lambda content: _fill_permissions(content, blueprint, observed, plan),
    )
    return card(label("Permissions of Microsoft Graph", "heading"), row(expander), box)


def _state(permission: Permission, observed: ObservedTenant, plan: Plan) -> str:
    """What becomes of the consent to a permission."""
    if permission.name in observed.granted(permission.kind):
        return "Granted already"
    if _is_granted_by(plan.changes, permission):
        return "Will be granted"
    return f"Waits for {COLLEAGUE}" if _is_granted_by(plan.waiting, permission) else "Not granted"


def _is_granted_by(changes: tuple[Change, ...], permission: Permission) -> bool:
    return any(
        isinstance(change, GrantDelegatedPermissions | GrantApplicationPermissions) and permission in change.permissions
        for change in changes
    )


def _fill_permissions(box: QWidget, blueprint: Blueprint, observed: ObservedTenant, plan: Plan) -> None:
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 4, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    line = 0
    for kind in PermissionKind:
        grid.addWidget(label(f"{kind.capitalize()} permissions: {_KINDS[kind].lower()}", "heading"), line, 0, 1, 3)
        line += 1
        for permission in blueprint.of(kind):
            published = observed.graph.of(kind).get(permission.name)
            if published is None:
                consent = "Not offered by Microsoft"
            else:
                consent = "Needs admin consent" if published.admin_consent else "Admin consent not required"
            state = _state(permission, observed, plan)
            for place, part in enumerate(
                (label(permission.name, wrap=False), label(permission.reason, "muted"), label(f"{consent}\n{state}"))
            ):
                grid.addWidget(part, line, place, Qt.AlignmentFlag.AlignTop)
            line += 1
