"""A proxy that answers for Microsoft with certificates of a private authority: sockets, TLS and all."""

from __future__ import annotations

import datetime as dt
import html
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from emi_installer.simulator.faults import Disconnected
from emi_installer.simulator.service import Simulator

ISSUER = "Contoso Inspection"


class Authority:
    """A private certificate authority; `bundle` is what programs must trust.

    Its certificates are valid now, or from the start of one of the `years` to that of the other.
    """

    def __init__(self, folder: Path, years: tuple[int, int] | None = None) -> None:
        now = dt.datetime.now(dt.UTC)
        self._folder = folder
        self._valid = (now - dt.timedelta(days=1), now + dt.timedelta(days=30))
        if years:
            self._valid = (dt.datetime(years[0], 1, 1, tzinfo=dt.UTC), dt.datetime(years[1], 1, 1, tzinfo=dt.UTC))
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, ISSUER)])
        certificate = self._certificate(self._name, self._key, ca=True)
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def context(self, host: str) -> ssl.SSLContext:
        """What a server of `host` shows."""
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._make(host)
            return self._contexts[host]

    def _make(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        certificate = self._certificate(name, key, host=host)
        file = self._folder / f"{host}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *, host: str = "", ca: bool = False
    ) -> x509.Certificate:
        first, last = self._valid
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(last)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if host:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, simulator: Simulator, authority: Authority, password: str | None, stumbles: Iterable[int]
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Connect)
        self.simulator = simulator
        self.authority = authority
        self.password = password
        self.stumbles = list(stumbles)
        self.hosts: list[str] = []
        self.lock = threading.Lock()


class _Connect(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Proxy

    def do_CONNECT(self) -> None:
        if self.server.password and self.server.password not in self.headers.get("Proxy-Authorization", ""):
            self.send_error(407)
            return
        with self.server.lock:
            stumble = self.server.stumbles.pop(0) if self.server.stumbles else None
        if stumble is not None:
            self.close_connection = True
            if stumble:
                self.send_error(stumble)
            return
        host = self.path.partition(":")[0]
        self.server.hosts.append(host)
        self.send_response(200)
        self.end_headers()
        try:
            with self.server.authority.context(host).wrap_socket(self.connection, server_side=True) as inner:
                _Microsoft(inner, self.client_address, self.server, host)
        except (ssl.SSLError, ConnectionError):
            pass  # the program does not trust this authority
        self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        pass


class _Microsoft(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Proxy

    def __init__(self, connection: Any, address: Any, server: Any, host: str) -> None:
        self.host = host
        super().__init__(connection, address, server)

    def _answer(self) -> None:
        url = f"https://{self.host}{self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if urlsplit(url).path.endswith("/authorize"):
            self._send(200, {"Content-Type": "text/html"}, _form(self.server.simulator, url))
            return
        try:
            with self.server.lock:
                answer = self.server.simulator.handle(self.command, url, dict(self.headers), body)
        except Disconnected:
            self.close_connection = True
            return
        self._send(*answer)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names are the base class's

    def _send(self, status: int, headers: Any, content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        pass


def _form(simulator: Simulator, url: str) -> bytes:
    """The page that posts the answer to the redirect address, as Microsoft's does."""
    target = parse_qs(urlsplit(url).query)["redirect_uri"][0]
    fields = "".join(
        f'<input type="hidden" name="{html.escape(k)}" value="{html.escape(v)}">'
        for k, v in simulator.sign_in_in_browser(url).items()
    )
    return f'<form method="POST" action="{html.escape(target)}">{fields}</form>'.encode()


@contextmanager
def serving(
    simulator: Simulator, authority: Authority, password: str | None = None, stumbles: Iterable[int] = ()
) -> Iterator[_Proxy]:
    """The proxy, while the block runs; its port is `server_port`.

    `stumbles` are statuses with which it refuses its first tunnels; at 0 it closes the connection.
    """
    proxy = _Proxy(simulator, authority, password, stumbles)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


BROWSER = '''\
"""Opens a page through the proxy and submits its form, as a browser with JavaScript does."""
import html, os, re, ssl, sys, urllib.parse, urllib.request

context = ssl.create_default_context(cafile=os.environ["TEST_CA"])
page = urllib.request.urlopen(sys.argv[1], context=context).read().decode()
target = html.unescape(re.search(r'action="([^"]+)"', page)[1])
fields = {k: html.unescape(v) for k, v in re.findall(r'name="([^"]+)" value="([^"]*)"', page)}
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
direct.open(target.replace("localhost", "127.0.0.1"), urllib.parse.urlencode(fields).encode())
'''
