"""Windows: private files, and names that are taken only when they are free.

The access control list is given to CreateFileW itself. Source of the SDDL and of all calls:
https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format.
"""

from __future__ import annotations

import ctypes
import msvcrt
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes
from pathlib import Path

assert sys.platform == "win32"  # noqa: S101 - tells mypy, which skips the rest elsewhere

_TOKEN_QUERY = 0x0008
_TOKEN_USER = 1
_SDDL_REVISION_1 = 1
_FILE_OBJECT, _DACL = 1, 4
_GENERIC_WRITE = 0x40000000
_CREATE_NEW = 1
_FILE_ATTRIBUTE_NORMAL = 0x80
_INVALID_HANDLE_VALUE = ctypes.c_void_p(-1).value

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)


class _SecurityAttributes(ctypes.Structure):
    _fields_ = (
        ("nLength", wintypes.DWORD),
        ("lpSecurityDescriptor", ctypes.c_void_p),
        ("bInheritHandle", wintypes.BOOL),
    )


class _TokenUser(ctypes.Structure):
    _fields_ = (("Sid", ctypes.c_void_p), ("Attributes", wintypes.DWORD))


_kernel32.GetCurrentProcess.restype = wintypes.HANDLE
_kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)
_kernel32.LocalFree.argtypes = (ctypes.c_void_p,)
_kernel32.LocalFree.restype = ctypes.c_void_p
_kernel32.CreateFileW.restype = wintypes.HANDLE
_kernel32.CreateFileW.argtypes = (
    wintypes.LPCWSTR,
    wintypes.DWORD,
    wintypes.DWORD,
    ctypes.POINTER(_SecurityAttributes),
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.HANDLE,
)
_advapi32.OpenProcessToken.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE))
_advapi32.GetTokenInformation.argtypes = (
    wintypes.HANDLE,
    ctypes.c_int,
    ctypes.c_void_p,
    wintypes.DWORD,
    ctypes.POINTER(wintypes.DWORD),
)
_advapi32.ConvertSidToStringSidW.argtypes = (ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
_advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW.argtypes = (
    wintypes.LPCWSTR,
    wintypes.DWORD,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(wintypes.ULONG),
)
_advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW.argtypes = (
    ctypes.c_void_p,
    wintypes.DWORD,
    wintypes.DWORD,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(wintypes.ULONG),
)
_advapi32.GetNamedSecurityInfoW.argtypes = (
    wintypes.LPCWSTR,
    ctypes.c_int,
    wintypes.DWORD,
    *(ctypes.c_void_p,) * 4,
    ctypes.POINTER(ctypes.c_void_p),
)


def create_private(path: Path) -> int:
    """Create `path` for this user alone; a descriptor to write to. Raises FileExistsError and other OSErrors."""
    # Protected (nothing is inherited): full access for the user, and for nobody else.
    with _security_descriptor(f"D:P(A;;FA;;;{_user_sid()})") as descriptor:
        attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor, False)
        handle = _kernel32.CreateFileW(
            str(path), _GENERIC_WRITE, 0, ctypes.byref(attributes), _CREATE_NEW, _FILE_ATTRIBUTE_NORMAL, None
        )
        _check(int(handle != _INVALID_HANDLE_VALUE))
    try:
        return msvcrt.open_osfhandle(handle, os.O_WRONLY | os.O_BINARY | os.O_NOINHERIT)
    except BaseException:
        _kernel32.CloseHandle(handle)
        raise


def create_unnamed(folder: Path) -> int | None:
    """None: Windows has no files without a name."""
    del folder
    return None


def give_name(descriptor: int, name: Path) -> None:
    """Never asked for, since no file is without a name here."""
    raise NotImplementedError(descriptor, name)


def is_private(path: Path) -> bool:
    """Whether the drive lets this user alone read it, besides administrators and Windows; raises OSError."""
    # https://learn.microsoft.com/windows/win32/secauthz/ace-strings: (type;flags;rights;object;inherited object;who)
    allowed = re.findall(r"\(A;[^;]*;[^;]*;[^;]*;[^;]*;([^;)]+)", _access(path))
    # Both sides go through Windows, which has abbreviations for some users.
    with _security_descriptor(f"D:P(A;;FA;;;{_user_sid()})") as ours:
        me = _as_text(ours).rstrip(")").rpartition(";")[2]
    return bool(allowed) and set(allowed) <= {me, "BA", "OW", "SY"}


def _access(path: Path) -> str:
    """The access control list of `path`, in SDDL."""
    descriptor = ctypes.c_void_p()
    failed = _advapi32.GetNamedSecurityInfoW(
        str(path), _FILE_OBJECT, _DACL, None, None, None, None, ctypes.byref(descriptor)
    )
    if failed:
        raise ctypes.WinError(failed)
    try:
        return _as_text(descriptor.value)
    finally:
        _kernel32.LocalFree(descriptor)


def _as_text(descriptor: int | None) -> str:
    text = ctypes.c_void_p()
    _check(
        _advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor, _SDDL_REVISION_1, _DACL, ctypes.byref(text), None
        )
    )
    try:
        return ctypes.wstring_at(text.value or 0)
    finally:
        _kernel32.LocalFree(text)


def rename_to_free_name(file: Path, name: Path) -> None:
    """Rename `file` to `name`, or leave it where it is; raises FileExistsError when the name is taken."""
    file.rename(name)


def settle(folder: Path) -> None:
    """Windows writes names to the drive by itself."""
    del folder


def _user_sid() -> str:
    """The security identifier of the user who runs this program, as text."""
    token = wintypes.HANDLE()
    _check(_advapi32.OpenProcessToken(_kernel32.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)))
    try:
        size = wintypes.DWORD()
        _advapi32.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        _check(_advapi32.GetTokenInformation(token, _TOKEN_USER, buffer, size, ctypes.byref(size)))
        text = ctypes.c_void_p()
        _check(_advapi32.ConvertSidToStringSidW(_TokenUser.from_buffer(buffer).Sid, ctypes.byref(text)))
        try:
            return ctypes.wstring_at(text.value or 0)
        finally:
            _kernel32.LocalFree(text)
    finally:
        _kernel32.CloseHandle(token)


@contextmanager
def _security_descriptor(sddl: str) -> Iterator[int | None]:
    descriptor = ctypes.c_void_p()
    _check(
        _advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
            sddl, _SDDL_REVISION_1, ctypes.byref(descriptor), None
        )
    )
    try:
        yield descriptor.value
    finally:
        _kernel32.LocalFree(descriptor)


def _check(succeeded: int) -> None:
    if not succeeded:
        raise ctypes.WinError(ctypes.get_last_error())
