"""The one list of fields: how each answer is called, how it is read, and what a preset may say of it.

`parse_…` turns one answer, as people type it, into its value or raises InvalidAnswer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from emi_installer.core.desired.blueprint import Blueprint, SignInClient
from emi_installer.core.desired.cleaning import cleaned, cleaned_domain, cleaned_id
from emi_installer.core.desired.clouds import CLOUDS, PERSONAL_TENANT_ID, Cloud
from emi_installer.core.desired.contact_center import ContactCenter, parse_contact_center
from emi_installer.core.desired.lifetime import (
    Months,
    SecretLifetime,
    Until,
    parse_last_day,
    parse_secret_expires,
    parse_secret_months,
)
from emi_installer.core.desired.purpose import REQUESTED, Purpose
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import is_control, named, quoted

LONGEST_APP_NAME = 120
"""Characters; https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation."""

LONGEST_SUPPORT_CONTACT = 300
"""Characters."""

LONGEST_REQUESTER = 200
"""Characters."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+$)[a-z0-9-]{2,63}")
_LONGEST_DOMAIN = 253  # RFC 1035

_NO_TENANT = {
    "common": "any account, not one tenant",
    "organizations": "any organization, not one tenant",
    "consumers": "personal Microsoft accounts",
    PERSONAL_TENANT_ID: "personal Microsoft accounts",
}
"""What Microsoft's addresses take in place of a tenant; learn.microsoft.com/entra/identity-platform/v2-protocols."""


def make_sign_in_client(blueprint: Blueprint, client_id: str, name: str | None = None) -> SignInClient:
    """The application with the id `client_id`, to sign in through with the blueprint's scopes."""
    default = blueprint.sign_in_client
    known = default.name if client_id == default.client_id else f"application {client_id}"
    return replace(default, name=name or known, client_id=client_id)


def parse_app_name(text: str) -> str:
    """A name for the app registration."""
    return parse_line(text, "App name", LONGEST_APP_NAME)


def parse_line(text: str, field: str, longest: int) -> str:
    """A line of text without blanks around it; `longest` in characters."""
    line = cleaned(text)
    if not line:
        raise InvalidAnswer(field, "it is empty", "Fill it in, or leave it out altogether")
    if len(line) > longest:
        raise InvalidAnswer(field, f"it has {len(line)} characters", f"Use {longest} at most")
    for char in line:
        if is_control(char):
            problem = f"there is an invisible character in it, {named(char)}"
            raise InvalidAnswer(field, problem, "Type it instead of pasting it")
    return line


def parse_cloud(text: str) -> Cloud:
    """One of the four clouds, by its key."""
    key = cleaned(text).lower()
    if key not in CLOUDS:
        raise InvalidAnswer("Cloud", f"there is no cloud {quoted(key)}", f"Choose one of {', '.join(CLOUDS)}")
    return CLOUDS[key]


def parse_client_id(text: str, field: str = "Client ID for signing in") -> str:
    """An Application (client) ID, in lower case."""
    client_id = cleaned_id(text)
    if not _GUID.fullmatch(client_id):
        problem = f"{quoted(client_id)} is not an Application (client) ID"
        hint = "Copy it from the overview of the app registration; it looks like 14d82eec-204b-4c2f-b7e8-296a70dab67e"
        raise InvalidAnswer(field, problem, hint)
    return client_id


def parse_tenant(text: str) -> str:
    """The id or a domain of one tenant, in lower case."""
    tenant = _tenant_in(text)
    hint = "Give its Tenant ID or one of its domains, such as contoso.onmicrosoft.com"
    if tenant in _NO_TENANT:
        raise InvalidAnswer("Tenant", f"{quoted(tenant)} stands for {_NO_TENANT[tenant]}", hint)
    if "@" in tenant:
        raise InvalidAnswer("Tenant", f"{quoted(tenant)} is an account", hint + ", the part after the @")
    if not (_GUID.fullmatch(tenant) or (_DOMAIN.fullmatch(tenant) and len(tenant) <= _LONGEST_DOMAIN)):
        raise InvalidAnswer("Tenant", f"{quoted(tenant)} is neither a Tenant ID nor a domain", hint)
    return tenant


def parse_purpose(text: str) -> Purpose:
    """What one colleague asks of another."""
    text = cleaned(text)
    if text not in REQUESTED:
        problem = f"{quoted(text)} can't be asked for"
        raise InvalidAnswer("purpose", problem, f"Write {' or '.join(REQUESTED)}")
    return Purpose(text)


def _tenant_in(text: str) -> str:
    """A Tenant ID that is pasted with its link, else a domain."""
    known = cleaned_id(text)
    return known if _GUID.fullmatch(known) else cleaned_domain(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the reading of an answer depends on."""

    blueprint: Blueprint
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An answer: its name, and how it is read as typed and as a preset says it.

    `typed` or `preset` is None where it can't be given there; `kinds` are the types that a preset may write.
    """

    name: str
    typed: Callable[[Any, Rules], object] | None
    preset: Callable[[Any, Rules], object] | None
    kinds: tuple[type, ...] = (str,)


def _either(name: str, parse: Callable[[Any, Rules], object], *kinds: type) -> Field:
    """A field that is read in the same way wherever it is given."""
    return Field(name=name, typed=parse, preset=parse, kinds=kinds or (str,))


FIELDS = (
    _either("contact_center", lambda text, rules: parse_contact_center(text, rules.blueprint)),
    _either("app_name", lambda text, _: parse_app_name(text)),
    _either("secret_months", lambda number, rules: parse_secret_months(number, rules.blueprint), int),
    Field(
        name="secret_expires",
        typed=lambda text, rules: parse_secret_expires(text, rules.today),
        preset=lambda day, rules: parse_last_day(str(day), rules.today),
        kinds=(str, date),
    ),
    _either("cloud", lambda text, _: parse_cloud(text)),
    _either("tenant", lambda text, _: parse_tenant(text)),
    Field(name="client_id", typed=lambda text, _: parse_client_id(text), preset=None),
    Field(
        name="registration",
        typed=lambda text, _: parse_client_id(text, "App registration"),
        preset=lambda text, _: parse_client_id(text, "registration"),
    ),
    Field(
        name="support_contact",
        typed=None,
        preset=lambda text, _: parse_line(text, "support_contact", LONGEST_SUPPORT_CONTACT),
    ),
    Field(name="purpose", typed=None, preset=lambda text, _: parse_purpose(text)),
    Field(name="requested_by", typed=None, preset=lambda text, _: parse_line(text, "requested_by", LONGEST_REQUESTER)),
)
"""Every answer but the sign-in client of a preset, which is a section of its own there."""


def as_typed(value: ContactCenter | Cloud | SecretLifetime | Purpose | str | None) -> str | int | None:
    """A value as it is written to be read again, by a preset or the file that remembers answers."""
    match value:
        case ContactCenter():
            return value.url
        case Cloud():
            return value.key
        case Months():
            return value.months
        case Until():
            return value.day.isoformat()
        case Purpose():
            return value.value
        case _:
            return value
