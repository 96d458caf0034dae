"""Feeds the two parsers of untrusted input with whatever reaches new code in them: `python -m tests.fuzz [RUNS]`.

Presets come from others, Graph's answers through whatever stands between. Only InstallerError may come out.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # has no types; Linux only

with atheris.instrument_imports():
    from emi_installer.core.desired.blueprint import parse_blueprint
    from emi_installer.core.desired.preset import parse_preset
    from emi_installer.core.errors.errors import InstallerError
    from emi_installer.entra import parse
    from emi_installer.entra.failures import GraphFailure

from emi_installer.local.assets import asset
from emi_installer.simulator.scenarios import Builder, simulate
from emi_installer.simulator.tenant import graph_service_principal
from tests.support.shared import ROOT

RUNS = 60_000
_BLUEPRINT = parse_blueprint(asset("emi.toml").read_text(encoding="utf-8"))
_TODAY = date(2026, 11, 23)


def try_preset(data: bytes) -> None:
    """A preset of anybody's."""
    with suppress(InstallerError):
        parse_preset(data, "preset.toml", _BLUEPRINT, _TODAY)


def try_answer(data: bytes) -> None:
    """An answer of Graph's, or of something else."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(body, dict):
        return
    for read in (parse.app_registration, parse.published_graph, parse.secret_policy, parse.service_principal):
        with suppress(InstallerError):
            read(body)
    with suppress(InstallerError):
        GraphFailure(400, body, {str(k): str(v) for k, v in body.items()}, "/x")
    listed = parse.items(body.get("value"))
    with suppress(InstallerError):
        parse.tenant_wide_grant(listed, "x")
        parse.granted_roles(listed, "x")


def one(data: bytes) -> None:
    """The first byte says which parser."""
    (try_preset if data[:1] == b"#" else try_answer)(data)


def seeds(folder: Path) -> None:
    """What right input looks like."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (folder / "preset").write_text("#\n" + readme.split("```toml")[1].split("```")[0], encoding="utf-8")
    make = Builder(simulate("empty"))
    application = make.application()
    make.secret(application)
    bodies = (
        application,
        graph_service_principal(),
        {"error": {"code": "x", "message": "y", "details": [{"code": "z"}]}},
    )
    for number, body in enumerate(bodies):
        (folder / str(number)).write_text(json.dumps(body)[:20_000], encoding="utf-8")


def main() -> None:
    """Run until `RUNS` inputs were tried; the fuzzer ends the process, with 0 when nothing else came out."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        seeds(Path(folder))
        options = [f"-runs={runs}", "-max_len=4096", "-timeout=10", "-print_final_stats=1", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", folder], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
