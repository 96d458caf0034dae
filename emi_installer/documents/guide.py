"""The customer's guide: one page that says what to do, what is needed, and what is given to the contact center."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from string import Template
from urllib.parse import urlsplit

from emi_installer.core.desired.answers import Months, Preset
from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.desired.contact_center import ContactCenter
from emi_installer.wording.documents import answer_headings, any_tenant, browser_text, lifetime_text, support_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What the page is about: the answers for one customer, and the program, whose SHA-256 is in hexadecimal digits."""

    preset: Preset
    contact_center: ContactCenter
    program: str
    version: str
    sha256: str


def render_guide(guide: Guide, blueprint: Blueprint, template: str) -> str:
    """The page as HTML; `template` is that of resources, see string.Template."""
    cloud = guide.preset.cloud or CLOUDS["global"]
    hosts = [urlsplit(address).hostname or "" for address in (cloud.login, cloud.graph)]
    permissions = (
        f'<tr><th scope="row">{escape(permission.name)}</th><td class="kind">{permission.kind}</td>'
        f"<td>{escape(permission.reason)}</td></tr>"
        for permission in blueprint.permissions
    )
    return Template(template).substitute(
        host=escape(guide.contact_center.host),
        program=escape(guide.program),
        answers="".join(
            f'<tr><th scope="row">{key}</th><td>{escape(text)}</td></tr>' for key, text in _answers(guide, blueprint)
        ),
        addresses=" and ".join(f"<b>{escape(host)}</b>" for host in hosts),
        browser=browser_text(worldwide=cloud is CLOUDS["global"]),
        permissions="\n".join(permissions),
        version=escape(guide.version),
        sha256=escape(guide.sha256),
        support=escape(support_text(guide.preset.support_contact)),
    )


def _answers(guide: Guide, blueprint: Blueprint) -> list[tuple[str, str]]:
    """Heading and value of each answer."""
    preset, center, heading = guide.preset, guide.contact_center, answer_headings()
    lifetime = preset.secret_lifetime or Months(months=blueprint.secret_months)
    rows = [
        (heading["contact_center"], center.url),
        (heading["redirect_uri"], center.redirect_uri(blueprint)),
        (heading["app_name"], preset.app_name or blueprint.app_name),
        (heading["secret"], lifetime_text(lifetime)),
        (heading["cloud"], (preset.cloud or CLOUDS["global"]).name),
        (heading["tenant"], preset.tenant or any_tenant()),
    ]
    if preset.sign_in_client is not None:
        rows.append((heading["sign_in_client"], preset.sign_in_client.name))
    return rows
