"""Windows: verifies the signature of a file and reads the signer's name, with wintrust.dll and crypt32.dll.

https://learn.microsoft.com/windows/win32/seccrypto/example-c-program--verifying-the-signature-of-a-pe-file.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from pathlib import Path
from uuid import UUID

assert sys.platform == "win32"  # noqa: S101 - tells mypy, which skips the rest elsewhere

_GENERIC_VERIFY_V2 = UUID("00AAC56B-CD44-11D0-8CC2-00C04FC295EE")
_NO_WINDOW, _OF_A_FILE, _FROM_CACHE_ONLY = 2, 1, 0x1000
_VERIFY, _CLOSE = 1, 2
_SIMPLE_NAME, _LONGEST_NAME = 4, 256
_ONLY_SYSTEM32 = 0x800  # LOAD_LIBRARY_SEARCH_SYSTEM32


class _FileInfo(ctypes.Structure):
    _fields_ = (
        ("cbStruct", wintypes.DWORD),
        ("pcwszFilePath", wintypes.LPCWSTR),
        ("hFile", wintypes.HANDLE),
        ("pgKnownSubject", ctypes.c_void_p),
    )


class _TrustData(ctypes.Structure):
    _fields_ = (
        ("cbStruct", wintypes.DWORD),
        ("pPolicyCallbackData", ctypes.c_void_p),
        ("pSIPClientData", ctypes.c_void_p),
        ("dwUIChoice", wintypes.DWORD),
        ("fdwRevocationChecks", wintypes.DWORD),
        ("dwUnionChoice", wintypes.DWORD),
        ("pFile", ctypes.POINTER(_FileInfo)),
        ("dwStateAction", wintypes.DWORD),
        ("hWVTStateData", wintypes.HANDLE),
        ("pwszURLReference", wintypes.LPCWSTR),
        ("dwProvFlags", wintypes.DWORD),
        ("dwUIContext", wintypes.DWORD),
        ("pSignatureSettings", ctypes.c_void_p),
    )


class _ProviderCertificate(ctypes.Structure):
    """The beginning of CRYPT_PROVIDER_CERT."""

    _fields_ = (("cbStruct", wintypes.DWORD), ("pCert", ctypes.c_void_p))


_wintrust = ctypes.WinDLL("wintrust", winmode=_ONLY_SYSTEM32)
_crypt32 = ctypes.WinDLL("crypt32", winmode=_ONLY_SYSTEM32)
_wintrust.WinVerifyTrust.argtypes = (wintypes.HWND, ctypes.c_void_p, ctypes.POINTER(_TrustData))
_wintrust.WinVerifyTrust.restype = wintypes.LONG
_wintrust.WTHelperProvDataFromStateData.argtypes = (wintypes.HANDLE,)
_wintrust.WTHelperProvDataFromStateData.restype = ctypes.c_void_p
_wintrust.WTHelperGetProvSignerFromChain.argtypes = (ctypes.c_void_p, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
_wintrust.WTHelperGetProvSignerFromChain.restype = ctypes.c_void_p
_wintrust.WTHelperGetProvCertFromChain.argtypes = (ctypes.c_void_p, wintypes.DWORD)
_wintrust.WTHelperGetProvCertFromChain.restype = ctypes.POINTER(_ProviderCertificate)
_crypt32.CertGetNameStringW.argtypes = (
    ctypes.c_void_p,
    wintypes.DWORD,
    wintypes.DWORD,
    ctypes.c_void_p,
    wintypes.LPWSTR,
    wintypes.DWORD,
)


def verify(place: Path) -> tuple[int, str]:
    """Windows' answer, 0 for a valid signature, and the signer's name where it is valid."""
    file = _FileInfo(cbStruct=ctypes.sizeof(_FileInfo), pcwszFilePath=str(place.absolute()))
    data = _TrustData(
        cbStruct=ctypes.sizeof(_TrustData),
        dwUIChoice=_NO_WINDOW,
        dwUnionChoice=_OF_A_FILE,
        pFile=ctypes.pointer(file),
        dwStateAction=_VERIFY,
        dwProvFlags=_FROM_CACHE_ONLY,
    )
    action = ctypes.create_string_buffer(_GENERIC_VERIFY_V2.bytes_le, 16)
    code = _wintrust.WinVerifyTrust(None, action, ctypes.byref(data)) & 0xFFFFFFFF
    try:
        return code, "" if code else _signer(data.hWVTStateData)
    finally:
        data.dwStateAction = _CLOSE
        _wintrust.WinVerifyTrust(None, action, ctypes.byref(data))


def _signer(state: int | None) -> str:
    """The name in the certificate of the first signer."""
    signer = _wintrust.WTHelperGetProvSignerFromChain(_wintrust.WTHelperProvDataFromStateData(state), 0, False, 0)
    certificate = _wintrust.WTHelperGetProvCertFromChain(signer, 0) if signer else None
    if not certificate:
        return ""
    name = ctypes.create_unicode_buffer(_LONGEST_NAME)
    _crypt32.CertGetNameStringW(certificate.contents.pCert, _SIMPLE_NAME, 0, None, name, _LONGEST_NAME)
    return name.value
