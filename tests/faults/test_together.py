"""Two administrators at the same moment: one app registration, and both are told what is true."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from emi_installer.simulator.scenarios import simulate
from tests.support.processes import start
from tests.support.proxy import Authority, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="BROWSER holds a POSIX command")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("lag", [0.0, 1.0])
@pytest.mark.parametrize("scenario", ["empty", "half-done"])
def test_two_at_once(scenario: str, lag: float, authority: Authority, tmp_path: Path) -> None:
    simulator = simulate(scenario)
    simulator.faults.lag = lag
    simulator.faults.lag_of_each = True
    folders = [tmp_path / "ada", tmp_path / "ben"]
    with serving(simulator, authority) as proxy:
        children = []
        for folder in folders:
            folder.mkdir()
            children.append(start(folder, proxy, authority))
        codes = [child.wait(120) for child in children]
    tenant = simulator.tenant
    applications = [e.body for e in tenant.applications.values()]
    said = [events(folder) for folder in folders]
    assert [one["displayName"] for one in applications] == ["Bright Pattern EMI"]
    (application,) = applications
    (principal,) = [k for k, e in tenant.service_principals.items() if e.body["appId"] == application["appId"]]
    assert len([e for e in tenant.grants.values() if e.body["clientId"] == principal]) == 1
    assert len(tenant.assignments) == 4
    assert 0 in codes, said
    for folder, code, told in zip(folders, codes, said, strict=True):
        assert code in (0, 1)
        file = folder / "handoff-1.json"
        if code:
            assert any(e["event"] == "error" and e["remedy"] for e in told), told
        elif file.exists():
            saved = json.loads(file.read_text(encoding="utf-8"))
            assert tenant.secrets[saved["secret_key_id"]].text == saved["client_secret"], told
        else:
            assert told[-1]["outcome"] in ("done", "nothing-to-change")
    assert not [tag for tag in application["tags"] if "unsaved" in tag] or 1 in codes


def events(folder: Path) -> list[dict[str, Any]]:
    lines = (folder.parent / f"{folder.name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
