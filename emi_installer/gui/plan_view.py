"""A plan as a list that people can read: each change in one line, its particulars on demand."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from emi_installer.core.desired.blueprint import Blueprint, PermissionKind
from emi_installer.core.observed.permissions import permission_states
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
from emi_installer.wording.account import colleague
from emi_installer.wording.changes import describe
from emi_installer.wording.notices import left_alone_text
from emi_installer.wording.permissions import permission_outlook
from emi_installer.wording.plan import nothing_to_change

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
    if not plan.changes and plan.deferred:
        return card(Entry("Everything else is done already.", Look("done", "ok", "Done")))
    if not plan.changes:
        return card(Entry(nothing_to_change(), Look("done", "ok", "All well")))
    rows = [Entry(describe(change).will, look(change), describe(change).details) for change in plan.changes]
    return card(label("This will be done", "heading"), *rows)


def deferred_card(plan: Plan) -> QFrame:
    """What a colleague has to do."""
    look = Look("waiting", "attention", "Later")
    rows = [Entry(describe(change).will, look, describe(change).details) for change in plan.deferred]
    return card(label(f"Waiting for {colleague()}", "heading"), *rows)


def left_alone_card(plan: Plan) -> QFrame:
    """What is not ours, and stays."""
    return card(
        label("Left alone", "heading"),
        *(Entry(left_alone_text(kept), Look("keep", "muted", "Kept")) for kept in plan.left_alone),
    )


def permissions_card(blueprint: Blueprint, observed: ObservedTenant) -> QFrame:
    """Each permission with its reason, what Microsoft says of it, and whether it has consent already.

    The table is made when it is opened: it is large, and few people look at it.
    """
    box = QWidget()
    count = len(blueprint.permissions)
    expander = Expander(
        box,
        f"Show the {count} per&missions",
        f"Hide the {count} per&missions",
        lambda content: _fill_permissions(content, blueprint, observed),
    )
    return card(label("Permissions of Microsoft Graph", "heading"), row(expander), box)


def _fill_permissions(box: QWidget, blueprint: Blueprint, observed: ObservedTenant) -> None:
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 4, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    line = 0
    states = permission_states(blueprint, observed)
    for kind in PermissionKind:
        grid.addWidget(label(f"{kind.capitalize()} permissions: {_KINDS[kind].lower()}", "heading"), line, 0, 1, 3)
        line += 1
        for state in (state for state in states if state.permission.kind is kind):
            name, reason = state.permission.name, state.permission.reason
            for place, part in enumerate(
                (label(name, wrap=False), label(reason, "muted"), label("\n".join(permission_outlook(state))))
            ):
                grid.addWidget(part, line, place, Qt.AlignmentFlag.AlignTop)
            line += 1
