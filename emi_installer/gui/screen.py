"""Whether a window can be opened at all, asked before Qt is: where it can't, Qt ends the process without a word.

The display is tried with the libraries through which Qt would reach it, so nothing is loaded that a window does not
need.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_DISPLAYS = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
"""Platforms of Qt's with the variable that names their display, in the order in which Qt tries them on Wayland."""
_LIBRARY = {"wayland": "libwayland-client.so.0", "xcb": "libxcb.so.1"}


def why_no_window() -> str | None:
    """Why no window can be opened on this computer, as a sentence; None where one can.

    Where one of two displays is dead, Qt is told to use the other one.
    """
    if sys.platform != "linux":
        return None
    wanted = [name.partition(":")[0] for name in os.environ.get("QT_QPA_PLATFORM", "").split(";") if name]
    order = wanted or (_DISPLAYS if os.environ.get("XDG_SESSION_TYPE") == "wayland" else tuple(reversed(_DISPLAYS)))
    reasons: list[str] = []
    for name in order:
        reason = _why_not(name)
        if reason is None:
            if reasons and not wanted:
                os.environ["QT_QPA_PLATFORM"] = name
            return None
        reasons.append(reason)
    return " ".join(dict.fromkeys(reasons))


def _why_not(platform: str) -> str | None:
    variable = _DISPLAYS.get(platform)
    if variable and not os.environ.get(variable):
        return "There is no screen to open a window on."
    try:
        if variable and not _reaches(platform):
            return f"The screen {os.environ[variable]} ({variable}) does not answer."
        plugins = list(_plugins(platform))
        for plugin in plugins:
            ctypes.CDLL(str(plugin))
    except OSError as problem:
        return f"What Qt needs to open a window is missing: {problem}."
    return None if plugins else f"Qt knows no screens called {platform} (QT_QPA_PLATFORM)."


def _reaches(platform: str) -> bool:
    """Whether the display answers and lets us in; raises OSError where its library is missing."""
    if platform == "wayland" and os.environ.get("WAYLAND_SOCKET"):
        return True  # a connection that was handed over, which to try is to use up
    library = ctypes.CDLL(_LIBRARY[platform])
    connect = library.wl_display_connect if platform == "wayland" else library.xcb_connect
    disconnect = library.wl_display_disconnect if platform == "wayland" else library.xcb_disconnect
    connect.restype = ctypes.c_void_p
    display = connect(None) if platform == "wayland" else connect(None, None)
    if not display:
        return False
    failed = library.xcb_connection_has_error(ctypes.c_void_p(display)) if platform == "xcb" else 0
    disconnect(ctypes.c_void_p(display))
    return not failed


def _plugins(platform: str) -> Iterator[Path]:
    """Qt's own libraries for it."""
    spec = find_spec("PySide6")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield from Path(place, "Qt", "plugins", "platforms").glob(f"libq{platform.partition('-')[0]}*.so")
