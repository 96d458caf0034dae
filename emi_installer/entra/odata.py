"""Addresses of Graph, quoted in one place."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, unquote

_SELECTED = re.compile(r"(?<=\$select=)[^&]*")


def literal(text: str) -> str:
    """A text as a literal of an OData filter or key."""
    return "'" + text.replace("'", "''") + "'"


def address(path: str, **options: str | int | bool) -> str:
    """`path` with its query: `address("/applications", filter="…", top=5)`; option names get their `$`.

    The path's parts come from `by_id` and `by_key`, which quote them.
    """
    if not options:
        return path
    query = "&".join(f"${name}={quote(_text(value), safe='')}" for name, value in options.items())
    return f"{path}?{query}"


def without_selected(path: str, unwanted: Collection[str]) -> str:
    """The same address without properties that are `unwanted` in its `$select`."""

    def rest(found: re.Match[str]) -> str:
        return quote(",".join(name for name in unquote(found[0]).split(",") if name not in unwanted), safe="")

    return _SELECTED.sub(rest, path)


def by_id(collection: str, object_id: str) -> str:
    """The path of an object by its id."""
    return f"/{collection}/{quote(object_id, safe='')}"


def by_key(collection: str, key: str, value: str) -> str:
    """The path of an object by an alternate key, such as appId or uniqueName."""
    return "/{}({}={})".format(collection, key, quote(literal(value), safe="'"))


def _text(value: str | int | bool) -> str:  # noqa: FBT001 - an option's value
    return str(value).lower() if isinstance(value, bool) else str(value)
