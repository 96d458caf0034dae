"""What is in the built program: libraries, licenses, the list of components, and the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import shutil
import ssl
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.backends.openssl.backend import backend
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from emi_installer import __version__
from emi_installer.local.program import read_program
from release.assets import collect
from release.components import Component, bill_of_materials
from tests.packaging.programs import FOLDER, ONE_FILE, build, built
from tests.support.shared import ROOT

QT = {
    "linux": {"libQt6Core", "libQt6DBus", "libQt6Gui", "libQt6Svg", "libQt6Widgets", "libQt6XcbQpa"},
    "win32": {"Qt6Core", "Qt6Gui", "Qt6Svg", "Qt6Widgets"},
}
"""Qt's libraries; another one must be wanted."""

LICENSED_BY_QT = {"PySide6_Essentials", "shiboken6", "Qt"}
INSIDE_PYTHON = {"OpenSSL"}

pytestmark = built


@pytest.mark.skipif(sys.platform not in QT, reason="names of Linux and Windows")
def test_only_the_libraries_of_qt_that_are_needed() -> None:
    names = (path.name for pattern in ("libQt6*.so*", "Qt6*.dll") for path in FOLDER.rglob(pattern))
    assert {name.partition(".")[0] for name in names} == QT[sys.platform]


@pytest.mark.skipif(sys.platform != "win32", reason="names of Windows")
def test_the_c_runtime_is_that_of_windows() -> None:
    names = {path.name.lower() for path in FOLDER.rglob("*.dll")}
    assert not {name for name in names if name.startswith(("ucrtbase", "api-ms-win-"))}


def test_every_component_is_listed_and_licensed() -> None:
    program = read_program(ONE_FILE)
    assert program.version == __version__
    listed = {one["name"]: one for one in json.loads(program.components)["components"]}
    assert {"Python", "Qt", "PySide6_Essentials", "msal", "requests", "cryptography", "OpenSSL"} <= listed.keys()
    assert not {"pytest", "hypothesis", "mypy", "hatchling", "cyclonedx-python-lib"} & listed.keys()
    licensed = {name.removesuffix(".txt") for name in program.licenses}
    assert listed.keys() - licensed == LICENSED_BY_QT | INSIDE_PYTHON
    assert {"EMI-installer", "Qt-and-PySide6", "LGPL-3.0", "GPL-3.0", "pyinstaller"} <= licensed
    assert all(one["version"] for one in listed.values())
    versions = {one["version"] for one in json.loads(program.components)["components"] if one["name"] == "OpenSSL"}
    assert versions == {text.split()[1] for text in (ssl.OPENSSL_VERSION, backend.openssl_version_text())}
    if shutil.which("dpkg-query"):
        assert "libglib2.0-0" in listed.keys() & licensed


def test_the_folder_has_the_same_list_and_licenses() -> None:
    program = read_program(ONE_FILE)
    resources = FOLDER / "_internal" / "resources"
    assert (resources / "sbom.cdx.json").read_bytes() == program.components
    assert {place.name: place.read_bytes() for place in (resources / "licenses").iterdir()} == program.licenses


def test_the_list_is_as_cyclonedx_defines_it() -> None:
    text = read_program(ONE_FILE).components.decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_the_list_is_the_same_for_the_same_components() -> None:
    parts = [
        Component(name="a", version="1", license="MIT", kind="pypi"),
        Component(name="b", version="2", license="", kind="deb"),
    ]
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    assert bill_of_materials(parts, "1.0", moment) == bill_of_materials(reversed(parts), "1.0", moment)


def test_every_license_text_of_the_project_is_whole() -> None:
    for place in (ROOT / "resources" / "licenses").iterdir():
        assert place.stat().st_size > 300, place


def test_two_builds_of_one_commit_are_the_same(tmp_path: Path) -> None:
    again = build(tmp_path)
    first, second = (
        {p.relative_to(d): p for d in (folder,) for p in d.rglob("*") if p.is_file()}
        for folder in (FOLDER, again / FOLDER.name)
    )
    assert first.keys() == second.keys()
    differing = [str(name) for name, place in first.items() if place.read_bytes() != second[name].read_bytes()]
    assert differing == []
    assert (again / ONE_FILE.name).read_bytes() == ONE_FILE.read_bytes()


def test_what_a_release_publishes(tmp_path: Path) -> None:
    shutil.copy2(ONE_FILE, tmp_path)
    shutil.copytree(FOLDER, tmp_path / FOLDER.name)
    files = {file.name: file for file in collect(tmp_path, signed=False)}
    mark = f"{__version__}-unsigned"
    assert files.keys() == {
        f"EMI-Installer-{mark}{ONE_FILE.suffix}",
        f"EMI-Installer-{mark}.cdx.json",
        f"EMI-Installer-folder-{mark}.zip",
        "SHA256SUMS",
    }
    sums = {line[66:]: line[:64] for line in files.pop("SHA256SUMS").read_text(encoding="ascii").splitlines()}
    assert sums == {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    with zipfile.ZipFile(files[f"EMI-Installer-folder-{mark}.zip"]) as archive:
        packed = {Path(name).relative_to(FOLDER.name) for name in archive.namelist()}
    assert packed == {path.relative_to(FOLDER) for path in FOLDER.rglob("*") if path.is_file()}
    assert any(__version__ in file.name and "unsigned" not in file.name for file in collect(tmp_path, signed=True))
