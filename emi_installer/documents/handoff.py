"""The handoff file: what the administrator carries to the contact center, as text for people or JSON for programs.

It reveals the client secret to the text that it returns, and to nothing else.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Template
from typing import assert_never

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.json_text import read_json
from emi_installer.core.plan.credentials import ClientSecret, Credentials, Secret
from emi_installer.core.text import one_line
from emi_installer.documents.formats import HandoffFormat, handoff_format
from emi_installer.wording.documents import demo_note, proof_text
from emi_installer.wording.language import day, day_and_time


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


def render(handoff: Handoff, suffix: str, template: str) -> str:
    """The contents of a file whose name ends in `suffix`; raises InvalidAnswer for any but .json and .txt."""
    match handoff_format(suffix):
        case HandoffFormat.JSON:
            return handoff_json(handoff)
        case HandoffFormat.TEXT:
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


def parse_handoff(data: bytes, file: str, template: str) -> Credentials:
    """The values in a handoff file, whether for programs or for people; raises InstallerError "handoff-unreadable".

    `template` is that of the text.
    """
    try:
        text = data.decode("utf-8-sig")
        values = read_json(text) if text.lstrip().startswith("{") else _filled_in(template, text)
        secret = ClientSecret(
            key_id=str(values["secret_key_id"]),
            expires=_moment(str(values["secret_expires"])),
            secret=Secret(str(values["client_secret"])),
        )
        return Credentials(tenant_id=str(values["tenant_id"]), client_id=str(values["client_id"]), client_secret=secret)
    except (ValueError, KeyError, TypeError):
        raise error(Code.HANDOFF_UNREADABLE, file=file) from None


def _filled_in(template: str, text: str) -> dict[str, str]:
    """What stands in `text` in the place of each placeholder that has a line of `template` to itself."""
    values: dict[str, str] = {}
    for line in template.splitlines():
        before, placeholder, after = line.partition("${")
        name, _end, rest = after.partition("}")
        if placeholder and before and "${" not in rest:
            found = re.search(rf"^{re.escape(before)}(.+?){re.escape(rest)}\s*$", text, re.MULTILINE)
            if found is not None:
                values.setdefault(name, found[1])
    return values


def _moment(text: str) -> datetime:
    """A time as `_iso` writes it, or the day alone where it was written for people."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text[: len("2000-01-01")]).replace(tzinfo=UTC)


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
