"""The contact center URL: every spelling of an address that people type or paste → one redirect URI.

What could lead agents, or their sign-ins, elsewhere is refused with a reason.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from emi_installer.core.desired.blueprint import Blueprint
from emi_installer.core.desired.cleaning import cleaned_link
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import named, quoted

LONGEST_REDIRECT_URI = 256
"""Characters; https://learn.microsoft.com/entra/identity-platform/reply-url."""

_HTTPS_PORT, _HIGHEST_PORT = 443, 65535
_LONGEST_HOST, _LONGEST_LABEL = 253, 63  # RFC 1035
_LONGEST_TEXT = 2048

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(//)?(.*)")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # as browsers tell an IP address from a name

_EXAMPLE = "Give the address that your agents open, such as acme.brightpattern.com"
_PLAIN = "Check with your vendor that it is the real address, which has plain letters a to z only"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCenter:
    """Where the agents work; `host` is lower-case ASCII, `port` None for the usual 443."""

    host: str
    port: int | None = None

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"https://{self.host}" + (f":{self.port}" if self.port else "")

    def redirect_uri(self, blueprint: Blueprint) -> str:
        """The page of the contact center to which Microsoft sends agents back."""
        return self.url + blueprint.redirect_path


def parse_contact_center(text: str, blueprint: Blueprint) -> ContactCenter:
    """The contact center in an address as people type or paste it; every spelling of a host gives the same."""
    text = cleaned_link(text)
    if not text:
        raise _bad_url("it is empty", _EXAMPLE)
    if len(text) > _LONGEST_TEXT:
        raise _bad_url("it is far too long", _EXAMPLE)
    _refuse_hidden(text)
    authority, path = _split_url(text)
    _check_path(path, blueprint)
    host, colon, port = authority.partition(":")
    if ":" in port:
        raise _bad_url(f"{quoted(authority)} is an IP address or has too many colons", _EXAMPLE)
    found = ContactCenter(host=_host(host), port=_port(port) if colon else None)
    if (length := len(found.redirect_uri(blueprint))) > LONGEST_REDIRECT_URI:
        problem = f"the redirect URI made of it has {length} characters, and Microsoft takes {LONGEST_REDIRECT_URI}"
        raise _bad_url(problem, "Use a shorter host name")
    return found


def _bad_url(problem: str, hint: str) -> InvalidAnswer:
    return InvalidAnswer("Contact center URL", problem, hint)


def _refuse_hidden(text: str) -> None:
    for char in text:
        if char == " ":
            raise _bad_url("there is a blank in it", "Take the blank out")
        if not char.isprintable():
            raise _bad_url(f"there is an invisible character in it: {named(char)}", "Type it instead of pasting it")
        if char == "\\":
            raise _bad_url("there is a backslash in it", "Use / instead, or give the host name alone")


def _split_url(text: str) -> tuple[str, str]:
    """Host with port, and path."""
    match = _SCHEME.fullmatch(text)
    if match and (match[2] or not ("." in match[1] or "@" in match[3] or match[3][:1].isdigit())):
        if match[1].lower() == "http":
            raise _bad_url("http is not encrypted, and Microsoft refuses it", "Write https:// instead of http://")
        if match[1].lower() != "https" or not match[2]:
            raise _bad_url(f"it starts with {quoted(match[1] + ':')}", "Write https:// at the start, or the host alone")
        text = match[3]
    place, *extra = re.split("[?#]", text, maxsplit=1)
    authority, slash, path = place.partition("/")
    if "@" in authority:
        raise _bad_url("there is a user name in it, before the @", "Leave out everything up to the @")
    if extra:
        raise _bad_url("there is a ? or # in it", "Leave out everything from the ? or # on")
    return authority, slash + path


def _check_path(path: str, blueprint: Blueprint) -> None:
    """Nothing, the redirect path, or a folder on the way to it."""
    parts = blueprint.redirect_path.split("/")
    known = {"/".join(parts[: n + 1]) for n in range(len(parts))}
    if path.rstrip("/").lower() not in known or not path.isascii():
        problem = f"the path {quoted(path)} is not that of the Agent Desktop"
        raise _bad_url(problem, f"Give the host alone, or followed by {'/'.join(parts[:2])}")


def _port(text: str) -> int | None:
    if not text.isascii() or not text.isdigit():
        raise _bad_url(f"the port {quoted(text)} is not a number", "Leave the port out, or write it as in :8443")
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(_HIGHEST_PORT)) or not 0 < int(digits) <= _HIGHEST_PORT:
        raise _bad_url(f"there is no port {quoted(text)}", f"Ports go from 1 to {_HIGHEST_PORT}; mostly there is none")
    return None if int(digits) == _HTTPS_PORT else int(digits)


def _host(text: str) -> str:
    """The host in lower case, if it is a full name that agents can reach."""
    host = text.lower().removesuffix(".")
    labels = host.split(".")
    if not host:
        raise _bad_url("the host name is missing", _EXAMPLE)
    if len(host) > _LONGEST_HOST:
        raise _bad_url(f"the host name is longer than {_LONGEST_HOST} characters", _EXAMPLE)
    if not text.isascii():
        raise _bad_url(*_foreign(text))
    if any(label.startswith("xn--") for label in labels):
        raise _bad_url(f"{host} stands for {quoted(_decoded(host))}, in letters outside a to z", _PLAIN)
    if _NUMBER.fullmatch(labels[-1]):
        raise _bad_url(f"{quoted(host)} is an IP address", _EXAMPLE)
    if labels[-1] == "localhost":
        raise _bad_url("localhost is this computer, which agents can't reach", _EXAMPLE)
    for label in labels:
        _check_label(label)
    if len(labels) == 1:
        raise _bad_url(f"{quoted(host)} is not a full name, since it has no dot", _EXAMPLE)
    return host


def _check_label(label: str) -> None:
    if not label:
        raise _bad_url("a dot in it has nothing before or after it", _EXAMPLE)
    if len(label) > _LONGEST_LABEL:
        problem = f"the part {quoted(label)} is longer than {_LONGEST_LABEL} characters"
        raise _bad_url(problem, "Check that no dot is missing")
    if not _LABEL.fullmatch(label):
        problem = f"{quoted(label)} can't be part of a host name"
        raise _bad_url(problem, "Use letters a to z, digits, and hyphens between them")


def _foreign(host: str) -> tuple[str, str]:
    """What is wrong with a host that is not ASCII: the character by name, and the host as computers read it."""
    odd = next(char for char in host if not char.isascii())
    name = unicodedata.name(odd, f"U+{ord(odd):04X}")
    try:
        read = f"; computers read the host as {host.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        read = ""
    return f"{quoted(odd)} ({name}) is not a plain letter{read}", _PLAIN


def _decoded(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return "nothing that can be read"
