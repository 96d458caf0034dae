"""For Windows: prints the security descriptor of each file that is named, in SDDL.

https://learn.microsoft.com/windows/win32/api/aclapi/nf-aclapi-getnamedsecurityinfow
"""

from __future__ import annotations

import ctypes
import sys

assert sys.platform == "win32"  # tells mypy, which skips the rest elsewhere

_FILE_OBJECT, _DACL, _REVISION = 1, 4, 1


def sddl(file: str) -> str:
    """The access control list of `file`."""
    advapi32 = ctypes.WinDLL("advapi32")
    descriptor, text = ctypes.c_void_p(), ctypes.c_wchar_p()
    failed = advapi32.GetNamedSecurityInfoW(
        ctypes.c_wchar_p(file), _FILE_OBJECT, _DACL, None, None, None, None, ctypes.byref(descriptor)
    )
    if failed:
        raise ctypes.WinError(failed)
    if not advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW(
        descriptor, _REVISION, _DACL, ctypes.byref(text), None
    ):
        raise ctypes.WinError()
    return text.value or ""


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(sddl(name))
