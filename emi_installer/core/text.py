"""Text from outside, made safe to repeat in sentences and files."""

from __future__ import annotations

import unicodedata

_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control and format characters, lone surrogates (which no file can hold), line and paragraph separators.

Format characters hide themselves or turn the direction of writing: soft hyphen, zero-width space, tags, U+202E.
"""

_JOINERS = {"\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"}
"""Format characters that names need: Persian and Indic words, emoji made of several."""

_BLANK_LETTERS = {
    "\N{COMBINING GRAPHEME JOINER}",
    "\N{HANGUL CHOSEONG FILLER}",
    "\N{HANGUL JUNGSEONG FILLER}",
    "\N{HANGUL FILLER}",
    "\N{HALFWIDTH HANGUL FILLER}",
    "\N{KHMER VOWEL INHERENT AQ}",
    "\N{KHMER VOWEL INHERENT AA}",
    "\N{BRAILLE PATTERN BLANK}",
    *map(chr, range(0x180B, 0x1810)),  # variation selectors of Mongolian
}
"""Letters and marks that look like nothing; https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point."""

_IGNORED = (range(0x2065, 0x2066), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE0100), range(0xE01F0, 0xE1000))
"""Not assigned yet, and invisible once they are (the same source)."""


def is_control(char: str) -> bool:
    """Whether `char` has no place in a name: it ends lines, can't be saved, or hides what is written."""
    if char in _JOINERS:
        return False
    return (
        unicodedata.category(char) in _UNSAFE
        or char in _BLANK_LETTERS
        or any(ord(char) in ignored for ignored in _IGNORED)
    )


def one_line(text: str) -> str:
    """`text` with a blank in place of everything that `is_control`."""
    return "".join(" " if is_control(char) else char for char in text)


def visible(text: str, limit: int) -> str:
    """`text` with invisible characters spelled out and what is beyond `limit` characters cut off."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() and char not in _BLANK_LETTERS else _code(char) for char in shown)


def quoted(text: str) -> str:
    """`text` as a sentence repeats it: in quotation marks, visible and short."""
    return f'"{visible(text, 60)}"'


def named(char: str) -> str:
    """One character as a sentence speaks of it: by its name in Unicode, where it has one, and its code."""
    name = unicodedata.name(char, "")
    return f"{name} {_code(char)}".lstrip()


def _code(char: str) -> str:
    return f"<U+{ord(char):04X}>"
