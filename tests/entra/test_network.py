"""Broken connections in words, and the session that trusts what the system trusts; over real sockets on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
import requests

from emi_installer.entra.http import AnswerTooLargeError, Session, connect
from emi_installer.entra.network import explain, issuer_of
from emi_installer.simulator.faults import huge
from emi_installer.simulator.scenarios import simulate
from tests.support.proxy import ISSUER, Authority, serving

URL = "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def failure(url: str = URL) -> tuple[str, str, bool]:
    """What a request to `url` fails with: code, all sentences, and whether Microsoft may have acted."""
    with connect() as session, pytest.raises((requests.RequestException, OSError)) as raised:
        session.get(url)
    found = explain(raised.value, url)
    return found.problem.code, str(found.problem), found.acted


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
        assert issuer_of("graph.microsoft.com", address) == ISSUER
    assert (code, acted) == ("tls-untrusted", False)
    assert ISSUER in said
    assert "hunter2" not in said


def test_no_proxy_goes_around_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    code, said, acted = failure("https://127.0.0.1:9/")
    assert (code, acted) == ("unreachable", False)
    assert "127.0.0.1" in said


@pytest.mark.parametrize(("password", "said"), [("Basic", "user name and password"), (None, "can't be reached")])
def test_a_proxy_that_does_not_let_through(
    password: str | None, said: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(simulate("empty"), authority, password=password) as proxy:
        port = proxy.server_port if password else 9
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        code, sentences, acted = failure()
    assert (code, acted) == ("proxy-failed", False)
    assert said in sentences
    assert f"127.0.0.1:{port}" in sentences


def test_an_answer_that_is_too_large_is_not_read(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = simulate("empty")
    simulator.faults.add("GET *", huge())
    with serving(simulator, authority) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
        with connect() as session, pytest.raises(AnswerTooLargeError) as raised:
            session.get(URL)
    found = explain(raised.value, URL)
    assert (found.problem.code, found.acted) == ("answer-too-large", True)


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
    assert explain(raised.value, address).problem.code == "time-out"


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
    found = explain(problem, URL)
    assert (found.problem.code, found.acted) == (code, acted)
    assert "login.microsoftonline.com" in str(found.problem)


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    code, said, acted = failure("https://graph.microsoft.invalid/")
    assert (code, acted) == ("unreachable", False)
    assert "looked up" in said


def test_the_issuer_of_a_server_that_is_not_there() -> None:
    assert issuer_of("127.0.0.1:9", "http://127.0.0.1:9") is None


def test_a_server_without_a_proxy_shows_its_issuer(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe goes straight to the host where no proxy is set."""
    asked: list[str] = []

    def refuse(address: tuple[str, int], *_args: Any, **_options: Any) -> Any:
        asked.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert issuer_of("graph.microsoft.com", None) is None
    assert asked == ["graph.microsoft.com"]


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("127.0.0.1:9", "The proxy 127.0.0.1:9 does not let this program through"),
        ("ftp://127.0.0.1:21", "does not hold an address like"),
        ("http://", "does not hold an address like"),
    ],
)
def test_a_proxy_setting_is_named_as_what_is_wrong(
    proxy: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    url = "https://graph.microsoft.com/v1.0/me"
    with pytest.raises(requests.RequestException) as failed:
        connect().get(url, timeout=5)
    problem = explain(failed.value, url).problem
    assert problem.code == "proxy-failed"
    assert said in str(problem)


@pytest.mark.parametrize("kind", [ssl.SSLEOFError, ssl.SSLError])
def test_a_broken_handshake_is_no_question_of_trust(kind: type[ssl.SSLError]) -> None:
    failure = explain(requests.exceptions.SSLError(kind(1, "EOF occurred")), "https://graph.microsoft.com/v1.0/me")
    assert failure.problem.code == "connection-dropped"
    assert failure.acted
