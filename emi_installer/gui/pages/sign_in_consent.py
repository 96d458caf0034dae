"""A card for what the sign-in has left in the tenant: the consent to the sign-in client, to be taken back."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from emi_installer.core.errors.remedies import Action
from emi_installer.gui.page import Page
from emi_installer.gui.widgets import Button, column, label, row

_STAYS = (
    "Microsoft keeps your consent to {client}, through which you signed in. You can take back what this program asked "
    "for, for your account alone; Microsoft does not tell whether something else uses it too."
)
_LAST = "Do this last: afterwards this window can do nothing more in your tenant."
_LOOKING = "This sign-in may only read. To take it back: emi-installer remove-sign-in-consent"
_NONE = "There was nothing to take back: your account has given no such consent."
_TAKEN = "Taken back: {scopes}."


class SignInConsentCard(QFrame):
    """Says what stays; the button takes it back."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setObjectName("card")
        self._page = page
        layout = column(self, spacing=10, margin=16)
        layout.addWidget(label("Your consent to the sign-in", "heading"))
        self._text, self._hint = label(), label(role="muted")
        self._button = Button("Take back m&y consent", self.take_back, "remove")
        layout.addWidget(self._text)
        layout.addWidget(self._hint)
        layout.addLayout(row(self._button))

    def show_client(self) -> None:
        """Say through which client people signed in."""
        state = self._page.state
        self._text.setText(_STAYS.format(client=state.sign_in_answers().sign_in_client.name))
        self._hint.setText(_LOOKING if state.looks_only else _LAST)
        self._hint.show()
        self._button.setVisible(not state.looks_only)

    def take_back(self) -> None:
        """Take it back."""
        self._page.work(
            self._page.state.take_back_job,
            "Taking back your consent …",
            self._taken,
            {Action.TRY_AGAIN: self.take_back},
            must_end=True,
        )

    def _taken(self, scopes: object) -> None:
        taken = scopes if isinstance(scopes, tuple) else ()
        self._text.setText(_TAKEN.format(scopes=", ".join(taken)) if taken else _NONE)
        self._hint.hide()
        self._button.hide()
