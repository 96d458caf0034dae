"""The window's program on Windows has no console; what was asked of it in a terminal, its twin for the console can do.

https://learn.microsoft.com/windows/console/attachconsole.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

TWIN = "emi-installer.exe"

_PARENT_PROCESS = 0xFFFFFFFF
_QUERY_LIMITED_INFORMATION = 0x1000
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

        attach = ctypes.windll.kernel32.AttachConsole
        attached = attach(_PARENT_PROCESS) or attach(_grandparent())
        try:
            with open("CONOUT$", "w", encoding="utf-8", errors="replace") as console:  # noqa: PTH123 - a device
                console.write(f"\n{text}\n")
        except OSError:
            return False
        finally:
            if attached:
                ctypes.windll.kernel32.FreeConsole()
        return True
    return False


def _grandparent() -> int:
    """The process that started the parent: one file runs as two processes, the first of which only unpacks.

    https://learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntqueryinformationprocess.
    """
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        facts = (ctypes.c_void_p * 6)()  # PROCESS_BASIC_INFORMATION, which ends in the parent's id
        open_process = ctypes.windll.kernel32.OpenProcess
        open_process.restype = ctypes.c_void_p
        parent = ctypes.c_void_p(open_process(_QUERY_LIMITED_INFORMATION, False, os.getppid()))
        failed = ctypes.windll.ntdll.NtQueryInformationProcess(parent, 0, facts, ctypes.sizeof(facts), None)
        ctypes.windll.kernel32.CloseHandle(parent)
        if not failed:
            return int(facts[5] or 0)
    return 0


def tell_in_a_box(text: str) -> None:
    """Show `text` in a message box, for somebody who has no terminal."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        ctypes.windll.user32.MessageBoxW(None, text, "EMI installer", _INFORMATION)
