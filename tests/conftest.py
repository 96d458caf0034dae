"""For every test: a home of its own, no proxies or certificates of this machine, no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.clock import FakeClock

_HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
_HOMES_OF_PLATFORMDIRS = ("WIN_PD_OVERRIDE_APPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA")  # it asks Windows
_XDG = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME")
_NETWORK = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
_CERTIFICATES = ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def _isolated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # No function-scoped fixture here: hypothesis would refuse it in every test.
    home = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        for name in (*_XDG, *_NETWORK, *map(str.lower, _NETWORK), *_CERTIFICATES, "BROWSER"):
            patch.delenv(name, raising=False)
        for name in (*_HOMES, *_HOMES_OF_PLATFORMDIRS):
            patch.setenv(name, home)
        yield


@pytest.fixture
def clock() -> FakeClock:
    """Virtual time, beginning now."""
    return FakeClock()


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ipaddress.ip_address(name).is_loopback or name == "0.0.0.0"  # noqa: S104 - nothing is bound here
    except ValueError:
        return name == "localhost"


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_local(host):
        # Not an Exception: code under test must not mistake it for a network that is down.
        pytest.fail(f"a test reached for the network: {event} {host}")


def pytest_configure() -> None:
    """Watch every connection of this process: an audit hook sees what any library does. Windows need no screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # How long an example takes says how busy the machine is.
    # A check of a change asks the same each time; whoever works on the project meets new examples at each run.
    same = bool(os.environ.get("CI"))
    slow = [HealthCheck.too_slow]
    settings.register_profile("any-machine", deadline=None, suppress_health_check=slow, derandomize=same)
    settings.load_profile("any-machine")
    sys.addaudithook(_no_network)
