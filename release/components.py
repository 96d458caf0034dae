"""What is bundled: each component with version and license, as license texts and as a CycloneDX list (SBOM).

PyInstaller says which files it bundles; the files say to which installed distribution, or on Linux to which package of
the system, they belong.
"""

from __future__ import annotations

import platform
import re
import ssl
import subprocess
import sys
import sysconfig
import uuid
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

from cryptography.hazmat.backends.openssl.backend import backend
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component as Listed
from cyclonedx.model.component import ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from PySide6.QtCore import qVersion

ALWAYS = ("pyinstaller",)
"""Distributions of which something is in every program, although no module is: the boot loader."""

_LICENSE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_CLASSIFIER = "License :: OSI Approved :: "
_NAMESPACE = uuid.UUID("6f0a6f5c-3d5e-5c0a-9f35-0c4b1a1f6f10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Something of others that is bundled.

    `kind` is the type of its package URL, `text` its license in full, where it has one of its own.
    """

    name: str
    version: str
    license: str
    kind: str
    text: str = ""
    website: str = ""

    @property
    def file(self) -> str:
        """The name of its license file."""
        return re.sub(r"[^\w.+-]", "-", self.name) + ".txt"


def components(bundled: Iterable[str], root: Path) -> list[Component]:
    """The components to which the `bundled` files belong, Python first; `root` is the checkout."""
    files = {Path(file).resolve() for file in bundled}
    owners = _owners()
    found = {owner.name: owner for file in files if (owner := owners.get(file))}
    found |= {name: distribution(name) for name in ALWAYS}
    listed = [_of_distribution(found[name]) for name in sorted(found, key=str.lower)]
    library = Path(sysconfig.get_path("stdlib")).resolve()
    strangers = [f for f in files if f not in owners and root not in f.parents and library not in f.parents]
    return [_python(root), *_inside(found), *listed, *_of_system(strangers)]


def bill_of_materials(listed: Iterable[Component], version: str, moment: datetime) -> str:
    """The CycloneDX 1.6 list as JSON; the same for the same components, `version` of this program and `moment`."""
    bom = Bom(serial_number=uuid.uuid5(_NAMESPACE, f"{version} {moment.isoformat()}"))
    bom.metadata.timestamp = moment.astimezone(UTC)
    licenses = LicenseFactory()
    program = Listed(
        name="EMI installer",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref="emi-installer",
        licenses=[licenses.make_from_string("MIT")],
    )
    bom.metadata.component = program
    for one in listed:
        part = Listed(
            name=one.name,
            version=one.version,
            type=ComponentType.LIBRARY,
            purl=PackageURL(one.kind, "debian" if one.kind == "deb" else None, one.name, one.version),
            bom_ref=f"{one.kind}:{one.name}@{one.version}",
            licenses=[licenses.make_from_string(one.license)] if one.license else [],
        )
        if one.website:
            part.external_references.add(ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(one.website)))
        bom.components.add(part)
        bom.register_dependency(program, [part])
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def write(listed: Iterable[Component], folder: Path) -> list[Path]:
    """Write each license text to a file in `folder`; where they are."""
    return [
        write_text(folder / one.file, f"{one.name} {one.version}  {one.license}".rstrip() + f"\n\n{one.text.strip()}\n")
        for one in listed
        if one.text
    ]


def write_text(place: Path, text: str) -> Path:
    """Write `text` in the same bytes on every system; `place`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8", newline="\n")
    return place


@cache
def _owners() -> dict[Path, Distribution]:
    """Every installed file, and the distribution that it belongs to."""
    return {Path(str(each.locate_file(file))).resolve(): each for each in distributions() for file in each.files or ()}


def _of_distribution(found: Distribution) -> Component:
    facts = found.metadata.json
    texts = [
        f"--- {file.name} ---\n\n{file.read_text(encoding='utf-8', errors='replace')}" for file in _license_files(found)
    ]
    return Component(
        name=found.name,
        version=found.version,
        license=_license(facts),
        kind="pypi",
        text="\n\n".join(texts),
        website=_website(facts),
    )


def _license_files(found: Distribution) -> list[Path]:
    inside = (file.as_posix() for file in found.files or ())
    return [
        Path(str(found.locate_file(name)))
        for name in sorted(inside)
        if ".dist-info/" in name and _LICENSE_FILE.search(name)
    ]


def _license(facts: dict[str, str | list[str]]) -> str:
    """The SPDX expression where there is one, else what the distribution calls it."""
    said = facts.get("license_expression") or facts.get("license") or ""
    if isinstance(said, str) and said and "\n" not in said:
        return said
    classifiers = facts.get("classifier", [])
    named = [one.removeprefix(_CLASSIFIER) for one in classifiers if one.startswith(_CLASSIFIER)]
    return " AND ".join(named)


def _website(facts: dict[str, str | list[str]]) -> str:
    """The first address of the distribution's own."""
    if page := facts.get("home_page"):
        return str(page)
    return next((one.partition(",")[2].strip() for one in facts.get("project_url", [])), "")


def _python(root: Path) -> Component:
    own = [Path(sys.base_prefix, "LICENSE.txt"), Path(sys.base_prefix, "LICENSE")]
    place = next((one for one in own if one.is_file()), root / "resources/licenses/Python.txt")
    text = place.read_text(encoding="utf-8", errors="replace")
    site = "https://www.python.org"
    version = platform.python_version()
    return Component(name="Python", version=version, license="PSF-2.0", kind="generic", text=text, website=site)


def _inside(found: Container[str]) -> Iterator[Component]:
    """Libraries that come inside others, by the names under which their weaknesses are published."""
    if "PySide6_Essentials" in found:
        version = qVersion() or ""
        yield Component(
            name="Qt", version=version, license="LGPL-3.0-only", kind="generic", website="https://www.qt.io"
        )
    texts = {ssl.OPENSSL_VERSION}
    if "cryptography" in found:
        texts.add(backend.openssl_version_text())
    for text in sorted(texts):  # such as "OpenSSL 3.0.19 27 Jan 2026"
        version = text.split()[1]
        site = "https://www.openssl.org"
        yield Component(name="OpenSSL", version=version, license="Apache-2.0", kind="generic", website=site)


def _of_system(files: Iterable[Path]) -> Iterator[Component]:
    """Packages of Debian's from which PyInstaller took libraries; none where there is no dpkg."""
    found: dict[str, None] = {}
    for file in sorted(files):
        if package := _package(file):
            found[package] = None
    for package in sorted(found):
        shown = _query(["dpkg-query", "--show", "--showformat=${Version}\n${Homepage}", package]).splitlines()
        notice = Path("/usr/share/doc", package.partition(":")[0], "copyright")
        yield Component(
            name=package.partition(":")[0],
            version=shown[0] if shown else "",
            license="",
            kind="deb",
            text=notice.read_text(encoding="utf-8", errors="replace") if notice.is_file() else "",
            website=shown[1] if len(shown) > 1 else "",
        )


def _package(file: Path) -> str:
    """Debian's package that `file` comes from; the package may know it without the /usr in front."""
    for name in (str(file), str(file).removeprefix("/usr")):
        if owner := _query(["dpkg-query", "--search", name]).partition(": ")[0]:
            return owner
    return ""


def _query(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""
