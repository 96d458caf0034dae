"""The customer package: a ZIP file in which the program lies beside its preset; the same input gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from emi_installer.local.files import write_public
from emi_installer.local.program import Program

SUMS = "SHA256SUMS"
_MODE, _PROGRAM_MODE = 0o644, 0o755
_UNIX = 3  # who made the entry, as ZIP counts systems; without it no file mode is heeded


def write_package(place: Path, program: Program, texts: Mapping[str, bytes], *, overwrite: bool) -> None:
    """Write the package: `program`, `texts` by their names, and the checksums of all.

    Raises InstallerError "file-not-writable", "file-exists".
    """
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in texts.items()}
    listed = checksums({**sums, program.place.name: program.sha256})

    def fill(file: IO[bytes]) -> None:
        with ZipFile(file, "w") as archive:
            name, body = f"{place.stem}/{program.place.name}", program.place.read_bytes()
            add_file(archive, name, body, mode=_PROGRAM_MODE, method=ZIP_STORED)  # compressed in itself already
            for name, data in sorted({**texts, SUMS: listed.encode()}.items()):
                add_file(archive, f"{place.stem}/{name}", data, mode=_MODE)

    write_public(place, fill, overwrite=overwrite)


def checksums(sums: Mapping[str, str]) -> str:
    """SHA-256 by file name, as `sha256sum --check` reads it."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def add_file(archive: ZipFile, name: str, data: bytes, *, mode: int, method: int = ZIP_DEFLATED) -> None:
    """One file, of the first day that ZIP knows, whoever makes it and when; `mode` is that of Unix."""
    entry = ZipInfo(name)
    entry.compress_type = method
    entry.create_system = _UNIX
    entry.external_attr = mode << 16
    archive.writestr(entry, data)
