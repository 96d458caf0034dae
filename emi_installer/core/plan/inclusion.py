"""Whether one change does nothing that another one did not say already."""

from __future__ import annotations

from emi_installer.core.plan.changes import (
    AddClientSecret,
    Change,
    GrantApplicationPermissions,
    GrantDelegatedPermissions,
    UpdateAppRegistration,
)


def says(shown: Change, change: Change) -> bool:
    """Whether the change `shown` includes `change`; a client secret may end earlier than was said, never later."""
    if isinstance(shown, AddClientSecret) and isinstance(change, AddClientSecret):
        return change.expires.date() <= shown.expires.date()
    if isinstance(shown, UpdateAppRegistration) and isinstance(change, UpdateAppRegistration):
        return (
            change.object_id == shown.object_id
            and set(change.add_uris) <= set(shown.add_uris)
            and set(change.move_from) <= set(shown.move_from)
            and set(change.remove_uris) <= set(shown.remove_uris)
            and change.audience in (None, shown.audience)
            and change.declare <= shown.declare
        )
    if isinstance(shown, GrantDelegatedPermissions | GrantApplicationPermissions) and type(change) is type(shown):
        return set(change.names) <= set(shown.names)
    return change == shown


def only_marks(change: Change) -> bool:
    """Whether a change does nothing but correct marks of ours in the tags."""
    return isinstance(change, UpdateAppRegistration) and not (
        change.add_uris or change.remove_uris or change.audience or change.declare
    )
