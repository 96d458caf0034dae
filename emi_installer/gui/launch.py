"""What the window starts from, and what is typed into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emi_installer.core.answers import Answers, Preset, make_answers
from emi_installer.core.blueprint import Blueprint
from emi_installer.core.errors import InstallerError
from emi_installer.local.memory import recall

if TYPE_CHECKING:
    from emi_installer.installation import Connection


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


@dataclass(slots=True, kw_only=True)
class Typed:
    """What stands in the fields, as typed; checked by `make_answers`."""

    contact_center: str = ""
    app_name: str = ""
    months: int | None = None
    trust_host: bool = False
    cloud: str = "global"
    tenant: str = ""
    client_id: str = ""
    registration: str | None = None
    remove_old_uri: bool = False
    or_shorter: bool = False
    custom_role: bool = False

    @classmethod
    def prefilled(cls, launch: Launch) -> Typed:
        """From the preset, else from the last time, else from the blueprint."""
        preset, last, blueprint = launch.preset or Preset(), recall(), launch.blueprint
        lifetime = preset.secret_lifetime
        center = preset.contact_center.url if preset.contact_center else last.contact_center
        return cls(
            contact_center=center or "",
            app_name=preset.app_name or last.app_name or blueprint.app_name,
            months=blueprint.secret_months if lifetime is None else getattr(lifetime, "months", None),
            cloud=preset.cloud.key if preset.cloud else last.cloud or "global",
            tenant=preset.tenant or last.tenant or "",
            client_id=(preset.sign_in_client or blueprint.sign_in_client).client_id,
            registration=preset.registration,
        )

    def answers(self, launch: Launch, preset: Preset | None, contact_center: str | None) -> Answers:
        """Check it; raises InvalidAnswer or "untrusted-host". Without a contact center it is what signing in needs."""
        whole = contact_center is not None
        return make_answers(
            launch.blueprint,
            preset,
            contact_center=contact_center,
            app_name=self.app_name if whole else None,
            secret_months=self.months if whole else None,
            cloud=self.cloud,
            tenant=self.tenant.strip() or None,
            client_id=self.client_id.strip() or None,
            trust_host=self.trust_host,
            registration=self.registration,
            remove_old_uri=self.remove_old_uri,
            or_shorter=self.or_shorter,
            custom_role=self.custom_role,
            today=datetime.now(UTC).date(),
        )
