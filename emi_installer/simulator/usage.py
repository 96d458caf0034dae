"""What a contact center asks for once it is connected: people, their presence and chats, its own subscriptions.

Source: https://learn.microsoft.com/graph/api/subscription-list, …/presence-get, …/chat-list, …/user-list.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from emi_installer.simulator.directory import Directory, Reply, Request
from emi_installer.simulator.errors import GraphError, not_found
from emi_installer.simulator.manners import precise
from emi_installer.simulator.tenant import GLOBAL_ADMINISTRATOR, Account, Json

_NO_LICENCE = (
    "Failed to get license information for the user. Ensure user has a valid Office365 license assigned to them."
)
_RESOURCES = {"/chats/getAllMessages": "Chat.ReadWrite.All", "/teams/getAllMessages": "ChannelMessage.Read.All"}
_LIFE = 3600
_MOST_CHATS = 50


class Usage(Directory):
    """The handlers below /users and /subscriptions."""

    def list_users(self, request: Request) -> Reply:
        """GET /users."""
        people = [self.person(account) for account in self.tenant.people()]
        return self.page(request, people, "users")

    def get_user(self, request: Request) -> Reply:
        """GET of one user."""
        return self.single(request, self.person(self._user(request)), "users")

    def get_presence(self, request: Request) -> Reply:
        """GET /users/{id}/presence."""
        told = {"id": self._user(request).oid, "availability": "Available", "activity": "Available"}
        more = {"statusMessage": None, "outOfOfficeSettings": {"message": None, "isOutOfOffice": False}}
        return self.single(request, {**told, **more}, f"users('{told['id']}')/presence")

    def list_chats(self, request: Request) -> Reply:
        """GET /users/{id}/chats: refused for people without a Teams licence."""
        top = request.options.get("$top", str(_MOST_CHATS))
        if request.options.keys() - {"$top", "$expand", "$filter", "$orderby"}:
            raise GraphError(400, "BadRequest", "Query option 'Select' is not allowed.")
        if not top.isdecimal() or not 1 <= int(top) <= _MOST_CHATS:
            raise GraphError(400, "BadRequest", f"The limit of {_MOST_CHATS} for the query option 'Top' was exceeded.")
        user = self._user(request)
        if not user.has_teams:
            raise GraphError(403, "Forbidden", _NO_LICENCE)
        return self.page(request, [self._chat(user)], f"users('{user.oid}')/chats")

    def _chat(self, user: Account) -> Json:
        number = uuid.uuid5(uuid.NAMESPACE_OID, user.oid).hex
        made = "2026-01-12T08:30:00.123Z"
        return {
            "id": f"19:{number}@thread.v2",
            "topic": None,
            "createdDateTime": made,
            "lastUpdatedDateTime": made,
            "chatType": "group",
            "webUrl": f"https://teams.microsoft.com/l/chat/19%3A{number}%40thread.v2/0?tenantId={self.tenant.id}",
            "tenantId": self.tenant.id,
            "onlineMeetingInfo": None,
            "viewpoint": None,
        }

    def _user(self, request: Request) -> Account:
        key = request.parts["id"]
        found = next((one for one in self.tenant.people() if key in (one.oid, one.user_principal_name)), None)
        if found is None:
            raise not_found(key)
        return found

    def list_subscriptions(self, request: Request) -> Reply:
        """GET /subscriptions: an application sees its own, a Global Administrator those of all."""
        if request.options:
            option = min(request.options).removeprefix("$").capitalize()
            raise GraphError(400, "BadRequest", f"Query option '{option}' is not allowed.")
        return self.page(request, self._subscriptions(request.claims), "subscriptions")

    def get_subscription(self, request: Request) -> Reply:
        """GET of one subscription: 404 also for one of somebody else."""
        key = request.parts["id"]
        found = next((one for one in self._subscriptions(request.claims) if one["id"] == key), None)
        if found is None:
            raise GraphError(404, "ResourceNotFound", "The object was not found.")
        return self.single(request, found, "subscriptions")

    def _subscriptions(self, claims: Mapping[str, Any]) -> list[Json]:
        if claims.get("idtyp") == "app":
            return list(self._subscriptions_of(claims["appid"]))
        if GLOBAL_ADMINISTRATOR not in claims.get("wids", ()):
            return []
        ids = [entry.body["appId"] for entry in self.tenant.applications.values()]
        return [one for app_id in ids for one in self._subscriptions_of(app_id)]

    def _subscriptions_of(self, app_id: str) -> Iterator[Json]:
        """What the contact center keeps alive, from some time after it could have got its newest client secret."""
        principal, after = self.tenant.service_principal(app_id), self.tenant.connects_after
        made = [secret.born for secret in self.tenant.secrets.values() if secret.app_id == app_id]
        if principal is None or after is None or not made or self.now() < max(made) + after:
            return
        held = {entry.body["appRoleId"] for entry in self.tenant.roles_of(principal.body["id"])}
        roles = self.tenant.service_principals[self.tenant.graph_id].body["appRoles"]
        names = {role["value"] for role in roles if role["id"] in held}
        for resource in (one for one, needed in _RESOURCES.items() if needed in names):
            yield self._subscription(app_id, principal.body["id"], resource)

    def _subscription(self, app_id: str, principal: str, resource: str) -> Json:
        host = "https://acme.brightpattern.com/emi/notifications"
        return {
            "id": str(uuid.uuid5(uuid.UUID(app_id), resource)),
            "resource": resource,
            "applicationId": app_id,
            "changeType": "created,updated",
            "clientState": None,
            "notificationUrl": host,
            "notificationQueryOptions": None,
            "lifecycleNotificationUrl": f"{host}/lifecycle",
            "expirationDateTime": precise(self.now() + _LIFE - self.now() % (_LIFE / 2)),
            "creatorId": principal,
            "includeResourceData": True,
            "latestSupportedTlsVersion": "v1_2",
            "encryptionCertificate": None,
            "encryptionCertificateId": "emi",
            "notificationUrlAppId": None,
        }
