"""Text from outside, made safe to repeat in sentences and files."""

from __future__ import annotations

import unicodedata

_UNSAFE = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, lone surrogates (which no file can hold), line and paragraph separators."""

_TURNS = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
"""Characters that turn the direction of writing, and so can make a text look like another."""


def is_control(char: str) -> bool:
    """Whether `char` has no place in a name: it ends lines, can't be saved, or hides what is written."""
    return char in _TURNS or unicodedata.category(char) in _UNSAFE


def one_line(text: str) -> str:
    """`text` with a blank in place of everything that `is_control`."""
    return "".join(" " if is_control(char) else char for char in text)


def visible(text: str, limit: int) -> str:
    """`text` with invisible characters spelled out and what is beyond `limit` characters cut off."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in shown)


def quoted(text: str) -> str:
    """`text` as a sentence repeats it: in quotation marks, visible and short."""
    return f'"{visible(text, 60)}"'
