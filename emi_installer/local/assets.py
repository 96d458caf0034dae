"""What lies beside the program: its own resources, and perhaps a preset."""

from __future__ import annotations

import sys
from pathlib import Path

from emi_installer.core.desired.blueprint import Blueprint, parse_blueprint

PRESET_NAME = "emi-installer.toml"
_PRESET_NAMES = (PRESET_NAME, f"{PRESET_NAME}.txt")  # Notepad adds .txt, and Windows hides it


def asset(name: str) -> Path:
    """The resource `name`, such as "emi.toml", wherever this program is installed."""
    return _resources() / name


def _resources() -> Path:
    """The folder resources: unpacked by PyInstaller, in an installed wheel, or in a checkout."""
    unpacked = getattr(sys, "_MEIPASS", None)
    if unpacked is not None:
        return Path(unpacked, "resources")
    package = Path(__file__).parents[1]
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def read_blueprint() -> Blueprint:
    """The blueprint that comes with this program."""
    return parse_blueprint(asset("emi.toml").read_text(encoding="utf-8"))


def read_handoff_template() -> str:
    """The template of a handoff file for people."""
    return asset("handoff/handoff.txt").read_text(encoding="utf-8")


def read_report_template() -> str:
    """The template of a report as a web page."""
    return asset("report.html").read_text(encoding="utf-8")


def read_guide_template() -> str:
    """The template of a customer's guide."""
    return asset("guide.html").read_text(encoding="utf-8")


def find_preset() -> Path | None:
    """The preset beside the executable; None where there is none.

    The working folder is not searched: what lies there may come from anybody.
    """
    if not getattr(sys, "frozen", False):  # then the executable is Python's own
        return None
    places = [Path(sys.executable).with_name(name) for name in _PRESET_NAMES]
    return next((place for place in places if _is_file(place)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
