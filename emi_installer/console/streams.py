"""Standard streams that may be closed, full or missing: losing output never stops applying or saving."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from emi_installer.local.logs import log


def write(stream: TextIO | None, text: str) -> None:
    """Print `text` at once; where nobody reads any more, silently nothing from then on."""
    if stream is None or stream.closed:
        return
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError) as lost:
        log("output-lost", problem=lost)
        _give_up(stream)


def read_line(question: str) -> str | None:
    """The line that a person types after `question`, without blanks around it; None where nobody can be asked."""
    try:
        if sys.stdin is None or not sys.stdin.isatty():
            return None
        write(sys.stderr, question + " ")
        line = sys.stdin.readline()
    except (OSError, ValueError):  # closed, or a terminal that is gone
        return None
    return line.strip() if line else None


def print_anything(*streams: TextIO | None) -> None:
    """A console with a small character set must not break the program."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _give_up(stream: TextIO) -> None:
    """Let what is still buffered go nowhere: Python would complain about it when the program ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
