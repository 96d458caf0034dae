"""A card for the client secrets that a new one replaces: they go when the new one is entered, and only when asked."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from emi_installer.core.errors.remedies import Action
from emi_installer.core.observed.tenant import SecretMetadata
from emi_installer.gui.page import Page
from emi_installer.gui.widgets import Button, column, label, row
from emi_installer.gui.wrapping import CheckBox

_WARNING = (
    "The contact center uses the old one until you enter the new one there. Remove the old ones only after that: they "
    "stop working at once."
)


class OldSecretsCard(QFrame):
    """Lists them, each with its end; the button opens by a tick."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setObjectName("card")
        self._page = page
        layout = column(self, spacing=10, margin=16)
        layout.addWidget(label("Older client secrets", "heading"))
        self._listed = label()
        self._entered = CheckBox("The new one is &entered there, and it works")
        self._button = Button("Re&move the old client secrets", self.remove, "remove")
        self._button.setEnabled(False)
        self._entered.toggled.connect(self._button.setEnabled)
        self._warning = label(_WARNING, "muted")
        for widget in (self._listed, self._warning, self._entered):
            layout.addWidget(widget)
        layout.addLayout(row(self._button))

    def show_secrets(self, secrets: tuple[SecretMetadata, ...]) -> None:
        """Show these; nothing where there are none."""
        self._listed.setText("\n".join(f"{one.name}, until {one.expires.date().isoformat()}" for one in secrets))
        self.setVisible(bool(secrets))

    def remove(self) -> None:
        """Remove them."""
        self._page.work(
            self._page.state.remove_old_job,
            "Removing the old client secrets …",
            self._removed,
            {Action.TRY_AGAIN: self.remove},
            must_end=True,
        )

    def _removed(self, _nothing: object) -> None:
        self._listed.setText("They are removed. Only the new client secret works now.")
        for widget in (self._warning, self._entered, self._button):
            widget.hide()
