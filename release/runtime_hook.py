"""The first code of ours that a built program runs, before Qt and OpenSSL are loaded: see build.spec."""

from emi_installer.local.harden import trust_only_own_libraries

trust_only_own_libraries()
