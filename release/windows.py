"""What Windows shows and heeds of an executable: version resource and icon; the manifest lies beside."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICON_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""Pixels; those that Windows asks for at 100 % to 400 %: learn.microsoft.com/windows/apps/design/style/iconography."""

_US_ENGLISH, _UNICODE = 0x0409, 1200


def version_resource(version: str, file: str, description: str) -> Any:
    """What *Properties → Details* shows of the executable called `file`; `version` is like 1.2.3."""
    from PyInstaller.utils.win32.versioninfo import (  # noqa: PLC0415 - can be imported on Windows alone
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

    numbers = tuple(int(part) for part in version.split("."))
    four = (*numbers, 0, 0, 0, 0)[:4]
    texts = {
        "CompanyName": "The EMI installer authors",
        "FileDescription": description,
        "FileVersion": version,
        "InternalName": "emi-installer",
        "LegalCopyright": "MIT license",
        "OriginalFilename": file,
        "ProductName": "EMI installer",
        "ProductVersion": version,
    }
    table = StringTable(f"{_US_ENGLISH:04X}{_UNICODE:04X}", [StringStruct(key, text) for key, text in texts.items()])
    translation = VarStruct("Translation", [_US_ENGLISH, _UNICODE])
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=four, prodvers=four, mask=0x3F, OS=0x40004, fileType=1),
        kids=[StringFileInfo([table]), VarFileInfo([translation])],
    )


def write_icon(drawing: Path, place: Path) -> Path:
    """Write the SVG `drawing` as an icon in every size that Windows asks for; `place`."""
    pictures = [_picture(drawing, size) for size in ICON_SIZES]
    head = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(head) + 16 * len(pictures)
    entries, bodies = b"", b""
    for size, picture in zip(ICON_SIZES, pictures, strict=True):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset + len(bodies))
        bodies += picture
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(head + entries + bodies)
    return place


def _picture(drawing: Path, size: int) -> bytes:
    """The drawing as PNG."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the types know the name as bytes
    buffer.close()
    return bytes(data.data())
