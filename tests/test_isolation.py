"""What conftest.py promises every test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import FakeClock
from tests.support.shared import ROOT


@pytest.mark.parametrize("host", ["graph.microsoft.com", "192.0.2.1", "2001:db8::1"])
def test_no_library_reaches_the_network(host: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="a test reached for the network"):
        requests.get(f"https://[{host}]/" if ":" in host else f"https://{host}/", timeout=1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()


def test_what_a_test_saves_stays_out_of_the_real_home(tmp_path: Path) -> None:
    base = tmp_path.parent
    assert Path.home().is_relative_to(base)
    assert Path(platformdirs.user_log_dir("emi")).is_relative_to(base)
    assert Path(platformdirs.user_config_dir("emi")).is_relative_to(base)


OF_THIS_MACHINE = ("HTTPS_PROXY", "https_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "BROWSER")


@given(st.integers())
def test_hypothesis_runs_in_the_isolation(number: int) -> None:
    assert not set(OF_THIS_MACHINE) & os.environ.keys()


def test_what_this_machine_is_set_to_reaches_no_test(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-cov", "-k", "hypothesis", __file__],
        cwd=ROOT,
        env={**os.environ, **dict.fromkeys(OF_THIS_MACHINE, "set")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout


def test_virtual_time_passes_without_waiting(clock: FakeClock) -> None:
    start = clock.now()
    clock.sleep(3600)
    assert (clock.now() - start, clock.waits) == (3600, [3600])
