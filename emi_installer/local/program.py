"""A built program, as a file: whether it is ours, which version, and the list and licenses of what is in it.

It ends in an archive of PyInstaller's, perhaps with a signature behind:
https://pyinstaller.org/en/stable/advanced-topics.html (the CArchive).
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.json_text import read_json

_MAGIC = b"MEI\014\013\012\013\016"
_COOKIE, _ENTRY = struct.Struct("!8sIIII64s"), struct.Struct("!IIIIBc")
_LARGEST = 16 * 1024 * 1024  # bytes of one text
_LIST = "resources/sbom.cdx.json"
_LICENSES = "resources/licenses/"
_NAME = "EMI installer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The one-file program; `components` is its CycloneDX list, `licenses` the texts by file name."""

    place: Path
    version: str
    sha256: str
    components: bytes
    licenses: Mapping[str, bytes]


def this_program() -> Path | None:
    """The file of this program, where it is built as one file."""
    unpacked = Path(getattr(sys, "_MEIPASS", ".")).resolve()
    in_a_folder = unpacked == Path(sys.executable).resolve().with_name("_internal")
    return Path(sys.executable) if getattr(sys, "frozen", False) and not in_a_folder else None


def read_program(place: Path) -> Program:
    """What is in the program at `place`; raises InstallerError "file-unreadable" or "not-the-program"."""
    try:
        with place.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            texts = _texts(data)
            version = _version(texts[_LIST])
            sha256 = hashlib.sha256(data).hexdigest()
    except OSError as problem:
        raise error(Code.FILE_UNREADABLE, file=place, reason=problem.strerror or type(problem).__name__) from problem
    except (LookupError, ValueError, TypeError, struct.error, zlib.error) as problem:
        raise _not_ours(place) from problem
    licenses = {name.removeprefix(_LICENSES): text for name, text in texts.items() if name.startswith(_LICENSES)}
    return Program(place=place, version=version, sha256=sha256, components=texts[_LIST], licenses=licenses)


def _not_ours(place: Path) -> InstallerError:
    return error(Code.NOT_THE_PROGRAM, file=place)


def _texts(data: mmap.mmap) -> dict[str, bytes]:
    """The list and the licenses, by their names in the archive."""
    cookie = data.rfind(_MAGIC)
    if cookie < 0:
        raise ValueError("no archive")
    _, length, table, table_length, *_ = _COOKIE.unpack_from(data, cookie)
    start = cookie + _COOKIE.size - length
    if start < 0:
        raise ValueError("the archive is cut off")
    found = {}
    place, end = start + table, start + table + table_length
    while place < end:
        size, offset, stored, whole, compressed, _ = _ENTRY.unpack_from(data, place)
        if size <= _ENTRY.size:
            raise ValueError("the table is broken")
        name = data[place + _ENTRY.size : place + size].rstrip(b"\0").decode().replace("\\", "/")
        if name == _LIST or name.startswith(_LICENSES):
            if max(stored, whole) > _LARGEST:
                raise ValueError("a text is too large")
            body = data[start + offset : start + offset + stored]
            found[name] = zlib.decompressobj().decompress(body, _LARGEST) if compressed else body
        place += size
    return found


def _version(components: bytes) -> str:
    """The version of this program; raises ValueError, KeyError or TypeError for another one's list."""
    program = read_json(components)["metadata"]["component"]
    if program["name"] != _NAME:
        raise ValueError("another program")
    return str(program["version"])
