"""Who has signed a program for Windows, as Windows itself says; elsewhere it can't be found out.

https://learn.microsoft.com/windows/win32/api/wintrust/nf-wintrust-winverifytrust.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Trust(Enum):
    """What Windows says of a signature."""

    VALID = "valid"
    UNSIGNED = "unsigned"
    REFUSED = "refused"  # altered, expired, or signed by somebody whom Windows does not know
    UNKNOWN = "unknown"  # this is not Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What Windows says, and whose signature it is, by the name in the certificate, where it is valid."""

    trust: Trust
    signer: str = ""


def read_signature(place: Path) -> Signature:
    """The signature of the program at `place`; asks nobody in the network."""
    if sys.platform == "win32":
        from emi_installer.local.signature_windows import verify  # noqa: PLC0415 - Windows alone

        code, signer = verify(place)
        if code == 0:
            return Signature(trust=Trust.VALID, signer=signer)
        return Signature(trust=Trust.UNSIGNED if code in _UNSIGNED else Trust.REFUSED)
    return Signature(trust=Trust.UNKNOWN)


_UNSIGNED = {0x800B0100, 0x800B0001, 0x800B0003}
"""TRUST_E_NOSIGNATURE, TRUST_E_PROVIDER_UNKNOWN, TRUST_E_SUBJECT_FORM_UNKNOWN: Windows' codes for no signature."""
