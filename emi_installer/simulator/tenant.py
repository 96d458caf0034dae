"""The simulated directory: its objects, and the rules that Entra enforces on them.

Objects are kept as the JSON that Graph answers with. `born` is when an object was written, for replication.
"""

from __future__ import annotations

import json
import secrets
import string
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
APPLICATION_DEVELOPER = "cf1c38e5-3621-4004-a7cb-879624dced7c"
HYBRID_IDENTITY_ADMINISTRATOR = "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"
ROLE_NAMES = {
    GLOBAL_ADMINISTRATOR: "Global Administrator",
    PRIVILEGED_ROLE_ADMINISTRATOR: "Privileged Role Administrator",
    APPLICATION_ADMINISTRATOR: "Application Administrator",
    CLOUD_APPLICATION_ADMINISTRATOR: "Cloud Application Administrator",
    APPLICATION_DEVELOPER: "Application Developer",
    HYBRID_IDENTITY_ADMINISTRATOR: "Hybrid Identity Administrator",
}
MANAGES_APPLICATIONS = {GLOBAL_ADMINISTRATOR, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR}
MANAGES_OWNERS = MANAGES_APPLICATIONS | {HYBRID_IDENTITY_ADMINISTRATOR}
GRANTS_DELEGATED = MANAGES_APPLICATIONS | {PRIVILEGED_ROLE_ADMINISTRATOR}
GRANTS_APPLICATION = {GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR}
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""The tenant that Microsoft's own applications are at home in."""
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"

_SECRET_ALPHABET = string.ascii_letters + string.digits + "~._-"


def new_id() -> str:
    """A new object id."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who can sign in; `roles` are role template ids, `home_tenant` differs for a guest.

    `has_teams`: whether a licence with Microsoft Teams is assigned; `in_directory` is False for a partner with
    delegated administration, who is no user of the tenant.
    """

    key: str
    name: str
    user_principal_name: str
    roles: frozenset[str] = frozenset()
    home_tenant: str = ""
    has_teams: bool = True
    in_directory: bool = True
    oid: str = field(default_factory=new_id)


@dataclass(kw_only=True)
class Entry:
    """An object of the directory; `owners` are object ids, `federated` an application's federated credentials."""

    body: Json
    born: float
    owners: list[str] = field(default_factory=list)
    federated: list[Json] = field(default_factory=list)


@dataclass(kw_only=True)
class StoredSecret:
    """A client secret as the sign-in service knows it, of an app registration or of its service principal."""

    text: str
    app_id: str
    born: float
    expires: datetime


@dataclass(kw_only=True)
class Tenant:
    """One organization.

    `connects_after`: seconds from a new client secret until the contact center subscribes with it; None for never.
    `consents_for_all`: who signs in ticks "Consent on behalf of your organization".
    `lacking`: properties that the Graph of this cloud does not have.
    """

    id: str
    name: str
    domains: tuple[str, ...]
    accounts: dict[str, Account]
    default_account: str = "administrator"
    token_lifetime: int = 3599
    users_may_register_apps: bool = True
    secrets_forbidden: bool = False
    max_secret_days: float | None = None
    sign_in_error: tuple[str, str] | None = None
    device_polls: int = 1
    not_before: float = 0.0
    connects_after: float | None = None
    consents_for_all: bool = False
    lacking: frozenset[str] = frozenset()
    applications: dict[str, Entry] = field(default_factory=dict)
    service_principals: dict[str, Entry] = field(default_factory=dict)
    grants: dict[str, Entry] = field(default_factory=dict)
    assignments: dict[str, Entry] = field(default_factory=dict)
    deleted: dict[str, Entry] = field(default_factory=dict)
    deleted_principals: dict[str, Entry] = field(default_factory=dict)
    secrets: dict[str, StoredSecret] = field(default_factory=dict)

    def __post_init__(self) -> None:
        graph = {**graph_service_principal(), "id": new_id(), "appOwnerOrganizationId": MICROSOFT}
        self.graph_id: str = graph["id"]
        self.service_principals[self.graph_id] = Entry(body=graph, born=0.0)

    def people(self) -> list[Account]:
        """The members and guests of the organization."""
        return [one for one in self.accounts.values() if one.in_directory and one.home_tenant != PERSONAL_TENANT]

    def application(self, app_id: str) -> Entry | None:
        """The app registration with this appId."""
        return next((e for e in self.applications.values() if e.body["appId"] == app_id), None)

    def service_principal(self, app_id: str) -> Entry | None:
        """The service principal with this appId."""
        return next((e for e in self.service_principals.values() if e.body["appId"] == app_id), None)

    def roles_of(self, principal_id: str) -> Iterator[Entry]:
        """The app role assignments of a service principal."""
        return (e for e in self.assignments.values() if e.body["principalId"] == principal_id)

    def revoke_sessions(self, now: float) -> None:
        """From now on Graph wants tokens that were issued later (continuous access evaluation)."""
        self.not_before = now

    def delete_application(self, object_id: str, now: float) -> None:
        """Delete an app registration, restorable for 30 days, with its service principal, grants and secrets."""
        entry = self.applications.pop(object_id)
        entry.body, entry.born = {**entry.body, "deletedDateTime": timestamp(now)}, now
        self.deleted[object_id] = entry
        principal = self.service_principal(entry.body["appId"])
        if principal is not None:
            self.delete_service_principal(principal.body["id"], now)

    def delete_service_principal(self, object_id: str, now: float) -> None:
        """Delete a service principal, restorable for 30 days, and the consent that hangs on it for good."""
        entry = self.service_principals.pop(object_id)
        entry.body, entry.born = {**entry.body, "deletedDateTime": timestamp(now)}, now
        self.deleted_principals[object_id] = entry
        self.grants = {k: e for k, e in self.grants.items() if e.body["clientId"] != object_id}
        self.assignments = {k: e for k, e in self.assignments.items() if e.body["principalId"] != object_id}


def new_secret_text() -> str:
    """A client secret of forty characters, as Microsoft makes them."""
    return "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(40))


def timestamp(now: float) -> str:
    """A time as Graph writes it."""
    return datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """A time that a request gave; raises ValueError."""
    value = datetime.fromisoformat(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


@lru_cache(maxsize=1)
def graph_service_principal() -> Json:
    """Microsoft Graph's own service principal, with a selection of its permissions."""
    here = Path(__file__).resolve()
    places = (parent / "resources" / "simulator" for parent in (here.parents[1], here.parents[2]))
    file = next(place / "graph-service-principal.json" for place in places if place.is_dir())
    body: Json = json.loads(file.read_text(encoding="utf-8"))["servicePrincipal"]
    return body
