"""What apply brings back: what was done, what remains, and the client secret, even when a later change failed."""

from __future__ import annotations

from dataclasses import dataclass

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.plan.changes import Change, DeleteAppRegistration
from emi_installer.core.plan.credentials import ClientSecret

_OUTDATED = {Code.ALREADY_EXISTS, Code.PLAN_STALE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyResult:
    """The outcome of a run; `error` is None when it was finished or cancelled.

    `object_id`, `client_id` and `tags` are those of the app registration, empty when there is none yet.
    """

    applied: tuple[Change, ...]
    remaining: tuple[Change, ...]
    object_id: str = ""
    client_id: str = ""
    tags: tuple[str, ...] = ()
    client_secret: ClientSecret | None = None
    error: InstallerError | None = None
    cancelled: bool = False

    @property
    def removed(self) -> bool:
        """Whether the app registration was deleted."""
        return any(isinstance(change, DeleteAppRegistration) for change in self.applied)

    @property
    def outdated(self) -> bool:
        """Whether nothing was done since the tenant is not what the plan was made for."""
        return self.error is not None and self.error.code in _OUTDATED and not self.applied

    @property
    def finished(self) -> bool:
        """Whether everything was done."""
        return not self.remaining
