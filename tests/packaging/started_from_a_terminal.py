"""For Windows: starts a program from a terminal without redirecting it; prints its exit code and the screen's text."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from ctypes import wintypes

assert sys.platform == "win32"  # tells mypy, which skips the rest elsewhere

_READ_WRITE, _SHARED, _EXISTING = 0xC0000000, 3, 3
_STANDARD_HANDLES = (0xFFFFFFF6, 0xFFFFFFF5, 0xFFFFFFF4)
_CELLS = 80 * 25


def run(command: list[str]) -> tuple[int, str]:
    """The exit code, and what stands on the screen then."""
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.CreateFileW.restype = wintypes.HANDLE
    kernel32.FreeConsole()
    kernel32.AllocConsole()
    for handle in _STANDARD_HANDLES:  # else the program would get our pipes
        kernel32.SetStdHandle(wintypes.DWORD(handle), None)
    code = subprocess.run(command, check=False, timeout=40).returncode
    screen = kernel32.CreateFileW("CONOUT$", _READ_WRITE, _SHARED, None, _EXISTING, 0, None)
    text, read = ctypes.create_unicode_buffer(_CELLS + 1), wintypes.DWORD()
    kernel32.ReadConsoleOutputCharacterW(wintypes.HANDLE(screen), text, _CELLS, wintypes.DWORD(0), ctypes.byref(read))
    return code, text.value


if __name__ == "__main__":
    code, screen = run(sys.argv[1:])
    print(code, " ".join(screen.split()))
