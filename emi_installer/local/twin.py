"""The window's program on Windows has no console; what was asked of it in a terminal, its twin for the console can do.

https://learn.microsoft.com/windows/console/attachconsole.
"""

from __future__ import annotations

import sys
from pathlib import Path

TWIN = "emi-installer.exe"

_PARENT_PROCESS = 0xFFFFFFFF
_INFORMATION = 0x40  # MB_ICONINFORMATION


def is_without_console() -> bool:
    """Whether nothing that is printed can be read: a program with a window, not redirected, on Windows."""
    return sys.platform == "win32" and sys.stdout is None


def twin_hint() -> str:
    """Where the program for the console is."""
    twin = Path(sys.executable).with_name(TWIN)
    if twin.is_file():
        return f'This program opens a window. For the command line there is another one beside it: "{twin}"'
    return f"This program opens a window. For the command line there is another one, {TWIN}, in the folder edition."


def tell_terminal(text: str) -> bool:
    """Print `text` in the terminal that started this program; False where there is none."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        if ctypes.windll.kernel32.AttachConsole(_PARENT_PROCESS):
            try:
                with open("CONOUT$", "w", encoding="utf-8", errors="replace") as console:  # noqa: PTH123 - a device
                    console.write(f"\n{text}\n")
            except OSError:
                return False
            finally:
                ctypes.windll.kernel32.FreeConsole()
            return True
    return False


def tell_in_a_box(text: str) -> None:
    """Show `text` in a message box, for somebody who has no terminal."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        ctypes.windll.user32.MessageBoxW(None, text, "EMI installer", _INFORMATION)
