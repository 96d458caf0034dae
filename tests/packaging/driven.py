"""The program with a person and a browser inside, who walk through the demo by themselves. It is never shipped.

EMI_HANDOFF   where the values are saved
EMI_PICTURE   a picture of the page on which they are
"""

from __future__ import annotations

import html
import os
import re
import sys
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from emi_installer.__main__ import main
from emi_installer.gui.wizard import Wizard

PRESSED = ("Next", "Sign in to Microsoft", "Next", "Next", "Apply now", "Next", "Save", "Next", "Finish")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def sign_in(url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: FBT001, FBT002 - as webbrowser.open
    """Choose the first account on the sign-in page, and submit the form that comes then."""
    page = _read(url)
    account = re.search(r'name="account" value="([^"]+)"', page)
    assert account is not None
    page = _read(url, {"account": account[1]})
    target = re.search(r'action="([^"]+)"', page)
    assert target is not None
    _read(html.unescape(target[1]), _fields(page))
    return True


def _fields(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', page)}


def _read(link: str, form: dict[str, str] | None = None) -> str:
    data = urllib.parse.urlencode(form).encode() if form else None
    with DIRECT.open(link, data) as answer:
        text: str = answer.read().decode()
        return text


class Person:
    """Presses one button after the other, each as soon as it is on."""

    def __init__(self, window: Wizard) -> None:
        self.window = window
        self.left = list(PRESSED)
        self.timer = QTimer(window)
        self.timer.setInterval(50)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def look(self) -> None:
        found = next(self.buttons(), None)
        if found is None or self.window.page_now.busy:
            return
        if self.left.pop(0) == "Save":
            place = self.window.findChild(QLineEdit, "place")
            assert isinstance(place, QLineEdit)
            place.setText(os.environ["EMI_HANDOFF"])
            self.window.grab().save(os.environ["EMI_PICTURE"])
        found.click()

    def buttons(self) -> Iterator[QAbstractButton]:
        for button in self.window.findChildren(QAbstractButton):
            if button.isVisible() and button.isEnabled() and button.text().replace("&", "") == self.left[0]:
                yield button


if __name__ == "__main__":
    webbrowser.open = sign_in
    prepare = Wizard.prepare
    persons: list[Person] = []  # Qt keeps none alive

    def begin(self: Wizard) -> None:
        prepare(self)
        persons.append(Person(self))

    Wizard.prepare = begin  # type: ignore[method-assign]
    sys.exit(main(["--demo"]))
