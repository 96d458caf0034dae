"""The four Microsoft clouds and their addresses.

Source: https://learn.microsoft.com/graph/deployments (national cloud deployments).
"""

from __future__ import annotations

from dataclasses import dataclass

PERSONAL_TENANT_ID = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant in which Microsoft keeps all personal accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Where one Microsoft cloud lives; addresses are origins without a trailing slash."""

    key: str
    name: str
    login: str
    graph: str

    def scopes(self, names: tuple[str, ...]) -> list[str]:
        """Permissions of Microsoft Graph as scopes of this cloud's Graph."""
        return [f"{self.graph}/{name}" for name in names]

    @property
    def app_only_scope(self) -> str:
        """The scope of a client-credentials token."""
        return f"{self.graph}/.default"

    def admin_consent_link(self, *, tenant_id: str, client_id: str) -> str:
        """The page on which an administrator consents to everything that the app registration declares."""
        return f"{self.login}/{tenant_id}/adminconsent?client_id={client_id}"


CLOUDS: dict[str, Cloud] = {
    cloud.key: cloud
    for cloud in (
        Cloud(
            key="global",
            name="Microsoft Cloud (worldwide)",
            login="https://login.microsoftonline.com",
            graph="https://graph.microsoft.com",
        ),
        Cloud(
            key="us-gov",
            name="US Government L4 (GCC High)",
            login="https://login.microsoftonline.us",
            graph="https://graph.microsoft.us",
        ),
        Cloud(
            key="us-gov-dod",
            name="US Government L5 (DoD)",
            login="https://login.microsoftonline.us",
            graph="https://dod-graph.microsoft.us",
        ),
        Cloud(
            key="china",
            name="China (21Vianet)",
            login="https://login.chinacloudapi.cn",
            graph="https://microsoftgraph.chinacloudapi.cn",
        ),
    )
}
