"""The ways in: everything on an application by which somebody could sign in as it, or be let in by it.

Source: https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners for owners,
https://learn.microsoft.com/graph/api/resources/application and …/serviceprincipal for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Place(StrEnum):
    """The two objects that make up an application in its own tenant."""

    REGISTRATION = "registration"
    SERVICE_PRINCIPAL = "service-principal"


class Platform(StrEnum):
    """Where an app registration lists a redirect URI; `REPLY` is the service principal's own list."""

    WEB = "web"
    SPA = "spa"
    PUBLIC_CLIENT = "public-client"
    DEFAULT = "default"
    REPLY = "reply"


class Switch(StrEnum):
    """A property that lets others get tokens without a credential of the application."""

    ACCESS_TOKENS = "implicit-access-tokens"
    ID_TOKENS = "implicit-id-tokens"
    PUBLIC_CLIENT_FLOWS = "public-client-flows"
    NATIVE_AUTHENTICATION = "native-authentication"
    DEVICE_AUTHENTICATION = "device-authentication"
    OTHER_ORGANIZATIONS = "other-organizations"


class ClientRole(StrEnum):
    """What another application is allowed on an app registration."""

    PRE_AUTHORIZED = "pre-authorized"
    KNOWN_CLIENT = "known-client"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Somebody who may add credentials, owners and redirect URIs without any role.

    `name` and `account` are empty where Microsoft does not tell them; `is_person` is False for an application.
    """

    object_id: str
    places: tuple[Place, ...]
    name: str = ""
    account: str = ""
    is_person: bool = True

    @property
    def id(self) -> str:
        """What names it on a command line."""
        return f"owner:{self.object_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordHolder:
    """Whoever has this client secret; `hint` are its first characters, `expires` is in UTC."""

    place: Place
    key_id: str
    name: str
    hint: str
    expires: datetime

    @property
    def id(self) -> str:
        """What names it on a command line."""
        return f"secret:{self.key_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateHolder:
    """Whoever has the private key of this certificate; `thumbprint` as Microsoft writes it, `expires` in UTC."""

    place: Place
    key_id: str
    name: str
    thumbprint: str
    expires: datetime

    @property
    def id(self) -> str:
        """What names it on a command line."""
        return f"certificate:{self.key_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedHolder:
    """Whoever gets a token of `issuer` for `subject`, such as a build server."""

    credential_id: str
    name: str
    issuer: str
    subject: str

    @property
    def id(self) -> str:
        """What names it on a command line."""
        return f"federated:{self.credential_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectHolder:
    """Whoever serves the address to which Microsoft sends codes and tokens of people who sign in."""

    platform: Platform
    uri: str

    @property
    def id(self) -> str:
        """What names it on a command line."""
        return f"address:{self.platform}:{self.uri}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchHolder:
    """Whoever uses what this switch allows."""

    switch: Switch

    @property
    def id(self) -> str:
        """What names it on a command line."""
        return f"switch:{self.switch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHolder:
    """Another application that is let in, by its Client ID."""

    role: ClientRole
    app_id: str

    @property
    def id(self) -> str:
        """What names it on a command line."""
        return f"client:{self.role}:{self.app_id}"


Holder = Owner | PasswordHolder | CertificateHolder | FederatedHolder | RedirectHolder | SwitchHolder | ClientHolder
"""Who, or whoever has what, could use an application."""
