"""Colours, icons and the style sheet, light or dark, as the system is set while the program runs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from emi_installer.local.assets import asset

Colors = Mapping[str, str]

ARGUMENTS = ("-style", "Fusion")
"""Of the QApplication; setStyle takes 10 ms, since it loads everything about styles for Python."""

_ICON_SIZE = 20
_SHARPEST = 3.0  # device pixels a pixel; Windows goes to 300 % on laptops


@lru_cache(maxsize=1)
def schemes() -> Mapping[str, Colors]:
    """The colours by name, of "light" and "dark"."""
    return tomllib.loads(asset("style/colors.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def pixmap(name: str, color: str, size: int = _ICON_SIZE) -> QPixmap:
    """The icon `name` of resources/icons in one color, sharp on every screen."""
    drawn = QPixmap(QSize(size, size) * _SHARPEST)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(_drawing(name, color).encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(_SHARPEST)
    return drawn


def _drawing(name: str, color: str) -> str:
    """The icon as SVG, in one color."""
    return asset(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)


class Theme(QObject):
    """Puts the look on the application; `changed` when the system went from light to dark or back."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._folder = QTemporaryDir()
        self.colors: Colors = schemes()["light"]
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.follow)
        self.follow(hints.colorScheme())

    def follow(self, scheme: Qt.ColorScheme) -> None:
        """Look as `scheme` says; an unknown one means light."""
        self.colors = schemes()["dark" if scheme is Qt.ColorScheme.Dark else "light"]
        self._app.setPalette(_palette(self.colors))
        style = Template(asset("style/window.qss").read_text(encoding="utf-8"))
        self._app.setStyleSheet(
            style.substitute(
                self.colors, icon_open=self._file("open", "text"), icon_check=self._file("check", "on_accent")
            )
        )
        self.changed.emit()

    def icon(self, name: str, color: str = "text") -> QIcon:
        """The icon `name` in a color of this theme."""
        return QIcon(pixmap(name, self.colors[color]))

    def _file(self, name: str, color: str) -> str:
        """The icon as a file: style sheets take no pixmaps."""
        place = self._folder.filePath(f"{name}-{self.colors[color].lstrip('#')}.svg")
        Path(place).write_text(_drawing(name, self.colors[color]), encoding="utf-8")
        return place


@cache
def theme() -> Theme:
    """The application's one theme."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("there is no window without a QApplication")
    return Theme(app)


def _palette(colors: Colors) -> QPalette:
    """What style sheets do not reach: placeholder texts, tick boxes, file dialogs."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, name in {
        roles.Window: "window",
        roles.WindowText: "text",
        roles.Base: "surface",
        roles.AlternateBase: "window",
        roles.Text: "text",
        roles.PlaceholderText: "muted",
        roles.Button: "surface",
        roles.ButtonText: "text",
        roles.Highlight: "accent",
        roles.HighlightedText: "on_accent",
        roles.ToolTipBase: "surface",
        roles.ToolTipText: "text",
        roles.Link: "accent",
    }.items():
        palette.setColor(role, QColor(colors[name]))
    palette.setColor(QPalette.ColorGroup.Disabled, roles.Text, QColor(colors["on_off"]))
    return palette
