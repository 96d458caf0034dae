"""Gathers what a release publishes into dist/release: python -m release.assets [--unsigned] [DIST].

One file, the folder edition as a ZIP file, the setup program where there is one, the list of components, and the
checksums of all of them. Names carry the version, and say so where nobody has signed. It needs no packages.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from pathlib import Path
from zipfile import ZipFile

from emi_installer.local.package import SUMS, add_file, checksums
from emi_installer.local.program import read_program

_FOLDER = "EMI-Installer-folder"
_SETUP = "EMI-Installer-Setup.exe"


def collect(dist: Path, *, signed: bool) -> list[Path]:
    """The files of the release, which lie in `dist`/release then."""
    place = dist / "release"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    one_file = next(path for path in (dist / "EMI-Installer.exe", dist / "EMI-Installer") if path.is_file())
    program = read_program(one_file)
    mark = program.version if signed else f"{program.version}-unsigned"
    shutil.copy2(one_file, place / f"EMI-Installer-{mark}{one_file.suffix}")
    if (dist / _SETUP).is_file():
        shutil.copy2(dist / _SETUP, place / f"EMI-Installer-Setup-{mark}.exe")
    _pack(dist / _FOLDER, place / f"EMI-Installer-folder-{mark}.zip")
    (place / f"EMI-Installer-{mark}.cdx.json").write_bytes(program.components)
    files = sorted(place.iterdir())
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    (place / SUMS).write_bytes(checksums(sums).encode())
    return [*files, place / SUMS]


def _pack(folder: Path, place: Path) -> None:
    """Pack `folder`; the same files give the same bytes."""
    with ZipFile(place, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder.parent).as_posix()
                add_file(archive, name, path.read_bytes(), mode=path.stat().st_mode)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unsigned", action="store_true", help="say in the names that nobody has signed")
    parser.add_argument("dist", nargs="?", type=Path, default=Path("dist"))
    asked = parser.parse_args()
    for made in collect(asked.dist, signed=not asked.unsigned):
        print(made)
