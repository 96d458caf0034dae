"""The import rules of the map: arrows point down only, and the core is pure."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.shared import ROOT

PACKAGE = "emi_installer"

CORE = {"core", "core.desired", "core.observed", "core.plan", "core.errors"}

ROW = re.compile(r"^\| `([\w.]+)` \|([^|]*)\|$", re.MULTILINE)


def the_map() -> dict[str, set[str]]:
    """What each part of the package may import, itself apart: the table of docs/architecture.md."""
    document = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = document.partition("| part | may import |")[2].partition("\n\n")[0]
    return {
        part: set(re.findall(r"`([\w.]+)`", below)) | (CORE if "*core*" in below else set())
        for part, below in ROW.findall(table)
    }


BELOW = the_map()

PURE = {
    "__future__",
    "abc",
    "base64",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "difflib",
    "enum",
    "fnmatch",
    "functools",
    "html",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "textwrap",
    "tomllib",
    "types",
    "typing",
    "unicodedata",
    "urllib.parse",
}
"""What the core may have of the standard library: no network, disk, clock or random."""

IMPURE_CALLS = {"open", "input", "now", "today", "utcnow"}
"""Ways to disk, people and the clock that need no import of their own."""

ONLY_IN = {"PySide6": {"gui"}, "msal": {"entra"}, "jwt": {"entra", "simulator"}}
"""Libraries that only some parts may touch; the simulator signs the tokens that it gives."""

SLOW = {"PySide6", "cryptography", "jwt", "msal", "requests", "truststore", "urllib3"}
"""Libraries whose import a person would feel at `--help`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    where: str
    part: str
    target: str


def part_of(module: str) -> str:
    """The part of the package that a module lies in: emi_installer.core.plan.plan → core.plan."""
    names = module.split(".")[1:]
    within = ".".join(names[:2])
    return within if within in CORE else names[0] if names else ""


def modules() -> dict[str, ast.Module]:
    trees = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        trees[name] = ast.parse(path.read_text(encoding="utf-8"), path)
    return trees


def targets(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (name.name for name in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            # `from emi_installer import wiring` reaches the module wiring.
            yield from (f"{module}.{name.name}" if module == PACKAGE else module for name in names)
        case ast.ImportFrom():
            msg = "relative imports hide where the arrow points"
            raise AssertionError(msg)
        case _:
            pass


MODULES = modules()
IMPORTS = [
    Import(where=module, part=part_of(module), target=target)
    for module, tree in MODULES.items()
    for node in ast.walk(tree)
    for target in targets(node)
]


def is_ours(target: str) -> bool:
    return target.partition(".")[0] == PACKAGE


def test_every_part_of_the_package_is_on_the_map() -> None:
    assert {part_of(module) for module in MODULES} - {""} <= BELOW.keys()


def test_arrows_point_down_only() -> None:
    upward = [
        found
        for found in IMPORTS
        if is_ours(found.target)
        and part_of(found.target) not in BELOW.get(found.part, set()) | {found.part, "__version__"}
    ]
    assert upward == []


def test_the_core_has_no_network_disk_clock_or_random() -> None:
    impure = [
        found
        for found in IMPORTS
        if found.part in CORE
        and not is_ours(found.target)
        and found.target not in PURE
        and found.target.split(".")[0] not in PURE
    ]
    calls = [
        f"{module}:{node.lineno}"
        for module, tree in MODULES.items()
        if part_of(module) in CORE
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", None)) in IMPURE_CALLS
    ]
    assert (impure, calls) == ([], [])


@pytest.mark.parametrize(("library", "parts"), ONLY_IN.items())
def test_a_library_is_touched_in_its_parts_alone(library: str, parts: set[str]) -> None:
    astray = [found for found in IMPORTS if found.target.split(".")[0] == library and found.part not in parts]
    assert astray == []


def test_the_simulator_needs_libraries_in_two_places_alone() -> None:
    allowed = {*sys.stdlib_module_names, PACKAGE}
    foreign = {
        found.where for found in IMPORTS if found.part == "simulator" and found.target.split(".")[0] not in allowed
    }
    assert foreign <= {"emi_installer.simulator.transport", "emi_installer.simulator.signatures"}


def test_help_comes_without_the_slow_libraries() -> None:
    helped = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", PACKAGE, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in helped.stderr.splitlines()}
    assert f"{PACKAGE}.console.options" in imported
    assert imported & SLOW == set()
