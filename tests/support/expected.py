"""What each simulated tenant leads to, whoever drives the program: the console's journeys and the window's."""

from __future__ import annotations

PLAN = {
    "empty": (3, "Register the application Bright Pattern EMI"),
    "configured": (0, "Nothing needs to change."),
    "half-done": (3, "Grant admin consent for 6 delegated permissions"),
    "drifted": (1, "Let all agents sign in again"),
    "no-consent-role": (3, "Privileged Role Administrator"),
    "not-admin": (1, "Global Administrator"),
    "foreign-app": (1, "Teams integration"),
    "deleted-app": (3, "can be restored until"),
    "several-apps": (1, "more than one app registration"),
    "secret-expiring": (0, "expires in 12 days"),
    "policy-90-days": (3, "Create a client secret"),
    "no-secrets-allowed": (3, "Create a client secret"),
    "slow-replication": (3, "Register the application"),
    "throttled": (3, "Register the application"),
    "big-tenant": (3, "Register the application"),
}
"""By scenario: the exit code of `plan`, and a text of the plan. Code 1 means that something is in the way."""

APPLIED = ("empty", "half-done", "slow-replication", "throttled", "big-tenant")
"""Where apply makes a client secret and everything is verified."""

REPAIRED = ("configured", "secret-expiring")
"""Where apply makes no client secret, since there is a valid one."""

REFUSED = {"policy-90-days": "secret-lifetime-limited", "no-secrets-allowed": "secrets-forbidden"}
"""Where the tenant refuses the client secret, and with which error."""

FOUND = ("configured", "half-done", "drifted", "secret-expiring")
"""Where an app registration of ours is, so that the window asks what to do."""

TASKS = ("repair", "new-secret", "move", "check", "remove")

_FROM_NOTHING = {
    "repair": "done",
    "new-secret": "not-set-up",
    "move": "done",
    "check": "not-all-well",
    "remove": "not-set-up",
}
_FROM_OURS = {
    "repair": "done",
    "new-secret": "done",
    "move": "done",
    "check": "not-all-well",
    "remove": "removed",
}
_SPECIAL = {
    "configured": {"repair": "nothing-to-change", "check": "all-well"},
    "secret-expiring": {"repair": "nothing-to-change"},
    "no-consent-role": {"repair": "waiting", "move": "waiting"},
    "not-admin": dict.fromkeys(("repair", "move"), "role-for-delegated-permissions"),
    "foreign-app": {"repair": "foreign-registration"},
    "drifted": dict.fromkeys(("repair", "new-secret", "move"), "held-by-others"),
    "several-apps": dict.fromkeys(("repair", "new-secret", "move", "remove"), "several-registrations"),
    "no-secrets-allowed": dict.fromkeys(("repair", "move"), "secrets-forbidden"),
}

OUTCOME = {
    (scenario, task): {**(_FROM_OURS if scenario in FOUND else _FROM_NOTHING), **_SPECIAL.get(scenario, {})}[task]
    for scenario in PLAN
    for task in TASKS
}
"""How each task ends in each simulated tenant: an outcome, or the code of what stood in the way."""
