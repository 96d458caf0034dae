"""Refusals of Microsoft's sign-in service, by their AADSTS number.

Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. Numbers change without notice,
so an unknown one falls back to the OAuth error, and never breaks the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emi_installer.core.errors.errors import InstallerError, error

_CODES = {
    "account-disabled": (50057,),
    "account-locked": (50053,),
    "client-disabled": (7000112,),
    "client-misconfigured": (50011, 50194, 65002, 500113, 7000218),
    "client-not-found": (700016,),
    "code-expired": (70016, 70019),
    "conditional-access": (50131, 53003, 530032, 530035),
    "consent-needed": (65001, 90093, 90094, 90095, 90099, 650056),
    "device-not-managed": (53000, 53001),
    "not-assigned": (50105,),
    "password-expired": (50055,),
    "scope-refused": (65005, 70011, 650053),
    "second-factor": (50072, 50074, 50076, 50079, 50158),
    "secret-rejected": (7000215, 7000222),
    "service-missing": (500011, 650052),
    "sign-in-again": (50058, 50173, 70043, 700082),
    "sign-in-declined": (65004,),
    "sign-in-loop": (50196,),
    "tenant-not-found": (90002,),
    "wrong-account": (16000, 50020, 50034, 90072),
    "wrong-cloud": (90038, 900382),
    "wrong-password": (50126,),
}
_BY_NUMBER = {number: code for code, numbers in _CODES.items() for number in numbers}
_BY_OAUTH_ERROR = {
    "access_denied": "sign-in-declined",
    "user_cancelled": "sign-in-declined",
    "authorization_declined": "sign-in-declined",
    "expired_token": "code-expired",
    "consent_required": "consent-needed",
    "interaction_required": "sign-in-again",
    "login_required": "sign-in-again",
}

_NUMBER = re.compile(r"AADSTS(\d+)")


def numbers_of(answer: Mapping[str, Any]) -> tuple[int, ...]:
    """The AADSTS numbers of an answer, from its list or its text."""
    listed = answer.get("error_codes")
    found = [n for n in listed if isinstance(n, int)] if isinstance(listed, list) else []
    found.extend(int(n) for n in _NUMBER.findall(str(answer.get("error_description") or "")))
    return tuple(dict.fromkeys(found))


def explain_refusal(answer: Mapping[str, Any], *, client: str, tenant: str) -> InstallerError:
    """Our error for a refusal; `client` and `tenant` name what was asked for."""
    numbers = numbers_of(answer)
    oauth_error = str(answer.get("error") or "")
    known = next((_BY_NUMBER[n] for n in numbers if n in _BY_NUMBER), None)
    description = str(answer.get("error_description") or "").splitlines()
    reason = description[0][:300] if description else (oauth_error or "No reason was given") + "."
    return error(
        known or _BY_OAUTH_ERROR.get(oauth_error, "sign-in-failed"),
        details=" | ".join(str(x) for x in (oauth_error, *numbers, answer.get("correlation_id")) if x),
        client=client,
        tenant=tenant,
        reason=reason,
    )
