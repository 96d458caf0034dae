"""What a person typed in one run, field by field, before any rule is applied to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(slots=True, kw_only=True)
class Typed:
    """The answers as typed; None, or empty, where nobody typed anything.

    The names are those of presets, of the file that remembers answers, and of the console's options.
    """

    contact_center: str | None = None
    app_name: str | None = None
    secret_months: int | str | None = None
    secret_expires: str | None = None
    cloud: str | None = None
    tenant: str | None = None
    client_id: str | None = None
    registration: str | None = None
    trust_host: bool = False
    trust_client: bool = False
    keep_holder: Collection[str] = ()
    remove_holder: Collection[str] = ()
    remove_holders: bool = False
    register_new: bool = False
    remove_old_uri: bool = False
    or_shorter: bool = False
    custom_role: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Typed:
        """What `options`, of the command line or of a file, say of these fields; others are passed over."""
        return cls(**{field.name: options[field.name] for field in fields(cls) if field.name in options})


REMEMBERED = ("contact_center", "app_name", "cloud", "tenant")
"""The fields that are kept for the next run, to save typing."""
