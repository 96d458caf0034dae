"""The whole program as a process, through a proxy that answers for Microsoft."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.proxy import BROWSER, Authority
from tests.support.shared import ROOT

PROGRAM = ("-m", "emi_installer")


def start(
    folder: Path, proxy: Any, authority: Authority, command: tuple[str, ...] = PROGRAM, *more: str
) -> subprocess.Popen[bytes]:
    """`apply` in `folder`, to handoff-1.json; what it prints goes to out.jsonl beside the folder."""
    browser = folder.parent / "browser.py"
    browser.write_text(BROWSER, encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if k.upper() not in ("NO_PROXY", "HTTP_PROXY")}
    env |= {
        "BROWSER": f"{sys.executable} {browser} %s",
        "PYTHONPATH": str(ROOT),
        "HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_port}",
        "REQUESTS_CA_BUNDLE": str(authority.bundle),
        "TEST_CA": str(authority.bundle),
    }
    where = ("--contact-center", "acme.brightpattern.com", "--handoff", "handoff-1.json")
    with (folder.parent / f"{folder.name}.jsonl").open("wb") as out:
        return subprocess.Popen(
            [sys.executable, *command, "apply", "--yes", "--json", *where, *more],
            cwd=folder,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
