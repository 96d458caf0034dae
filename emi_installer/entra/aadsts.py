"""Refusals of Microsoft's sign-in service, by their AADSTS number.

Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. Numbers change without notice,
so an unknown one falls back to the OAuth error, and never breaks the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error

_CODES = {
    Code.ACCOUNT_DISABLED: (50057,),
    Code.ACCOUNT_LOCKED: (50053,),
    Code.CLIENT_DISABLED: (7000112,),
    Code.CLIENT_MISCONFIGURED: (50011, 50194, 65002, 500113, 7000218),
    Code.CLIENT_NOT_FOUND: (700016,),
    Code.CODE_EXPIRED: (70016, 70019),
    Code.CONDITIONAL_ACCESS: (50131, 53003, 530032, 530035),
    Code.CONSENT_NEEDED: (65001, 90093, 90094, 90095, 90099, 650056),
    Code.DEVICE_NOT_MANAGED: (53000, 53001),
    Code.NOT_ASSIGNED: (50105,),
    Code.PASSWORD_EXPIRED: (50055,),
    Code.SCOPE_REFUSED: (65005, 70011, 650053),
    Code.SECOND_FACTOR: (50072, 50074, 50076, 50079, 50158),
    Code.SECRET_REJECTED: (7000215, 7000222),
    Code.SERVICE_MISSING: (500011, 650052),
    Code.SIGN_IN_AGAIN: (50058, 50173, 70043, 700082),
    Code.SIGN_IN_DECLINED: (65004,),
    Code.SIGN_IN_LOOP: (50196,),
    Code.TENANT_NOT_FOUND: (90002,),
    Code.WRONG_ACCOUNT: (16000, 50020, 50034, 90072),
    Code.WRONG_CLOUD: (90038, 900382),
    Code.WRONG_PASSWORD: (50126,),
}
_BY_NUMBER = {number: code for code, numbers in _CODES.items() for number in numbers}
_BY_OAUTH_ERROR = {
    "access_denied": Code.SIGN_IN_DECLINED,
    "user_cancelled": Code.SIGN_IN_DECLINED,
    "authorization_declined": Code.SIGN_IN_DECLINED,
    "expired_token": Code.CODE_EXPIRED,
    "consent_required": Code.CONSENT_NEEDED,
    "interaction_required": Code.SIGN_IN_AGAIN,
    "login_required": Code.SIGN_IN_AGAIN,
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
        known or _BY_OAUTH_ERROR.get(oauth_error, Code.SIGN_IN_FAILED),
        details=" | ".join(str(x) for x in (oauth_error, *numbers, answer.get("correlation_id")) if x),
        client=client,
        tenant=tenant,
        reason=reason,
    )
