"""Fonts of a known width, made here: every character is a box, and as wide as every other."""

from __future__ import annotations

from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFontDatabase

_EM = 1000
_CHARACTERS = range(0x20, 0x2FFF)
WIDTHS = {"narrow": 0.35, "wide": 0.8}
"""In ems: condensed fonts have 0.4 on average, DejaVu Sans 0.55, bold Verdana 0.7."""


def add_font(name: str) -> str:
    """Let this program use the font `name` of WIDTHS; its family."""
    family = f"Boxes {name}"
    if family not in QFontDatabase.families():
        number = QFontDatabase.addApplicationFontFromData(QByteArray(_font(family, round(WIDTHS[name] * _EM))))
        assert QFontDatabase.applicationFontFamilies(number) == [family]
    return family


def _font(family: str, width: int) -> bytes:
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (width - 50, 700), (width - 50, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap(dict.fromkeys(_CHARACTERS, "box"))
    box = pen.glyph()
    builder.setupGlyf({".notdef": box, "box": box})
    builder.setupHorizontalMetrics({".notdef": (width, 50), "box": (width, 50)})
    builder.setupHorizontalHeader(ascent=900, descent=-250)
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-250, usWinAscent=900, usWinDescent=250)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupPost()
    written = BytesIO()
    builder.save(written)
    return written.getvalue()
