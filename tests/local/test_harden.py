"""Nothing of this process's memory reaches the disk, and no library gets in that the environment names."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from emi_installer.local.harden import trust_only_own_libraries
from tests.support.shared import ROOT

LOOK = """
import resource, sys
from emi_installer import __main__ as program
program._opened = lambda _argv: sys.exit(str(resource.getrlimit(resource.RLIMIT_CORE)))
sys.argv = ["emi-installer"]
program.main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX systems")
def test_a_process_of_its_own_dumps_no_core() -> None:
    looked = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert looked.stderr == "(0, 0)\n"


DUMPABLE = "import ctypes, sys; sys.exit(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE


@pytest.mark.skipif(sys.platform != "linux", reason="prctl")
@pytest.mark.parametrize(
    ("before", "dumpable"), [("", 1), ("from emi_installer.local.harden import harden; harden(); ", 0)]
)
def test_other_processes_of_the_user_can_not_read_its_memory(before: str, dumpable: int) -> None:
    assert subprocess.run([sys.executable, "-c", before + DUMPABLE], cwd=ROOT, check=False).returncode == dumpable


def test_a_call_from_other_code_changes_nothing_of_that_process() -> None:
    """Tests and programs that embed this one keep their own limits."""
    asked = "import signal, sys; from emi_installer.__main__ import main; before = signal.getsignal(signal.SIGTERM)\n"
    asked += "main(['package', '--preset', 'none', '--output', 'x.zip'])\n"
    asked += "sys.exit(signal.getsignal(signal.SIGTERM) != before)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", ["QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH", "OPENSSL_CONF", "OPENSSL_MODULES"])
def test_no_variable_names_code_to_load(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/somewhere")
    trust_only_own_libraries()
    assert name not in os.environ


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM is none there")
def test_a_request_to_end_cleans_up_as_ctrl_c_does() -> None:
    """The exit code of an interruption, instead of a process that is gone."""
    ended = """
import os, signal, sys
from emi_installer.console import guard
from emi_installer import __main__ as program
guard.run_safely = lambda *_: os.kill(os.getpid(), signal.SIGTERM)
sys.argv = ["emi-installer", "plan", "--demo"]
try:
    program.main()
except KeyboardInterrupt:
    sys.exit(99)
"""
    assert subprocess.run([sys.executable, "-c", ended], cwd=ROOT, check=False).returncode == 99
