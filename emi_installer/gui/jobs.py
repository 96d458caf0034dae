"""What one run of the window knows (setup/state.py), and the jobs that its pages give to a thread (worker.py).

A job reaches Microsoft or the disk; it runs alone, and nothing else touches the state meanwhile (page.py).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.gui.worker import Task
from emi_installer.setup.launch import SignedIn
from emi_installer.setup.state import State

if TYPE_CHECKING:
    from emi_installer.core.observed.checks import VerificationReport
    from emi_installer.core.plan.result import ApplyResult
    from emi_installer.setup.delivery import Delivery, Unfinished


class LeftUndone(NamedTuple):
    """What could not be done in the tenant after somebody had the client secret: telling it, and tidying up."""

    note: Unfinished | None
    tidy: Unfinished | None


class Jobs(State):
    """A state whose slow methods are jobs."""

    @property
    def result(self) -> ApplyResult | None:
        """What the last apply did."""
        return self.delivery.result if self.delivery else None

    @property
    def delivered(self) -> Delivery:
        """What was applied; raises InstallerError "secret-lost" where nothing was."""
        if self.delivery is None:
            raise error(Code.SECRET_LOST, reason="Nothing was applied yet")
        return self.delivery

    def sign_in_job(self, task: Task, *, device_code: bool) -> SignedIn:
        """Job: sign in and read the tenant."""
        return self.sign_in(device_code=device_code, on_event=task.report, cancel=task.cancel)

    def read_job(self, task: Task) -> None:
        """Job: read the tenant again."""
        self.read_again(on_event=task.report, cancel=task.cancel)

    def apply_job(self, task: Task) -> bool:
        """Job: carry out the plan, or what remains of it, and verify. A client secret is never created twice.

        False where what remains is not what was shown: then it has to be read before it can be applied.
        """
        if not self.has_secret and not (self.result and self.result.finished):
            if self.stale:
                self.plan_rest(on_event=task.report, cancel=task.cancel)
            if self.plan is None:
                return False
            if self.apply(on_event=task.report, cancel=task.cancel).result.outdated:
                self.read_again(until_registered=True, on_event=task.report, cancel=task.cancel)
                return False
        if self.delivered.result.finished:
            self.verify(on_event=task.report, cancel=task.cancel)
            if self.purpose is not Purpose.GRANT and not self.delivered.made_secret:
                self.delivered.tidy(on_event=task.report, cancel=task.cancel)
        return True

    def check_job(self, task: Task, *, file: Path | None = None) -> VerificationReport:
        """Job: verify, with the client secret of a handoff file if one is given; changes nothing."""
        return self.check(file, on_event=task.report, cancel=task.cancel)

    def save_job(self, task: Task, *, place: Path, overwrite: bool) -> LeftUndone:
        """Job: write the handoff file, and tell the tenant; raises InstallerError where it could not be written."""
        self.delivered.save(place, overwrite=overwrite)
        return self.note_job(task)

    def note_job(self, task: Task) -> LeftUndone:
        """Job: tell the tenant that somebody has the client secret, whatever is cancelled meanwhile."""
        delivery, never = self.delivered, threading.Event()
        delivery.acknowledge()
        note = delivery.note(on_event=task.report, cancel=never)
        return LeftUndone(note, None if note else delivery.tidy(on_event=task.report, cancel=never))

    def remove_old_job(self, task: Task) -> None:
        """Job: remove the client secrets that the new one replaces."""
        self.delivered.remove_old(on_event=task.report, cancel=task.cancel)

    def take_back_job(self, task: Task) -> tuple[str, ...]:
        """Job: take back the consent to the sign-in client."""
        return self.take_back_sign_in(on_event=task.report, cancel=task.cancel)
