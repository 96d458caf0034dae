"""Starts the window: one instance, the look, the last net for errors."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QObject, qVersion
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
        if not instance.call_first(preset):
            from PySide6.QtWidgets import QMessageBox  # noqa: PLC0415 - the first page does not wait for it

            QMessageBox.information(None, "EMI installer", _OPEN_ALREADY)
        return 0
    desk = Desk(choice)
    instance.called.connect(desk.called)
    sys.excepthook = desk.tell_unforeseen
    desk.open(preset)
    desk.window.seen.connect(lambda: _settle(app, instance))
    log("window", version=qVersion(), platform=QLibraryInfo.version().toString())
    return app.exec()


class Desk(QObject):
    """Has the one window, and puts another in its place for a file that was opened meanwhile."""

    window: Wizard

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._choice = choice

    def open(self, preset: Path | None) -> None:
        """Show a window that begins with `preset`, the file that was named, if one was."""
        self.window = Wizard(_launch(self._choice, preset))
        self.window.seen.connect(self.window.prepare)
        self.window.show()

    def called(self, file: str) -> None:
        """Another start of the program wants the window in front, and perhaps a file opened."""
        self.window.call()
        if file:
            self.window.offer(Path(file), lambda: self.open(Path(file)))

    def tell_unforeseen(self, _kind: type[BaseException], problem: BaseException, _trace: TracebackType | None) -> None:
        """What nobody foresaw is shown as our mistake, and the window goes on."""
        if isinstance(problem, KeyboardInterrupt):
            QApplication.exit(130)
            return
        page = self.window.page_now
        page.construct()  # which may be what has failed
        page.tell(problem if isinstance(problem, InstallerError) else unexpected(problem))


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
