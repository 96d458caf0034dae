"""One cleaner for everything that is typed, pasted or read from a preset, before the rules of its field are applied.

It takes away what copying leaves around a text and never what could be meant: what remains is shown, or refused.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qs, urlsplit

_PAIRS = {
    '"': '"',
    "'": "'",
    "`": "`",
    "<": ">",
    "{": "}",
    "(": ")",
    "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{DOUBLE LOW-9 QUOTATION MARK}": "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{SINGLE LOW-9 QUOTATION MARK}": "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}": "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
}
"""Quotation marks and brackets, and what closes them."""

_NOT_IN_ADDRESSES = "".join(set("".join((*_PAIRS.keys(), *_PAIRS.values()))) - set("(){}"))

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LINK = re.compile(r"https?://", re.IGNORECASE)

_SAFE_LINKS = (".safelinks.protection.outlook.com", ".safelinks.protection.office365.us")
"""Where Outlook sends links first; learn.microsoft.com/defender-office-365/safe-links-about."""

_STRAIGHT = {
    **dict.fromkeys(map(ord, "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"), '"'),
    **dict.fromkeys(map(ord, "\N{DOUBLE LOW-9 QUOTATION MARK}\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}"), '"'),
    **dict.fromkeys(map(ord, "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"), "'"),
    ord("\N{NO-BREAK SPACE}"): " ",
}


def cleaned(text: str) -> str:
    """`text` with plain blanks, and without blanks, invisible characters, quotation marks and brackets around it."""
    text = _trimmed("".join(" " if unicodedata.category(char) == "Zs" else char for char in text))
    while len(text) > 1 and text[-1] in _PAIRS.get(text[0], "") and not {text[0], text[-1]} & set(text[1:-1]):
        text = _trimmed(text[1:-1])
    return text


def cleaned_id(text: str) -> str:
    """The identifier (GUID) in a pasted link, if there is one only; else the cleaned text; in lower case."""
    text = cleaned(text).lower()
    ids = set(_GUID.findall(text)) if _LINK.match(text) else set()
    return ids.pop() if len(ids) == 1 else text


def cleaned_domain(text: str) -> str:
    """The host name in a pasted link that has nothing else in it; else the cleaned text; in lower case."""
    text = cleaned(text).lower()
    return re.sub(r"^https?://([^/?#]*)/?$", r"\1", text).removesuffix(".")


def cleaned_link(text: str) -> str:
    """The address behind a link of Outlook's, else the text; without even a single quotation mark around it."""
    text = _trimmed(text, _NOT_IN_ADDRESSES)
    if not _LINK.match(text):
        return text
    try:
        link = urlsplit(text)
        host = link.hostname or ""
    except ValueError:
        return text
    behind = parse_qs(link.query).get("url") if host.endswith(_SAFE_LINKS) else None
    return _trimmed(behind[0], _NOT_IN_ADDRESSES) if behind else text


def cleaned_path(text: str) -> str:
    """The path of a file, without the quotation marks of Windows' "Copy as path" and what hides before it."""
    return cleaned(text)


def straightened(toml: str) -> str:
    """A text whose typographic quotation marks and blanks, as word processors write them, are plain ones."""
    return toml.translate(_STRAIGHT)


def same_text(one: str, other: str) -> bool:
    """Whether two texts read alike, however their blanks are written and whatever hides around them."""
    return " ".join(cleaned(one).split()) == " ".join(cleaned(other).split())


def _trimmed(text: str, more: str = "") -> str:
    """`text` without blanks, invisible characters and `more` around it."""

    def surrounds(char: str) -> bool:
        return char.isspace() or char in more or unicodedata.category(char) == "Cf"

    start, end = 0, len(text)
    while start < end and surrounds(text[start]):
        start += 1
    while end > start and surrounds(text[end - 1]):
        end -= 1
    return text[start:end]
