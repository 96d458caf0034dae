"""(method, path) → the name of a handler; anything else is answered 501, loudly.

A path holds `{name}` for a part. An object stands by id, or by an alternate key: `/applications(appId='{key}')`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_OBJECTS: dict[str, tuple[str, ...]] = {
    "application": ("/applications/{id}", "/applications(appId='{appId}')", "/applications(uniqueName='{uniqueName}')"),
    "principal": ("/servicePrincipals/{id}", "/servicePrincipals(appId='{appId}')"),
}

_OBJECTS["either"] = _OBJECTS["application"] + _OBJECTS["principal"]

_TABLE: tuple[tuple[str, str, str], ...] = (
    ("GET", "/me", "me"),
    ("GET", "/me/memberOf", "member_of"),
    ("GET", "/me/transitiveMemberOf", "member_of"),
    ("GET", "/me/memberOf/microsoft.graph.directoryRole", "directory_roles"),
    ("GET", "/me/transitiveMemberOf/microsoft.graph.directoryRole", "directory_roles"),
    ("GET", "/me/memberOf/graph.directoryRole", "directory_roles"),
    ("GET", "/me/transitiveMemberOf/graph.directoryRole", "directory_roles"),
    ("GET", "/organization", "organization"),
    ("GET", "/users", "list_users"),
    ("GET", "/users/{id}", "get_user"),
    ("GET", "/users/{id}/presence", "get_presence"),
    ("GET", "/users/{id}/chats", "list_chats"),
    ("GET", "/subscriptions", "list_subscriptions"),
    ("GET", "/subscriptions/{id}", "get_subscription"),
    ("GET", "/policies/defaultAppManagementPolicy", "default_policy"),
    ("GET", "/applications", "list_applications"),
    ("POST", "/applications", "create_application"),
    ("GET", "{application}", "get_application"),
    ("PATCH", "{application}", "update_application"),
    ("DELETE", "{application}", "delete_application"),
    ("POST", "{either}/addPassword", "add_password"),
    ("POST", "{either}/removePassword", "remove_password"),
    ("GET", "{application}/appManagementPolicies", "application_policies"),
    ("GET", "{application}/federatedIdentityCredentials", "list_federated"),
    ("POST", "{application}/federatedIdentityCredentials", "create_federated"),
    ("GET", "{application}/federatedIdentityCredentials/{item}", "get_federated"),
    ("PATCH", "{application}/federatedIdentityCredentials/{item}", "update_federated"),
    ("DELETE", "{application}/federatedIdentityCredentials/{item}", "delete_federated"),
    ("GET", "{either}/owners", "list_owners"),
    ("POST", "{either}/owners/$ref", "add_owner"),
    ("DELETE", "{either}/owners/{item}/$ref", "remove_owner"),
    ("GET", "{either}/owners/{item}", "list_owners"),
    ("GET", "/servicePrincipals", "list_principals"),
    ("POST", "/servicePrincipals", "create_principal"),
    ("GET", "{principal}", "get_principal"),
    ("PATCH", "{principal}", "update_principal"),
    ("DELETE", "{principal}", "delete_principal"),
    ("GET", "{principal}/appRoleAssignments", "list_assignments"),
    ("POST", "{principal}/appRoleAssignments", "create_assignment"),
    ("DELETE", "{principal}/appRoleAssignments/{item}", "delete_assignment"),
    ("GET", "{principal}/appRoleAssignedTo", "list_assigned_to"),
    ("POST", "{principal}/appRoleAssignedTo", "create_assignment"),
    ("DELETE", "{principal}/appRoleAssignedTo/{item}", "delete_assignment"),
    ("GET", "{principal}/oauth2PermissionGrants", "list_grants_of"),
    ("GET", "/oauth2PermissionGrants", "list_grants"),
    ("POST", "/oauth2PermissionGrants", "create_grant"),
    ("GET", "/oauth2PermissionGrants/{id}", "get_grant"),
    ("PATCH", "/oauth2PermissionGrants/{id}", "update_grant"),
    ("DELETE", "/oauth2PermissionGrants/{id}", "delete_grant"),
    ("GET", "/directory/deletedItems/microsoft.graph.application", "list_deleted"),
    ("GET", "/directory/deletedItems/graph.application", "list_deleted"),
    ("GET", "/directory/deletedItems/microsoft.graph.servicePrincipal", "list_deleted_principals"),
    ("GET", "/directory/deletedItems/graph.servicePrincipal", "list_deleted_principals"),
    ("GET", "/directory/deletedItems/{id}", "get_deleted"),
    ("DELETE", "/directory/deletedItems/{id}", "purge_deleted"),
    ("POST", "/directory/deletedItems/{id}/restore", "restore_deleted"),
)


def _pattern(template: str) -> re.Pattern[str]:
    escaped = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"\{(\w+)\}", lambda found: f"(?P<{found[1]}>[^/]+?)", escaped))


def _expanded(template: str) -> list[str]:
    for kind, places in _OBJECTS.items():
        if template.startswith("{" + kind + "}"):
            return [place + template.removeprefix("{" + kind + "}") for place in places]
    return [template]


_ROUTES = [(method, _pattern(place), name) for method, template, name in _TABLE for place in _expanded(template)]


def find(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The handler's name and the parts of the path, or None."""
    for wanted, pattern, name in _ROUTES:
        if wanted == method and (found := pattern.fullmatch(path)):
            return name, {key: unquote(value).replace("''", "'") for key, value in found.groupdict().items()}
    return None
