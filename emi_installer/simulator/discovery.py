"""The sign-in service's description of itself.

Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc.
"""

from __future__ import annotations

from emi_installer.simulator.tenant import Json
from emi_installer.simulator.tokens import GRAPH_OF

_SUPPORTED: Json = {
    "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    "response_modes_supported": ["query", "fragment", "form_post"],
    "subject_types_supported": ["pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
    "scopes_supported": ["openid", "profile", "email", "offline_access"],
    "request_uri_parameter_supported": False,
    "http_logout_supported": True,
    "frontchannel_logout_supported": True,
    "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
}


def description(host: str, tenant: str, issuer: str, pages: str) -> Json:
    """The document of `tenant`, whose tokens come from `issuer`; `pages` is where the sign-in pages are shown."""
    root = f"https://{host}/{tenant}"
    graph = GRAPH_OF[host][0]
    return {
        **_SUPPORTED,
        "issuer": f"https://{host}/{issuer}/v2.0",
        "authorization_endpoint": f"{pages}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        "end_session_endpoint": f"{root}/oauth2/v2.0/logout",
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "kerberos_endpoint": f"{root}/kerberos",
        "userinfo_endpoint": f"{graph}/oidc/userinfo",
        "tenant_region_scope": "EU",
        "cloud_instance_name": host.removeprefix("login."),
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": graph.removeprefix("https://"),
        "rbac_url": "https://pas.windows.net",
    }
