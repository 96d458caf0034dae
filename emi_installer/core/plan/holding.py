"""What a plan does about those who could also use the application: remove them, keep them on purpose, or stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from emi_installer.core.desired.answers import Answers
from emi_installer.core.observed.control import not_in
from emi_installer.core.observed.holders import (
    CertificateHolder,
    ClientHolder,
    FederatedHolder,
    Holder,
    Owner,
    PasswordHolder,
    Platform,
    RedirectHolder,
    Switch,
    SwitchHolder,
)
from emi_installer.core.plan.changes import (
    AddClientSecret,
    Change,
    EnableServicePrincipal,
    GrantApplicationPermissions,
    GrantDelegatedPermissions,
    Removal,
    RemoveClient,
    RemoveClientSecret,
    RemoveCredential,
    RemoveFederatedCredential,
    RemoveOwner,
    RemoveRedirectUri,
    SwitchOff,
    UpdateAppRegistration,
)

Giving = GrantDelegatedPermissions | GrantApplicationPermissions | EnableServicePrincipal | AddClientSecret
"""What gives power to whoever can use the application."""


def gives(changes: Iterable[Change]) -> bool:
    """Whether one of `changes` gives power to whoever can use the application."""
    return any(isinstance(change, Giving) for change in changes)


def unwanted(holders: Iterable[Holder], answers: Answers) -> tuple[Holder, ...]:
    """The holders that shall not use the application any more."""
    return tuple(
        holder
        for holder in not_in(holders, answers.kept_holders)
        if answers.remove_all_holders or holder.id in answers.removed_holders
    )


def removal_of(holder: Holder) -> Removal:
    """The change that takes this way in from somebody."""
    match holder:
        case Owner():
            return RemoveOwner(holder=holder)
        case PasswordHolder() | CertificateHolder():
            return RemoveCredential(holder=holder)
        case FederatedHolder():
            return RemoveFederatedCredential(holder=holder)
        case RedirectHolder():
            return RemoveRedirectUri(holder=holder)
        case SwitchHolder():
            return SwitchOff(holder=holder)
        case ClientHolder():
            return RemoveClient(holder=holder)
        case _:
            assert_never(holder)


def removed_by(changes: Iterable[Change]) -> frozenset[str]:
    """The ids of the holders that `changes` leave without a way in."""
    return frozenset(name for change in changes for name in _removed(change))


def _removed(change: Change) -> Iterator[str]:
    if isinstance(change, UpdateAppRegistration):
        yield from (RedirectHolder(platform=Platform.WEB, uri=uri).id for uri in change.remove_uris)
        if change.audience is not None:
            yield SwitchHolder(switch=Switch.OTHER_ORGANIZATIONS).id
    elif isinstance(change, RemoveClientSecret):
        yield f"secret:{change.secret.key_id}"
    elif isinstance(change, Removal):
        yield change.holder.id
