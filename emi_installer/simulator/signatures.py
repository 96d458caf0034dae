"""Whether a client assertion was signed with a certificate's key."""

from __future__ import annotations

import base64


def is_signed_by(assertion: str, certificate: str) -> bool:
    """Whether the key of `certificate` (DER in base64) signed `assertion`; its times are not looked at."""
    import jwt  # noqa: PLC0415 - slow to load, and only who signs in with a certificate needs it
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - as above

    try:
        key = load_der_x509_certificate(base64.b64decode(certificate)).public_key()
        options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
        jwt.decode(assertion, key, algorithms=["RS256", "PS256"], options=options)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError, TypeError):
        return False
    return True
