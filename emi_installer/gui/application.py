"""Starts the window: one instance, the look, the last net for errors."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, Qt, qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from emi_installer.core.errors.errors import InstallerError
from emi_installer.gui.instance import Instance
from emi_installer.gui.theme import ARGUMENTS, pixmap, theme
from emi_installer.gui.wizard import Wizard
from emi_installer.gui.worker import prefer_this_thread, unexpected
from emi_installer.local.assets import read_blueprint
from emi_installer.local.inputs import read_preset
from emi_installer.local.logs import log, start_logging
from emi_installer.setup.launch import Choice, Launch

_OPEN_ALREADY = (
    "The EMI installer is open already, but its window does not answer. Look for it in the task bar; if it hangs, "
    "end it in the task manager, and start it again."
)


def open_window(choice: Choice, preset: Path | None) -> int:
    """Show the window until it is closed; the exit code. `preset` is a file that was named, if one was."""
    start_logging(verbose=False)
    app = QApplication([*sys.argv[:1], *ARGUMENTS])
    app.setApplicationName("EMI Installer")
    app.setApplicationDisplayName("EMI installer")
    app.setDesktopFileName("emi-installer")
    theme()
    instance = Instance(choice.name)
    if not instance.is_first:
        if not instance.wake_first():
            from PySide6.QtWidgets import QMessageBox  # noqa: PLC0415 - the first page does not wait for it

            QMessageBox.information(None, "EMI installer", _OPEN_ALREADY)
        return 0
    window = Wizard(_launch(choice, preset))
    instance.woken.connect(lambda: _to_front(window))
    sys.excepthook = _hook(window)
    window.seen.connect(lambda: _settle(app, instance))
    window.seen.connect(window.prepare)
    window.show()
    log("window", version=qVersion(), platform=QLibraryInfo.version().toString())
    return app.exec()


def _settle(app: QApplication, instance: Instance) -> None:
    """What the first page need not wait for."""
    app.setWindowIcon(QIcon(pixmap("installer", "", 64)))
    instance.listen()
    prefer_this_thread(app)


def _launch(choice: Choice, file: Path | None) -> Launch:
    blueprint = read_blueprint()
    try:
        preset, problem = read_preset(file, blueprint), None
    except InstallerError as wrong:
        preset, problem = None, wrong
    return Launch(blueprint=blueprint, choice=choice, preset=preset, problem=problem)


def _to_front(window: Wizard) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()


def _hook(window: Wizard) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """What nobody foresaw is shown as our mistake, and the window goes on."""

    def told(_kind: type[BaseException], problem: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(problem, KeyboardInterrupt):
            QApplication.exit(130)
            return
        said = problem if isinstance(problem, InstallerError) else unexpected(problem)
        window.page_now.tell(said)

    return told
