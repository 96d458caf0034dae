"""What support needs to know of a computer and its network, as text; nothing that is secret or personal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from emi_installer.core.errors.errors import InstallerError
from emi_installer.wording.diagnosis import clock_difference, issued_by, refusals_heading, request_ids

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TRACE = re.compile(rf"(?<=Trace\sID:\s){_ID}|(?<=Correlation\sID:\s){_ID}|(?<=\|\s){_ID}$", re.IGNORECASE)
"""What Microsoft calls an id of the request; other ids, such as of tenants, are not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that Microsoft refused or that got no answer: when (UTC, ISO 8601), how, and Microsoft's id of it."""

    moment: str
    outcome: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The facts; None where they were not looked for, and "" for an issuer that could not be read.

    `proxy` is its kind, never its address; `clock_ahead` is that of this computer's clock against Microsoft's.
    """

    versions: Mapping[str, str]
    platform: str
    cloud: str
    proxy: str
    issuer: str | None = None
    clock_ahead: timedelta | None = None
    refusals: tuple[Refusal, ...] = ()


def render_diagnosis(diagnosis: Diagnosis, problem: InstallerError | None = None) -> str:
    """The text to copy or to send; of the `problem` that is shown, its code and Microsoft's ids alone."""
    issuer, ahead = diagnosis.issuer, diagnosis.clock_ahead
    lines = [
        *(_problem(problem) if problem else ()),
        *(f"{name}: {version}" for name, version in diagnosis.versions.items()),
        f"System: {diagnosis.platform}",
        f"Cloud: {diagnosis.cloud}",
        f"Proxy: {diagnosis.proxy}",
    ]
    if issuer is not None:
        lines.append(issued_by(issuer))
    if ahead is not None:
        lines.append(clock_difference(ahead))
    lines.append(refusals_heading(any_found=bool(diagnosis.refusals)))
    lines += [f"  {one.moment}  {one.outcome}  {one.request_id}".rstrip() for one in diagnosis.refusals]
    return "\n".join(lines) + "\n"


def _problem(problem: InstallerError) -> Iterator[str]:
    yield f"Code: {problem.code}"
    status = problem.facts.get("status")
    if isinstance(status, int):
        yield f"Status: {status}"
    if found := _TRACE.findall(problem.details):
        yield request_ids(found)
