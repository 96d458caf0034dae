"""Takes ways in from others: owners, credentials, addresses, switches and clients, in one $batch.

Lists are read again before they are written: Graph replaces a list as a whole.
Source: https://learn.microsoft.com/graph/api/application-update and …/serviceprincipal-update.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, assert_never

from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientRole,
    Owner,
    PasswordHolder,
    Place,
    Platform,
    Switch,
)
from emi_installer.core.plan.changes import (
    Removal,
    RemoveClient,
    RemoveClientSecret,
    RemoveCredential,
    RemoveFederatedCredential,
    RemoveOwner,
    RemoveRedirectUri,
    SwitchOff,
)
from emi_installer.entra.calls import Call, Json, get
from emi_installer.entra.failures import GraphFailure, TransportFailure
from emi_installer.entra.odata import address, by_id
from emi_installer.entra.values import inside, items, strings
from emi_installer.entra.ways_in import PLATFORM_KEYS
from emi_installer.entra.writing import Writer, retry_reason

Taken = Removal | RemoveClientSecret
"""What is taken away before anything is given."""

_LISTS = "keyCredentials,web,spa,publicClient,api,managerApplications"
_PRINCIPAL_LISTS = "keyCredentials,replyUrls"
_API = {ClientRole.PRE_AUTHORIZED: "preAuthorizedApplications", ClientRole.KNOWN_CLIENT: "knownClientApplications"}


@dataclass(kw_only=True)
class RemovalRound:
    """Carries out removals on one application; `on_done` hears of each success."""

    writer: Writer
    object_id: str
    principal_id: str
    audience: str
    on_done: Callable[[Taken], None]

    def carry_out(self, changes: Iterable[Taken]) -> None:
        """Do all of `changes`; what is gone already does no harm. Raises InstallerError, Cancelled."""
        left = list(changes)

        def attempt() -> None:
            failures = self._round(left)
            failed = [change for changes, _ in failures for change in changes]
            for change in [one for one in left if one not in failed]:
                left.remove(change)
                self.on_done(change)
            for _, failure in failures:
                if retry_reason(failure) is None:
                    raise failure
            for _, failure in failures:
                raise retry_reason(failure) or failure

        self.writer.settled(attempt)

    def _round(self, changes: list[Taken]) -> list[tuple[tuple[Taken, ...], GraphFailure]]:
        try:
            pairs = [*self._single(changes), *self._patches(changes)]
            outcomes = self.writer.graph.batch([call for _, call in pairs], self.writer.patience)
        except (GraphFailure, TransportFailure) as failure:
            raise retry_reason(failure) or failure from failure
        return [
            (together, outcome)
            for (together, _), outcome in zip(pairs, outcomes, strict=True)
            if isinstance(outcome, GraphFailure) and not outcome.not_found
        ]

    def _single(self, changes: Iterable[Taken]) -> Iterator[tuple[tuple[Taken, ...], Call]]:
        """What has a request of its own."""
        for change in changes:
            match change:
                case RemoveOwner():
                    yield from (((change,), call) for call in self._owner(change.holder))
                case RemoveClientSecret():
                    yield (change,), self._password(Place.REGISTRATION, change.secret.key_id)
                case RemoveCredential(holder=PasswordHolder() as secret):
                    yield (change,), self._password(secret.place, secret.key_id)
                case RemoveFederatedCredential():
                    kept = by_id("applications", self.object_id) + "/federatedIdentityCredentials/"
                    yield (change,), Call(method="DELETE", path=kept + change.holder.credential_id)
                case RemoveCredential() | RemoveRedirectUri() | SwitchOff() | RemoveClient():
                    pass
                case _:
                    assert_never(change)

    def _owner(self, owner: Owner) -> Iterator[Call]:
        for place in owner.places:
            yield Call(method="DELETE", path=f"{self._path(place)}/owners/{owner.object_id}/$ref")

    def _password(self, place: Place, key_id: str) -> Call:
        return Call(method="POST", path=self._path(place) + "/removePassword", body={"keyId": key_id})

    def _path(self, place: Place) -> str:
        if place is Place.REGISTRATION:
            return by_id("applications", self.object_id)
        return by_id("servicePrincipals", self.principal_id)

    def _patches(self, changes: Iterable[Taken]) -> Iterator[tuple[tuple[Taken, ...], Call]]:
        """What is a property: one request for each of the two objects."""
        for place, fields in ((Place.REGISTRATION, _LISTS), (Place.SERVICE_PRINCIPAL, _PRINCIPAL_LISTS)):
            together = tuple(change for change in changes if _patched_place(change) is place)
            if not together:
                continue
            found = self.writer.read(get(address(self._path(place), select=fields))) or {}
            body: Json = {}
            for change in together:
                self._take(change, found, body)
            yield together, Call(method="PATCH", path=self._path(place), body=body)

    def _take(self, change: Taken, found: Json, body: Json) -> None:
        """Take it out of what was `found`, into the `body` to write."""
        match change:
            case RemoveCredential(holder=CertificateHolder() as certificate):
                listed = body.get("keyCredentials", items(found.get("keyCredentials")))
                body["keyCredentials"] = [one for one in listed if str(one.get("keyId")).lower() != certificate.key_id]
            case RemoveRedirectUri():
                _take_address(change, found, body)
            case SwitchOff():
                _switch_off(change.holder.switch, body, self.audience)
            case RemoveClient():
                _take_client(change, found, body)
            case _:
                raise TypeError("it has a request of its own")


def _patched_place(change: Taken) -> Place | None:
    """The object of which it is a property; None for what has a request of its own."""
    match change:
        case RemoveCredential(holder=CertificateHolder() as certificate):
            return certificate.place
        case RemoveRedirectUri():
            return Place.SERVICE_PRINCIPAL if change.holder.platform is Platform.REPLY else Place.REGISTRATION
        case SwitchOff() | RemoveClient():
            return Place.REGISTRATION
        case _:
            return None


def _take_address(change: RemoveRedirectUri, found: Json, body: Json) -> None:
    platform, uri = change.holder.platform, change.holder.uri
    if platform is Platform.DEFAULT:
        body["defaultRedirectUri"] = None
    elif platform is Platform.REPLY:
        body["replyUrls"] = _without(body.get("replyUrls", found.get("replyUrls")), uri)
    else:
        key = PLATFORM_KEYS[platform]
        part = body.setdefault(key, {})
        part["redirectUris"] = _without(part.get("redirectUris", inside(found, key).get("redirectUris")), uri)


def _take_client(change: RemoveClient, found: Json, body: Json) -> None:
    role, app_id = change.holder.role, change.holder.app_id
    if role is ClientRole.MANAGER:
        body["managerApplications"] = _without(
            body.get("managerApplications", found.get("managerApplications")), app_id
        )
        return
    api = body.setdefault("api", dict(inside(found, "api")))
    listed = api.get(_API[role])
    if role is ClientRole.KNOWN_CLIENT:
        api[_API[role]] = _without(listed, app_id)
    else:
        api[_API[role]] = [one for one in items(listed) if str(one.get("appId")).lower() != app_id]


def _switch_off(switch: Switch, body: Json, audience: str) -> None:
    match switch:
        case Switch.ACCESS_TOKENS:
            _implicit(body)["enableAccessTokenIssuance"] = False
        case Switch.ID_TOKENS:
            _implicit(body)["enableIdTokenIssuance"] = False
        case Switch.PUBLIC_CLIENT_FLOWS:
            body["isFallbackPublicClient"] = False
        case Switch.NATIVE_AUTHENTICATION:
            body["nativeAuthenticationApisEnabled"] = "none"
        case Switch.DEVICE_AUTHENTICATION:
            body["isDeviceOnlyAuthSupported"] = False
        case Switch.OTHER_ORGANIZATIONS:
            body["signInAudience"] = audience
        case _:
            assert_never(switch)


def _implicit(body: Json) -> Json:
    settings: Json = body.setdefault("web", {}).setdefault("implicitGrantSettings", {})
    return settings


def _without(listed: Any, value: str) -> list[str]:
    return [one for one in strings(listed) if one.lower() != value.lower()]
