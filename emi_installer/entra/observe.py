"""Reads the tenant into ObservedTenant: one round, and a second one where an app registration exists.

Candidates are asked for by key (uniqueName, tag, redirect URI), so the tenant's size does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.blueprint import GRAPH_APP_ID, Blueprint
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.observed.account import CONSENT_DELEGATED, SignedIn
from emi_installer.core.observed.tenant import AppRegistration, ObservedTenant, SecretPolicy
from emi_installer.core.plan.events import RetryReason
from emi_installer.entra import parse, values, ways_in
from emi_installer.entra.calls import Answer, Call, Json, get
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.graph import GraphClient
from emi_installer.entra.odata import address, by_key, literal
from emi_installer.entra.retry import REPLICATION_SECONDS, Retry, RetryPolicy
from emi_installer.entra.sign_in import Identity

APPLICATION_FIELDS = (
    "id,appId,displayName,uniqueName,tags,requiredResourceAccess,createdDateTime,deletedDateTime,isDisabled,"
    f"disabledByMicrosoftStatus,{ways_in.APPLICATION_FIELDS}"
)
PRINCIPAL_FIELDS = (
    f"id,appId,accountEnabled,appRoleAssignmentRequired,isDisabled,disabledByMicrosoftStatus,{ways_in.PRINCIPAL_FIELDS}"
)
POLICY_SCOPES = frozenset({"Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"})

Outcome = Answer | GraphFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads a tenant for one blueprint."""

    graph: GraphClient
    blueprint: Blueprint

    def observe(
        self, answers: Answers, identity: Identity, scopes: frozenset[str], patience: RetryPolicy
    ) -> ObservedTenant:
        """Everything that planning looks at; `scopes` are those of the token.

        Raises GraphFailure, TransportFailure, InstallerError (guest-account, wrong-tenant), Cancelled.
        """
        calls = self._first_round(answers, scopes)
        outcomes = dict(zip(calls, self.graph.batch(list(calls.values()), patience), strict=True))
        ours, others = self._candidates(outcomes, patience)
        observed = ObservedTenant(
            signed_in=self._account(identity, answers, outcomes, patience),
            graph=parse.published_graph(_needed(outcomes["graph"])),
            registration=ours[0] if ours else None,
            duplicates=tuple(ours[1:]),
            others=tuple(others),
            deleted=tuple(self._deleted(outcomes["deleted"], patience)),
            secret_policy=_policy(outcomes.get("policy")),
            clock_ahead=self.graph.clock_ahead,
        )
        if answers.register_new:
            return _without_registration(observed)
        if answers.registration is not None:
            observed = _choose(observed, answers.registration)
        found = self.details(observed, patience)
        if found.registration is None:  # a server that lags: it was there a moment ago
            found = replace(found, registration=observed.registration)
        return found

    def observe_until_registered(
        self, answers: Answers, identity: Identity, scopes: frozenset[str], patience: RetryPolicy
    ) -> ObservedTenant:
        """Observe until our app registration is seen; raises InstallerError "still-spreading" after two minutes."""

        def attempt() -> ObservedTenant:
            observed = self.observe(answers, identity, scopes, patience)
            if observed.registration is None:
                raise Retry(error(Code.STILL_SPREADING), RetryReason.REPLICATION)
            return observed

        return patience.repeat(attempt, seconds=REPLICATION_SECONDS)

    def details(self, observed: ObservedTenant, patience: RetryPolicy) -> ObservedTenant:
        """The same tenant with its app registration, service principal, grants and owners read anew, in one round."""
        registration = observed.registration
        if registration is None or registration.deleted is not None:
            return observed
        return patience.repeat(
            lambda: self._details(observed, registration.app_id, patience), seconds=REPLICATION_SECONDS
        )

    def _details(self, observed: ObservedTenant, app_id: str, patience: RetryPolicy) -> ObservedTenant:
        application, principal = (by_key(kind, "appId", app_id) for kind in ("applications", "servicePrincipals"))
        calls = {
            "application": get(address(application, select=APPLICATION_FIELDS)),
            "principal": get(address(principal, select=PRINCIPAL_FIELDS)),
            "grants": get(principal + "/oauth2PermissionGrants"),
            "roles": get(principal + "/appRoleAssignments"),
            "application owners": get(application + "/owners"),
            "principal owners": get(principal + "/owners"),
            "federated": get(application + "/federatedIdentityCredentials"),
        }
        outcomes = dict(zip(calls, self.graph.batch(list(calls.values()), patience), strict=True))
        listed = {name: self._listed(outcomes[name], patience) for name in tuple(calls)[2:]}
        resource = observed.graph.service_principal_id
        found, face = _optional(outcomes["application"]), _optional(outcomes["principal"])
        _all_told(outcomes, found, ("application owners", "federated"))
        _all_told(outcomes, face, ("principal owners",))
        return replace(
            observed,
            registration=parse.app_registration(found) if found else None,
            service_principal=parse.service_principal(face),
            delegated_grant=parse.tenant_wide_grant(listed["grants"], resource),
            granted_roles=parse.granted_roles(listed["roles"], resource),
            owners=ways_in.owners(listed["application owners"], listed["principal owners"]),
            federated=ways_in.federated(listed["federated"]),
        )

    def _first_round(self, answers: Answers, scopes: frozenset[str]) -> dict[str, Call]:
        blueprint = self.blueprint
        tag = f"tags/any(t:t eq {literal(blueprint.tag)})"
        calls = {
            "me": get(address("/me", select="id,displayName,userPrincipalName,userType")),
            "organization": get(address("/organization", select="id,displayName,verifiedDomains")),
            "roles": get(
                address(
                    "/me/transitiveMemberOf/microsoft.graph.directoryRole",
                    select="id,displayName,roleTemplateId",
                    count=True,
                ),
                advanced=True,
            ),
            "graph": get(
                address(
                    by_key("servicePrincipals", "appId", GRAPH_APP_ID),
                    select="id,appId,appRoles,oauth2PermissionScopes",
                )
            ),
            "unique": get(
                address(by_key("applications", "uniqueName", blueprint.unique_name), select=APPLICATION_FIELDS)
            ),
            "tagged": get(address("/applications", filter=tag, select=APPLICATION_FIELDS)),
            "named": get(
                address(
                    "/applications",
                    filter=f"displayName eq {literal(blueprint.app_name)}",
                    select=APPLICATION_FIELDS,
                )
            ),
            "deleted": get(
                address("/directory/deletedItems/microsoft.graph.application", select=APPLICATION_FIELDS, top=999)
            ),
        }
        if answers.redirect_uri is not None:
            for platform, key in ways_in.PLATFORM_KEYS.items():
                calls[platform] = get(
                    address(
                        "/applications",
                        filter=f"{key}/redirectUris/any(u:u eq {literal(answers.redirect_uri)})",
                        count=True,
                        select=APPLICATION_FIELDS,
                    ),
                    advanced=True,
                )
        if scopes & POLICY_SCOPES:
            calls["policy"] = get("/policies/defaultAppManagementPolicy")
        return calls

    def _candidates(
        self, outcomes: Mapping[str, Outcome], patience: RetryPolicy
    ) -> tuple[list[AppRegistration], list[AppRegistration]]:
        """Registrations of ours, the one with our uniqueName first, and others that look as if they did the job."""
        unique = _if_known(outcomes["unique"])
        by_tag = outcomes["tagged"]
        unknown = isinstance(by_tag, GraphFailure) and by_tag.code is Code.REQUEST_REFUSED
        tagged = [] if unknown else self._listed(by_tag, patience)
        ours = _distinct([unique, *tagged] if unique else tagged)
        known = {one.app_id for one in ours}
        redirecting = [one for key in ways_in.PLATFORM_KEYS for one in self._if_told(outcomes.get(key), patience)]
        graph = parse.published_graph(_needed(outcomes["graph"]))
        wanted = graph.required(self.blueprint)
        named = [
            one
            for one in self._if_told(outcomes["named"], patience)
            if wanted <= parse.app_registration(one).required.get(GRAPH_APP_ID, frozenset())
        ]
        return ours, [one for one in _distinct([*redirecting, *named]) if one.app_id not in known]

    def _deleted(self, outcome: Outcome, patience: RetryPolicy) -> list[AppRegistration]:
        """Registrations of ours that can still be restored, the latest first."""
        found = (parse.deleted_registration(one) for one in self._if_told(outcome, patience))
        ours = [one for one in found if one is not None and one.is_ours(self.blueprint)]
        return sorted(ours, key=lambda one: str(one.deleted), reverse=True)

    def _account(
        self, identity: Identity, answers: Answers, outcomes: Mapping[str, Outcome], patience: RetryPolicy
    ) -> SignedIn:
        """Who signed in, and where; what Microsoft refuses to tell comes from the id token, or stays unknown."""
        me = {} if isinstance(outcomes["me"], GraphFailure) else outcomes["me"].body
        organization = next(iter(self._if_told(outcomes["organization"], patience)), {})
        domains = values.items(organization.get("verifiedDomains"))
        known = _told_roles(self._told(outcomes["roles"], patience))
        signed_in = SignedIn(
            user_name=values.line(me.get("displayName") or identity.name),
            user_principal_name=values.line(me.get("userPrincipalName") or identity.user_principal_name),
            tenant_id=identity.tenant_id or str(organization.get("id") or "").lower(),
            organization=values.line(organization.get("displayName") or identity.tenant_id),
            default_domain=next((values.line(d.get("name")) for d in domains if d.get("isDefault")), ""),
            roles=None if known is None or answers.custom_role else frozenset(known),
            role_names=tuple(sorted(known.values())) if known else (),
            is_guest=_is_guest(me),
            object_id=str(me.get("id") or "").lower(),
        )
        _check_tenant(signed_in, answers, {str(d.get("name")).lower() for d in domains})
        return signed_in

    def _listed(self, outcome: Outcome, patience: RetryPolicy) -> list[Json]:
        """All entries of a list; what does not exist has none."""
        if isinstance(outcome, GraphFailure) and outcome.not_found:
            return []
        return self.graph.collect(_answered(outcome), patience)

    def _if_told(self, outcome: Outcome | None, patience: RetryPolicy) -> list[Json]:
        """All entries of a list that is good to have: where Graph does not understand the question, none."""
        return self._told(outcome, patience) or []

    def _told(self, outcome: Outcome | None, patience: RetryPolicy) -> list[Json] | None:
        """All entries of a list; None where Graph would not tell them all."""
        if outcome is None or isinstance(outcome, GraphFailure):
            return None
        try:
            return self.graph.collect(outcome, patience)
        except GraphFailure:
            return None


def _choose(observed: ObservedTenant, app_id: str) -> ObservedTenant:
    """The same tenant, with the candidate that was chosen; raises InstallerError "registration-not-found"."""
    chosen = next((one for one in observed.candidates if one.app_id == app_id), None)
    if chosen is None:
        raise error(Code.REGISTRATION_NOT_FOUND, client_id=app_id, organization=observed.signed_in.organization)
    ours = [one for one in (observed.registration, *observed.duplicates) if one is not None]
    return replace(
        observed,
        registration=chosen,
        duplicates=tuple(one for one in ours if one is not chosen),
        others=tuple(one for one in observed.others if one is not chosen),
        chosen=True,
    )


def _without_registration(observed: ObservedTenant) -> ObservedTenant:
    """The same tenant as if no app registration were there to work on."""
    there = (observed.registration, *observed.duplicates, *observed.others)
    return replace(
        observed, registration=None, duplicates=(), others=tuple(one for one in there if one is not None), chosen=True
    )


def _answered(outcome: Outcome) -> Answer:
    if isinstance(outcome, GraphFailure):
        raise outcome
    return outcome


def _needed(outcome: Outcome) -> Json:
    return _answered(outcome).body


def _optional(outcome: Outcome) -> Json | None:
    """The body, or None where the object does not exist."""
    if isinstance(outcome, GraphFailure) and outcome.not_found:
        return None
    return _needed(outcome)


def _all_told(outcomes: Mapping[str, Outcome], found: Json | None, lists: tuple[str, ...]) -> None:
    """Raise Retry where the object was found but one of its `lists` was not: a list that is missing hides who is in it.

    Servers that lag behind answer so for a while.
    """
    for name in lists if found else ():
        outcome = outcomes[name]
        if isinstance(outcome, GraphFailure):
            raise Retry(error(Code.STILL_SPREADING, details=outcome.details), RetryReason.REPLICATION)


def _if_known(outcome: Outcome) -> Json | None:
    """The body, or None where the object does not exist or Graph does not know this kind of key."""
    if isinstance(outcome, GraphFailure) and outcome.code in (Code.NOT_FOUND, Code.REQUEST_REFUSED):
        return None
    return _needed(outcome)


def _distinct(bodies: Iterable[Json]) -> list[AppRegistration]:
    return list({one.app_id: one for one in map(parse.app_registration, bodies)}.values())


def _policy(outcome: Outcome | None) -> SecretPolicy:
    """The policy as far as it may be read; Microsoft enforces it in any case."""
    if outcome is None or isinstance(outcome, GraphFailure):
        return SecretPolicy()
    return parse.secret_policy(outcome.body)


def _told_roles(found: list[Json] | None) -> dict[str, str] | None:
    """The active roles' names by template id; None where Microsoft hides what some of them are.

    What a token may not read comes back with its id alone:
    https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects.
    """
    if found is None or not all(isinstance(one.get("roleTemplateId"), str) for one in found):
        return None
    return {
        str(one["roleTemplateId"]).lower(): values.line(one.get("displayName") or one["roleTemplateId"])
        for one in found
    }


def _is_guest(me: Json) -> bool:
    """Whether the account is known to be a guest here.

    A member may well come from another tenant, and a partner with delegated administration has no object here at all:
    https://learn.microsoft.com/partner-center/customers/gdap-introduction.
    """
    return me.get("userType") == "Guest"


def _check_tenant(signed_in: SignedIn, answers: Answers, domains: set[str]) -> None:
    wanted = answers.tenant
    untold = not domains and wanted is not None and "." in wanted  # the sign-in itself was to that domain
    if wanted is not None and not untold and wanted not in {signed_in.tenant_id, *domains}:
        raise error(
            Code.WRONG_TENANT,
            user=signed_in.user_principal_name,
            organization=signed_in.organization,
            found=signed_in.default_domain or signed_in.tenant_id,
            wanted=wanted,
        )
    if signed_in.is_guest and not signed_in.holds_one_of(CONSENT_DELEGATED):
        raise error(Code.GUEST_ACCOUNT, user=signed_in.user_principal_name, organization=signed_in.organization)
