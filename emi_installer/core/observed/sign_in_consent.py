"""What a sign-in has left in the tenant: the consent to the client that was signed in through."""

from __future__ import annotations

from dataclasses import dataclass

from emi_installer.core.desired.blueprint import SignInClient

_OF_EVERY_SIGN_IN = {"openid", "profile", "offline_access", "email"}
"""https://learn.microsoft.com/entra/identity-platform/scopes-oidc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInConsent:
    """A grant of delegated permissions to the sign-in client, for this account or `for_everybody`."""

    grant_id: str
    scopes: tuple[str, ...]
    for_everybody: bool

    def asked_by(self, client: SignInClient) -> tuple[str, ...]:
        """The scopes that this program asks for; Microsoft does not tell who else asked for them."""
        ours = {*client.scopes, *client.read_scopes}
        return tuple(scope for scope in self.scopes if scope in ours)

    def rest(self, client: SignInClient) -> tuple[str, ...]:
        """The scopes that stay when this program's are taken back; none where only those of every sign-in are left."""
        rest = tuple(scope for scope in self.scopes if scope not in self.asked_by(client))
        return rest if set(rest) - _OF_EVERY_SIGN_IN else ()
