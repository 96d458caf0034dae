"""The project as a whole: what its files may not say, how long they may be, and what the lock promises."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import emi_installer
from tests.support.shared import ROOT

LONGEST = 300

LONGER: dict[str, str] = {}
"""Modules that may be longer, and why."""

FORBIDDEN = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs)\.(?:org|com)\b"  # addresses of package registries
    r"|(?<![\w.\-/{}])/(?:work|root|opt|tmp/\w)/",  # paths of one machine
)


def source_files() -> list[Path]:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout: which files belong to the project is unknown")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    found = {}
    for path in source_files():
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
    return found


PYTHON_FILES = sorted([ROOT / "dev.py", *(ROOT / "emi_installer").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([a-z0-9._-]+)(?:\[\S+\])?==(\S+)", LOCK, re.MULTILINE))


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = {f"{name}: {match[0]}" for name, text in texts().items() for match in FORBIDDEN.finditer(text)}
    assert found == set()


def test_modules_stay_short_enough_to_be_read() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): sum(map(bool, map(str.strip, path.read_text("utf-8").splitlines())))
        for path in (ROOT / "emi_installer").rglob("*.py")
    }
    assert {name for name, lines in lengths.items() if lines > LONGEST} == LONGER.keys()


@pytest.mark.parametrize("path", PYTHON_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_version_is_written_once() -> None:
    assert "version" in PYPROJECT["project"]["dynamic"]
    assert "version" not in PYPROJECT["project"]
    assert PYPROJECT["tool"]["hatch"]["version"]["path"] == "emi_installer/__init__.py"
    Version(emi_installer.__version__)


def test_the_lock_pins_and_hashes_everything_and_names_no_address() -> None:
    entries = [entry for entry in re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE) if entry[:1] not in {"#", ""}]
    assert len(entries) == len(PINS) > 0
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK


def test_an_extra_that_is_asked_for_is_locked_with_it() -> None:
    """Else pip 23 takes the newest release of that package, for which there is no hash, and stops."""
    asked = {
        f"{canonicalize_name(wanted.name)}[{extra}]"
        for name in PINS
        for line in _requirements(name)
        if (wanted := Requirement(line)).marker is None or wanted.marker.evaluate({"extra": ""})
        for extra in wanted.extras
    }
    assert "pyjwt[crypto]" in asked
    assert {one for one in asked if f"\n{one}==" not in LOCK} == set()


def _requirements(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # for another system
        return []


def test_the_lock_is_as_pyproject_says() -> None:
    groups = PYPROJECT["dependency-groups"].values()
    wanted = [*PYPROJECT["project"]["dependencies"], *(name for group in groups for name in group)]
    for line in wanted:
        requirement = Requirement(line)
        assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)]), line
