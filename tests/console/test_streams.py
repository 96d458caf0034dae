"""Streams that are closed, full or cut off never stop applying or saving, and nobody sees a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.shared import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="closes descriptors by a POSIX shell")

APPLY = f"exec {sys.executable} -m emi_installer apply --demo --yes --json --handoff "


def run_in_shell(redirection: str, handoff: Path) -> subprocess.CompletedProcess[bytes]:
    command = f"{APPLY}{handoff} {redirection}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(handoff.parent)}
    return subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("redirection", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", ">/dev/full 2>/dev/full"])
def test_a_stream_that_is_not_there(redirection: str, tmp_path: Path) -> None:
    handoff = tmp_path / "handoff.json"
    ended = run_in_shell(redirection, handoff)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(handoff.read_text(encoding="utf-8"))["verified"] is True
    assert b"Traceback" not in ended.stdout + ended.stderr
    assert b"Exception ignored" not in ended.stderr


def test_a_reader_that_goes_away_after_the_first_line(tmp_path: Path) -> None:
    handoff = tmp_path / "handoff.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    with subprocess.Popen(
        ["sh", "-c", f"{APPLY}{handoff}"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 0, errors
    assert json.loads(handoff.read_text(encoding="utf-8"))["verified"] is True
    assert b"Traceback" not in errors
