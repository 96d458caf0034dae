"""What the window starts from, and what is typed into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.errors.errors import InstallerError
from emi_installer.local.memory import Remembered, recall

if TYPE_CHECKING:
    from emi_installer.core.desired.answers import Answers, Preset
    from emi_installer.setup.session import Connection


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
    recalled: bool = False
    """Whether the sign-in goes where it went the last time, which is then said on the first page."""

    @classmethod
    def prefilled(cls, launch: Launch) -> Typed:
        """From the preset, else from the last time, else from the blueprint; never from both of the first two."""
        last, blueprint = recall() if launch.preset is None else Remembered(), launch.blueprint
        typed = cls(
            contact_center=last.contact_center or "",
            app_name=last.app_name or blueprint.app_name,
            months=blueprint.secret_months,
            cloud=last.cloud or "global",
            tenant=last.tenant or "",
            client_id=blueprint.sign_in_client.client_id,
            recalled=bool(last.tenant) or last.cloud not in (None, "global"),
        )
        if launch.preset is not None:
            typed._take(launch.preset)
        return typed

    def _take(self, preset: Preset) -> None:
        """What the preset says wins."""
        if preset.contact_center is not None:
            self.contact_center = preset.contact_center.url
        if preset.secret_lifetime is not None:
            self.months = getattr(preset.secret_lifetime, "months", None)
        if preset.cloud is not None:
            self.cloud = preset.cloud.key
        if preset.sign_in_client is not None:
            self.client_id = preset.sign_in_client.client_id
        self.app_name = preset.app_name or self.app_name
        self.tenant = preset.tenant or self.tenant
        self.registration = preset.registration

    def answers(self, launch: Launch, preset: Preset | None, contact_center: str | None) -> Answers:
        """Check it; raises InvalidAnswer or "untrusted-host". Without a contact center it is what signing in needs."""
        from emi_installer.core.desired.answers import make_answers  # noqa: PLC0415 - the first page does not wait for it

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
