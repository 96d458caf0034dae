"""The log, written by allow-list: `log("graph", method="GET", status=200)` → one line `graph method=GET status=200`.

Only what `log` is given under a known key is written, so no library can put a token there. A client secret, an
account's name or the text of an exception has no key.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

from platformdirs import user_log_dir

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.text import visible

KEYS = frozenset(
    {
        "batched",
        "code",
        "duration_ms",
        "method",
        "path",
        "platform",
        "request_id",
        "scenario",
        "status",
        "step",
        "verb",
        "version",
    }
)
"""What may be written, besides exceptions under the key `problem`."""

LONGEST_VALUE = 300
"""Characters."""

LARGEST = 1024 * 1024
"""Bytes; a larger log is put aside at the next start, in place of the one put aside before."""

_PACKAGE = "emi_installer"
_OURS = "emi_installer_event"  # the mark of a record that `log` made
_MOST_CAUSES, _MOST_PLACES = 5, 20
_PRIVATE = re.compile(r"[^\s\"'/=<>@]+@[^\s\"'/=<>@]+|eyJ[\w-]{6,}[\w.-]*")  # accounts; tokens

_logger = logging.getLogger(_PACKAGE)
_logger.propagate = False
_logger.setLevel(logging.INFO)
_logger.addHandler(logging.NullHandler())


def start_logging(*, verbose: bool) -> Path:
    """Write the log to the log folder of this user, and to standard error too if `verbose`; where it is.

    Goes on without a file where none can be written.
    """
    stop_logging()
    place = log_place()
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put_aside(place)
        place.touch(mode=0o600)
        _logger.addHandler(_Quiet(place.open("a", encoding="utf-8")))
    if verbose and sys.stderr is not None:
        _logger.addHandler(_Quiet(sys.stderr))
    if not logging.root.handlers:
        logging.root.addHandler(logging.NullHandler())  # else warnings of libraries end up on standard error
    return place


def log_place() -> Path:
    """Where the log of this user is, or would be."""
    return Path(user_log_dir("EMI Installer", appauthor=False)) / "emi-installer.log"


def stop_logging() -> None:
    """Close the log; until the next start nothing is written."""
    for handler in _logger.handlers[:]:
        if isinstance(handler, _Quiet):
            _logger.removeHandler(handler)
            handler.close()


def log(event: str, /, **fields: object) -> None:
    """Write one line: `event`, and the fields whose key is on the list; None is left out."""
    pairs = ((key, _shown(key, value)) for key, value in fields.items() if value is not None)
    line = " ".join([_clean(event), *(f"{key}={value}" for key, value in pairs if value is not None)])
    _logger.info("%s", line, extra={_OURS: True})


class _Quiet(logging.StreamHandler[TextIO]):
    """Writes what `log` made, and nothing else; a full disk or a closed stream disturbs nobody."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.addFilter(lambda record: hasattr(record, _OURS))
        formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(message)s", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Do nothing."""

    def close(self) -> None:
        """Close a file, but not standard error."""
        if self.stream is not sys.stderr:
            with suppress(OSError, ValueError):
                self.stream.close()
        super().close()


def _put_aside(place: Path) -> None:
    with suppress(OSError):
        if place.stat().st_size > LARGEST:
            place.replace(place.with_suffix(".old.log"))


def _shown(key: str, value: object) -> str | None:
    """The value as the log shows it; None where it may not be shown."""
    if key == "problem":
        return f'"{_describe(value)}"' if isinstance(value, BaseException) else None
    if key not in KEYS:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return f"<{type(value).__name__}>"
    text = _clean(value.partition("?")[0] if key == "path" else value)
    return text if text and not re.search(r'[\s"=]', text) else '"' + text.replace('"', "'") + '"'


def _clean(text: str) -> str:
    return visible(_PRIVATE.sub("<hidden>", text[: 2 * LONGEST_VALUE]), LONGEST_VALUE)


def _describe(problem: BaseException) -> str:
    """The types of an exception and of its causes, and where in this program they were; never their texts."""
    said: list[str] = []
    cause: BaseException | None = problem
    while cause is not None and len(said) < _MOST_CAUSES:
        code = f"({cause.code})" if isinstance(cause, InstallerError) else ""
        places = [place for frame, line in traceback.walk_tb(cause.__traceback__) if (place := _place(frame, line))]
        said.append(" < ".join([type(cause).__name__ + code, *reversed(places[-_MOST_PLACES:])]))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return ", caused by ".join(said)


def _place(frame: FrameType, line: int) -> str | None:
    module = frame.f_globals.get("__name__", "")
    return f"{module}:{line}" if str(module).startswith(f"{_PACKAGE}.") else None
