"""What the window starts from, and what is typed into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.desired.typed import Typed
from emi_installer.core.errors.errors import InstallerError
from emi_installer.local.memory import recall

if TYPE_CHECKING:
    from emi_installer.core.desired.answers import Answers
    from emi_installer.core.desired.contact_center import ContactCenter
    from emi_installer.core.desired.preset import Preset
    from emi_installer.core.observed.tenant import ObservedTenant
    from emi_installer.setup.session import Connection, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What wiring offers: Microsoft, or a simulation of it that `banner` speaks of.

    Choices with different names may be open side by side.
    """

    name: str
    connect: Callable[[], Connection]
    banner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What the window starts from; `problem` is what was wrong with the preset."""

    blueprint: Blueprint
    choice: Choice
    preset: Preset | None = None
    problem: InstallerError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new sign-in: the session, the tenant as it was read, and for which contact center."""

    session: Session
    observed: ObservedTenant
    read_for: ContactCenter | None


def prefilled(launch: Launch) -> Typed:
    """What stands in the fields at first: from the preset, else from the last time, else from the blueprint.

    Never from both of the first two: they may be of different customers.
    """
    last, blueprint = recall() if launch.preset is None else Typed(), launch.blueprint
    typed = Typed(
        contact_center=last.contact_center or "",
        app_name=last.app_name or blueprint.app_name,
        secret_months=blueprint.secret_months,
        cloud=last.cloud or "global",
        tenant=last.tenant or "",
        client_id=blueprint.sign_in_client.client_id,
    )
    if launch.preset is not None:
        _take(typed, launch.preset)
    return typed


def _take(typed: Typed, preset: Preset) -> None:
    """What the preset says wins; a last day that is past says nothing any more."""
    if preset.contact_center is not None:
        typed.contact_center = preset.contact_center.url
    day = getattr(preset.secret_lifetime, "day", None)
    if preset.secret_lifetime is not None and (day is None or day > datetime.now(UTC).date()):
        typed.secret_months = getattr(preset.secret_lifetime, "months", None)
    if preset.cloud is not None:
        typed.cloud = preset.cloud.key
    if preset.sign_in_client is not None:
        typed.client_id = preset.sign_in_client.client_id
    typed.app_name = preset.app_name or typed.app_name
    typed.tenant = preset.tenant or typed.tenant
    typed.registration = preset.registration


def answers_of(typed: Typed, launch: Launch, preset: Preset | None, contact_center: str | None) -> Answers:
    """Check it; raises InvalidAnswer or "untrusted-host". Without a contact center it is what signing in needs."""
    from emi_installer.core.desired.answers import make_answers  # noqa: PLC0415 - the first page does not wait for it

    whole = replace(
        typed,
        contact_center=contact_center,
        app_name=None if contact_center is None else typed.app_name,
        tenant=(typed.tenant or "").strip() or None,
        client_id=(typed.client_id or "").strip() or None,
    )
    return make_answers(launch.blueprint, preset, whole, today=datetime.now(UTC).date())
