"""Broken connections in words, and the session that trusts what the system trusts; over real sockets on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.entra.certificates import certificate_of
from emi_installer.entra.failures import TransportFailure
from emi_installer.entra.http import Session, connect
from emi_installer.entra.network import classify_transport_error
from emi_installer.entra.proxies import ProxySetting, judge_setting, judge_tunnel, parse_proxy, unreachable
from emi_installer.entra.wire import exchange
from emi_installer.simulator.faults import huge
from emi_installer.simulator.scenarios import simulate
from emi_installer.wording.errors import explain
from tests.support.proxy import ISSUER, Authority, serving

URL = "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def failure(url: str = URL) -> tuple[str, str, bool]:
    """What a request to `url` fails with: code, all sentences, and whether Microsoft may have acted."""
    found = failing(url)
    return found.code, str(explain(found)), found.acted


def failing(url: str = URL) -> TransportFailure:
    with connect() as session, pytest.raises(TransportFailure) as raised:
        exchange(session, "sign-in", "GET", url)
    return raised.value


def classified(problem: Exception, url: str = URL) -> TransportFailure:
    return classify_transport_error(problem, url, lambda: None)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_a_private_authority_is_trusted_when_named(
    variable: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(simulate("empty"), authority) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.setenv(variable, str(authority.bundle))
        with connect() as session:
            assert session.get(URL).json()["issuer"].startswith("https://login.microsoftonline.com/")


def test_an_unknown_authority_is_named(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(simulate("empty"), authority, password="Basic YWRhOmh1bnRlcjI=") as proxy:
        address = f"http://ada:hunter2@127.0.0.1:{proxy.server_port}"
        monkeypatch.setenv("HTTPS_PROXY", address)
        code, said, acted = failure()
        shown = certificate_of("graph.microsoft.com", 443, parse_proxy(address))
        assert shown is not None
        assert shown.issuer == ISSUER
    assert (code, acted) == ("tls-untrusted", False)
    assert ISSUER in said
    assert "hunter2" not in said


def test_no_proxy_goes_around_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    code, said, acted = failure("https://127.0.0.1:9/")
    assert (code, acted) == ("unreachable", False)
    assert "127.0.0.1" in said


@pytest.mark.parametrize(
    ("password", "code", "said"),
    [
        ("Basic", "proxy-password-missing", "user name and password"),
        (None, "proxy-unreachable", "can't be reached"),
    ],
)
def test_a_proxy_that_does_not_let_through(
    password: str | None, code: str, said: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(simulate("empty"), authority, password=password) as proxy:
        port = proxy.server_port if password else 9
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        found, sentences, acted = failure()
    assert (found, acted) == (code, False)
    assert said in sentences
    assert f"127.0.0.1:{port}" in sentences


def test_an_answer_that_is_too_large_is_not_read(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = simulate("empty")
    simulator.faults.add("GET *", huge())
    with serving(simulator, authority) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
        found = failing()
    assert (found.code, found.acted) == ("answer-too-large", True)


def test_a_server_that_drips_is_not_listened_to_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emi_installer.entra.http.WHOLE_SECONDS", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server, Session() as session:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
                connection.recv(1)  # until the other side hangs up

        dripping = threading.Thread(target=drip)
        dripping.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(requests.ReadTimeout) as raised:
            session.get(address)
        dripping.join(10)
    assert classified(raised.value, address).code == "time-out"


def test_passwords_of_netrc_do_not_replace_our_token(monkeypatch: pytest.MonkeyPatch) -> None:
    (Path.home() / ".netrc").write_text("default login ada password hunter2\n", encoding="utf-8")
    sent: list[str] = []
    session = connect()
    adapter = simulate("empty").adapter()
    send = adapter.send

    def record(request: requests.PreparedRequest, **options: Any) -> requests.Response:
        sent.append(request.headers["Authorization"])
        return send(request, **options)

    monkeypatch.setattr(adapter, "send", record)
    session.mount("https://", adapter)
    session.get("https://graph.microsoft.com/v1.0/me", headers={"Authorization": "Bearer ours"})
    assert sent == ["Bearer ours"]


def test_a_certificate_file_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    assert failure("https://127.0.0.1:9/")[0] == "certificates-unreadable"


@pytest.mark.parametrize(
    ("problem", "code", "acted"),
    [
        (requests.ConnectTimeout(), "time-out", False),
        (requests.ReadTimeout(), "time-out", True),
        (requests.exceptions.ChunkedEncodingError(), "connection-dropped", True),
        (requests.ConnectionError(ConnectionResetError()), "connection-dropped", True),
        (requests.ConnectionError(ConnectionRefusedError()), "unreachable", False),
    ],
)
def test_what_an_exception_means(problem: Exception, code: str, acted: bool) -> None:  # noqa: FBT001
    found = classified(problem)
    assert (found.code, found.acted) == (code, acted)
    assert "login.microsoftonline.com" in str(explain(found))


def nobody_knows(*_args: Any, **_options: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", nobody_knows)
    code, said, acted = failure("https://graph.microsoft.invalid/")
    assert (code, acted) == ("name-not-found", False)
    assert "looked up" in said


def test_the_issuer_of_a_server_that_is_not_there() -> None:
    assert certificate_of("127.0.0.1", 9, None) is None
    assert certificate_of("login.microsoftonline.com", 443, parse_proxy("http://127.0.0.1:9")) is None


def test_a_server_without_a_proxy_shows_its_issuer(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe goes straight to the host where no proxy is set."""
    asked: list[str] = []

    def refuse(address: tuple[str, int], *_args: Any, **_options: Any) -> Any:
        asked.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert certificate_of("graph.microsoft.com", 443, None) is None
    assert asked == ["graph.microsoft.com"]


@pytest.mark.parametrize(
    ("proxy", "code", "said"),
    [
        ("127.0.0.1:9", "proxy-unreachable", "The proxy 127.0.0.1:9 can't be reached. It is named in HTTPS_PROXY."),
        ("ftp://127.0.0.1:21", "proxy-setting-invalid", "The address of the proxy in HTTPS_PROXY can't be understood"),
        ("http://", "proxy-setting-invalid", "The address of the proxy in HTTPS_PROXY can't be understood"),
        ("http://u:p@[::1", "proxy-setting-invalid", "The address of the proxy in HTTPS_PROXY can't be understood"),
    ],
)
def test_a_proxy_setting_is_named_as_what_is_wrong(
    proxy: str, code: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    found, sentences, acted = failure()
    assert (found, acted) == (code, False)
    assert said in sentences


@pytest.mark.parametrize(
    "proxy",
    [
        "http://CONTOSO\\ada:hunter2@127.0.0.1:9",
        "http://ada:hunter2#x@127.0.0.1:9",
        "http://ada:12#hunter2@127.0.0.1:9",
        "http://ada:hunter2/x@127.0.0.1:9",
        "http://ada:hunter2?x@127.0.0.1:9",
        "http://ada:hunter 2@127.0.0.1:9",
    ],
)
def test_nothing_is_shown_of_a_proxy_address_that_is_misread(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setattr(socket, "getaddrinfo", nobody_knows)
    found, sentences, _ = failure()
    assert found == "proxy-setting-invalid"
    for part in ("hunter2", "hunter", "CONTOSO", "ada", "127.0.0.1"):
        assert part not in sentences
    assert "%5C" in sentences


@pytest.mark.parametrize("variable", ["ALL_PROXY", "HTTPS_PROXY"])
def test_a_socks_proxy_is_told_under_its_own_name(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "socks5://ada:hunter2@127.0.0.1:9")
    found, sentences, _ = failure()
    assert found == "proxy-is-socks"
    assert f"named in {variable}" in sentences
    assert "hunter2" not in sentences


def answering(*answers: bytes) -> AbstractContextManager[int]:
    """A proxy that gives each connection one of `answers`, the last one again and again; its port."""
    return talking(lambda number: answers[min(number, len(answers) - 1)])


@contextmanager
def talking(answer: Callable[[int], bytes]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve() -> None:
            number = 0
            while True:
                connection, _ = server.accept()
                with connection:
                    if ended.is_set():
                        return
                    connection.recv(65536)
                    connection.sendall(answer(number))
                number += 1

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            socket.create_connection(server.getsockname()).close()
            thread.join(10)


@pytest.mark.parametrize(
    ("answer", "code", "said", "passing"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "proxy-refused", "answered 403", False),
        (b"HTTP/1.1 405 Method Not Allowed\r\n\r\n", "proxy-refused", "answered 405", False),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "proxy-unavailable", "answered 502", True),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "proxy-unavailable", "answered 503", True),
        (b"HTTP/1.1 504 Gateway Timeout\r\n\r\n", "proxy-unavailable", "answered 504", True),
        (b"", "connection-dropped", "connection to login.microsoftonline.com broke", True),
        (
            b"HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
            "proxy-sign-in-unsupported",
            "Negotiate or NTLM",
            False,
        ),
        (
            b'HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate, Basic realm="x", charset="UTF-8"\r\n\r\n',
            "proxy-password-missing",
            "None is given in HTTPS_PROXY",
            False,
        ),
        (b"HTTP/1.1 407 No\r\n\r\n", "proxy-password-missing", "user name and password", False),
    ],
)
def test_what_a_proxy_does_tells_a_refusal_from_what_passes(
    answer: bytes,
    code: str,
    said: str,
    passing: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with answering(answer) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        found = failing()
    assert (found.code, found.passing) == (code, passing)
    assert said in str(explain(found))


def test_a_tunnel_that_is_dropped_is_a_broken_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    closed = urllib3.exceptions.ProxyError("Unable to connect to proxy", RemoteDisconnected("closed"))
    found = classified(requests.exceptions.ProxyError(closed))
    assert (found.code, found.acted, found.passing) == ("connection-dropped", True, True)


def test_a_password_that_the_proxy_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\n\r\n") as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:hunter2@127.0.0.1:{port}")
        code, sentences, _ = failure()
    assert code == "proxy-password-refused"
    assert "hunter2" not in sentences


def test_a_proxy_that_speaks_plain_http_is_not_asked_encrypted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(simulate("empty"), authority) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{proxy.server_port}")
        code, sentences, _ = failure()
    assert code == "proxy-speaks-http"
    assert "http:// instead of https://" in sentences


@given(st.text(max_size=60) | st.from_regex(r"\A[a-z0-9]{0,6}:?/?/?[^ ]{0,40}\Z"))
def test_no_setting_of_a_proxy_breaks_anything(text: str) -> None:
    proxy = parse_proxy(text)
    assert proxy is None or (proxy.shown and "@" not in proxy.shown)
    setting = ProxySetting(text=text, source="HTTPS_PROXY")
    judge_setting(setting, refused=True)
    judge_tunnel(setting, "graph.microsoft.com", [OSError("Tunnel connection failed: 503 x")])
    unreachable(setting)


@pytest.mark.parametrize(
    "contents", [b"", b"\x30\x82\x01\x0a", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_a_certificate_file_that_holds_none(
    variable: str, contents: bytes, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "company-root.cer"
    file.write_bytes(contents)
    with serving(simulate("empty"), authority) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.setenv(variable, str(file))
        code, sentences, _ = failure()
    assert code == "certificates-unreadable"
    assert f"{variable} names {file}" in sentences


@pytest.mark.parametrize("years", [(1990, 1999), (2120, 2190)])
def test_a_certificate_of_another_time_is_a_question_of_the_clock(
    years: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Authority(tmp_path, years=years)
    with serving(simulate("empty"), old) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(old.bundle))
        code, sentences, acted = failure()
    assert (code, acted) == ("certificate-out-of-date", False)
    assert f"valid from {years[0]}-01-01 to {years[1]}-01-01" in sentences
    assert "date and time of this computer" in sentences
    assert ISSUER in sentences


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("http://pac.contoso.com/proxy.pac", "proxy-script-unused"),
        ("", "proxy-detection-unused"),
        (None, "unreachable"),
    ],
)
def test_a_proxy_that_windows_would_find_is_named_when_nothing_leads_out(script: str | None, code: str) -> None:
    refused = requests.ConnectionError(ConnectionRefusedError())
    found = classify_transport_error(refused, URL, lambda: script)
    assert found.code == code
    assert "HTTPS_PROXY" in explain(found).remedy
    assert (script or "") in explain(found).explanation


def test_a_proxy_that_windows_would_find_is_not_blamed_for_a_broken_answer() -> None:
    found = classify_transport_error(requests.ReadTimeout(), URL, lambda: "http://pac.contoso.com/proxy.pac")
    assert found.code == "time-out"


def test_a_mistake_of_ours_is_not_taken_for_the_network() -> None:
    with pytest.raises(ValueError, match="ours"):
        classified(ValueError("ours"))


@pytest.mark.parametrize("kind", [ssl.SSLEOFError, ssl.SSLError])
def test_a_broken_handshake_is_no_question_of_trust(kind: type[ssl.SSLError]) -> None:
    found = classified(requests.exceptions.SSLError(kind(1, "EOF occurred")), "https://graph.microsoft.com/v1.0/me")
    assert found.code == "connection-dropped"
    assert found.acted
