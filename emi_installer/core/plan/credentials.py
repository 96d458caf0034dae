"""The three values that the administrator came for, and a secret that does not show itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from emi_installer.core.observed.holders import PasswordHolder, Place
from emi_installer.core.observed.tenant import AppRegistration


class Secret:
    """A text that only `reveal` gives away; printing, logging, comparing or pickling it does not."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself; call it only to show, save or use the secret."""
        return self.__text

    def __repr__(self) -> str:
        return "<redacted>"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written anywhere by accident")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecret:
    """A new client secret as Microsoft answered it once.

    `key_id` names it in the tenant; `expires` is in UTC.
    """

    key_id: str
    expires: datetime
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the contact center asks for: Tenant ID, Client ID, Client Secret."""

    tenant_id: str
    client_id: str
    client_secret: ClientSecret


def proven_keys(saved: Credentials, tenant_id: str, registration: AppRegistration) -> frozenset[str]:
    """The key id of a saved client secret, where it is one of this very app registration and begins as it should."""
    secret = saved.client_secret
    here = saved.tenant_id.lower() == tenant_id and saved.client_id.lower() == registration.app_id
    begins = any(
        isinstance(way, PasswordHolder)
        and way.place is Place.REGISTRATION
        and way.key_id == secret.key_id.lower()
        and secret.secret.reveal().startswith(way.hint)
        for way in registration.ways_in
    )
    return frozenset({secret.key_id.lower()}) if here and begins else frozenset()
