"""The proxy that Windows would find by itself: a proxy script, or automatic detection."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping

from emi_installer.core.text import visible

_KEY = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
_LONGEST = 200
_ACCOUNT = re.compile(r"//[^/]*@")
_FLAGS_AT, _DETECT = 8, 0x08  # where the flags of a connection stand, and the one for "Automatically detect settings"


def automatic_proxy(read: Callable[[], Mapping[str, object]] | None = None) -> str | None:
    """The address of the proxy script, "" where Windows looks for a proxy by itself, None for neither.

    `read` gives the values of the registry; nothing is raised, whatever they are. The flag is PROXY_TYPE_AUTO_DETECT of
    https://learn.microsoft.com/windows/win32/api/wininet/ns-wininet-internet_per_conn_optiona; the place where Windows
    keeps it is not documented.
    """
    values = (read or _registry)()
    script, connection = values.get("AutoConfigURL"), values.get("DefaultConnectionSettings")
    if isinstance(script, str) and script.strip():
        return visible(_ACCOUNT.sub("//", script.strip()), _LONGEST)
    detects = isinstance(connection, bytes) and len(connection) > _FLAGS_AT and connection[_FLAGS_AT] & _DETECT
    return "" if detects else None


def _registry() -> dict[str, object]:
    """The settings of this user; empty on other systems, and where they can't be read."""
    values: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only Windows has it

        for key, name in ((_KEY, "AutoConfigURL"), (_KEY + r"\Connections", "DefaultConnectionSettings")):
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    values[name] = winreg.QueryValueEx(opened, name)[0]
            except OSError:
                continue
    return values
