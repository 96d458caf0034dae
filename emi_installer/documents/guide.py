"""The customer's guide: one page that says what to do, what is needed, and what is given to the contact center."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from string import Template
from urllib.parse import urlsplit

from emi_installer.core.desired.answers import Months, Preset, SecretLifetime
from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.desired.contact_center import ContactCenter

_BROWSER = {
    "global": "Your browser also loads Microsoft's sign-in page, parts of it from *.msauth.net and *.msftauth.net.",
}
"""https://learn.microsoft.com/azure/azure-portal/azure-portal-safelist-urls (authentication)."""

_OTHER_BROWSER = "Your browser also loads Microsoft's sign-in page with all its parts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What the page is about: the answers for one customer, and the program.

    Its SHA-256 is in hexadecimal digits; `publisher` is who signed it, empty where nobody is known to have.
    """

    preset: Preset
    contact_center: ContactCenter
    program: str
    version: str
    sha256: str
    publisher: str = ""


def render_guide(guide: Guide, blueprint: Blueprint, template: str) -> str:
    """The page as HTML; `template` is that of resources, see string.Template."""
    cloud = guide.preset.cloud or CLOUDS["global"]
    hosts = [urlsplit(address).hostname or "" for address in (cloud.login, cloud.graph)]
    permissions = (
        f'<tr><th scope="row">{escape(one.name)}</th><td class="kind">{one.kind}</td><td>{escape(one.reason)}</td></tr>'
        for one in blueprint.permissions
    )
    support = guide.preset.support_contact
    return Template(template).substitute(
        host=escape(guide.contact_center.host),
        program=escape(guide.program),
        answers="".join(
            f'<tr><th scope="row">{key}</th><td>{escape(text)}</td></tr>' for key, text in _answers(guide, blueprint)
        ),
        addresses=" and ".join(f"<b>{escape(host)}</b>" for host in hosts),
        browser=_BROWSER.get(cloud.key, _OTHER_BROWSER),
        permissions="\n".join(permissions),
        version=escape(guide.version),
        sha256=escape(guide.sha256),
        publisher=_publisher(guide),
        support=f"Help: {escape(support)}." if support else "",
    )


def _publisher(guide: Guide) -> str:
    """How to see that the program is genuine, as HTML."""
    if guide.publisher:
        who = escape(guide.publisher)
        return (
            f"It is signed by <b>{who}</b>: <i>Properties</i>, <i>Digital Signatures</i> shows it. Do not start a "
            "program for which Windows names another publisher, or none."
        )
    return (
        "Nobody is known to have signed it, so Windows warns of it. Ask your vendor for the number below by another "
        "way than this package came; start it only if they are the same (<i>More info</i>, <i>Run anyway</i>)."
    )


def _answers(guide: Guide, blueprint: Blueprint) -> list[tuple[str, str]]:
    """Heading and value of each answer."""
    preset, center = guide.preset, guide.contact_center
    rows = [
        ("Contact center", center.url),
        ("Redirect URI", center.redirect_uri(blueprint)),
        ("App registration", preset.app_name or blueprint.app_name),
        ("Client secret", f"valid {_lifetime(preset.secret_lifetime or Months(months=blueprint.secret_months))}"),
        ("Microsoft cloud", (preset.cloud or CLOUDS["global"]).name),
        ("Tenant", preset.tenant or "that of the account which signs in"),
    ]
    if preset.sign_in_client is not None:
        rows.append(("You sign in through", preset.sign_in_client.name))
    return rows


def _lifetime(lifetime: SecretLifetime) -> str:
    if isinstance(lifetime, Months):
        return f"for {lifetime.months} months"
    return f"until {lifetime.day.isoformat()}"
