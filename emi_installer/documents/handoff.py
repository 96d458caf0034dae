"""The handoff file: what the administrator carries to the contact center, as text for people or JSON for programs.

It reveals the client secret to the text that it returns, and to nothing else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from string import Template
from typing import assert_never

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.json_text import read_json
from emi_installer.core.plan.credentials import ClientSecret, Credentials, Secret
from emi_installer.core.text import one_line, quoted
from emi_installer.wording.documents import demo_note, proof_text
from emi_installer.wording.language import day, day_and_time


class Format(StrEnum):
    """What a handoff file is, told by the end of its name."""

    JSON = ".json"
    TEXT = ".txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """What is handed off.

    `contact_center` is its address, `organization` the tenant's name, `cloud` the name of the Microsoft cloud;
    `verified` means that the client secret has signed in; `demo` that none of it is real.
    """

    credentials: Credentials
    redirect_uri: str
    app_object_id: str
    app_name: str
    contact_center: str
    organization: str
    created: datetime
    verified: bool
    demo: bool
    cloud: str


def format_for(suffix: str) -> Format:
    """The format of a file whose name ends in `suffix`; raises InvalidAnswer for any but .json and .txt."""
    try:
        return Format(suffix.lower())
    except ValueError:
        problem = f"its name ends in {quoted(suffix)}" if suffix else "its name has no ending"
        raise InvalidAnswer(
            "Handoff file", problem, "It must end in .txt (for people) or .json (for programs)"
        ) from None


def render(handoff: Handoff, suffix: str, template: str) -> str:
    """The contents of a file whose name ends in `suffix`; raises InvalidAnswer for any but .json and .txt."""
    match format_for(suffix):
        case Format.JSON:
            return handoff_json(handoff)
        case Format.TEXT:
            return handoff_text(handoff, template)
        case unknown:
            assert_never(unknown)


def handoff_json(handoff: Handoff) -> str:
    """One JSON object in plain ASCII, which every program reads alike, whatever encoding it expects."""
    secret = handoff.credentials.client_secret
    facts: dict[str, str | bool] = {
        "tenant_id": handoff.credentials.tenant_id,
        "client_id": handoff.credentials.client_id,
        "client_secret": secret.secret.reveal(),
        "secret_key_id": secret.key_id,
        "secret_expires": _iso(secret.expires),
        "redirect_uri": handoff.redirect_uri,
        "app_object_id": handoff.app_object_id,
        "contact_center": handoff.contact_center,
        "organization": handoff.organization,
        "created": _iso(handoff.created),
        "verified": handoff.verified,
    }
    if handoff.demo:
        facts |= {"demo": True, "note": demo_note()}
    return json.dumps(facts, indent=2) + "\n"


def parse_handoff(data: bytes, file: str) -> Credentials:
    """The values in a handoff file for programs; raises InstallerError "handoff-unreadable"."""
    try:
        found = read_json(data)
        secret = ClientSecret(
            key_id=str(found["secret_key_id"]),
            expires=datetime.fromisoformat(found["secret_expires"]),
            secret=Secret(str(found["client_secret"])),
        )
        return Credentials(tenant_id=str(found["tenant_id"]), client_id=str(found["client_id"]), client_secret=secret)
    except (ValueError, KeyError, TypeError):
        raise error(Code.HANDOFF_UNREADABLE, file=file) from None


def handoff_text(handoff: Handoff, template: str) -> str:
    """`template` (see string.Template) filled in; a value can add neither lines nor placeholders to it."""
    secret = handoff.credentials.client_secret
    values = {
        "tenant_id": handoff.credentials.tenant_id,
        "client_id": handoff.credentials.client_id,
        "secret_key_id": secret.key_id,
        "secret_expires": day_and_time(secret.expires),
        "secret_expires_day": day(secret.expires),
        "redirect_uri": handoff.redirect_uri,
        "app_object_id": handoff.app_object_id,
        "app_name": handoff.app_name,
        "contact_center": handoff.contact_center,
        "organization": handoff.organization,
        "cloud": handoff.cloud,
        "created": day_and_time(handoff.created),
        "verified": proof_text(verified=handoff.verified),
    }
    return Template(template).substitute(
        {name: one_line(value) for name, value in values.items()},
        banner=f"{demo_note()}\n\n" if handoff.demo else "",
        client_secret=secret.secret.reveal(),
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
