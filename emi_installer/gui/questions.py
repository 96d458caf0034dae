"""What the window asks before something is lost, and the box in which it asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class Question(NamedTuple):
    """`leave` goes on nevertheless; `stay` is what Enter and Escape choose."""

    text: str
    why: str
    leave: str
    stay: str

    def of_a_jump(self) -> Question:
        """The same, where the window stays open and what was applied is left behind."""
        return self._replace(leave="&Go on anyway")


APPLYING = Question(
    "Changes are being made in your tenant.",
    "Stopping leaves what is done in place; the program can do the rest another time.",
    "&Stop and close",
    "&Go on",
)
UNSAVED = Question(
    "The client secret was neither saved nor copied.",
    "Microsoft shows it only once. If you leave now it is lost, and the next run creates another one.",
    "&Close anyway",
    "&Back to the client secret",
)
OWED = Question(
    "Your tenant does not know yet that the client secret was saved.",
    "If you leave now, the next run treats it as unsaved and offers to replace it.",
    "&Close anyway",
    "&Stay here",
)
ON_CLIPBOARD = Question(
    "The client secret is on the clipboard, and nowhere else.",
    "Closing takes it off the clipboard. Paste it where you need it first.",
    "I have &pasted it: close",
    "&Stay here",
)


def opening(file: Path) -> Question:
    """A file was opened while the window was open."""
    return Question(
        f"Open {file.name}?",
        f"{file}\nThe window begins anew with it: what was typed is dropped, and the account is signed out. What was "
        "applied in your tenant stays.",
        "&Open it",
        "&Keep this window",
    )


def tell_busy(parent: QWidget, file: Path) -> None:
    """A file was opened while a job runs that must end."""
    box = QMessageBox(QMessageBox.Icon.Information, parent.windowTitle(), f"{file.name} was not opened.", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("Changes are being made. Open the file again when they are done.")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def ask(parent: QWidget, question: Question, leave: Callable[[], None]) -> QMessageBox:
    """Ask, and `leave` if the answer is to."""
    box = QMessageBox(QMessageBox.Icon.Warning, parent.windowTitle(), question.text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(question.why)
    go = box.addButton(question.leave, QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(question.stay, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    go.clicked.connect(leave)
    box.open()
    return box
