"""The answers of a run: what is typed wins over the preset, the preset over the blueprint."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from emi_installer.core.desired.blueprint import Blueprint, SignInClient
from emi_installer.core.desired.clouds import CLOUDS, Cloud
from emi_installer.core.desired.contact_center import ContactCenter, parse_contact_center
from emi_installer.core.desired.fields import FIELDS, Rules, make_sign_in_client
from emi_installer.core.desired.lifetime import Months, SecretLifetime, Until, check_not_past
from emi_installer.core.desired.preset import Preset
from emi_installer.core.desired.typed import Typed
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.errors.invalid import InvalidAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Valid answers.

    `redirect_uri` is the contact center's. `host_confirmed`: a person vouched for the contact center, whatever its
    host. `registration`: the Client ID of the app registration that was chosen to work on. `remove_old_uri`: redirect
    URIs of other contact centers go. `or_shorter`: where the tenant limits the lifetime of client secrets, the longest
    that is allowed will do. `custom_role`: rights come from a role that is none of Microsoft's own, so only Microsoft
    can tell them. `kept_holders` are ids of those who may go on using the application, `removed_holders` of those who
    may not any more; `remove_all_holders`: nobody else may. `register_new`: another app registration is made.
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
    kept_holders: frozenset[str] = frozenset()
    removed_holders: frozenset[str] = frozenset()
    remove_all_holders: bool = False
    register_new: bool = False


def make_answers(blueprint: Blueprint, preset: Preset | None, typed: Typed, *, today: date) -> Answers:
    """The answers of a run: what was typed, else what the preset says, else the blueprint's default.

    Raises InvalidAnswer; "untrusted-host" for a contact center of others that nobody confirmed by `trust_host`,
    "untrusted-client" for a sign-in client of the preset's that nobody confirmed by `trust_client`.
    """
    preset = preset or Preset()
    values = _values(typed, Rules(blueprint=blueprint, today=today))
    center = values.get("contact_center") or preset.contact_center
    if center is not None and not typed.trust_host and not blueprint.trusts(center.host):
        raise error(Code.UNTRUSTED_HOST, host=center.host)
    return Answers(
        contact_center=center,
        redirect_uri=center.redirect_uri(blueprint) if center else None,
        app_name=values.get("app_name") or preset.app_name or blueprint.app_name,
        secret_lifetime=_lifetime(values, preset, blueprint, today),
        cloud=values.get("cloud") or preset.cloud or CLOUDS["global"],
        tenant=values.get("tenant") or preset.tenant,
        sign_in_client=_sign_in_client(values, preset, blueprint, trust=typed.trust_client),
        support_contact=preset.support_contact,
        host_confirmed=typed.trust_host,
        registration=values.get("registration") or preset.registration,
        remove_old_uri=typed.remove_old_uri,
        or_shorter=typed.or_shorter,
        custom_role=typed.custom_role,
        kept_holders=frozenset(typed.keep_holder),
        removed_holders=frozenset(typed.remove_holder),
        remove_all_holders=typed.remove_holders,
        register_new=typed.register_new,
    )


def _values(typed: Typed, rules: Rules) -> dict[str, Any]:
    """What was typed, as values by the name of the field."""
    return {
        field.name: field.typed(text, rules)
        for field in FIELDS
        if field.typed and (text := getattr(typed, field.name)) is not None
    }


def _lifetime(values: dict[str, Any], preset: Preset, blueprint: Blueprint, today: date) -> SecretLifetime:
    months, until = values.get("secret_months"), values.get("secret_expires")
    if months and until:
        raise InvalidAnswer("Client secret", "both months and a last day are given", "Give one of the two")
    lifetime: SecretLifetime | None = months or until
    if lifetime is None and isinstance(preset.secret_lifetime, Until):
        check_not_past(preset.secret_lifetime, today, "secret_expires in the preset")
    return lifetime or preset.secret_lifetime or Months(months=blueprint.secret_months)


def _sign_in_client(values: dict[str, Any], preset: Preset, blueprint: Blueprint, *, trust: bool) -> SignInClient:
    """The client that was typed, else the preset's if somebody vouched for it, else the blueprint's."""
    client = preset.sign_in_client or blueprint.sign_in_client
    wanted = values.get("client_id", client.client_id)
    if wanted != client.client_id:
        return make_sign_in_client(blueprint, wanted)
    if client.client_id != blueprint.sign_in_client.client_id and not trust:
        raise error(Code.UNTRUSTED_CLIENT, name=client.name, client_id=client.client_id)
    return client


def with_contact_center_of(answers: Answers, redirect_uris: Iterable[str], blueprint: Blueprint) -> Answers:
    """`answers` with the contact center of a redirect URI, where nobody named one and only one is there.

    The tenant vouches for no host: one that is not the vendor's still has to be confirmed.
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
