"""What a file may decide: by whether a person named it, or it merely lay there.

found    prefills what is on the screen before anything is done: contact center, name, lifetime, support
named    may also ask for a task, an app registration, a tenant and a sign-in client, as its claims
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from emi_installer.core.desired.preset import Preset


class Claimed(StrEnum):
    """What a file claims, for programs; also the keys of a preset."""

    PURPOSE = "purpose"
    REQUESTED_BY = "requested_by"
    REGISTRATION = "registration"
    TENANT = "tenant"
    CONTACT_CENTER = "contact_center"
    SIGN_IN_CLIENT = "sign_in_client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that a file says and that nothing proves."""

    what: Claimed
    value: str


def as_found(preset: Preset) -> Preset:
    """What a file may decide that nobody named."""
    return Preset(
        contact_center=preset.contact_center,
        app_name=preset.app_name,
        secret_lifetime=preset.secret_lifetime,
        support_contact=preset.support_contact,
    )


def claims(preset: Preset) -> tuple[Claim, ...]:
    """What a file decides that gives power to somebody or something, to be shown as its claim."""
    client = preset.sign_in_client
    said = {
        Claimed.PURPOSE: preset.purpose and preset.purpose.value,
        Claimed.REQUESTED_BY: preset.requested_by,
        Claimed.REGISTRATION: preset.registration,
        Claimed.TENANT: preset.tenant,
        Claimed.CONTACT_CENTER: preset.contact_center and preset.contact_center.url,
        Claimed.SIGN_IN_CLIENT: client and f"{client.name} ({client.client_id})",
    }
    return tuple(Claim(what=what, value=value) for what, value in said.items() if value)
