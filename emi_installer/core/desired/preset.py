"""A preset: prefilled answers in a TOML file that somebody else wrote, and therefore untrusted.

`parse_preset` checks the file as a whole, then key by key with the rules of `answers.py`; the first problem is raised.
`render_preset` writes one.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, TypeVar

from emi_installer.core.desired.answers import (
    LONGEST_APP_NAME,
    Months,
    Preset,
    SecretLifetime,
    Until,
    make_sign_in_client,
    parse_app_name,
    parse_client_id,
    parse_cloud,
    parse_contact_center,
    parse_line,
    parse_secret_expires,
    parse_secret_months,
    parse_tenant,
)
from emi_installer.core.desired.blueprint import Blueprint, SignInClient
from emi_installer.core.desired.purpose import REQUESTED, Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import one_line, quoted, visible

__all__ = ["Preset", "lifetime_values", "parse_preset", "preset_values", "render_preset"]

LARGEST = 64 * 1024
"""Bytes."""

LONGEST_LINE = 1000
"""Characters; a longer line can keep the TOML parser busy for minutes."""

LONGEST_SUPPORT_CONTACT = 300
"""Characters."""

LONGEST_REQUESTER = 200
"""Characters."""

_KEYS = (
    "contact_center",
    "app_name",
    "secret_months",
    "secret_expires",
    "cloud",
    "tenant",
    "support_contact",
    "sign_in_client",
    "purpose",
    "registration",
    "requested_by",
)
_CLIENT_KEYS = ("name", "client_id")

_KINDS: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    float: "a number with a fraction",
    bool: "true or false",
    date: "a date",
    datetime: "a date with a time",
    time: "a time",
    list: "a list",
    dict: "a section in [brackets]",
}
"""What TOML can hold, in words."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")

_Value = TypeVar("_Value")


def parse_preset(data: bytes, file: str, blueprint: Blueprint, today: date) -> Preset:
    """The preset in the bytes of `file`.

    Raises InstallerError "preset-unreadable" for what is not TOML, "preset-invalid" with the key for the rest.
    """
    file = visible(file, limit=1000)
    table = _Table(file=file, section="", values=_parse_toml(data, file))
    table.check_keys(_KEYS)
    return Preset(
        contact_center=table.read("contact_center", lambda text: parse_contact_center(text, blueprint), str),
        app_name=table.read("app_name", parse_app_name, str),
        secret_lifetime=_lifetime(table, blueprint, today),
        cloud=table.read("cloud", parse_cloud, str),
        tenant=table.read("tenant", parse_tenant, str),
        sign_in_client=table.read("sign_in_client", lambda values: _client(values, file, blueprint), dict),
        support_contact=table.read("support_contact", _support_contact, str),
        purpose=table.read("purpose", _purpose, str),
        registration=table.read("registration", lambda text: parse_client_id(text, "registration"), str),
        requested_by=table.read("requested_by", lambda text: parse_line(text, "requested_by", LONGEST_REQUESTER), str),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The keys and values of a section; the file's own ones have the section ""."""

    file: str
    section: str
    values: Mapping[str, Any]

    def wrong(self, key: str, problem: str, right: str) -> InstallerError:
        """The error that names file, section and key."""
        place = f"{self.section}.{key}" if self.section else key
        return error(
            Code.PRESET_INVALID, file=self.file, key=visible(place, limit=80), problem=problem, hint=_inside(right)
        )

    def check_keys(self, known: tuple[str, ...]) -> None:
        """Refuse the first key that is not `known`."""
        for key in self.values:
            if key not in known:
                near = get_close_matches(key[:80].lower(), known, n=1)
                right = f"Perhaps {near[0]} is meant" if near else f"The keys are {', '.join(known)}"
                raise self.wrong(key, "there is no such key", right)

    def read(self, key: str, parse: Callable[[Any], _Value], *kinds: type) -> _Value | None:
        """The value of `key`, of one of `kinds`; None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if type(value) not in kinds:
            right = " or ".join(_KINDS[kind] for kind in kinds)
            raise self.wrong(key, f"it is {_KINDS[type(value)]}", f"Write {right}")
        try:
            return parse(value)
        except InvalidAnswer as invalid:
            raise self.wrong(key, invalid.problem, invalid.hint) from None


def preset_values(preset: Preset) -> dict[str, Any]:
    """What stands in a preset's file: its keys and their values, a section as a mapping."""
    values: dict[str, Any] = {
        "purpose": preset.purpose.value if preset.purpose else None,
        "requested_by": preset.requested_by,
        "tenant": preset.tenant,
        "cloud": preset.cloud.key if preset.cloud else None,
        "registration": preset.registration,
        "contact_center": preset.contact_center.url if preset.contact_center else None,
        "app_name": preset.app_name,
        **lifetime_values(preset.secret_lifetime),
        "support_contact": preset.support_contact,
    }
    if preset.sign_in_client is not None:
        values["sign_in_client"] = {"name": preset.sign_in_client.name, "client_id": preset.sign_in_client.client_id}
    return {key: value for key, value in values.items() if value is not None}


def lifetime_values(lifetime: SecretLifetime | None) -> dict[str, Any]:
    """The key and value for the lifetime of the client secret."""
    match lifetime:
        case Months(months=months):
            return {"secret_months": months}
        case Until(day=day):
            return {"secret_expires": day.isoformat()}
        case None:
            return {}


def render_preset(values: Mapping[str, Any], comments: Iterable[str] = ()) -> str:
    """A preset's file, with comments at its top."""
    sections = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    lines = [*(f"# {one_line(comment)}" for comment in comments), ""]
    lines += [_line(key, value) for key, value in values.items() if key not in sections]
    for section, inside in sections.items():
        lines += ["", f"[{section}]", *(_line(key, value) for key, value in inside.items())]
    return "\n".join(lines) + "\n"


def _line(key: str, value: str | int) -> str:
    """A string of JSON is one of TOML."""
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"


def _lifetime(table: _Table, blueprint: Blueprint, today: date) -> SecretLifetime | None:
    months = table.read("secret_months", lambda number: parse_secret_months(number, blueprint), int)
    until = table.read("secret_expires", lambda day: parse_secret_expires(str(day), today), str, date)
    if months and until:
        raise table.wrong("secret_expires", "it is given together with secret_months", "Keep one of the two")
    return months or until


def _client(values: Mapping[str, Any], file: str, blueprint: Blueprint) -> SignInClient:
    table = _Table(file=file, section="sign_in_client", values=values)
    table.check_keys(_CLIENT_KEYS)
    client_id = table.read("client_id", parse_client_id, str)
    name = table.read("name", lambda text: parse_line(text, "name", LONGEST_APP_NAME), str)
    if client_id is None:
        raise table.wrong("client_id", "it is missing", "Write the Application (client) ID of the sign-in client")
    return make_sign_in_client(blueprint, client_id, name)


def _purpose(text: str) -> Purpose:
    if text not in REQUESTED:
        problem = f"{quoted(text)} can't be asked for"
        raise InvalidAnswer("purpose", problem, f"Write {' or '.join(REQUESTED)}")
    return Purpose(text)


def _support_contact(text: str) -> str:
    return parse_line(text, "support_contact", LONGEST_SUPPORT_CONTACT)


def _parse_toml(data: bytes, file: str) -> dict[str, Any]:
    def unreadable(reason: str) -> InstallerError:
        return error(Code.PRESET_UNREADABLE, file=file, reason=reason)

    if len(data) > LARGEST:
        raise unreadable(f"It is larger than {LARGEST // 1024} KiB, so it is not a preset")
    if data.startswith(_UTF16):
        raise unreadable("It is saved as UTF-16, and a preset has to be saved as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise unreadable(f"Line {line} is not UTF-8 text") from None
    for number, content in enumerate(text.split("\n"), start=1):
        if len(content) > LONGEST_LINE:
            raise unreadable(f"Line {number} is longer than {LONGEST_LINE} characters")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise unreadable("It is nested too deeply") from None
    except ValueError as problem:
        raise unreadable(_explain(str(problem))) from None


def _explain(message: str) -> str:
    """What tomllib says, such as "Unterminated string (at line 3, column 5)", with the line in front."""
    what, _, place = message.rpartition(" (at ")
    line = re.match(r"line \d+", place)
    where = line[0].capitalize() if line else "The end"
    return f"{where} is not TOML: {what[:1].lower()}{visible(what[1:], limit=200)}"


def _inside(sentence: str) -> str:
    """The sentence as a part of another."""
    return sentence[:1].lower() + sentence[1:]
