"""Refusals of Microsoft's sign-in service, by their AADSTS number.

Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. Numbers change without notice, so an
unknown one is told in Microsoft's own words, and never breaks the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.text import one_line

_CODES = {
    Code.ACCOUNT_DISABLED: (50057,),
    Code.ACCOUNT_LOCKED: (50053,),
    Code.CLIENT_DISABLED: (7000112,),
    Code.CLIENT_MISCONFIGURED: (50011, 50194, 65002, 500113, 7000218),
    Code.CLIENT_NOT_FOUND: (700016,),
    Code.CODE_EXPIRED: (70016, 70019, 70020),
    Code.CONDITIONAL_ACCESS: (50131, 53003, 530032, 530035),
    Code.CONSENT_NEEDED: (65001, 90093, 90094, 90095, 90099, 650056),
    Code.DEVICE_NOT_MANAGED: (53000, 53001),
    Code.NOT_ASSIGNED: (50105,),
    Code.PASSWORD_EXPIRED: (50055,),
    Code.SCOPE_REFUSED: (65005, 70011, 650053),
    Code.SECOND_FACTOR: (50072, 50074, 50076, 50079, 50158),
    Code.SECRET_EXPIRED: (7000222,),
    Code.SECRET_REJECTED: (7000215,),
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

_OF_AN_APPLICATION = {
    Code.SECRET_REJECTED: Code.SECRET_REJECTED,
    Code.SECRET_EXPIRED: Code.SECRET_EXPIRED,
    Code.CLIENT_NOT_FOUND: Code.APPLICATION_UNKNOWN,
    Code.CLIENT_DISABLED: Code.APPLICATION_DISABLED,
    Code.CONDITIONAL_ACCESS: Code.PROOF_REFUSED_HERE,
    Code.DEVICE_NOT_MANAGED: Code.PROOF_REFUSED_HERE,
}
"""What a refusal means to an application that signs in by itself.

Conditional Access applies to applications too, by where they sign in from:
https://learn.microsoft.com/entra/identity/conditional-access/workload-identity.
"""

_NOT_SPREAD = {90033, 7000215, 700016, 7000112, 7000222, 7000229}
"""What the service says of a secret, application or service principal that it has not heard of yet."""

_TRANSIENT = {"temporarily_unavailable", "server_error"}
"""Errors of OAuth 2.0 that a moment later may be none; https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1."""

_NUMBER = re.compile(r"AADSTS(\d+)")
_FOR_SUPPORT = re.compile(r"\s*(?:Trace ID|Correlation ID|Timestamp):.*", re.DOTALL)
_LONGEST_REASON = 300


def numbers_of(answer: Mapping[str, Any]) -> tuple[int, ...]:
    """The AADSTS numbers of an answer, from its list or its text."""
    listed = answer.get("error_codes")
    found = [n for n in listed if isinstance(n, int)] if isinstance(listed, list) else []
    found.extend(int(n) for n in _NUMBER.findall(_description(answer)))
    return tuple(dict.fromkeys(found))


def sign_in_error(answer: Mapping[str, Any], *, client: str, tenant: str, device_code: bool = False) -> InstallerError:
    """Our error for a refused sign-in of a person; `client` and `tenant` name what was asked for."""
    code = _known(answer) or Code.SIGN_IN_FAILED
    if device_code and code is Code.CONDITIONAL_ACCESS:
        code = Code.DEVICE_CODE_REFUSED
    return error(code, details=_details(answer), client=client, tenant=tenant, reason=_reason(answer))


def proof_error(answer: Mapping[str, Any], *, is_new: bool) -> InstallerError:
    """Our error for a refused sign-in of the application; `is_new`: its client secret was made just now."""
    known = _known(answer)
    code = _OF_AN_APPLICATION.get(known, Code.PROOF_REFUSED) if known else Code.PROOF_REFUSED
    if is_new and may_spread(answer):
        code = Code.SECRET_NOT_SPREAD
    return error(code, details=_details(answer), reason=_reason(answer))


def may_spread(answer: Mapping[str, Any]) -> bool:
    """Whether a client secret that was refused so may be accepted a moment later."""
    return not _NOT_SPREAD.isdisjoint(numbers_of(answer)) or str(answer.get("error")) in _TRANSIENT


def _known(answer: Mapping[str, Any]) -> Code | None:
    """The code for an answer; OAuth's coarse errors count only where Microsoft gives no number."""
    numbers = numbers_of(answer)
    if numbers:
        return next((_BY_NUMBER[n] for n in numbers if n in _BY_NUMBER), None)
    return _BY_OAUTH_ERROR.get(str(answer.get("error") or ""))


def _reason(answer: Mapping[str, Any]) -> str:
    """Microsoft's own sentence with its number, without what is for support."""
    lines = _FOR_SUPPORT.sub("", _description(answer)).splitlines()
    said = one_line(lines[0]).strip() if lines else ""
    numbers = numbers_of(answer)
    if numbers and not _NUMBER.search(said):
        said = f"AADSTS{numbers[0]}: {said}" if said else f"AADSTS{numbers[0]}."
    return said[:_LONGEST_REASON] or one_line(str(answer.get("error") or ""))[:_LONGEST_REASON]


def _details(answer: Mapping[str, Any]) -> str:
    ids = (answer.get("correlation_id"), answer.get("trace_id"))
    parts = (answer.get("error"), *numbers_of(answer), *ids, answer.get("timestamp"))
    return " | ".join(one_line(str(part)) for part in parts if isinstance(part, str | int) and part)


def _description(answer: Mapping[str, Any]) -> str:
    text = answer.get("error_description")
    return text if isinstance(text, str) else ""
