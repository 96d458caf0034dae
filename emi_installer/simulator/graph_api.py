"""Microsoft Graph v1.0: authentication, routing, $batch, and the envelope of every answer."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from emi_installer.simulator import access, odata, routes
from emi_installer.simulator.applications import Applications
from emi_installer.simulator.consents import Consents
from emi_installer.simulator.deleted import Deleted
from emi_installer.simulator.directory import Reply, Request
from emi_installer.simulator.errors import GraphError, bad_request, not_found, unsupported_query
from emi_installer.simulator.faults import Answer, Faults
from emi_installer.simulator.manners import graph_headers, location, outer_headers
from emi_installer.simulator.owners import Owners
from emi_installer.simulator.principals import Principals
from emi_installer.simulator.tenant import ROLE_NAMES, Account, Json, Tenant, new_id, timestamp
from emi_installer.simulator.usage import Usage

_BATCH_SIZE = 20
_SUCCESS = range(200, 300)
_FAILED_DEPENDENCY = 424

Headers = Mapping[str, str]


class GraphApi(Applications, Principals, Deleted, Consents, Owners, Usage):
    """One tenant's Graph."""

    def __init__(self, tenant: Tenant, faults: Faults, now: Callable[[], float]) -> None:
        super().__init__(tenant, faults, now)
        self._shuffle = random.Random(7)  # noqa: S311 - the order of answers, not a secret

    def handle(self, method: str, url: str, headers: Headers, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Answer one request."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        place = parts.path.removeprefix("/v1.0") + (f"?{parts.query}" if parts.query else "")
        parsed = json.loads(body) if body else None
        serve = self._batch if parts.path == "/v1.0/$batch" else self._one
        status, sent, answer = serve(method, place, headers, parsed, root)
        request_id = new_id()
        ids = {"request-id": request_id, "client-request-id": headers.get("client-request-id", request_id)}
        said = {
            **graph_headers(status, answer),
            **outer_headers(answer),
            **ids,
            **location(status, answer, root, self.tenant.id),
        }
        content = b"" if answer is None else json.dumps(answer).encode()
        date = format_datetime(datetime.fromtimestamp(int(self.now()), UTC), usegmt=True)
        return status, {**said, "Date": date, **sent}, content

    def _one(
        self, method: str, place: str, headers: Headers, body: Any, root: str
    ) -> tuple[int, dict[str, str], Json | None]:
        """Answer one call; `place` is its path and query."""
        try:
            claims = access.authenticate(self.tenant, headers, root, self.now())
            status, answer = self._call(method, place, (headers, body, root), claims)
        except GraphError as refused:
            date = timestamp(self.now()).removesuffix("Z")
            return refused.status, refused.headers, refused.body(new_id(), new_id(), date)
        return status, {}, answer

    def _call(self, method: str, place: str, rest: tuple[Headers, Any, str], claims: dict[str, Any]) -> Reply:
        headers, body, root = rest
        path, _, query = place.partition("?")
        found = routes.find(method, path)
        if found is None:
            return 501, _not_simulated(method, path)
        name, parts = found
        access.check_scope(name, claims)
        request = Request(
            parts=parts,
            path=unquote(path),
            options=odata.query_of(query),
            headers=headers,
            body=body,
            claims=claims,
            root=root,
        )
        odata.check_select(request.options, self.tenant.lacking)
        if method != "GET":
            self.check_crowd()
        handler: Callable[[Request], Reply] = getattr(self, name)
        return handler(request)

    def _batch(
        self, method: str, _place: str, headers: Headers, body: Any, root: str
    ) -> tuple[int, dict[str, str], Json | None]:
        """Answer a $batch: https://learn.microsoft.com/graph/json-batching."""
        try:
            access.authenticate(self.tenant, headers, root, self.now())
            items = _checked_items(method, body)
        except GraphError as refused:
            date = timestamp(self.now()).removesuffix("Z")
            return refused.status, refused.headers, refused.body(new_id(), new_id(), date)
        answers: dict[str, Json] = {}
        for item in items:
            answers[item["id"]] = self._item(item, headers, answers, root)
        shuffled = list(answers.values())
        self._shuffle.shuffle(shuffled)
        return 200, {}, {"responses": shuffled}

    def _item(self, item: Json, outer: Headers, answers: Mapping[str, Json], root: str) -> Json:
        failed = [one for one in item.get("dependsOn", ()) if answers[one]["status"] not in _SUCCESS]
        if failed:
            error = {"code": "FailedDependency", "message": f"Request {failed[0]} failed."}
            return {"id": item["id"], "status": _FAILED_DEPENDENCY, "headers": {}, "body": {"error": error}}
        own = {name.lower(): value for name, value in item.get("headers", {}).items()}
        if "body" in item and "json" not in own.get("content-type", ""):
            refused = bad_request(
                "Write request id : {} does not contain Content-Type header or body.".format(item["id"])
            )
            return {"id": item["id"], "status": 400, "headers": {}, "body": refused.body(new_id(), new_id(), "")}
        scripted = self.faults.next(item["method"], item["url"].partition("?")[0])
        headers = {"authorization": outer.get("authorization", ""), **own}
        if isinstance(scripted, Answer):
            if scripted.acted:
                self._one(item["method"], item["url"], headers, item.get("body"), root)
            status, sent, answer = scripted.status, dict(scripted.headers), scripted.body
        else:
            status, sent, answer = self._one(item["method"], item["url"], headers, item.get("body"), root)
        said = {**graph_headers(status, answer), **location(status, answer, root, self.tenant.id), **sent}
        reply: Json = {"id": item["id"], "status": status, "headers": said}
        return reply if answer is None else {**reply, "body": answer}

    def me(self, request: Request) -> Reply:
        """GET /me."""
        return self.single(request, self.person(self._caller(request)), "users")

    def _caller(self, request: Request) -> Account:
        caller = next(a for a in self.tenant.accounts.values() if a.oid == request.claims["oid"])
        if not caller.in_directory:
            raise not_found(caller.oid)
        return caller

    def member_of(self, request: Request) -> Reply:
        """GET /me/transitiveMemberOf: roles and groups alike."""
        group = {"@odata.type": "#microsoft.graph.group", "id": self.tenant.id, "displayName": "All people"}
        return self.page(request, [group, *self._roles(request)], "directoryObjects")

    def directory_roles(self, request: Request) -> Reply:
        """GET /me/transitiveMemberOf/microsoft.graph.directoryRole: a cast needs the advanced query index."""
        if not odata.is_advanced(request.options, request.headers):
            raise unsupported_query("The specified OData cast requires advanced query parameters.")
        return self.page(request, self._roles(request), "directoryRoles")

    def _roles(self, request: Request) -> list[Json]:
        return [
            {
                "@odata.type": "#microsoft.graph.directoryRole",
                "id": str(uuid.uuid5(uuid.UUID(self.tenant.id), role)),
                "deletedDateTime": None,
                "description": ROLE_NAMES[role],
                "displayName": ROLE_NAMES[role],
                "roleTemplateId": role,
            }
            for role in sorted(self._caller(request).roles)
        ]

    def organization(self, request: Request) -> Reply:
        """GET /organization."""
        domains = [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": number == 0,
                "isInitial": name.endswith(".onmicrosoft.com"),
                "name": name,
                "type": "Managed",
            }
            for number, name in enumerate(self.tenant.domains)
        ]
        body = {"id": self.tenant.id, "displayName": self.tenant.name, "verifiedDomains": domains}
        return self.page(request, [body], "organization")


def _checked_items(method: str, body: Any) -> list[Json]:
    items = body.get("requests") if isinstance(body, dict) and method == "POST" else None
    if not isinstance(items, list) or not 1 <= len(items) <= _BATCH_SIZE:
        raise GraphError(400, "BadRequest", f"A $batch holds 1 to {_BATCH_SIZE} requests.")
    seen: set[str] = set()
    for item in items:
        key = str(item.get("id", "")).lower()
        if not key or key in seen or not str(item.get("url", "")).startswith("/") or "method" not in item:
            raise GraphError(
                400, "BadRequest", "Each request of a $batch needs a unique id, a method and a relative url."
            )
        if not {str(one).lower() for one in item.get("dependsOn", ())} <= seen:
            raise GraphError(400, "BadRequest", "dependsOn names a request that does not come before.")
        seen.add(key)
    return items


def _not_simulated(method: str, path: str) -> Json:
    return {"error": {"code": "NotImplemented", "message": f"The simulator does not know {method} {path}."}}
