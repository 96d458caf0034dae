"""The report of a verification to keep or send: text, JSON or HTML. It never holds a secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from string import Template

from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.observed.checks import Check, Status, VerificationReport
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.text import one_line, quoted
from emi_installer.wording.checks import check_text, report_text, status_text
from emi_installer.wording.documents import report_facts, report_title


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
    lines = [report_title(), ""]
    lines += [f"{heading}: {one_line(value)}" for heading, value in _facts(report)]
    lines += ["", report_text(report.verification), ""]
    lines += [one_line(f"[{status_text(c.status):>10}] {check_text(c)}") for c in report.verification.checks]
    return "\n".join(lines) + "\n"


def _json(report: Report) -> str:
    signed_in, registration = report.observed.signed_in, report.observed.registration
    whole = {
        "organization": signed_in.organization,
        "tenant_id": signed_in.tenant_id,
        "client_id": registration.app_id if registration else None,
        "checked": report.made.isoformat(),
        "checked_by": signed_in.user_principal_name,
        "passed": report.verification.passed,
        "checks": [_row(check) for check in report.verification.checks],
    }
    return json.dumps(whole, indent=2) + "\n"


def _row(check: Check) -> dict[str, str]:
    words = check_text(check)
    return {"name": check.name, "check": words.title, "status": check.status, "detail": words.detail}


def _html(report: Report, template: str) -> str:
    facts = "".join(f"<dt>{escape(heading)}</dt><dd>{escape(value)}</dd>" for heading, value in _facts(report))
    rows = "".join(_html_row(check) for check in report.verification.checks)
    worst = Status.OK if report.verification.passed else Status.FAILED
    sentence = report_text(report.verification)
    return Template(template).substitute(facts=facts, rows=rows, sentence=escape(sentence), status=worst.value)


def _html_row(check: Check) -> str:
    words = check_text(check)
    return (
        f'<tr class="{check.status.value}"><td>{escape(status_text(check.status))}</td>'
        f'<th scope="row">{escape(words.title)}</th><td>{escape(words.detail)}</td></tr>'
    )


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    return report_facts(report.observed, report.made)
