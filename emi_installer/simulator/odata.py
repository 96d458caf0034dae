"""OData as Graph understands it here: $filter, $select, $top with pages, $count.

What needs the advanced query index is refused without `ConsistencyLevel: eventual` and `$count=true`
(https://learn.microsoft.com/graph/aad-advanced-queries); what is not listed below is refused loudly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from emi_installer.simulator.errors import GraphError, bad_request, unsupported_query

Json = dict[str, Any]
Test = Callable[[Json], bool]

PAGE = 100
LARGEST_PAGE = 999
OPTIONS = {"$filter", "$select", "$top", "$count", "$skiptoken", "$orderby", "$expand", "$search", "$skip"}
_TEXT = r"'((?:[^']|'')*)'"
_EQUALS = re.compile(rf"(\w+) eq {_TEXT}")
_STARTS = re.compile(rf"startswith\((\w+),\s*{_TEXT}\)", re.IGNORECASE)
_ANY = re.compile(rf"([\w/]+)/any\((\w+):\s*\2 eq {_TEXT}\)")
_ADVANCED_LISTS = {"web/redirectUris", "spa/redirectUris", "publicClient/redirectUris"}
_EQUALITY = {"appId", "displayName", "id", "clientId", "consentType", "resourceId", "principalId", "signInAudience"}


def query_of(text: str) -> dict[str, str]:
    """The options of a query string; raises GraphError for one that Graph does not know."""
    options: dict[str, str] = {}
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        key = unquote(name)
        if key.startswith("$") and key not in OPTIONS:
            raise bad_request(f"The query parameter '{key}' is not supported.")
        options[key] = unquote(value.replace("+", " "))
    return options


def is_advanced(options: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Whether the request asks for the advanced query index."""
    return headers.get("consistencylevel", "").lower() == "eventual" and options.get("$count") == "true"


def matches(filter_text: str, *, advanced: bool) -> Test:
    """The test that `$filter` describes: equality, startswith and any, joined by `and`."""
    tests = [_clause(clause.strip(), advanced=advanced) for clause in _split(filter_text)]
    return lambda entry: all(test(entry) for test in tests)


def _split(text: str) -> list[str]:
    """The clauses between `and`, outside of quotes."""
    return re.split(r"\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)", text)


def _clause(text: str, *, advanced: bool) -> Test:
    if found := _EQUALS.fullmatch(text):
        name, value = found[1], _unquoted(found[2])
        if name not in _EQUALITY:
            raise unsupported_query(f"Unsupported or invalid query filter clause specified for property '{name}'.")
        return lambda entry: entry.get(name) == value
    if found := _STARTS.fullmatch(text):
        name, start = found[1], _unquoted(found[2])
        return lambda entry: str(entry.get(name) or "").lower().startswith(start.lower())
    if found := _ANY.fullmatch(text):
        path, value = found[1], _unquoted(found[3])
        if path in _ADVANCED_LISTS and not advanced:
            raise unsupported_query("Request with $filter on this property requires advanced query parameters.")
        if path not in {*_ADVANCED_LISTS, "tags"}:
            raise unsupported_query(f"Unsupported or invalid query filter clause specified for property '{path}'.")
        return lambda entry: value in _inner(entry, path)
    raise bad_request(f"Invalid filter clause: {text}")


def _unquoted(text: str) -> str:
    return text.replace("''", "'")


def _inner(entry: Json, path: str) -> list[str]:
    value: Any = entry
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def check_select(options: Mapping[str, str], lacking: frozenset[str]) -> None:
    """Raises GraphError 400 where `$select` names a property that this Graph is `lacking`."""
    for name in options.get("$select", "").split(","):
        if name in lacking:
            raise GraphError(400, "BadRequest", f"Could not find a property named '{name}' on type 'microsoft.graph'.")


def selected(entry: Json, options: Mapping[str, str]) -> Json:
    """The properties that `$select` names, or all of them."""
    wanted = options.get("$select")
    if wanted is None:
        return dict(entry)
    names = {name.strip() for name in wanted.split(",")}
    return {key: value for key, value in entry.items() if key in names or key == "@odata.type"}


def collection(
    entries: Iterable[Json], options: Mapping[str, str], headers: Mapping[str, str], *, url: str, context: str
) -> Json:
    """The page of a list that `options` ask for; `url` is the list's own address without its query."""
    advanced = is_advanced(options, headers)
    for option in ("$search", "$orderby", "$expand", "$skip"):
        if option in options:
            raise unsupported_query(f"{option} is not simulated.")
    found = list(entries)
    if "$filter" in options:
        found = [entry for entry in found if matches(options["$filter"], advanced=advanced)(entry)]
    size = _page_size(options)
    start = int(options.get("$skiptoken", "0"))
    page: Json = {"@odata.context": context}
    if options.get("$count") == "true" and advanced:
        page["@odata.count"] = len(found)
    if start + size < len(found):
        rest = {**options, "$skiptoken": str(start + size)}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in rest.items())
        page["@odata.nextLink"] = f"{url}?{query}"
    page["value"] = [selected(entry, options) for entry in found[start : start + size]]
    return page


def _page_size(options: Mapping[str, str]) -> int:
    text = options.get("$top", str(PAGE))
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PAGE:
        raise bad_request("Invalid page size specified: it must be between 1 and 999 inclusive.")
    return int(text)
