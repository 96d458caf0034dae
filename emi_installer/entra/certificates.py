"""Certificates: which one a host shows on this network, and whether the files that name authorities can be read."""

from __future__ import annotations

import http.client
import os
import ssl
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from emi_installer.entra.proxies import PROBE_SECONDS, Proxy

_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCertificate:
    """A certificate that a host shows; it is valid from `first` to `last`."""

    issuer: str
    first: date
    last: date


def certificate_of(host: str, port: int, proxy: Proxy | None) -> ShownCertificate | None:
    """What `host` shows on this network; None when that can't be found out."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # only looks at the certificate and sends nothing
    start = (proxy.host, proxy.port) if proxy else (host, port)
    connection = http.client.HTTPSConnection(*start, timeout=PROBE_SECONDS, context=context)
    try:
        if proxy:
            connection.set_tunnel(host, port, proxy.authorization)
        connection.connect()
        shown = connection.sock.getpeercert(binary_form=True)
        return _read(shown) if shown else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def unreadable_bundle() -> tuple[str, str] | None:
    """The environment variable that names a file of certificates which can't be used, and that file."""
    for variable in _VARIABLES:
        place = os.environ.get(variable)
        if place and not _loads(Path(place)):
            return variable, place
    return None


def _loads(place: Path) -> bool:
    try:
        if place.is_dir():
            return True  # a folder of certificates is looked into only when one is needed
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(place)
    except (OSError, ValueError):
        return False
    return True


def _read(certificate: bytes) -> ShownCertificate:
    from cryptography import x509  # noqa: PLC0415 - large, and needed only when something is wrong
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    found = x509.load_der_x509_certificate(certificate)
    names = [
        str(name.value)
        for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        for name in found.issuer.get_attributes_for_oid(oid)
    ]
    return ShownCertificate(
        issuer=names[0] if names else "an unknown issuer",
        first=found.not_valid_before_utc.date(),
        last=found.not_valid_after_utc.date(),
    )
