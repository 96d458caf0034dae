"""What the handlers of Graph share: the request, replicas that lag behind, and checks of bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emi_installer.simulator import odata
from emi_installer.simulator.errors import GraphError, bad_request, not_found
from emi_installer.simulator.faults import Faults
from emi_installer.simulator.manners import as_read
from emi_installer.simulator.tenant import Account, Entry, Json, Tenant

_CREATED = 201

Reply = tuple[int, Json | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of Graph: `parts` are those of the path, `root` is the address of this cloud's Graph."""

    parts: Mapping[str, str]
    path: str
    options: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    claims: Mapping[str, Any]
    root: str

    def json(self, known: Mapping[str, type | tuple[type, ...]]) -> Json:
        """The body, if it holds nothing but `known` properties of the right types; raises GraphError 400."""
        if not isinstance(self.body, dict):
            raise bad_request("Unable to read JSON request payload. Please ensure Content-Type header is set.")
        for name, value in self.body.items():
            if name not in known:
                raise bad_request(f"Invalid property '{name}'.")
            if value is not None and not isinstance(value, known[name]):
                raise bad_request(f"A value of the wrong type was given for property '{name}'.")
        return self.body


class Directory:
    """The tenant as one replica sees it, and how lists and objects of it are answered."""

    def __init__(self, tenant: Tenant, faults: Faults, now: Callable[[], float]) -> None:
        self.tenant = tenant
        self.faults = faults
        self.now = now

    def wrote(self) -> float:
        """Note a write; when it was."""
        moment = self.now()
        self.faults.wrote(moment)
        return moment

    def check_crowd(self) -> None:
        """Raises GraphError 409 where writes come too close together."""
        if self.faults.crowds(self.now()):
            text = "Error due to concurrent requests being made to the tenant. Please wait briefly and retry."
            raise GraphError(409, "Directory_ConcurrencyViolation", text)

    def sees(self, entry: Entry) -> bool:
        """Whether this replica knows the object yet."""
        return self.faults.sees(entry.born, self.now())

    def visible(self, entries: Iterable[Entry]) -> list[Json]:
        """The objects that this replica knows."""
        return [entry.body for entry in entries if self.sees(entry)]

    def found(self, entries: Mapping[str, Entry], parts: Mapping[str, str]) -> Entry:
        """The object that the path names by id or key; raises GraphError 404, also while it spreads."""
        key, value = next((k, v) for k, v in parts.items() if k != "item")
        entry = self.by_key(entries, key, value)
        if entry is None or not self.sees(entry):
            raise not_found(value)
        return entry

    def holder(self, request: Request) -> Entry:
        """The app registration or service principal that the path starts with; raises GraphError 404."""
        principals = request.path.startswith("/servicePrincipals")
        return self.found(self.tenant.service_principals if principals else self.tenant.applications, request.parts)

    def person(self, account: Account) -> Json:
        """A user of the tenant."""
        guest = bool(account.home_tenant) and account.home_tenant != self.tenant.id
        return {
            "id": account.oid,
            "displayName": account.name,
            "userPrincipalName": account.user_principal_name,
            "mail": account.user_principal_name,
            "userType": "Guest" if guest else "Member",
        }

    def by_key(self, entries: Mapping[str, Entry], key: str, value: str) -> Entry | None:
        """The object by id or alternate key, whether or not replicas know it."""
        if key == "id":
            return entries.get(value)
        return next((e for e in entries.values() if e.body.get(key) == value), None)

    def page(self, request: Request, entries: Iterable[Json], kind: str) -> Reply:
        """A list as an answer."""
        context = f"{request.root}/v1.0/$metadata#{kind}"
        url = f"{request.root}/v1.0{request.path}"
        return 200, odata.collection(
            map(as_read, map(_without_keys, entries)), request.options, request.headers, url=url, context=context
        )

    def single(self, request: Request, entry: Json, kind: str, status: int = 200) -> Reply:
        """An object as an answer."""
        context = {"@odata.context": f"{request.root}/v1.0/$metadata#{kind}/$entity"}
        asked_for = "keyCredentials" in request.options.get("$select", "").split(",")
        told = entry if asked_for else _without_keys(entry)
        told = told if status == _CREATED else as_read(told)
        return status, {**context, **odata.selected(told, request.options)}


def _without_keys(entry: Json) -> Json:
    """Certificates come along only where one object is read with `$select=keyCredentials`."""
    if not entry.get("keyCredentials"):
        return entry
    return {**entry, "keyCredentials": [{**one, "key": None} for one in entry["keyCredentials"]]}
