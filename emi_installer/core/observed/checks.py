"""Holding what was read back against the blueprint: one row per check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from emi_installer.core.desired.answers import Answers, ContactCenter
from emi_installer.core.desired.blueprint import GRAPH_APP_ID, Blueprint, Permission, PermissionKind
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.observed.account import CONSENT_APPLICATION, CONSENT_DELEGATED
from emi_installer.core.observed.tenant import AppRegistration, ObservedTenant, SecretMetadata

SOON = timedelta(days=30)
"""A secret that expires within this time deserves attention."""


_NOT_TESTED = (
    "Not tested: Microsoft never shows a client secret a second time. If it is lost, make a new client secret."
)


class Status(StrEnum):
    """What a check found; WAITING is for a colleague to do, NOTE is good to know."""

    OK = "ok"
    ATTENTION = "attention"
    FAILED = "failed"
    UNTESTED = "untested"
    WAITING = "waiting"
    NOTE = "note"


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
    problem: InstallerError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """All rows of a verification."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; rows that could not be tested do not count."""
        return all(c.status in (Status.OK, Status.UNTESTED, Status.NOTE) for c in self.checks)

    @property
    def failed(self) -> bool:
        """Whether something does not work."""
        return any(c.status is Status.FAILED for c in self.checks)

    @property
    def waiting(self) -> bool:
        """Whether something is left for a colleague to do."""
        return any(c.status is Status.WAITING for c in self.checks)


def verify(
    blueprint: Blueprint,
    answers: Answers,
    observed: ObservedTenant,
    *,
    now: datetime,
    proof: TokenProof | None = None,
    secret_later: bool = False,
) -> VerificationReport:
    """Every check on what was read back; with `proof` also that the client secret signs in.

    `secret_later`: that there is no client secret yet is as it should be.
    """
    registration = observed.registration
    if registration is None or registration.deleted is not None:
        missing = Check(
            name="App registration",
            status=Status.FAILED,
            detail="There is no app registration of EMI in this tenant.",
        )
        return VerificationReport(checks=(missing,))
    return VerificationReport(
        checks=(
            *registration_checks(blueprint, answers.contact_center, observed, registration),
            *_permissions(blueprint, observed),
            *secret_checks(blueprint, observed, registration, now, proof, secret_later=secret_later),
            *_proof(blueprint, observed, registration, proof),
        )
    )


def verify_removed(observed: ObservedTenant) -> VerificationReport:
    """The checks after a removal."""
    gone = observed.registration is None or observed.registration.deleted is not None
    consent = observed.service_principal is None
    return VerificationReport(
        checks=(
            _row("App registration", gone, "Deleted; restorable for 30 days", "It is still there."),
            _row("Service principal and consent", consent, "Removed", "They are still there."),
        )
    )


def _row(name: str, good: bool, right: str, wrong: str) -> Check:  # noqa: FBT001 - the row's own question
    return Check(name=name, status=Status.OK if good else Status.FAILED, detail=right if good else wrong)


def registration_checks(
    blueprint: Blueprint, contact_center: ContactCenter | None, observed: ObservedTenant, registration: AppRegistration
) -> Iterator[Check]:
    """The app registration itself, and its service principal."""
    name = f"{registration.display_name} ({registration.app_id})"
    if observed.duplicates:
        status = Status.ATTENTION if observed.chosen else Status.FAILED
        text = f"{name}. There is more than one app registration of EMI; only one may exist in a tenant."
        yield Check(name="App registration", status=status, detail=text)
    else:
        yield Check(name="App registration", status=Status.OK, detail=name)
    uris = registration.redirect_uris
    if contact_center is not None:
        wanted = contact_center.redirect_uri(blueprint)
        yield _row("Redirect URI", wanted in uris, wanted, f"{wanted} is missing.")
    else:
        ours = registration.other_callbacks(blueprint, None)
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
        kind, name = permission.kind, permission.name
        declared, granted = is_declared(observed, kind, name), name in observed.granted(kind)
        row = f"{name} ({kind})"
        if declared and not granted and is_for_a_colleague(observed, kind):
            text = "Waiting for a Privileged Role Administrator or Global Administrator to grant it."
            yield Check(name=row, status=Status.WAITING, detail=text)
            continue
        wrong = "Not granted." if declared else "Not declared on the app registration."
        yield _row(
            row,
            declared and granted,
            f"Granted for {organization}",
            wrong if declared or granted else "Neither declared nor granted.",
        )


def is_declared(observed: ObservedTenant, kind: PermissionKind, name: str) -> bool:
    """Whether the app registration asks for a permission."""
    published = observed.graph.of(kind).get(name)
    if published is None or observed.registration is None:
        return False
    return (published.id, kind.wire) in observed.registration.required.get(GRAPH_APP_ID, frozenset())


def is_for_a_colleague(observed: ObservedTenant, kind: PermissionKind) -> bool:
    """Whether this account may give every consent but that to permissions of this kind."""
    account = observed.signed_in
    return (
        kind is PermissionKind.APPLICATION
        and account.holds_one_of(CONSENT_DELEGATED)
        and not account.holds_one_of(CONSENT_APPLICATION)
    )


def valid_secrets(blueprint: Blueprint, registration: AppRegistration, now: datetime) -> tuple[SecretMetadata, ...]:
    """Secrets of ours that somebody has and that have not expired."""
    unseen = registration.unseen_secrets(blueprint.tag)
    return tuple(s for s in registration.secrets if s.is_ours and s.expires > now and s not in unseen)


def secret_checks(
    blueprint: Blueprint,
    observed: ObservedTenant,
    registration: AppRegistration,
    now: datetime,
    proof: TokenProof | None = None,
    *,
    secret_later: bool = False,
) -> Iterator[Check]:
    """The client secrets: the best one first, then what is good to know of the others."""
    unseen = () if proof else registration.unseen_secrets(blueprint.tag)
    usable = [s for s in registration.secrets if s.expires > now]
    proven = [s for s in usable if proof is not None and s.key_id == proof.key_id]
    candidates = proven or valid_secrets(blueprint, registration, now) or usable
    best = max(candidates, key=lambda s: s.expires, default=None)
    name = "Client secret"
    if best is not None:
        yield _best(best, now)
    elif secret_later or any(is_for_a_colleague(observed, p.kind) for p in _ungranted(blueprint, observed)):
        yield Check(name=name, status=Status.WAITING, detail="It is made last, when all permissions are granted.")
    else:
        yield Check(name=name, status=Status.FAILED, detail="There is no client secret that is still valid.")
    for one in unseen:
        text = f"{one.name} exists, but nobody saved it. Applying again removes it."
        yield Check(name="Unseen client secret", status=Status.ATTENTION, detail=text)
    for one in registration.secrets:
        if one.is_ours and one != best and one not in unseen:
            yield Check(name="Older client secret", status=Status.NOTE, detail=f"{one.name}: {_end(one, now)}")
    foreign = sum(not one.is_ours and one != best for one in registration.secrets)
    if foreign:
        text = f"{foreign}, not made by this installer and left alone"
        yield Check(name="Other client secrets", status=Status.NOTE, detail=text)


def _ungranted(blueprint: Blueprint, observed: ObservedTenant) -> list[Permission]:
    return [p for p in blueprint.permissions if p.name not in observed.granted(p.kind)]


def _best(secret: SecretMetadata, now: datetime) -> Check:
    if secret.expires - now > SOON:
        return Check(name="Client secret", status=Status.OK, detail=f"{secret.name}: {_end(secret, now)}")
    detail = f"{secret.name}: {_end(secret, now)}. Make a new one soon."
    return Check(name="Client secret", status=Status.ATTENTION, detail=detail)


def _end(secret: SecretMetadata, now: datetime) -> str:
    day = secret.expires.date().isoformat()
    if secret.expires <= now:
        return f"expired on {day}"
    days = (secret.expires - now).days
    if secret.expires - now <= SOON:
        return f"expires in {days} day{'' if days == 1 else 's'}, on {day}"
    return f"valid until {day}"


def _proof(
    blueprint: Blueprint, observed: ObservedTenant, registration: AppRegistration, proof: TokenProof | None
) -> Iterator[Check]:
    name = "Sign-in with the client secret"
    if proof is None:
        if not registration.secrets:
            return
        yield Check(name=name, status=Status.UNTESTED, detail=_NOT_TESTED)
        return
    if proof.problem is not None:
        yield Check(name=name, status=Status.FAILED, detail=str(proof.problem))
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
