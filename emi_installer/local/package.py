"""The customer package: a ZIP file in which the program lies beside its preset; the same input gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from emi_installer.local.files import write_public

SUMS = "SHA256SUMS"
_MODE, _PROGRAM_MODE = 0o644, 0o755
_UNIX = 3  # who made the entry, as ZIP counts systems; without it no file mode is heeded


def write_package(place: Path, program: Path, texts: Mapping[str, bytes], *, overwrite: bool) -> dict[str, str]:
    """Write the package: `program`, `texts` by their names, and their checksums; the SHA-256 of each file.

    Raises InstallerError "file-not-writable", "file-exists".
    """
    body = program.read_bytes()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in {program.name: body, **texts}.items()}
    listed = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))

    def fill(file: IO[bytes]) -> None:
        with ZipFile(file, "w") as archive:
            _add(archive, f"{place.stem}/{program.name}", body, mode=_PROGRAM_MODE, method=ZIP_STORED)
            for name, data in sorted({**texts, SUMS: listed.encode()}.items()):
                _add(archive, f"{place.stem}/{name}", data, mode=_MODE, method=ZIP_DEFLATED)

    write_public(place, fill, overwrite=overwrite)
    return sums


def _add(archive: ZipFile, name: str, data: bytes, *, mode: int, method: int) -> None:
    """One file, of the first day that ZIP knows; a built program is compressed in itself already."""
    entry = ZipInfo(name)
    entry.compress_type = method
    entry.create_system = _UNIX
    entry.external_attr = mode << 16
    archive.writestr(entry, data)
