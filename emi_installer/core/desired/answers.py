"""Answers: what the administrator wants, and every rule of what a valid answer is.

`parse_…` turns one answer, as people type it, into its value or raises InvalidAnswer. `make_answers` puts a run's
answers together: what is typed wins over the preset, the preset over the blueprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from emi_installer.core.desired.blueprint import Blueprint, SignInClient
from emi_installer.core.desired.clouds import CLOUDS, Cloud
from emi_installer.core.desired.contact_center import ContactCenter, parse_contact_center
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import is_control, quoted

__all__ = [
    "Answers",
    "ContactCenter",
    "InvalidAnswer",
    "Months",
    "Preset",
    "SecretLifetime",
    "Until",
    "make_answers",
    "make_sign_in_client",
    "parse_app_name",
    "parse_client_id",
    "parse_cloud",
    "parse_contact_center",
    "parse_line",
    "parse_secret_expires",
    "parse_secret_months",
    "parse_tenant",
    "with_contact_center_of",
]

LONGEST_APP_NAME = 120
"""Characters; https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation."""

LONGEST_LIFETIME = 24
"""Months that a client secret may live."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+$)[a-z0-9-]{2,63}")
_LONGEST_DOMAIN = 253  # RFC 1035

_NO_TENANT = {
    "common": "any account, not one tenant",
    "organizations": "any organization, not one tenant",
    "consumers": "personal Microsoft accounts",
    "9188040d-6c67-4c5b-b112-36a304b66dad": "personal Microsoft accounts",
}
"""What Microsoft's addresses take in place of a tenant; learn.microsoft.com/entra/identity-platform/v2-protocols."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """A client secret that lives for some calendar months."""

    months: int

    def expires(self, now: datetime) -> datetime:
        """The last moment, in UTC, of a secret made at `now`."""
        now = now.astimezone(UTC)
        return datetime.combine(_months_later(now.date(), self.months), now.timetz())


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """A client secret that lives to the end of a day, in UTC."""

    day: date

    def expires(self, now: datetime) -> datetime:
        """The last second of the day, whenever the secret is made."""
        del now
        return datetime.combine(self.day, time(23, 59, 59), UTC)


SecretLifetime = Months | Until


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Prefilled answers, each valid or None. A preset can't confirm a contact center outside the trusted hosts.

    With `purpose`, `registration` and `requested_by` it is the request of a colleague.
    """

    contact_center: ContactCenter | None = None
    app_name: str | None = None
    secret_lifetime: SecretLifetime | None = None
    cloud: Cloud | None = None
    tenant: str | None = None
    sign_in_client: SignInClient | None = None
    support_contact: str | None = None
    purpose: Purpose | None = None
    registration: str | None = None
    requested_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Valid answers.

    `redirect_uri` is the contact center's. `host_confirmed`: a person vouched for the contact center, whatever its
    host. `registration`: the Client ID of the app registration that was chosen to work on. `remove_old_uri`: redirect
    URIs of other contact centers go. `or_shorter`: where the tenant limits the lifetime of client secrets, the longest
    that is allowed will do. `custom_role`: rights come from a role that is none of Microsoft's own, so only Microsoft
    can tell them.
    """

    contact_center: ContactCenter | None
    redirect_uri: str | None
    app_name: str
    secret_lifetime: SecretLifetime
    cloud: Cloud
    tenant: str | None
    sign_in_client: SignInClient
    support_contact: str | None = None
    host_confirmed: bool = False
    registration: str | None = None
    remove_old_uri: bool = False
    or_shorter: bool = False
    custom_role: bool = False


def make_answers(
    blueprint: Blueprint,
    preset: Preset | None,
    *,
    contact_center: str | None = None,
    app_name: str | None = None,
    secret_months: int | str | None = None,
    secret_expires: str | None = None,
    cloud: str | None = None,
    tenant: str | None = None,
    client_id: str | None = None,
    trust_host: bool = False,
    registration: str | None = None,
    remove_old_uri: bool = False,
    or_shorter: bool = False,
    custom_role: bool = False,
    today: date,
) -> Answers:
    """The answers of a run: what was typed, else what the preset says, else the blueprint's default.

    Raises InvalidAnswer; "untrusted-host" for a contact center of others that nobody confirmed by `trust_host`.
    """
    prepared = preset or Preset()
    typed_center = None if contact_center is None else parse_contact_center(contact_center, blueprint)
    typed_name = None if app_name is None else parse_app_name(app_name)
    typed_lifetime = _lifetime(blueprint, secret_months, secret_expires, today)
    typed_cloud = None if cloud is None else parse_cloud(cloud)
    typed_tenant = None if tenant is None else parse_tenant(tenant)
    client = prepared.sign_in_client or blueprint.sign_in_client
    if client_id is not None and (wanted := parse_client_id(client_id)) != client.client_id:
        client = make_sign_in_client(blueprint, wanted)
    center = typed_center or prepared.contact_center
    if center is not None and not trust_host and not blueprint.trusts(center.host):
        raise error(Code.UNTRUSTED_HOST, host=center.host)
    return Answers(
        contact_center=center,
        redirect_uri=center.redirect_uri(blueprint) if center else None,
        app_name=typed_name or prepared.app_name or blueprint.app_name,
        secret_lifetime=typed_lifetime or prepared.secret_lifetime or Months(months=blueprint.secret_months),
        cloud=typed_cloud or prepared.cloud or CLOUDS["global"],
        tenant=typed_tenant or prepared.tenant,
        sign_in_client=client,
        support_contact=prepared.support_contact,
        host_confirmed=trust_host,
        registration=prepared.registration
        if registration is None
        else parse_client_id(registration, "App registration"),
        remove_old_uri=remove_old_uri,
        or_shorter=or_shorter,
        custom_role=custom_role,
    )


def with_contact_center_of(answers: Answers, redirect_uris: Iterable[str], blueprint: Blueprint) -> Answers:
    """`answers` with the contact center of a redirect URI, where nobody named one and only one is there.

    Its host needs no confirmation: the tenant sends sign-ins there already.
    """
    if answers.contact_center is not None:
        return answers
    known = []
    for uri in redirect_uris:
        if uri.endswith(blueprint.redirect_path):
            with suppress(InvalidAnswer):
                known.append(parse_contact_center(uri, blueprint))
    if len(known) != 1:
        return answers
    return replace(answers, contact_center=known[0], redirect_uri=known[0].redirect_uri(blueprint))


def _lifetime(
    blueprint: Blueprint, months: int | str | None, expires: str | None, today: date
) -> SecretLifetime | None:
    if months is not None and expires is not None:
        raise InvalidAnswer("Client secret", "both months and a last day are given", "Give one of the two")
    if months is not None:
        return parse_secret_months(months, blueprint)
    return None if expires is None else parse_secret_expires(expires, today)


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
    line = text.strip()
    if not line:
        raise InvalidAnswer(field, "it is empty", "Fill it in, or leave it out altogether")
    if len(line) > longest:
        raise InvalidAnswer(field, f"it has {len(line)} characters", f"Use {longest} at most")
    for char in line:
        if is_control(char):
            problem = f"there is an invisible character in it, {quoted(char)}"
            raise InvalidAnswer(field, problem, "Type it instead of pasting it")
    return line


def parse_secret_months(value: int | str, blueprint: Blueprint) -> Months:
    """One of the blueprint's lifetimes."""
    *others, last = choices = [str(months) for months in blueprint.secret_month_choices]
    text = str(value).strip()
    if text not in choices:
        problem = f"{quoted(text)} is not one of the choices"
        raise InvalidAnswer("Months of the client secret", problem, f"Choose {', '.join(others)} or {last}")
    return Months(months=int(text))


def parse_secret_expires(text: str, today: date) -> Until:
    """A day after `today`, and at most 24 months after it, as year-month-day."""
    field = "Last day of the client secret"
    text = text.strip()
    first, last = today + timedelta(days=1), _months_later(today, LONGEST_LIFETIME)
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        example = _months_later(today, 12)
        raise InvalidAnswer(field, f"{quoted(text)} is not a date", f"Write year-month-day, such as {example}")
    if not first <= day <= last:
        problem = f"{day} is not in the future" if day < first else f"{day} is too far ahead"
        raise InvalidAnswer(field, problem, f"Choose a day from {first} to {last}")
    return Until(day=day)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    after = day.year * 12 + day.month + months  # the month after the wanted one, counted from year 0
    last = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def parse_cloud(text: str) -> Cloud:
    """One of the four clouds, by its key."""
    key = text.strip().lower()
    if key not in CLOUDS:
        raise InvalidAnswer("Cloud", f"there is no cloud {quoted(key)}", f"Choose one of {', '.join(CLOUDS)}")
    return CLOUDS[key]


def parse_client_id(text: str, field: str = "Client ID for signing in") -> str:
    """An Application (client) ID, in lower case."""
    client_id = text.strip().lower()
    if not _GUID.fullmatch(client_id):
        problem = f"{quoted(client_id)} is not an Application (client) ID"
        right = "Copy it from the overview of the app registration; it looks like 14d82eec-204b-4c2f-b7e8-296a70dab67e"
        raise InvalidAnswer(field, problem, right)
    return client_id


def parse_tenant(text: str) -> str:
    """The id or a domain of one tenant, in lower case."""
    tenant = text.strip().lower()
    right = "Give its Tenant ID or one of its domains, such as contoso.onmicrosoft.com"
    if tenant in _NO_TENANT:
        raise InvalidAnswer("Tenant", f"{quoted(tenant)} stands for {_NO_TENANT[tenant]}", right)
    if "@" in tenant:
        raise InvalidAnswer("Tenant", f"{quoted(tenant)} is an account", right + ", the part after the @")
    if not (_GUID.fullmatch(tenant) or (_DOMAIN.fullmatch(tenant) and len(tenant) <= _LONGEST_DOMAIN)):
        raise InvalidAnswer("Tenant", f"{quoted(tenant)} is neither a Tenant ID nor a domain", right)
    return tenant
