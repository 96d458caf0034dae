"""Holding what was read back against the blueprint: one row per check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import Blueprint, PermissionKind
from emi_installer.core.observed.control import Known, control, known_uri
from emi_installer.core.observed.findings import (
    AssignmentRequired,
    Audience,
    CheckName,
    ClockOff,
    ConsentRemoved,
    Finding,
    HolderFound,
    NobodyElse,
    OlderSecret,
    PermissionFound,
    PermissionsCounted,
    PrincipalFound,
    RedirectUris,
    RegistrationFound,
    RegistrationMissing,
    RegistrationRemoved,
    SecretFound,
    SecretMissing,
    SignInAccepted,
    SignInFailed,
    SignInNotTested,
    SignInPermissions,
    SwitchedOff,
    UnsavedSecret,
)
from emi_installer.core.observed.permissions import PermissionState, permission_states
from emi_installer.core.observed.proof import TokenProof
from emi_installer.core.observed.tenant import EXPIRES_SOON, AppRegistration, ObservedTenant, SecretMetadata


class Status(StrEnum):
    """What a check found; DEFERRED is for a colleague to do, NOTE is good to know."""

    OK = "ok"
    ATTENTION = "attention"
    FAILED = "failed"
    UNTESTED = "untested"
    DEFERRED = "waiting"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One row: how it stands, and the facts."""

    status: Status
    finding: Finding

    @property
    def name(self) -> CheckName:
        """What was checked, for programs."""
        return self.finding.name


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """All rows of a verification."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Nothing is wrong; rows that could not be tested do not count."""
        return all(c.status in (Status.OK, Status.UNTESTED, Status.NOTE) for c in self.checks)

    @property
    def failed(self) -> bool:
        """Something does not work."""
        return any(c.status is Status.FAILED for c in self.checks)

    @property
    def held(self) -> bool:
        """Somebody else could use the application, and nobody has decided that they may."""
        return any(isinstance(c.finding, HolderFound) and not c.finding.kept for c in self.checks)

    @property
    def deferred(self) -> bool:
        """Something is left for a colleague to do."""
        return any(c.status is Status.DEFERRED for c in self.checks)


def verify(
    blueprint: Blueprint,
    answers: Answers,
    observed: ObservedTenant,
    *,
    now: datetime,
    proof: TokenProof | None = None,
    secret_later: bool = False,
    key_ids: frozenset[str] = frozenset(),
) -> VerificationReport:
    """Every check on what was read back; with `proof` also that the client secret signs in.

    `secret_later`: that there is no client secret yet is as it should be. `key_ids` are those of client secrets that
    this program is known to have made.
    """
    registration = observed.registration
    if registration is None or registration.deleted is not None:
        return VerificationReport(checks=(Check(status=Status.FAILED, finding=RegistrationMissing()),))
    proven = frozenset({proof.key_id}) if proof is not None and proof.problem is None else frozenset()
    uri = known_uri(blueprint, answers.redirect_uri, observed)
    known = Known(now=now, key_ids=key_ids | proven, redirect_uri=uri)
    states = permission_states(blueprint, observed)
    secret_later = secret_later or any(state.deferred for state in states)
    return VerificationReport(
        checks=(
            *registration_checks(blueprint, answers.redirect_uri, observed, registration),
            *(_permission(state, observed.signed_in.organization) for state in states),
            *secret_checks(blueprint, registration, now, proof, secret_later=secret_later),
            *_proof(blueprint, observed, registration, proof),
            *switch_checks(observed),
            *control_checks(observed, known, answers.kept_holders),
            *clock_checks(observed),
        )
    )


def verify_removed(observed: ObservedTenant) -> VerificationReport:
    """The checks after a removal."""
    gone = observed.registration is None or observed.registration.deleted is not None
    consent_gone = observed.service_principal is None
    return VerificationReport(
        checks=(
            _check(RegistrationRemoved(gone=gone), good=gone),
            _check(ConsentRemoved(gone=consent_gone), good=consent_gone),
        )
    )


def _check(finding: Finding, *, good: bool) -> Check:
    return Check(status=Status.OK if good else Status.FAILED, finding=finding)


def registration_checks(
    blueprint: Blueprint, redirect_uri: str | None, observed: ObservedTenant, registration: AppRegistration
) -> Iterator[Check]:
    """The app registration itself, and its service principal; `redirect_uri` None takes that of any contact center."""
    several = bool(observed.duplicates)
    found = RegistrationFound(display_name=registration.display_name, client_id=registration.app_id, several=several)
    if several and observed.chosen:
        yield Check(status=Status.ATTENTION, finding=found)
    else:
        yield _check(found, good=not several)
    present = registration.redirect_uris if redirect_uri else registration.other_redirect_uris(blueprint, None)
    yield _check(
        RedirectUris(wanted=redirect_uri, present=present, misplaced=registration.misplaced(blueprint, redirect_uri)),
        good=redirect_uri in present if redirect_uri else bool(present),
    )
    yield _check(
        Audience(wanted=blueprint.audience, present=registration.audience),
        good=registration.audience == blueprint.audience,
    )
    principal = observed.service_principal
    yield _check(PrincipalFound(principal=principal), good=principal is not None and principal.enabled)


def switch_checks(observed: ObservedTenant) -> Iterator[Check]:
    """What keeps an application from working although everything is in place."""
    principal = observed.service_principal
    if observed.disabled_by_microsoft:
        yield Check(status=Status.FAILED, finding=SwitchedOff(by_microsoft=True))
    if observed.deactivated:
        yield Check(status=Status.FAILED, finding=SwitchedOff(by_microsoft=False))
    if principal is not None and principal.assignment_required:
        yield Check(status=Status.ATTENTION, finding=AssignmentRequired())


def clock_checks(observed: ObservedTenant) -> Iterator[Check]:
    """That the clock of this computer is wrong, which does no harm to the application."""
    if observed.clock_error is not None:
        yield Check(status=Status.NOTE, finding=ClockOff(ahead=observed.clock_error))


def control_checks(observed: ObservedTenant, known: Known, kept: frozenset[str]) -> Iterator[Check]:
    """Who else could use the application, a row each."""
    holders = control(observed, known)
    if not holders:
        yield Check(status=Status.OK, finding=NobodyElse())
    for holder in holders:
        is_kept = holder.id in kept
        status = Status.NOTE if is_kept else Status.ATTENTION
        yield Check(status=status, finding=HolderFound(holder=holder, kept=is_kept))


def _permission(state: PermissionState, organization: str) -> Check:
    finding = PermissionFound(state=state, organization=organization)
    if state.declared and state.deferred:
        return Check(status=Status.DEFERRED, finding=finding)
    return _check(finding, good=state.in_place)


def permissions_check(kind: PermissionKind, states: Iterable[PermissionState]) -> Check:
    """All permissions of one kind in one row."""
    states = tuple(state for state in states if state.permission.kind is kind)
    finding = PermissionsCounted(kind=kind, states=states)
    incomplete = [state for state in states if not state.in_place]
    if incomplete and all(state.declared and state.deferred for state in incomplete):
        return Check(status=Status.DEFERRED, finding=finding)
    return _check(finding, good=not incomplete)


def secret_checks(
    blueprint: Blueprint,
    registration: AppRegistration,
    now: datetime,
    proof: TokenProof | None = None,
    *,
    secret_later: bool = False,
) -> Iterator[Check]:
    """The client secrets: the best one first, then what is good to know of the others."""
    unsaved = () if proof else registration.unsaved_secrets(blueprint.tag)
    best = _best(blueprint, registration, now, proof)
    if best is not None:
        soon = best.expires - now <= EXPIRES_SOON
        status = Status.ATTENTION if soon else Status.OK
        yield Check(status=status, finding=SecretFound(secret=best, left=best.expires - now))
    else:
        status = Status.DEFERRED if secret_later else Status.FAILED
        yield Check(status=status, finding=SecretMissing(later=secret_later))
    for secret in unsaved:
        yield Check(status=Status.ATTENTION, finding=UnsavedSecret(secret=secret))
    for secret in registration.secrets:
        if secret.is_ours and secret != best and secret not in unsaved:
            yield Check(status=Status.NOTE, finding=OlderSecret(secret=secret, left=secret.expires - now))


def _best(
    blueprint: Blueprint, registration: AppRegistration, now: datetime, proof: TokenProof | None
) -> SecretMetadata | None:
    """The secret that was proven, else the last of ours to expire, else of any."""
    usable = [s for s in registration.secrets if s.expires > now]
    proven = [s for s in usable if proof is not None and s.key_id == proof.key_id]
    candidates = proven or registration.valid_secrets(blueprint.tag, now) or usable
    return max(candidates, key=lambda s: s.expires, default=None)


def _proof(
    blueprint: Blueprint, observed: ObservedTenant, registration: AppRegistration, proof: TokenProof | None
) -> Iterator[Check]:
    if proof is None:
        if registration.secrets:
            yield Check(status=Status.UNTESTED, finding=SignInNotTested())
        return
    if proof.problem is not None:
        yield Check(status=Status.FAILED, finding=SignInFailed(problem=proof.problem))
        return
    expected = proof.tenant_id == observed.signed_in.tenant_id and proof.client_id == registration.app_id
    yield _check(SignInAccepted(as_expected=expected), good=expected)
    wanted = frozenset(blueprint.names(PermissionKind.APPLICATION))
    lacking = tuple(sorted(wanted - proof.roles))
    yield _check(SignInPermissions(wanted=len(wanted), lacking=lacking), good=not lacking)
