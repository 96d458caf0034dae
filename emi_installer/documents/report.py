"""The report of a verification to keep or send: text, JSON or HTML. It never holds a secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from string import Template

from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.observed.checks import Status, VerificationReport
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.text import one_line, quoted
from emi_installer.wording.changes import MARKS


class ReportFormat(StrEnum):
    """What a report is, told by the end of its file's name."""

    TEXT = ".txt"
    JSON = ".json"
    HTML = ".html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A verification, of which tenant and when (UTC)."""

    verification: VerificationReport
    observed: ObservedTenant
    made: datetime

    @property
    def facts(self) -> dict[str, str]:
        """What it is about, by heading."""
        registration = self.observed.registration
        return {
            "Organization": self.observed.signed_in.organization,
            "Tenant ID": self.observed.signed_in.tenant_id,
            "Client ID": registration.app_id if registration else "none",
            "Checked": self.made.strftime("%Y-%m-%d at %H:%M UTC"),
            "Checked by": self.observed.signed_in.user_principal_name,
        }

    @property
    def sentence(self) -> str:
        """What it comes to."""
        if self.verification.passed:
            return "All well."
        return "Something does not work." if self.verification.failed else "Something needs attention."


def report_format(suffix: str) -> ReportFormat:
    """The format for the end of a file's name; raises InvalidAnswer."""
    try:
        return ReportFormat(suffix.lower())
    except ValueError:
        problem = f"its name ends in {quoted(suffix)}" if suffix else "its name has no ending"
        raise InvalidAnswer("Report", problem, "It must end in .txt, .json or .html") from None


def render_report(report: Report, suffix: str, template: str) -> str:
    """The contents of a report file; `template` is that of HTML, see string.Template."""
    match report_format(suffix):
        case ReportFormat.JSON:
            return _json(report)
        case ReportFormat.HTML:
            return _html(report, template)
        case ReportFormat.TEXT:
            return _text(report)


def _text(report: Report) -> str:
    lines = ["EMI in Microsoft Entra: verification", ""]
    lines += [f"{heading}: {one_line(value)}" for heading, value in report.facts.items()]
    lines += ["", report.sentence, ""]
    lines += [f"[{MARKS[c.status]:>10}] {one_line(c.name)}: {one_line(c.detail)}" for c in report.verification.checks]
    return "\n".join(lines) + "\n"


def _json(report: Report) -> str:
    facts = {heading.lower().replace(" ", "_"): value for heading, value in report.facts.items()}
    checks = [{"check": c.name, "status": c.status, "detail": c.detail} for c in report.verification.checks]
    whole = {**facts, "checked": report.made.isoformat(), "passed": report.verification.passed, "checks": checks}
    return json.dumps(whole, indent=2) + "\n"


def _html(report: Report, template: str) -> str:
    facts = "".join(f"<dt>{escape(heading)}</dt><dd>{escape(value)}</dd>" for heading, value in report.facts.items())
    rows = "".join(
        f'<tr class="{c.status.value}"><td>{escape(MARKS[c.status])}</td><th scope="row">{escape(c.name)}</th>'
        f"<td>{escape(c.detail)}</td></tr>"
        for c in report.verification.checks
    )
    worst = Status.OK if report.verification.passed else Status.FAILED
    return Template(template).substitute(facts=facts, rows=rows, sentence=escape(report.sentence), status=worst.value)
