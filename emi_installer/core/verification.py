"""Holding what was read back against the blueprint: one row per check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from emi_installer.core.answers import Answers
from emi_installer.core.blueprint import GRAPH_APP_ID, Blueprint, PermissionKind
from emi_installer.core.tenant import AppRegistration, ObservedTenant, SecretMetadata

SOON = timedelta(days=30)
"""A secret that expires within this time deserves attention."""


class Status(StrEnum):
    """What a check found."""

    OK = "ok"
    ATTENTION = "attention"
    FAILED = "failed"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One row: what was checked, what was found, and a sentence about it."""

    name: str
    status: Status
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenProof:
    """What a token that was signed in for with a client secret says; `problem` when none came."""

    key_id: str = ""
    tenant_id: str = ""
    client_id: str = ""
    roles: frozenset[str] = frozenset()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """All rows of a verification."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; rows that could not be tested do not count."""
        return all(c.status in (Status.OK, Status.UNTESTED) for c in self.checks)

    @property
    def failed(self) -> bool:
        """Whether something does not work."""
        return any(c.status is Status.FAILED for c in self.checks)


def verify(
    blueprint: Blueprint,
    answers: Answers,
    observed: ObservedTenant,
    *,
    now: datetime,
    proof: TokenProof | None = None,
) -> VerificationReport:
    """Every check on what was read back; with `proof` also that the client secret signs in."""
    if observed.registration is None:
        missing = Check(
            name="App registration",
            status=Status.FAILED,
            detail="There is no app registration of EMI in this tenant.",
        )
        return VerificationReport(checks=(missing,))
    registration = observed.registration
    return VerificationReport(
        checks=(
            *_registration(blueprint, answers, observed, registration),
            *_permissions(blueprint, observed),
            *_secret(blueprint, registration, now, proof),
            *_proof(blueprint, observed, registration, proof),
        )
    )


def _row(name: str, good: bool, right: str, wrong: str) -> Check:  # noqa: FBT001 - the row's own question
    return Check(name=name, status=Status.OK if good else Status.FAILED, detail=right if good else wrong)


def _registration(
    blueprint: Blueprint, answers: Answers, observed: ObservedTenant, registration: AppRegistration
) -> Iterator[Check]:
    yield _row(
        "App registration",
        not observed.duplicates,
        f"{registration.display_name} ({registration.app_id})",
        "There is more than one app registration of EMI; only one may exist in a tenant.",
    )
    uris = registration.redirect_uris
    if answers.contact_center is not None:
        wanted = answers.contact_center.redirect_uri(blueprint)
        yield _row("Redirect URI", wanted in uris, wanted, f"{wanted} is missing.")
    else:
        ours = [uri for uri in uris if uri.endswith(blueprint.redirect_path)]
        yield _row("Redirect URI", bool(ours), ", ".join(ours), "No redirect URI of a contact center is there.")
    yield _row(
        "Who may sign in",
        registration.audience == blueprint.audience,
        "Accounts of this organization only",
        f"The audience is {registration.audience} instead of {blueprint.audience}.",
    )
    principal = observed.service_principal
    yield _row(
        "Service principal",
        principal is not None and principal.enabled,
        "Present and enabled",
        "It is missing." if principal is None else "It is disabled: nobody can sign in.",
    )


def _permissions(blueprint: Blueprint, observed: ObservedTenant) -> Iterator[Check]:
    organization = observed.signed_in.organization
    for permission in blueprint.permissions:
        declared = _is_declared(observed, permission.kind, permission.name)
        granted = permission.name in observed.granted(permission.kind)
        wrong = "Not granted." if declared else "Not declared on the app registration."
        yield _row(
            f"{permission.name} ({permission.kind})",
            declared and granted,
            f"Granted for {organization}",
            wrong if declared or granted else "Neither declared nor granted.",
        )


def _is_declared(observed: ObservedTenant, kind: PermissionKind, name: str) -> bool:
    published = observed.graph.of(kind).get(name)
    if published is None or observed.registration is None:
        return False
    declared = observed.registration.required.get(GRAPH_APP_ID, frozenset())
    return (published.id, wire_type(kind)) in declared


def wire_type(kind: PermissionKind) -> str:
    """The word of requiredResourceAccess for a kind of permission."""
    return "Scope" if kind is PermissionKind.DELEGATED else "Role"


def valid_secrets(blueprint: Blueprint, registration: AppRegistration, now: datetime) -> tuple[SecretMetadata, ...]:
    """Secrets of ours that somebody has and that have not expired."""
    unseen = registration.unseen_secrets(blueprint.tag)
    return tuple(s for s in registration.secrets if s.is_ours and s.expires > now and s not in unseen)


def _secret(
    blueprint: Blueprint, registration: AppRegistration, now: datetime, proof: TokenProof | None
) -> Iterator[Check]:
    usable = [s for s in registration.secrets if s.expires > now]
    proven = [s for s in usable if proof is not None and s.key_id == proof.key_id]
    ours = valid_secrets(blueprint, registration, now)
    best = max(proven or ours or usable, key=lambda s: s.expires, default=None)
    name = "Client secret"
    if best is None:
        yield Check(name=name, status=Status.FAILED, detail="There is no client secret that is still valid.")
        return
    day = best.expires.date().isoformat()
    left = (best.expires - now).days
    if best.expires - now <= SOON:
        yield Check(name=name, status=Status.ATTENTION, detail=f"Expires in {left} days, on {day}: make a new one.")
    else:
        yield Check(name=name, status=Status.OK, detail=f"Valid until {day}")
    unseen = () if proof else registration.unseen_secrets(blueprint.tag)
    if unseen:
        yield Check(
            name="Unseen client secret",
            status=Status.ATTENTION,
            detail=f"{unseen[0].name} exists, but nobody saved it. Applying again removes it.",
        )


def _proof(
    blueprint: Blueprint, observed: ObservedTenant, registration: AppRegistration, proof: TokenProof | None
) -> Iterator[Check]:
    name = "Sign-in with the client secret"
    if proof is None:
        yield Check(name=name, status=Status.UNTESTED, detail="Not tested: Microsoft shows a client secret only once.")
        return
    if proof.problem:
        yield Check(name=name, status=Status.FAILED, detail=proof.problem)
        return
    wanted = frozenset(blueprint.names(PermissionKind.APPLICATION))
    lacking = sorted(wanted - proof.roles)
    right_app = proof.tenant_id == observed.signed_in.tenant_id and proof.client_id == registration.app_id
    yield _row(name, right_app, "Microsoft accepted it", "Microsoft's answer was for another tenant or application.")
    yield _row(
        "Permissions in the sign-in",
        not lacking,
        f"All {len(wanted)} application permissions are in it",
        f"Still missing: {', '.join(lacking)}.",
    )
