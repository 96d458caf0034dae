"""Welcome: what will happen, what is needed, what is kept; how to sign in, for those who need another way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QWidget

from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.desired.purpose import Purpose
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError
from emi_installer.gui.entry import Entry, Look
from emi_installer.gui.page import Page
from emi_installer.gui.widgets import Expander, Field, bullet, card, column, label, named, row, selectable
from emi_installer.gui.wrapping import CheckBox
from emi_installer.local.age import age_notice
from emi_installer.setup.flow import Step
from emi_installer.wording.age import age_text

if TYPE_CHECKING:
    from emi_installer.core.desired.preset import Preset

_STEPS = (
    ("account", "You sign in to Microsoft in your browser."),
    ("info", "You read what will change in your tenant. Until then nothing is changed."),
    ("done", "The program registers the application, gives the consent and proves that it works."),
    ("save", "You get three values for your contact center: Tenant ID, Client ID and Client Secret."),
)
_GRANTING = (
    ("account", "You sign in to Microsoft in your browser."),
    ("info", "You read which permissions are asked for. Until then nothing is changed."),
    ("done", "The program gives the consent that is missing, nothing else, and reads it back."),
)
_TO_GRANT = "The role Privileged Role Administrator or Global Administrator."
_ADDRESS = "The address that your agents open, such as acme.brightpattern.com."
_NEEDED = (
    "The role Global Administrator. With Application Administrator or Cloud Application Administrator this program "
    "does all but the consent to four application permissions; for that it makes a request to a colleague who is "
    "Privileged Role Administrator or Global Administrator."
)
_RECALLED = "Cloud and tenant are those of the last time. Change them if this is for another organization."
_CUSTOM = "My rights come from a custom &role"
_CUSTOM_HINT = "Then only Microsoft can tell what they allow; it decides when you apply."
_ASKED = {
    Purpose.GRANT: "A file asks you to give the consent that is missing. You see it before you apply it.",
    Purpose.SET_UP: "A file asks you to set up EMI in your tenant. You see every step before you apply it.",
}
_PREPARED = {
    "contact_center": "contact center",
    "app_name": "app name",
    "tenant": "tenant",
    "cloud": "Microsoft cloud",
}
_KEPT = (
    "Your password is typed on Microsoft's page only. The sign-in is forgotten when this window closes. The client "
    "secret is kept nowhere but in the file that you save; nothing is sent to anybody but Microsoft."
)
_OTHER_CLIENT = "The file names another application to sign in through"
_TRUST = "I trust {name} ({id}), and sign in through it"
_TRUST_HINT = (
    "Whoever owns it gets the rights that you consent to at the sign-in. Nothing proves its name: Microsoft's page "
    "shows the publisher and whether it is verified. Without your tick nothing goes on; under Advanced you can enter "
    "another one."
)


def _claimed(preset: Preset) -> list[str]:
    """The claims of a file that was named; one that merely lay beside the program makes none but the address."""
    from emi_installer.core.desired.origin import Claimed, claims  # noqa: PLC0415 - most starts have none
    from emi_installer.wording.claims import claim_text  # noqa: PLC0415

    return [claim_text(one) for one in claims(preset) if one.what is not Claimed.CONTACT_CENTER]


def _prepared(preset: Preset) -> str:
    """What the preset says, for people."""
    from emi_installer.core.desired.preset import preset_values  # noqa: PLC0415 - most starts have none

    values = preset_values(preset)
    said = [f"{words} {values[key]}" for key, words in _PREPARED.items() if key in values]
    answers = f": {', '.join(said)}" if said else ""
    return f"Your vendor has prepared the answers{answers}. You see them again before anything is changed."


class WelcomePage(Page):
    """The first page."""

    step = Step.WELCOME
    lead = (
        "This program connects your Bright Pattern contact center to Microsoft Teams. It takes about five minutes, "
        "and you can stop at any time."
    )

    def build(self) -> None:
        """What the administrator should know beforehand."""
        if age := age_notice(datetime.now(UTC)):
            said = age_text(age.months, age.origin.built, age.origin.releases)
            self.add(card(Entry(said, Look("clock", "on_note", "Old")), name="note"))
        preset = self.state.launch.preset
        self.trust: CheckBox | None = None
        if preset is not None:
            self._show_preset(preset)
        granting = self.state.purpose is Purpose.GRANT
        steps = _GRANTING if granting else _STEPS
        needed = (_TO_GRANT,) if granting else (_NEEDED, _ADDRESS)
        self.add(
            card(label("What will happen", "heading"), *(bullet(*one, "accent") for one in steps)),
            card(label("What you need", "heading"), *(bullet("keep", text) for text in needed)),
            card(label("What is kept, and where", "heading"), bullet("keep", _KEPT)),
        )
        if self.support:
            self.add(selectable(f"Help with this program: {self.support}"))
        self._filled = False
        advanced = card()
        self.expander = Expander(
            advanced, "Advanced: &other cloud, tenant or sign-in client", "Hide advanced", self._fill_advanced
        )
        self.add(row(self.expander), advanced)
        if self.state.recalled:
            self.expander.setChecked(True)

    def _show_preset(self, preset: Preset) -> None:
        """What the file says; what gives power to somebody, as the file's claim."""
        asked = _ASKED.get(preset.purpose) if preset.purpose else None
        entry = Entry(asked or _prepared(preset), Look("info", "on_note", "Request" if asked else "Preset"))
        self.add(card(entry, *(label(text, "on_note") for text in _claimed(preset)), name="note"))
        client, ours = preset.sign_in_client, self.state.launch.blueprint.sign_in_client
        if client is not None and client.client_id != ours.client_id:
            text = _TRUST.format(name=client.name, id=client.client_id)
            self.trust = named(CheckBox(text.replace("&", "&&")), text, _TRUST_HINT)
            self.trust.setChecked(self.state.typed.trust_client)
            self.add(card(label(_OTHER_CLIENT, "heading"), label(_TRUST_HINT, "attention"), self.trust))

    def _fill_advanced(self, panel: QWidget) -> None:
        typed = self.state.typed
        self._filled = True
        self.cloud = named(QComboBox(), "Microsoft cloud")
        for cloud in CLOUDS.values():
            self.cloud.addItem(cloud.name, cloud.key)
        self.cloud.setCurrentIndex(max(0, self.cloud.findData(typed.cloud)))
        title = label("Microsoft &cloud")
        title.setBuddy(self.cloud)
        self.tenant = Field(
            "&Tenant", "Its id or one of its domains. Leave it empty to use the tenant of your account."
        )
        self.tenant.edit.setText(typed.tenant)
        self.client = Field(
            "Sign-in client &ID",
            "The application through which you sign in: Microsoft Graph Command Line Tools, or one of your own.",
        )
        self.client.edit.setText(typed.client_id)
        self.custom = CheckBox(_CUSTOM)
        self.custom.setChecked(typed.custom_role)
        self.custom.setAccessibleDescription(_CUSTOM_HINT)
        inside = panel.layout() or column(panel)
        recalled = label(_RECALLED, "attention")
        recalled.setVisible(self.state.recalled)
        for part in (recalled, title, self.cloud, self.tenant, self.client, self.custom, label(_CUSTOM_HINT, "muted")):
            inside.addWidget(part)

    def enter(self) -> None:
        """Say what was wrong with the preset, if something was."""
        self.tell(self.state.launch.problem)

    def leave(self) -> bool:
        """Whether the advanced answers are right; shows what is wrong with them."""
        if self.trust is not None and self.trust.isChecked() is not self.state.typed.trust_client:
            self.state.typed.trust_client = self.trust.isChecked()
            self.state.sign_out()
        if self._filled:
            typed = self.state.typed
            before = (typed.cloud, typed.tenant, typed.client_id, typed.custom_role)
            typed.cloud = str(self.cloud.currentData())
            typed.tenant = self.tenant.edit.text()
            typed.client_id = self.client.edit.text()
            typed.custom_role = self.custom.isChecked()
            if before != (typed.cloud, typed.tenant, typed.client_id, typed.custom_role):
                self.state.sign_out()
        try:
            self.state.sign_in_answers()
        except InstallerError as problem:
            self._point_to(problem)
            self.tell(problem)
            return False
        self.tell(None)
        return True

    def _point_to(self, problem: InstallerError) -> None:
        """Show the field that `problem` is about."""
        if problem.code is Code.UNTRUSTED_CLIENT and self.trust is not None:
            self.trust.setFocus()
        else:
            self.expander.setChecked(True)
