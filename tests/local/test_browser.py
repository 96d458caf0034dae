"""A browser that the built program starts finds the libraries of the system, not those of the program."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

import pytest

from emi_installer.local import browser

NAMES = ("LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """What the browser sees of NAMES."""
    seen: dict[str, str | None] = {}

    def start(_link: str) -> bool:
        seen.update({name: os.environ.get(name) for name in NAMES})
        return True

    for name in NAMES:
        monkeypatch.setenv(name, "/unpacked")
    monkeypatch.setattr(webbrowser, "open", start)
    browser._restore_environment.cache_clear()
    return seen


def test_of_a_checkout_nothing_is_changed(environment: dict[str, str | None]) -> None:
    assert browser.start_browser("https://example.com")
    assert set(environment.values()) == {"/unpacked"}


@pytest.mark.skipif(sys.platform != "linux", reason="a variable of Linux")
@pytest.mark.parametrize("before", ["/usr/local/lib", None])
def test_of_the_built_program(
    before: str | None, environment: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    else:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG")
    assert browser.start_browser("https://example.com")
    assert environment == {**dict.fromkeys(NAMES), "LD_LIBRARY_PATH": before}
    browser.start_browser("https://example.com")
    assert environment["LD_LIBRARY_PATH"] == before
