"""Copies texts; a client secret is kept out of the clipboard's history, and taken away again after a minute."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

SECONDS = 60
"""How long a client secret may lie on the clipboard."""

_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
_NO = b"\0\0\0\0"
_KEEP_OUT = {
    # https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats
    _WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"): b"\1\0\0\0",
    _WINDOWS.format("CanIncludeInClipboardHistory"): _NO,
    _WINDOWS.format("CanUploadToCloudClipboard"): _NO,
    "application/x-nspasteboard-concealed-type": b"text",
    "x-kde-passwordManagerHint": b"secret",
}


def copy_text(text: str) -> None:
    """Copy what anybody may read."""
    QGuiApplication.clipboard().setText(text)


class SecretClipboard(QObject):
    """Copies one client secret."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._copied = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.clear)

    def copy(self, secret: str) -> None:
        """Copy `secret` for a minute."""
        mime = QMimeData()
        mime.setText(secret)
        for kind, data in _KEEP_OUT.items():
            mime.setData(kind, data)
        QGuiApplication.clipboard().setMimeData(mime)
        self._copied = secret
        self._timer.start()

    @property
    def holds(self) -> bool:
        """Whether the client secret lies on the clipboard, for its minute."""
        return bool(self._copied) and QGuiApplication.clipboard().text() == self._copied

    def clear(self) -> None:
        """Empty the clipboard if it still holds the secret."""
        self._timer.stop()
        if self.holds:
            QGuiApplication.clipboard().clear()
        self._copied = ""
