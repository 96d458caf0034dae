"""The jobs that the window's pages give to the worker, over what one run knows (setup/state.py)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.plan.holding import Difference
from emi_installer.gui.worker import Task
from emi_installer.setup.state import SignedIn, State

if TYPE_CHECKING:
    from emi_installer.core.observed.checks import VerificationReport
    from emi_installer.core.observed.tenant import SecretMetadata
    from emi_installer.core.plan.credentials import Credentials
    from emi_installer.core.plan.result import ApplyResult
    from emi_installer.setup.delivery import Delivery, SecretExpiry, Unfinished


class Run(State):
    """A state whose slow methods run as tasks."""

    @property
    def result(self) -> ApplyResult | None:
        """What the last apply did."""
        return self.delivery.result if self.delivery else None

    @property
    def verified(self) -> bool:
        """Whether what was applied was read back and proven."""
        return self.delivery is not None and self.delivery.verified

    @property
    def taken(self) -> bool:
        """Whether somebody has the client secret."""
        return self.delivery is not None and self.delivery.taken

    @property
    def saved(self) -> Path | None:
        """The handoff file."""
        return self.delivery.place if self.delivery else None

    @property
    def ends(self) -> SecretExpiry | None:
        """When the new client secret ends."""
        return self.delivery.expiry if self.delivery else None

    def task(self, job: Callable[[Task], object]) -> Task:
        """A task for a job."""
        return Task(job)

    def sign_in_job(self, task: Task, *, device_code: bool) -> SignedIn:
        """Job: sign in and read the tenant."""
        return self.sign_in(device_code=device_code, on_event=task.report, cancel=task.cancel)

    def read_job(self, task: Task) -> None:
        """Job: read the tenant again."""
        self.read_again(on_event=task.report, cancel=task.cancel)

    def apply_job(self, task: Task) -> None:
        """Job: carry out the plan, or what remains of it, and verify. A client secret is never made twice."""
        if not self.has_secret and (self.result is None or not self.result.finished):
            if self.stale and not self.plan_rest(on_event=task.report, cancel=task.cancel):
                raise error(Code.PLAN_STALE, difference=Difference.MORE_CHANGES)
            self.apply(on_event=task.report, cancel=task.cancel)
        if self.result is not None and self.result.finished:
            self.verify(on_event=task.report, cancel=task.cancel)
            if self.purpose is not Purpose.GRANT and not self._delivery.made_secret:
                self._delivery.tidy(on_event=task.report, cancel=task.cancel)

    def check_job(self, task: Task, *, file: Path | None = None) -> VerificationReport:
        """Job: verify, with the client secret of a handoff file if one is given; changes nothing."""
        return self.check(file, on_event=task.report, cancel=task.cancel)

    def old_secrets(self) -> tuple[SecretMetadata, ...]:
        """The client secrets of ours that a new one replaces."""
        return self.delivery.old_secrets if self.delivery else ()

    def remove_old_job(self, task: Task) -> None:
        """Job: remove them."""
        self._delivery.remove_old(on_event=task.report, cancel=task.cancel)

    def save_job(self, task: Task, *, place: Path, overwrite: bool) -> Unfinished | None:
        """Job: write the handoff file; a problem is returned if only Microsoft could not take note of it."""
        self._delivery.save(place, overwrite=overwrite)
        return self.note_job(task)

    def note_job(self, task: Task) -> Unfinished | None:
        """Job: let the tenant know that somebody has the client secret; the problem, if it could not be told."""
        delivery, never = self._delivery, threading.Event()
        delivery.acknowledge()
        noted = delivery.note(on_event=task.report, cancel=never)
        return noted or delivery.tidy(on_event=task.report, cancel=never)

    def credentials(self) -> Credentials:
        """The three values; raises InstallerError "secret-lost" when there is no secret."""
        return self._delivery.credentials

    def drop_secret(self) -> None:
        """Forget the client secret, but not when it ends."""
        if self.delivery is not None:
            self.delivery.forget_secret()

    @property
    def _delivery(self) -> Delivery:
        if self.delivery is None:
            raise error(Code.SECRET_LOST, reason="Nothing was applied yet")
        return self.delivery
