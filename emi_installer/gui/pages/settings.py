"""Settings: the contact center, the app's name, the lifetime of the client secret."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from emi_installer.core.desired.contact_center import ContactCenter, parse_contact_center
from emi_installer.core.desired.fields import LONGEST_APP_NAME, parse_app_name
from emi_installer.core.desired.lifetime import Until
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.gui.page import Page
from emi_installer.gui.widgets import Field, card, column, label, named, row
from emi_installer.gui.wrapping import CheckBox
from emi_installer.setup.flow import Step

_LEADS = {
    Purpose.MOVE: "Where your agents work from now on.",
    Purpose.NEW_SECRET: "How long the new client secret lives, and the contact center that it is for.",
    Purpose.REPAIR: "The contact center that the application serves.",
}
_UNTRUSTED = (
    "{host} is not an address of Bright Pattern's. Whoever owns it would receive the Microsoft sign-ins of your agents."
)


class SettingsPage(Page):
    """Checks everything as it is typed."""

    step = Step.SETTINGS
    lead = "Where your agents work, and what the application is called in your tenant."

    def build(self) -> None:
        """Three answers."""
        self.center = Field("&Contact center URL")
        self.center.edit.setPlaceholderText("acme.brightpattern.com")
        self.trust = CheckBox("&I trust the owner of this address")
        self.foreign = label(role="attention")
        self.name = Field("App na&me", "How the application is listed in your Microsoft tenant.")
        self.name.edit.setMaxLength(LONGEST_APP_NAME * 2)
        self.lifetime = named(QComboBox(), "Lifetime of the client secret")
        title = label("&Lifetime of the client secret")
        title.setBuddy(self.lifetime)
        hint = "Shortly before it ends, start this program again to make another one."
        self.lifetime.setAccessibleDescription(hint)
        part = column(spacing=4)
        part.addWidget(title)
        part.addLayout(row(self.lifetime))
        part.addWidget(label(hint, "muted"))
        self._host = ""
        self._read = self._parsed("")
        self.remove_old = CheckBox("&Remove the old address from the app registration")
        self.old = label(role="muted")
        self._old_card = card(self.remove_old, self.old)
        self._name_card, self._lifetime_card = card(self.name), card(part)
        self.add(card(self.center, self.foreign, self.trust), self._old_card, self._name_card, self._lifetime_card)
        self._fill_lifetimes()
        self.center.edit.textChanged.connect(self._read_center)
        self.name.edit.textChanged.connect(self._check)
        self.trust.toggled.connect(self._check)

    def _fill_lifetimes(self) -> None:
        preset = self.state.launch.preset
        given = preset.secret_lifetime if preset else None
        if isinstance(given, Until) and self.state.typed.secret_months is None:
            self.lifetime.addItem(f"Until {given.day.isoformat()}", None)
        for months in self.state.launch.blueprint.secret_month_choices:
            self.lifetime.addItem(f"{months} months", months)
        self.lifetime.setCurrentIndex(max(0, self.lifetime.findData(self.state.typed.secret_months)))

    def first(self) -> QWidget | None:
        """See Page."""
        return self.center.edit

    def enter(self) -> None:
        """Fill in what is known."""
        typed = self.state.typed
        purpose, observed = self.state.purpose, self.state.observed
        moving = purpose is Purpose.MOVE
        registered = observed is not None and observed.registration is not None
        self._name_card.setVisible(not registered)
        self._lifetime_card.setVisible(not moving)
        self._old_card.setVisible(moving)
        self.lead_label.setText(" ".join([_LEADS.get(purpose, self.lead), *self._origin()]))
        center = typed.contact_center or ""
        self.center.edit.setText("" if moving and self._is_old(center) else center)
        self.name.edit.setText(typed.app_name)
        self.trust.setChecked(typed.trust_host)
        self.tell(None)
        self._check()

    def _origin(self) -> list[str]:
        """Where the contact center comes from, when somebody else wrote it down."""
        preset = self.state.launch.preset
        if preset is None or preset.contact_center is None or preset.purpose or self.state.purpose is Purpose.MOVE:
            return []  # a request is a colleague's
        return ["What stands here was prepared by your vendor; you can change it."]

    def _is_old(self, contact_center: str) -> bool:
        """Whether the app registration sends sign-ins there already."""
        return self._redirect_uri(self._parsed(contact_center)) in self._callbacks(None)

    def _parsed(self, text: str) -> ContactCenter | InvalidAnswer:
        try:
            return parse_contact_center(text, self.state.launch.blueprint)
        except InvalidAnswer as wrong:
            return wrong

    def _read_center(self, text: str) -> None:
        """Read the address, once for each change. Trust is in one address, not in the next one that is typed."""
        self._read = self._parsed(text)
        if isinstance(self._read, ContactCenter) and self._read.host != self._host:
            self._host = self._read.host
            self.trust.setChecked(False)
        self._check()

    def _redirect_uri(self, center: ContactCenter | InvalidAnswer) -> str | None:
        return center.redirect_uri(self.state.launch.blueprint) if isinstance(center, ContactCenter) else None

    def _callbacks(self, redirect_uri: str | None) -> tuple[str, ...]:
        """Redirect URIs of contact centers in the app registration, besides one."""
        observed = self.state.observed
        registration = observed.registration if observed else None
        return registration.other_redirect_uris(self.state.launch.blueprint, redirect_uri) if registration else ()

    def _check(self) -> None:
        center, name = self._check_center(), self._check_name()
        old = self._callbacks(self._redirect_uri(self._read))
        self.old.setText("\n".join(old) or "There is no other address.")
        self.remove_old.setEnabled(bool(old))
        self.remove_old.setAccessibleDescription(self.old.text())
        self.set_valid(center and name)

    def _check_center(self) -> bool:
        blueprint, read = self.state.launch.blueprint, self._read
        foreign = ""
        if isinstance(read, ContactCenter):
            self.center.tell(f"Redirect URI: {self._redirect_uri(read)}", "ok")
            foreign = "" if blueprint.trusts(read.host) else read.host
        elif self.center.edit.text().strip():
            self.center.tell(f"Not valid yet: {read.problem}. {read.hint}.", "attention")
        else:
            self.center.tell(f"{read.hint}.")
        self.foreign.setText(_UNTRUSTED.format(host=foreign) if foreign else "")
        self.foreign.setVisible(bool(foreign))
        self.trust.setVisible(bool(foreign))
        self.trust.setAccessibleDescription(self.foreign.text())
        return isinstance(read, ContactCenter) and (not foreign or self.trust.isChecked())

    def _check_name(self) -> bool:
        try:
            parse_app_name(self.name.edit.text())
        except InvalidAnswer as wrong:
            self.name.tell(f"Not valid yet: {wrong.problem}. {wrong.hint}.", "attention")
            return False
        self.name.tell("How the application is listed in your Microsoft tenant.")
        return True

    def leave(self) -> bool:
        """Whether all answers are right; shows what is wrong with them."""
        typed = self.state.typed
        typed.contact_center = self.center.edit.text()
        typed.app_name = self.name.edit.text()
        typed.secret_months = self.lifetime.currentData()
        typed.trust_host = self.trust.isChecked()
        typed.remove_old_uri = self.state.purpose is Purpose.MOVE and self.remove_old.isChecked()
        try:
            self.state.set_answers()
        except InstallerError as problem:
            self.tell(problem)
            return False
        self.tell(None)
        return True
