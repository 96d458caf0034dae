"""Every way in is read: held against Microsoft's own description of an application and its service principal."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from emi_installer.entra import ways_in
from tests.support.journey import journey
from tests.support.shared import shared

KIND = re.compile(r"credential|key|owner|redirect|replyurl", re.IGNORECASE)
OTHER_KINDS = {
    "application": {
        "tokenEncryptionKeyId": "names the keyCredential that tokens are encrypted for",
        "addIns.properties": "names and values of file handlers",
        "servicePrincipalLockConfiguration.credentialsWithUsageSign": "locks credentials, and adds none",
        "servicePrincipalLockConfiguration.credentialsWithUsageVerify": "locks credentials, and adds none",
        "servicePrincipalLockConfiguration.tokenEncryptionKeyId": "locks a key, and adds none",
    },
    "servicePrincipal": {
        "tokenEncryptionKeyId": "names the keyCredential that tokens are encrypted for",
        "preferredTokenSigningKeyThumbprint": "names the key with which Microsoft signs SAML answers",
        "addIns.properties": "names and values of file handlers",
        "appOwnerOrganizationId": "where the app registration is: it is read in this tenant by the same Client ID",
        "federatedIdentityCredentials": "for managed identities, says the description",
    },
}
"""Properties whose names say credential, key, owner or redirect, and that let nobody in; each with the reason."""

READERS: dict[str, Callable[[Any], Iterable[object]]] = {
    "application": ways_in.on_application,
    "servicePrincipal": ways_in.on_principal,
}
LISTS: dict[str, Callable[[Any], Iterable[object]]] = {
    "owners": lambda listed: ways_in.owners(listed, []),
    "federatedIdentityCredentials": ways_in.federated,
}
SELECTED = {"application": ways_in.APPLICATION_FIELDS, "servicePrincipal": ways_in.PRINCIPAL_FIELDS}
PLANTED = "https://planted.example.com/signed-in"


@cache
def description() -> dict[str, Any]:
    with shared("graph/openapi-subset.yaml").open(encoding="utf-8") as file:
        schemas: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)["components"]["schemas"]
    return schemas


def properties(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    schema = schemas.get(f"microsoft.graph.{name}", {})
    parts = [schema, *(part for part in schema.get("allOf", ()) if "properties" in part)]
    return {key: value for part in parts for key, value in part.get("properties", {}).items()}


def type_of(schema: dict[str, Any]) -> str:
    """The name of a complex type, of one or of a list; empty for texts, numbers and the like."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).rpartition("/")[2].removeprefix("microsoft.graph.")
    return ""


def ways(schemas: dict[str, Any], name: str, before: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The path of every property of kind credential, key, owner or redirect, and its schema."""
    for key, schema in properties(schemas, name).items():
        inner = type_of(schema)
        if KIND.search(key) or KIND.search(inner):
            yield before + key, schema
        elif inner and not schema.get("x-ms-navigationProperty") and before.count(".") < 3:
            yield from ways(schemas, inner, f"{before}{key}.")


def planted(schema: dict[str, Any]) -> Any:
    """A value of this schema that lets somebody in."""
    credential = {"keyId": "11111111-2222-4333-8444-555555555555", "endDateTime": "2099-01-01T00:00:00Z"}
    named = {"id": "11111111-2222-4333-8444-555555555555", "uri": PLANTED, "name": "x", "issuer": "y", "subject": "z"}
    if schema.get("type") == "array":
        return [{**credential, **named} if type_of(schema) else PLANTED]
    return {**credential, **named, "redirectUris": [PLANTED]} if type_of(schema) else PLANTED


def is_read(kind: str, path: str, schema: dict[str, Any]) -> bool:
    """Whether what stands at `path` is asked for, and comes out as one more way in."""
    if schema.get("x-ms-navigationProperty"):
        return path in LISTS and bool(list(LISTS[path](planted(schema))))
    clean = {"signInAudience": "AzureADMyOrg"}
    first, *rest = path.split(".")
    value = planted(schema)
    for part in reversed(rest):
        value = {part: value}
    return first in SELECTED[kind].split(",") and bool(list(READERS[kind]({**clean, first: value})))


def unread(schemas: dict[str, Any]) -> list[str]:
    return [
        f"{kind}: {path}"
        for kind in READERS
        for path, schema in ways(schemas, kind)
        if path not in OTHER_KINDS[kind] and not is_read(kind, path, schema)
    ]


def test_every_way_in_of_the_description_is_read() -> None:
    found = [path for kind in READERS for path, _ in ways(description(), kind)]
    assert {"keyCredentials", "passwordCredentials", "owners", "web.redirectUris", "spa.redirectUris"} <= set(found)
    assert {"publicClient.redirectUris", "federatedIdentityCredentials", "replyUrls"} <= set(found)
    assert unread(description()) == []


def test_no_exception_is_left_over() -> None:
    for kind, others in OTHER_KINDS.items():
        assert others.keys() <= dict(ways(description(), kind)).keys()


CREDENTIALS = {"type": "array", "items": {"$ref": "#/components/schemas/microsoft.graph.passwordCredential"}}
KEYS = {"type": "array", "items": {"$ref": "#/components/schemas/microsoft.graph.keyCredential"}}
PEOPLE = {
    "type": "array",
    "items": {"$ref": "#/components/schemas/microsoft.graph.directoryObject"},
    "x-ms-navigationProperty": True,
}
TEXTS, TEXT = {"type": "array", "items": {"type": "string"}}, {"type": "string"}
MUTATIONS = [
    ("application", "backupCredentials", CREDENTIALS),
    ("application", "devices", KEYS),
    ("application", "coOwners", PEOPLE),
    ("application", "apiKey", TEXT),
    ("application", "nativeRedirectUris", TEXTS),
    ("servicePrincipal", "backupCredentials", CREDENTIALS),
    ("servicePrincipal", "signingKeys", TEXTS),
    ("servicePrincipal", "redirectUrls", TEXTS),
    ("servicePrincipal", "delegatedOwners", PEOPLE),
    ("webApplication", "mobileRedirectUris", TEXTS),
    ("spaApplication", "redirectPatterns", TEXTS),
    ("publicClientApplication", "brokerRedirectUri", TEXT),
    ("apiApplication", "accessKeys", KEYS),
]


@pytest.mark.parametrize(("kind", "name", "schema"), MUTATIONS)
def test_a_new_one_in_the_description_is_noticed(kind: str, name: str, schema: dict[str, Any]) -> None:
    changed = copy.deepcopy(description())
    place = changed[f"microsoft.graph.{kind}"]
    holder = next((part for part in place.get("allOf", ()) if "properties" in part), place)
    holder["properties"][name] = schema
    noticed = unread(changed)
    assert len(noticed) == 1
    assert noticed[0].endswith(name)


def test_what_is_not_a_property_is_asked_for(tmp_path: Path) -> None:
    trip = journey(tmp_path, "configured")
    trip.run("verify", "--demo")
    asked = [item["url"] for r in trip.graph_requests() if r.url.endswith("/$batch") for item in r.body["requests"]]
    endings = {url.partition("?")[0].rpartition(")")[2] for url in asked}
    assert {"/owners", "/federatedIdentityCredentials"} <= endings
    for collection in ("/applications(", "/servicePrincipals("):
        assert any(url.startswith(collection) and url.endswith("/owners") for url in asked)


def test_an_owner_of_whom_microsoft_tells_the_id_alone() -> None:
    listed = [{"@odata.type": "#microsoft.graph.user", "id": "ABC", "displayName": None}]
    (owner,) = ways_in.owners(listed, listed)
    assert (owner.object_id, owner.name, len(owner.places), owner.is_person) == ("abc", "", 2, True)


@pytest.mark.parametrize("name", ["Mia\nClient ID 1111", "Mia\u202egnp.exe", "Mia\u200b\u2028Moore\x1b[31m"])
def test_names_from_outside_are_one_visible_line(name: str) -> None:
    (owner,) = ways_in.owners([{"id": "1", "displayName": name, "userPrincipalName": name}], [])
    body = {"passwordCredentials": [{"keyId": "1", "displayName": name, "hint": "\n"}], "spa": {"redirectUris": [name]}}
    said = [owner.name, owner.account, *map(str, ways_in.on_application(body))]
    for text in said:
        assert not set(text) & set("\n\u202e\u200b\u2028\x1b")
