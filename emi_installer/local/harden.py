"""Protects this process: its memory stays off the disk, and no foreign library gets into it.

`harden` is for every start. A built program calls `trust_only_own_libraries` before anything else is loaded
(release/runtime_hook.py): one file is started from wherever it was saved, beside whatever else was saved there.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_NO_HEAP = 1  # WER_FAULT_REPORTING_FLAG_NOHEAP; learn.microsoft.com/windows/win32/api/werapi/nf-werapi-wersetflags
_PR_SET_DUMPABLE = 4  # man 2 prctl

_FOREIGN = ("OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")
"""Variables by which Qt and OpenSSL load code from anywhere."""

# https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-process_mitigation_image_load_policy
_IMAGE_LOAD_POLICY = 10
_NO_REMOTE, _NO_LOW_LABEL, _PREFER_SYSTEM32 = 1, 2, 4
_ONLY_SYSTEM32 = 0x800  # LOAD_LIBRARY_SEARCH_SYSTEM32
_DRIVE_REMOTE = 4

SYSTEM_LIBRARIES = (
    *("authz", "bcrypt", "bcryptprimitives", "crypt32", "d3d11", "d3d12", "d3d9", "dwmapi", "dwrite", "dxgi", "icuuc"),
    *("iphlpapi", "mpr", "netapi32", "uiautomationcore", "userenv", "uxtheme", "version", "winmm", "wtsapi32"),
)
"""What the built program asks Windows for and Windows looks for beside it first: what is not among its KnownDLLs."""


def harden() -> None:
    """Keep tokens and the client secret, which this process has in memory, out of what a crash writes to the disk."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        ctypes.windll.kernel32.WerSetFlags(_NO_HEAP)
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        # Also where dumps go to a program instead of a file, and for other processes of the same user.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def trust_only_own_libraries() -> None:
    """Load libraries of the system from the system, whatever lies beside the program or is named in the environment."""
    for name in _FOREIGN:
        os.environ.pop(name, None)
    if sys.platform == "win32" and not _prefer_system32():
        _load_from_system32()


def _prefer_system32() -> bool:
    """Ask Windows to look in System32 first; whether it does."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        kernel32 = ctypes.windll.kernel32
        policy = _PREFER_SYSTEM32 | _NO_LOW_LABEL | (0 if _is_remote(getattr(sys, "_MEIPASS", "")) else _NO_REMOTE)
        wanted, held = ctypes.c_uint32(policy), ctypes.c_uint32()
        size, this_process = ctypes.sizeof(wanted), ctypes.c_void_p(-1)
        kernel32.SetProcessMitigationPolicy(_IMAGE_LOAD_POLICY, ctypes.byref(wanted), size)
        kernel32.GetProcessMitigationPolicy(this_process, _IMAGE_LOAD_POLICY, ctypes.byref(held), size)
        return bool(held.value & _PREFER_SYSTEM32)
    return True


def _is_remote(folder: str) -> bool:
    """Whether the program itself lies on another computer, from where its libraries must be allowed to come."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        drive = os.path.splitdrive(folder)[0]
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE
    return False


def _load_from_system32() -> None:
    """Load what is asked for later now, from System32: a library that is loaded is not looked for again."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone

        load = ctypes.windll.kernel32.LoadLibraryExW
        load.argtypes = (ctypes.c_wchar_p, ctypes.c_void_p, ctypes.c_uint32)
        load.restype = ctypes.c_void_p
        for name in SYSTEM_LIBRARIES:
            load(f"{name}.dll", None, _ONLY_SYSTEM32)
