"""Pictures of every page, made by a demo journey.

python -m tests.screenshots FOLDER      writes NAME-light.png and NAME-dark.png; QT_SCALE_FACTOR=2 for 200 %
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from emi_installer import wiring
from emi_installer.core.desired.preset import Preset
from emi_installer.core.desired.purpose import Purpose
from emi_installer.gui.theme import ARGUMENTS, theme
from emi_installer.gui.wizard import Wizard
from emi_installer.local.assets import read_blueprint
from emi_installer.setup.launch import Choice, Launch
from emi_installer.simulator.faults import unavailable
from emi_installer.simulator.scenarios import simulate
from tests.support.clock import FakeClock

BANNER = "Demo: a simulated tenant, nothing is changed at Microsoft"
SIZE = (1000, 800)


class Photographer:
    """Walks one scenario, and takes two pictures of each page."""

    def __init__(self, folder: Path, scenario: str, suffix: str, preset: Preset | None = None) -> None:
        self._folder = folder
        self._suffix = suffix
        clock = FakeClock()
        self.simulator = simulate(scenario, clock=clock)
        choice = Choice(name="pictures", connect=lambda: wiring.connect_simulator(self.simulator, clock), banner=BANNER)
        self.window = Wizard(Launch(blueprint=read_blueprint(), choice=choice, preset=preset))
        self.window.resize(*SIZE)
        begun = QEventLoop()
        self.window.begun.connect(begun.quit)
        self.window.show()
        begun.exec()
        self.settle()

    def picture(self, name: str) -> None:
        """Light and dark."""
        for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
            theme().follow(scheme)
            self.settle()
            self.window.grab().save(str(self._folder / f"{name}-{scheme.name.lower()}{self._suffix}.png"))
        theme().follow(Qt.ColorScheme.Light)

    def press(self, text: str) -> None:
        """Press a button, and wait until the work that it starts is done."""
        found = [b for b in self.window.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
        next(b for b in found if b.text().replace("&", "").startswith(text)).click()
        self.settle(lambda: not self.window.page_now.busy)

    def to_tasks(self) -> None:
        """From Welcome past the sign-in."""
        self.press("Next")
        self.press("Sign in to Microsoft")
        self.press("Next")

    def type_into(self, name: str, text: str) -> None:
        """Fill in a field."""
        fields = [e for e in self.window.findChildren(QLineEdit) if e.isVisible()]
        next(e for e in fields if e.accessibleName() == name).setText(text)
        self.settle()

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        """Let Qt draw."""
        loop = QEventLoop()
        timer = QTimer()
        timer.setInterval(40)
        timer.timeout.connect(lambda: loop.quit() if until() else None)
        timer.start()
        loop.exec()


def whole_journey(folder: Path, suffix: str) -> None:
    """Every page of a first run."""
    camera = Photographer(folder, "empty", suffix)
    camera.picture("1-welcome")
    camera.press("Next")
    camera.picture("2-sign-in")
    camera.press("Sign in to Microsoft")
    camera.picture("2-signed-in")
    camera.press("Next")
    camera.type_into("Contact center URL", "acme.brightpattern.com")
    camera.picture("3-settings")
    camera.type_into("Contact center URL", "contact.example.com")
    camera.picture("3-settings-foreign")
    camera.type_into("Contact center URL", "acme.brightpattern.com")
    camera.press("Next")
    camera.picture("4-review")
    camera.press("Show the 13")
    camera.picture("4-review-permissions")
    camera.press("Apply now")
    camera.picture("5-apply")
    camera.press("Next")
    camera.type_into("Save to file", "C:\\Users\\ada\\Documents\\emi-credentials.txt")
    camera.picture("6-credentials")
    with TemporaryDirectory() as place:
        camera.type_into("Save to file", str(Path(place) / "emi-credentials.txt"))
        camera.press("Save")
        camera.type_into("Save to file", "emi-credentials.txt")
        camera.press("Next")
    camera.picture("7-finish")
    camera.window.close()


def what_goes_wrong(folder: Path, suffix: str) -> None:
    """Errors, blockers and drift."""
    for scenario in ("not-admin", "drifted", "policy-90-days"):
        camera = Photographer(folder, scenario, suffix)
        camera.press("Next")
        camera.press("Sign in to Microsoft")
        camera.picture(f"signed-in-{scenario}")
        camera.press("Next")
        if scenario == "drifted":
            camera.picture("task-drifted")
            camera.press("Next")
        camera.type_into("Contact center URL", "acme.brightpattern.com")
        camera.press("Next")
        camera.picture(f"review-{scenario}")
        if scenario != "not-admin":
            camera.press("Apply now")
            camera.picture(f"apply-{scenario}")
        camera.window.close()
    for scenario, task in (("planted-app", "Repair"), ("held-app", "Repair")):
        camera = Photographer(folder, scenario, suffix)
        camera.to_tasks()
        camera.press(task)
        camera.press("Next")
        camera.type_into("Contact center URL", "acme.brightpattern.com")
        camera.press("Next")
        camera.picture(f"review-{scenario}")
        camera.window.close()
    camera = Photographer(folder, "empty", suffix)
    camera.simulator.faults.add("GET /*/v2.0/.well-known/openid-configuration", *[unavailable()] * 20)
    camera.press("Next")
    camera.press("Sign in to Microsoft")
    camera.picture("sign-in-unavailable")
    camera.window.close()


def every_task(folder: Path, suffix: str) -> None:
    """What can be done where EMI is set up already."""
    for task, name in (
        ("New client secret", "new-secret"),
        ("Move", "move"),
        ("Check only", "check"),
        ("Remove", "remove"),
    ):
        camera = Photographer(folder, "configured", suffix)
        camera.to_tasks()
        camera.picture("task")
        camera.press(task)
        camera.press("Next")
        camera.picture(f"task-{name}")
        if name == "move":
            camera.type_into("Contact center URL", "new.brightpattern.com")
            camera.press("Remove the old")
            camera.picture("task-move-typed")
        if name == "remove":
            camera.type_into("Type the name of the app registration", "Bright Pattern EMI")
            camera.press("Remove now")
            camera.picture("task-removed")
            camera.press("Next")
            camera.picture("finish-removed")
        if name == "new-secret":
            camera.press("Next")
            camera.press("Apply now")
            camera.press("Next")
            with TemporaryDirectory() as place:
                camera.type_into("Save to file", str(Path(place) / "emi-credentials.txt"))
                camera.press("Save")
            camera.press("Next")
            camera.picture("finish-new-secret")
        camera.window.close()
    for scenario in ("several-apps", "foreign-app", "deleted-app"):
        camera = Photographer(folder, scenario, suffix)
        camera.to_tasks()
        camera.picture(f"choose-{scenario}")
        camera.window.close()


def two_people(folder: Path, suffix: str) -> None:
    """An Application Administrator's part, and the colleague's."""
    camera = Photographer(folder, "no-consent-role", suffix)
    camera.to_tasks()
    camera.type_into("Contact center URL", "acme.brightpattern.com")
    camera.press("Next")
    camera.picture("review-no-consent-role")
    camera.press("Apply now")
    camera.picture("apply-no-consent-role")
    camera.press("Next")
    camera.picture("finish-no-consent-role")
    camera.window.close()
    asked = Preset(purpose=Purpose.GRANT, requested_by="ben.brown@contoso.com")
    camera = Photographer(folder, "half-done", suffix, asked)
    camera.picture("request-welcome")
    camera.to_tasks()
    camera.picture("request-review")
    camera.press("Apply now")
    camera.press("Next")
    camera.picture("request-finish")
    camera.window.close()


def main() -> int:
    """Take all pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "-200" if os.environ.get("QT_SCALE_FACTOR") == "2" else ""
    app = QApplication(["emi-installer", *ARGUMENTS])
    gc.disable()  # a widget that a worker's thread destroys ends the program
    whole_journey(folder, suffix)
    what_goes_wrong(folder, suffix)
    every_task(folder, suffix)
    two_people(folder, suffix)
    app.quit()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
