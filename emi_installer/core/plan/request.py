"""A request to a colleague with the right role: a preset that says what is wanted, and holds no secret.

The colleague opens it with this program and lands on Review. What it may ask for is checked like any other preset.
"""

from __future__ import annotations

from dataclasses import dataclass

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.desired.preset import LONGEST_REQUESTER
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.changes import (
    CreateServicePrincipal,
    GrantApplicationPermissions,
    GrantDelegatedPermissions,
)
from emi_installer.core.plan.plan import Plan
from emi_installer.core.text import one_line

ROLE_CODES = {Code.ROLE_FOR_APPLICATION_PERMISSIONS, Code.ROLE_FOR_DELEGATED_PERMISSIONS, Code.MISSING_PRIVILEGE}
"""Errors that a colleague with another role does not meet."""

_CONSENT = (CreateServicePrincipal, GrantDelegatedPermissions, GrantApplicationPermissions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a colleague in `organization`; `registration` is the Client ID where there is one already.

    `consent_link` is the page of Microsoft's on which the consent can be given without this program.
    """

    purpose: Purpose
    answers: Answers
    tenant_id: str
    organization: str
    requested_by: str
    registration: str | None = None
    consent_link: str | None = None


def request_for(
    blueprint: Blueprint,
    answers: Answers,
    observed: ObservedTenant,
    plan: Plan,
    *,
    client_id: str = "",
    problem: InstallerError | None = None,
) -> Request | None:
    """What only a colleague can do of `plan`, or what `problem` refused; None where there is no such thing.

    `client_id` is that of an app registration which was made meanwhile.
    """
    problems = [*plan.blockers, problem] if problem else list(plan.blockers)
    refused = any(one.code in ROLE_CODES for one in problems)
    found = observed.registration
    client_id = client_id or (found.app_id if found and found.is_ours(blueprint) and found.deleted is None else "")
    only_consent = all(isinstance(change, _CONSENT) for change in plan.changes)
    if client_id and (plan.deferred or (refused and only_consent)):
        purpose = Purpose.GRANT
    elif refused:
        purpose = Purpose.SET_UP
    else:
        return None
    tenant_id = observed.signed_in.tenant_id
    granting = purpose is Purpose.GRANT
    return Request(
        purpose=purpose,
        answers=answers,
        tenant_id=tenant_id,
        organization=observed.signed_in.organization,
        requested_by=one_line(observed.signed_in.user_principal_name)[:LONGEST_REQUESTER],
        registration=client_id if granting else None,
        consent_link=answers.cloud.admin_consent_link(tenant_id=tenant_id, client_id=client_id) if granting else None,
    )
