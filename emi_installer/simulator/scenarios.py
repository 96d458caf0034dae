"""The simulated tenants that `--demo` offers, each built as its name says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emi_installer.simulator.builder import APPLICATION, CALLBACK, DELEGATED, Builder
from emi_installer.simulator.faults import throttle, unavailable
from emi_installer.simulator.objects import redirect_uris
from emi_installer.simulator.service import Clock, Simulator, SystemClock
from emi_installer.simulator.tenant import (
    APPLICATION_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    PERSONAL_TENANT,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    Account,
    Entry,
    Tenant,
)

__all__ = ["APPLICATION", "CALLBACK", "DELEGATED", "SCENARIOS", "Builder", "Scenario", "simulate"]

_TENANT_ID = "5c0f7a52-7d0e-4f0f-9d6c-3a1d6f9a2b11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A simulated tenant; `summary` says in a line what is special about it."""

    name: str
    summary: str
    prepare: Callable[[Simulator], None]


def _empty(_simulator: Simulator) -> None:
    """Nothing is there yet."""


def _configured(simulator: Simulator, *, secret_days: float = 530) -> None:
    build = Builder(simulator)
    application = build.application()
    build.consent(build.principal(application))
    build.secret(application, days=secret_days)


def _half_done(simulator: Simulator) -> None:
    build = Builder(simulator)
    principal = build.principal(build.application())
    build.consent(principal, delegated=DELEGATED[:3], application=())


def _drifted(simulator: Simulator) -> None:
    build = Builder(simulator)
    old = "https://old.brightpattern.com/agentdesktop/msteamscallback.html"
    application = build.application(uris=(old, "https://intranet.contoso.com/signed-in"))
    application["signInAudience"] = "AzureADMultipleOrgs"
    declared = application["requiredResourceAccess"][0]["resourceAccess"]
    declared[0:2] = [{"id": build.scopes["Mail.Read"], "type": "Scope"}]
    principal = build.principal(application)
    simulator.tenant.service_principals[principal].body["accountEnabled"] = False
    build.consent(principal, delegated=(*DELEGATED[2:], "Mail.Read"), application=APPLICATION[1:])
    build.secret(application)
    build.secret(application, name="made by hand")


def _foreign_app(simulator: Simulator) -> None:
    build = Builder(simulator)
    application = build.application("Teams integration", ours=False)
    build.consent(build.principal(application))
    build.secret(application, name="by hand")


def _deleted(simulator: Simulator) -> None:
    _configured(simulator)
    (application,) = list(simulator.tenant.applications)
    simulator.tenant.delete_application(application, simulator.clock.now() - 5 * 86400)


def _several(simulator: Simulator) -> None:
    _configured(simulator)
    build = Builder(simulator)
    old = "https://old.brightpattern.com/agentdesktop/msteamscallback.html"
    application = build.application("EMI (old)", uris=(old,))
    application["uniqueName"] = None
    build.consent(build.principal(application))


def _planted(simulator: Simulator, *, name_alone: bool = False, secret: bool = False) -> None:
    """A member's app registration that looks like ours, by its unique name or by its tag."""
    build = Builder(simulator)
    member = simulator.tenant.accounts["member"].oid
    application = build.application()
    application["tags" if name_alone else "uniqueName"] = [] if name_alone else None
    simulator.tenant.applications[application["id"]].owners.append(member)
    simulator.tenant.service_principals[build.principal(application)].owners.append(member)
    if secret:
        build.secret(application)


def _planted_name(simulator: Simulator) -> None:
    _planted(simulator, name_alone=True)


def _planted_secret(simulator: Simulator) -> None:
    _planted(simulator, secret=True)


def _held(simulator: Simulator) -> None:
    """Others could use the application too, in every way that there is."""
    build = Builder(simulator)
    application = build.application()
    principal = build.principal(application)
    build.consent(principal)
    build.secret(application)
    build.secret(application, name="made by hand")
    build.secret(simulator.tenant.service_principals[principal].body, name="of the service principal")
    build.certificate(application)
    build.federated(application)
    application["web"]["implicitGrantSettings"]["enableAccessTokenIssuance"] = True
    application["spa"]["redirectUris"].append("https://intranet.contoso.com/teams")
    application["publicClient"]["redirectUris"].append("http://localhost")
    application["isFallbackPublicClient"] = True
    simulator.tenant.service_principals[principal].body["replyUrls"] = redirect_uris(application)
    simulator.tenant.applications[application["id"]].owners.append(simulator.tenant.accounts["member"].oid)


def _big_tenant(simulator: Simulator) -> None:
    tenant = simulator.tenant
    for number in range(3000):
        app_id, object_id = f"00000000-0000-4000-8000-{number:012}", f"00000000-0000-4000-9000-{number:012}"
        body = {
            "id": object_id,
            "appId": app_id,
            "displayName": f"Application {number}",
            "accountEnabled": True,
            "tags": [],
            "appRoles": [],
            "oauth2PermissionScopes": [],
        }
        tenant.service_principals[object_id] = Entry(body=body, born=0.0)
        if number % 2:
            application = {
                **{key: body[key] for key in ("id", "appId", "displayName", "tags")},
                "web": {"redirectUris": [f"https://app{number}.contoso.com/"]},
                "passwordCredentials": [],
            }
            tenant.applications[object_id] = Entry(body=application, born=0.0)


def _throttled(simulator: Simulator) -> None:
    faults = simulator.faults
    faults.add("POST /$batch", throttle("0.628"))
    faults.add("GET /organization", throttle("0.3"))
    faults.add("PATCH /applications*", throttle())
    faults.add("POST /servicePrincipals", unavailable(retry_after="0.4"))
    faults.add("POST /servicePrincipals/*/appRoleAssignedTo", throttle("0.25"))
    faults.add("POST /oauth2PermissionGrants", throttle("0.4"))


def _slow_replication(simulator: Simulator) -> None:
    simulator.faults.lag = 4.0


def _account(key: str) -> Callable[[Simulator], None]:
    def prepare(simulator: Simulator) -> None:
        simulator.tenant.default_account = key

    return prepare


def _policy(*, days: float | None = None, forbidden: bool = False) -> Callable[[Simulator], None]:
    def prepare(simulator: Simulator) -> None:
        simulator.tenant.max_secret_days = days
        simulator.tenant.secrets_forbidden = forbidden

    return prepare


def _connecting(simulator: Simulator) -> None:
    simulator.tenant.connects_after = 20.0


def _expiring(simulator: Simulator) -> None:
    _configured(simulator, secret_days=12.5)


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="empty", summary="nothing is set up yet", prepare=_empty),
        Scenario(name="configured", summary="everything is set up and well", prepare=_configured),
        Scenario(name="half-done", summary="an earlier run stopped half-way", prepare=_half_done),
        Scenario(name="drifted", summary="somebody changed the app registration by hand", prepare=_drifted),
        Scenario(
            name="no-consent-role",
            summary="you are an Application Administrator, who may not grant everything",
            prepare=_account("application-administrator"),
        ),
        Scenario(name="not-admin", summary="you hold no directory role", prepare=_account("member")),
        Scenario(name="foreign-app", summary="somebody registered an application by hand", prepare=_foreign_app),
        Scenario(name="deleted-app", summary="the app registration was deleted 5 days ago", prepare=_deleted),
        Scenario(name="several-apps", summary="there are two app registrations of EMI", prepare=_several),
        Scenario(name="secret-expiring", summary="the client secret expires in 12 days", prepare=_expiring),
        Scenario(name="policy-90-days", summary="client secrets may live 90 days at most", prepare=_policy(days=90)),
        Scenario(name="no-secrets-allowed", summary="a policy forbids client secrets", prepare=_policy(forbidden=True)),
        Scenario(
            name="slow-replication", summary="Microsoft's servers agree only after 4 seconds", prepare=_slow_replication
        ),
        Scenario(name="throttled", summary="Microsoft asks for breaks", prepare=_throttled),
        Scenario(
            name="connecting",
            summary="the contact center connects 20 seconds after it could have its client secret",
            prepare=_connecting,
        ),
        Scenario(name="planted-app", summary="a member registered an application with EMI's tag", prepare=_planted),
        Scenario(
            name="planted-name",
            summary="a member registered an application by EMI's unique name",
            prepare=_planted_name,
        ),
        Scenario(
            name="planted-secret",
            summary="a member's application with EMI's tag has a client secret named like EMI's",
            prepare=_planted_secret,
        ),
        Scenario(name="held-app", summary="others could use the application of EMI too", prepare=_held),
        Scenario(name="big-tenant", summary="3,000 service principals", prepare=_big_tenant),
    )
}


def simulate(scenario: str, *, clock: Clock | None = None, latency: float = 0.0) -> Simulator:
    """The simulated tenant of a scenario; raises KeyError when there is none of this name."""
    tenant = Tenant(
        id=_TENANT_ID,
        name="Contoso",
        domains=("contoso.com", "contoso.onmicrosoft.com"),
        accounts={account.key: account for account in _accounts()},
    )
    simulator = Simulator(tenant, clock=clock or SystemClock(), latency=latency)
    SCENARIOS[scenario].prepare(simulator)
    return simulator


def _accounts() -> tuple[Account, ...]:
    return (
        Account(
            key="administrator",
            name="Ada Adams",
            user_principal_name="ada.adams@contoso.com",
            roles=frozenset({GLOBAL_ADMINISTRATOR}),
        ),
        Account(
            key="application-administrator",
            name="Ben Brown",
            user_principal_name="ben.brown@contoso.com",
            roles=frozenset({APPLICATION_ADMINISTRATOR}),
        ),
        Account(
            key="privileged-role-administrator",
            name="Pru Park",
            user_principal_name="pru.park@contoso.com",
            roles=frozenset({PRIVILEGED_ROLE_ADMINISTRATOR}),
        ),
        Account(key="member", name="Mia Moore", user_principal_name="mia.moore@contoso.com"),
        Account(
            key="guest",
            name="Gus Green",
            user_principal_name="gus.green_fabrikam.com#EXT#@contoso.onmicrosoft.com",
            home_tenant="7d1a2c33-90b8-4b41-8a5b-2d7ee0c0f1aa",
        ),
        Account(
            key="personal", name="Pat Price", user_principal_name="pat.price@outlook.com", home_tenant=PERSONAL_TENANT
        ),
    )
