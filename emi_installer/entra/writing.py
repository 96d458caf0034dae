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
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.graph import EMPTY, Answer, Call, GraphClient, Json
from emi_installer.entra.network import TransportFailure
from emi_installer.entra.retry import REPLICATION_SECONDS, Retry, RetryPolicy

Result = TypeVar("Result")

_GONE = {Code.NOT_FOUND, Code.STILL_SPREADING}
"""What is gone already is told to be."""

UNCLEAR_TRIES = 8
"""How often a write with an unclear outcome is begun anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Carries out single writes."""

    graph: GraphClient
    patience: RetryPolicy

    def write(self, call: Call, read_back: Callable[[], Json | None] = lambda: None, *, spreads: bool = True) -> Answer:
        """Carry out `call`; `read_back` finds what an earlier try has made, or None.

        Without `read_back` the call must be one that may be repeated. `spreads` tells that it needs something which was
        just made. Raises InstallerError, Cancelled.
        """
        unclear = 0

        def attempt() -> Answer:
            nonlocal unclear
            try:
                return self.graph.send(call, self.patience)
            except (GraphFailure, TransportFailure) as failure:
                retry = retry_reason(failure)
                if retry is None or (retry.reason is RetryReason.REPLICATION and not spreads):
                    raise
                if unclear and call.method == "PATCH" and _is_empty(failure):
                    return Answer(status=200, body={})  # twice the same: this service confirms without a body
                if retry.reason is not RetryReason.REPLICATION:
                    if (found := read_back()) is not None:
                        return Answer(status=200, body=found)
                    unclear += 1
                    if unclear >= UNCLEAR_TRIES:
                        raise
                raise retry from failure

        return self.settled(attempt)

    def remove(self, call: Call) -> None:
        """Carry out a removal; what is gone already does no harm. Raises InstallerError, Cancelled."""
        try:
            self.write(call, spreads=False)
        except InstallerError as problem:
            if problem.code not in _GONE:
                raise

    def settled(self, attempt: Callable[[], Result]) -> Result:
        """Repeat `attempt` while it raises Retry, for two minutes; every failure comes out as InstallerError."""
        try:
            return self.patience.repeat(attempt, seconds=REPLICATION_SECONDS)
        except (GraphFailure, TransportFailure) as failure:
            raise explained(failure) from failure

    def read(self, call: Call) -> Json | None:
        """The object, or None where it does not exist (yet)."""
        try:
            return self.graph.send(call, self.patience).body
        except GraphFailure as failure:
            if failure.not_found:
                return None
            raise


def _is_empty(failure: GraphFailure | TransportFailure) -> bool:
    return isinstance(failure, TransportFailure) and failure.problem.facts.get("problem") == EMPTY


def retry_reason(failure: GraphFailure | TransportFailure) -> Retry | None:
    """Why a write may succeed when it is tried again, after reading back; None when it was refused for good."""
    if isinstance(failure, TransportFailure):
        return Retry(failure, RetryReason.NETWORK) if failure.acted else None
    if failure.unavailable:
        return Retry(failure, RetryReason.UNAVAILABLE, after=failure.after)
    if failure.exists_already:
        return Retry(failure, RetryReason.UNAVAILABLE)
    return Retry(failure, RetryReason.REPLICATION) if failure.spreading else None


def explained(failure: GraphFailure | TransportFailure) -> InstallerError:
    """The error that people see."""
    if isinstance(failure, TransportFailure):
        return failure.problem
    if failure.spreading and failure.status != 403:  # noqa: PLR2004 - forbidden: it was a role after all
        return error(Code.STILL_SPREADING, details=failure.summary)
    return failure.explain()
