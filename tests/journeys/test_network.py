"""The whole program as a process, through a proxy that inspects TLS, against a Microsoft behind sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from emi_installer.simulator.scenarios import simulate
from tests.support.proxy import BROWSER, ISSUER, Authority, serving
from tests.support.shared import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="BROWSER holds a POSIX command")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def run(folder: Path, *arguments: str, **environment: str) -> tuple[int, list[dict[str, object]], str]:
    browser = folder / "browser.py"
    browser.write_text(BROWSER, encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if k.upper() not in ("NO_PROXY", "HTTP_PROXY")}
    env |= {"BROWSER": f"{sys.executable} {browser} %s", "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(
        [sys.executable, "-m", "emi_installer", *arguments, "--json"],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize(("variable", "way"), [("REQUESTS_CA_BUNDLE", "browser"), ("SSL_CERT_FILE", "device-code")])
def test_apply_through_an_inspecting_proxy(variable: str, way: str, authority: Authority, tmp_path: Path) -> None:
    simulator = simulate("empty")
    simulator.tenant.device_polls = 0
    with serving(simulator, authority) as proxy:
        code, events, err = run(
            tmp_path,
            *("apply", "--yes", "--contact-center", "acme.brightpattern.com", "--handoff", "handoff.json"),
            *(["--device-code"] if way == "device-code" else []),
            HTTPS_PROXY=f"http://127.0.0.1:{proxy.server_port}",
            TEST_CA=str(authority.bundle),
            **{variable: str(authority.bundle)},
        )
    assert code == 0, (events, err)
    assert set(proxy.hosts) == {"login.microsoftonline.com", "graph.microsoft.com"}
    saved = json.loads((tmp_path / "handoff.json").read_text(encoding="utf-8"))
    assert saved["verified"] is True
    assert "demo" not in saved
    assert [s.text for s in simulator.tenant.secrets.values()] == [saved["client_secret"]]


@pytest.mark.parametrize(("cloud", "hosts"), [("us-gov-dod", {"login.microsoftonline.us", "dod-graph.microsoft.us"})])
def test_each_cloud_has_its_own_hosts(cloud: str, hosts: set[str], authority: Authority, tmp_path: Path) -> None:
    with serving(simulate("empty"), authority) as proxy:
        code, events, err = run(
            tmp_path,
            *("apply", "--yes", "--contact-center", "acme.brightpattern.com", "--handoff", "handoff.json"),
            *("--cloud", cloud),
            HTTPS_PROXY=f"http://127.0.0.1:{proxy.server_port}",
            TEST_CA=str(authority.bundle),
            REQUESTS_CA_BUNDLE=str(authority.bundle),
        )
    assert code == 0, (events, err)
    assert set(proxy.hosts) == hosts


PLAN = ("plan", "--contact-center", "acme.brightpattern.com")


def test_an_untrusted_proxy_is_named_by_its_issuer(authority: Authority, tmp_path: Path) -> None:
    with serving(simulate("empty"), authority) as proxy:
        code, events, _ = run(tmp_path, *PLAN, HTTPS_PROXY=f"http://127.0.0.1:{proxy.server_port}")
    assert code == 1
    assert events[-1]["code"] == "tls-untrusted"
    assert ISSUER in str(events[-1]["explanation"])
    assert "login.microsoftonline.com" in str(events[-1]["title"])


def test_a_proxy_that_wants_a_password(authority: Authority, tmp_path: Path) -> None:
    with serving(simulate("empty"), authority, password="Basic") as proxy:
        address = f"127.0.0.1:{proxy.server_port}"
        code, events, _ = run(tmp_path, *PLAN, HTTPS_PROXY=f"http://{address}")
        assert code == 1
        assert events[-1]["code"] == "proxy-password-missing"
        assert address in str(events[-1]["title"])
        assert "password" in str(events[-1]["title"])
        code, events, err = run(
            tmp_path,
            *PLAN,
            "--device-code",
            HTTPS_PROXY=f"http://ada:hunter2@{address}",
            REQUESTS_CA_BUNDLE=str(authority.bundle),
        )
        assert code == 3, (events, err)
    assert "hunter2" not in json.dumps(events) + err


@pytest.mark.parametrize("stumbles", [(503, 0), (502, 504)])
def test_a_proxy_that_stumbles_is_asked_again(stumbles: tuple[int, ...], authority: Authority, tmp_path: Path) -> None:
    with serving(simulate("empty"), authority, stumbles=stumbles) as proxy:
        code, events, err = run(
            tmp_path,
            *PLAN,
            HTTPS_PROXY=f"http://127.0.0.1:{proxy.server_port}",
            TEST_CA=str(authority.bundle),
            REQUESTS_CA_BUNDLE=str(authority.bundle),
        )
    assert code == 3, (events, err)
    assert [e["reason"] for e in events if e["event"] == "waiting"] == ["network", "network"]


def test_a_proxy_that_is_not_there(tmp_path: Path) -> None:
    code, events, _ = run(tmp_path, *PLAN, HTTPS_PROXY="http://ada:hunter2@127.0.0.1:9")
    assert code == 1
    assert events[-1]["code"] == "proxy-unreachable"
    assert "127.0.0.1:9" in str(events[-1]["title"])
    assert "hunter2" not in json.dumps(events)


def test_a_certificate_file_that_is_missing(tmp_path: Path) -> None:
    code, events, _ = run(
        tmp_path, *PLAN, HTTPS_PROXY="http://127.0.0.1:9", REQUESTS_CA_BUNDLE=str(tmp_path / "gone.pem")
    )
    assert code == 1
    assert events[-1]["code"] == "certificates-unreadable"
