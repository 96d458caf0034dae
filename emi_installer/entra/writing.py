"""Writes that are safe to repeat: an unclear outcome is read back, "exists already" is success once read back.

Replication is waited out: right after a create, Microsoft's servers answer as if the object did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra.calls import Answer, Call, Json
from emi_installer.entra.failures import EmptyAnswer, GraphFailure, TransportFailure
from emi_installer.entra.graph import GraphClient
from emi_installer.entra.retry import REPLICATION_SECONDS, Retry, RetryPolicy

Result = TypeVar("Result")
ReadBack = Callable[[], Json | None]

_GONE = {Code.NOT_FOUND, Code.STILL_SPREADING}
"""What is gone already is told to be."""

UNCLEAR_TRIES = 8
"""How often a write with an unclear outcome is begun anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Carries out single writes."""

    graph: GraphClient
    patience: RetryPolicy

    def write(self, call: Call, read_back: ReadBack = lambda: None, *, spreads: bool = True) -> Answer:
        """Carry out `call`; `read_back` finds what an earlier try has made, or None.

        Without `read_back` the call must be one that may be repeated. `spreads` tells that it needs something which was
        just made. Raises InstallerError, Cancelled.
        """
        return self.settled(_Write(writer=self, call=call, read_back=read_back, spreads=spreads).attempt)

    def remove(self, call: Call) -> None:
        """Carry out a removal; what is gone already does no harm. Raises InstallerError, Cancelled."""
        try:
            self.write(call, spreads=False)
        except InstallerError as problem:
            if problem.code not in _GONE:
                raise

    def settled(self, attempt: Callable[[], Result]) -> Result:
        """Repeat `attempt` while it raises Retry, for two minutes; raises InstallerError, Cancelled."""
        try:
            return self.patience.repeat(attempt, seconds=REPLICATION_SECONDS)
        except GraphFailure as failure:
            if failure.spreading and failure.status != 403:  # noqa: PLR2004 - forbidden: it was a role after all
                raise error(Code.STILL_SPREADING, details=failure.details) from failure
            raise

    def read(self, call: Call) -> Json | None:
        """The object, or None where it does not exist (yet)."""
        try:
            return self.graph.send(call, self.patience).body
        except GraphFailure as failure:
            if failure.not_found:
                return None
            raise


@dataclass(kw_only=True)
class _Write:
    """One write on its way: how often its outcome was unclear."""

    writer: Writer
    call: Call
    read_back: ReadBack
    spreads: bool
    unclear: int = 0

    def attempt(self) -> Answer:
        """Send it; raises Retry where that may succeed later."""
        try:
            return self.writer.graph.send(self.call, self.writer.patience)
        except (GraphFailure, TransportFailure) as failure:
            retry = retry_reason(failure)
            if retry is None or (retry.reason is RetryReason.REPLICATION and not self.spreads):
                raise
            if retry.reason is not RetryReason.REPLICATION and (made := self._made(failure)) is not None:
                return Answer(status=200, body=made)
            if self.unclear >= UNCLEAR_TRIES:
                raise
            raise retry from failure

    def _made(self, failure: GraphFailure | TransportFailure) -> Json | None:
        """What the write has made although it failed; None where nothing is seen of it."""
        if self.unclear and self.call.method == "PATCH" and isinstance(failure, EmptyAnswer):
            return {}  # twice the same: this service confirms without a body
        self.unclear += 1
        return self.read_back()


def retry_reason(failure: GraphFailure | TransportFailure) -> Retry | None:
    """Why a write may succeed when it is tried again, after reading back; None when it was refused for good."""
    if isinstance(failure, TransportFailure):
        return Retry(failure, RetryReason.NETWORK) if failure.acted else None
    if failure.unavailable:
        return Retry(failure, RetryReason.UNAVAILABLE, after=failure.after)
    if failure.exists_already:
        return Retry(failure, RetryReason.UNAVAILABLE)
    return Retry(failure, RetryReason.REPLICATION) if failure.spreading else None
