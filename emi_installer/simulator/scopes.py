"""Which permissions in a token allow which call.

Source: https://learn.microsoft.com/graph/permissions-reference, condensed to what this service serves.
"""

from __future__ import annotations

from collections.abc import Iterable

READ_PEOPLE = {"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All"}
OF_A_PERSON = {"me", "member_of", "directory_roles"}
"""Calls that mean the signed-in person, so that an application cannot make them."""

_READ_DIRECTORY = {"Directory.Read.All", "Directory.ReadWrite.All"}
_READ_FEDERATED = {"Application.Read.All", "Application.ReadWrite.All"}
_READ_APPLICATIONS = _READ_FEDERATED | _READ_DIRECTORY
_WRITE_APPLICATIONS = {"Application.ReadWrite.All"}
_WRITE_PRINCIPALS = _WRITE_APPLICATIONS | {"Directory.ReadWrite.All"}
_WRITE_GRANTS = {"DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"}

_Table = Iterable[tuple[str, set[str]]]

_DELEGATED: _Table = (
    ("me member_of directory_roles organization", {"User.Read", "Directory.Read.All"}),
    ("list_applications get_application list_principals get_principal", _READ_APPLICATIONS),
    ("list_assignments list_assigned_to list_owners", _READ_APPLICATIONS),
    ("list_deleted list_deleted_principals get_deleted", _READ_APPLICATIONS),
    ("list_federated get_federated", _READ_FEDERATED),
    ("create_application", _WRITE_APPLICATIONS | {"AppRegistration.Create"}),
    ("update_application delete_application restore_deleted purge_deleted", _WRITE_APPLICATIONS),
    ("create_federated update_federated delete_federated", _WRITE_APPLICATIONS),
    ("create_principal update_principal delete_principal", _WRITE_PRINCIPALS),
    ("add_password remove_password add_owner remove_owner", _WRITE_PRINCIPALS),
    ("create_assignment delete_assignment", {"AppRoleAssignment.ReadWrite.All"}),
    ("list_grants list_grants_of get_grant", _READ_DIRECTORY | _WRITE_GRANTS),
    ("create_grant update_grant delete_grant", _WRITE_GRANTS),
    ("default_policy application_policies", {"Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"}),
    ("list_users get_user", READ_PEOPLE),
    ("get_presence", {"Presence.Read.All"}),
    ("list_chats", {"Chat.Read", "Chat.ReadBasic", "Chat.ReadWrite"}),
    ("list_subscriptions get_subscription", {"Subscription.Read.All"}),
)
_APP_ONLY: _Table = (
    ("list_users get_user", {"User.Read.All", "User.ReadWrite.All", "Directory.Read.All"}),
    ("get_presence", {"Presence.Read.All", "Presence.ReadWrite.All"}),
    ("list_chats", {"Chat.ReadBasic.All", "Chat.Read.All", "Chat.ReadWrite.All"}),
    # What the application subscribed with is enough: https://learn.microsoft.com/graph/api/subscription-list.
    ("list_subscriptions get_subscription", {"Chat.Read.All", "Chat.ReadWrite.All", "ChannelMessage.Read.All"}),
)
_ALSO: _Table = (
    ("create_assignment", _READ_APPLICATIONS),
    ("add_owner", _READ_DIRECTORY),
)


def _by_handler(table: _Table) -> dict[str, set[str]]:
    return {handler: allowing for handlers, allowing in table for handler in handlers.split()}


_ALLOWING = {False: _by_handler(_DELEGATED), True: {**_by_handler(_DELEGATED), **_by_handler(_APP_ONLY)}}
_NEEDED = _by_handler(_ALSO)


def allowing(handler: str, *, app_only: bool) -> set[str]:
    """The permissions of which one allows the call."""
    return _ALLOWING[app_only][handler]


def also_needed(handler: str, held: set[str]) -> set[str]:
    """The permissions of which one is needed on top; `held` itself where nothing is."""
    return _NEEDED.get(handler, held)
