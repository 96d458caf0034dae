"""What a person needs while Microsoft waits for a sign-in: the link or the code; on every page that has a job."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from emi_installer.gui.widgets import Button, CopyButton, column, label, named, row, selectable
from emi_installer.local.browser import open_link

_OPENED = "Your browser shows Microsoft's sign-in page. When you have signed in there, come back here."
_NOT_OPENED = "No browser could be started. Copy the link, and open it in a browser on this computer."


class SignInHelp(QFrame):
    """Hidden until a job asks for a sign-in, and when it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._link = ""
        self._text = label()
        self._code = named(selectable(role="code"), "Code")
        self._copy_code = CopyButton("Copy the co&de", self._code.text)
        layout = column(self, spacing=10, margin=16)
        layout.addWidget(self._text)
        layout.addLayout(row(self._code, self._copy_code))
        layout.addLayout(
            row(
                Button("O&pen the page again", lambda: open_link(self._link), "browser"),
                CopyButton("Copy the lin&k", lambda: self._link),
            )
        )
        self.hide()

    @property
    def has_code(self) -> bool:
        """Whether a code is shown."""
        return not self.isHidden() and not self._code.isHidden()

    def tell(self, event: object) -> bool:
        """Show what `event` asks for; whether a person has to look at it here, not in the browser."""
        from emi_installer.core.plan.events import DeviceCode, RetryScheduled, SignInLink  # noqa: PLC0415 - the first page does not wait for it

        match event:
            case SignInLink():
                self._show(_OPENED if event.opened else _NOT_OPENED, event.link)
                return not event.opened
            case DeviceCode():
                text = (
                    f"Open {event.link} in any browser, on any device, and type this code. It is valid for "
                    f"{event.minutes} minutes."
                )
                self._show(text, event.link, event.code)
                return True
            case RetryScheduled():
                pass
            case _:
                self.hide()
        return False

    def _show(self, text: str, link: str, code: str = "") -> None:
        self._link = link
        self._text.setText(text)
        self._code.setText(code)
        self._code.setAccessibleName(f"Code {code}")
        self._code.setVisible(bool(code))
        self._copy_code.setVisible(bool(code))
        self.show()
