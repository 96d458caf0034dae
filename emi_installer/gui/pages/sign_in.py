"""Sign in: one button, the browser, and what to do while it is open; afterwards who signed in, and where."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.core.observed.account import SignedIn
from emi_installer.core.plan.events import DeviceCode, RetryScheduled, SignInLink
from emi_installer.gui.page import Page
from emi_installer.gui.status import STATUS
from emi_installer.gui.widgets import (
    Button,
    Icon,
    beside,
    bullet,
    card,
    column,
    label,
    named,
    row,
    selectable,
    set_role,
)
from emi_installer.gui.wrapping import CheckBox
from emi_installer.setup.flow import Step
from emi_installer.wording.account import abilities, roles_text
from emi_installer.wording.events import retry_reason

_ASKED = (
    "Microsoft asks for your account and, the first time, for your consent to {client}, through which this program "
    "works for you. It asks for these permissions:"
)
_OURS = "“{name}”, an application of Microsoft's"
_OTHER = "the sign-in client {id}, which was entered under Advanced"
_REASONS = {
    "User.Read": "to see who signed in, and which directory roles that account has.",
    "Application.ReadWrite.All": "to register the application and to create its client secret.",
    "AppRoleAssignment.ReadWrite.All": "to grant admin consent for application permissions.",
    "DelegatedPermissionGrant.ReadWrite.All": "to grant admin consent for delegated permissions.",
    "Application.Read.All": "to read the application, its consent and its credentials.",
    "Directory.Read.All": "to read who owns the application, and which policies apply.",
}
_LOOK_HINT = "Asks Microsoft for permissions to read. You can check everything and save a report, nothing else."
_STAYS = (
    "Microsoft keeps your consent to this sign-in client after the program has ended. On the last page you can take it "
    "back."
)
_STAYS_LOOKING = (
    "Microsoft keeps your consent to this sign-in client after the program has ended. To take it back later: "
    "emi-installer remove-sign-in-consent"
)
_NO_REASON = "part of signing in."
_NO_TICK = (
    "Leave “Consent on behalf of your organization” unticked: only you need to consent, and only for this sign-in "
    "client. The consent for your contact center comes later, after you have read it here."
)


def _rights(scopes: tuple[str, ...]) -> QWidget:
    """Each permission with its reason."""
    box = QWidget()
    inside = column(box, spacing=10)
    for scope in scopes:
        inside.addLayout(bullet("keep", f"{scope}: {_REASONS.get(scope, _NO_REASON)}"))
    return box


class SignInPage(Page):
    """Signs in and reads the tenant, which changes nothing there."""

    step = Step.SIGN_IN
    lead = "Microsoft asks for your account in the browser of this computer. Nothing is changed by signing in."

    def build(self) -> None:
        """The three faces of the page: before, meanwhile, afterwards."""
        client = self.state.launch.blueprint.sign_in_client
        self._client = label()
        self._to_change, self._to_look = _rights(client.scopes), _rights(client.read_scopes)
        self._asked = card(
            label("What Microsoft will show", "heading"),
            self._client,
            self._to_change,
            self._to_look,
            label(_NO_TICK),
            label("What stays afterwards", "heading"),
            stays := label(),
        )
        self._stays = stays
        self.looks_only = named(CheckBox("Only &look, change nothing"), "Only look, change nothing", _LOOK_HINT)
        self.looks_only.toggled.connect(self._choose_rights)
        self._before = card(
            label("Use the work account with which you administer your organization's Microsoft tenant."),
            row(
                begin := Button("&Sign in to Microsoft", self.sign_in, "browser", primary=True),
                Button("Use a &code instead", self.use_code),
            ),
            self.looks_only,
            label(_LOOK_HINT, "muted"),
        )
        self.begin = begin
        self._meanwhile = self._build_meanwhile()
        self._after = self._build_after()
        self.body.addWidget(self._meanwhile)
        self.add(self._before, self._asked, self._after)

    def _build_meanwhile(self) -> QWidget:
        """What can be pressed while the sign-in is waited for."""
        self.use_code_instead = Button("Use a c&ode instead", self.use_code)
        self.give_up = Button("Cancel the s&ign-in", self.stop)
        box = QWidget()
        box.setLayout(row(self.use_code_instead, self.give_up))
        return box

    def _build_after(self) -> QWidget:
        self.who = named(selectable(role="heading"), "Account")
        self.where = named(selectable(), "Organization")
        self.roles = named(selectable(role="muted"), "Directory roles")
        self._able_icon = Icon("done", "ok")
        self.able = label()
        able = beside(self._able_icon)
        able.addWidget(self.able, 1)
        able.setAlignment(self._able_icon, Qt.AlignmentFlag.AlignTop)
        texts = column(spacing=5)
        for part in (self.who, self.where, self.roles):
            texts.addWidget(part)
        self.other = Button("&Use another account", self.use_another_account, "account")
        return card(texts, able, row(self.other))

    def first(self) -> QWidget | None:
        """See Page."""
        return self.main()

    def main(self) -> Button | None:
        """See Page."""
        return self.begin if self.state.observed is None else None

    def enter(self) -> None:
        """Show who is signed in, or the button and what Microsoft will ask."""
        client, typed = self.state.launch.blueprint.sign_in_client, (self.state.typed.client_id or "").strip()
        ours = typed in ("", client.client_id)
        self._client.setText(_ASKED.format(client=_OURS.format(name=client.name) if ours else _OTHER.format(id=typed)))
        self.looks_only.setChecked(self.state.looks_only)
        self._choose_rights()
        self._show_state()

    def _choose_rights(self) -> None:
        """Ask for no more than what is wanted needs."""
        looks = self.looks_only.isChecked()
        self.state.looks_only = looks
        self._to_change.setVisible(not looks)
        self._to_look.setVisible(looks)
        self._stays.setText(_STAYS_LOOKING if looks else _STAYS)

    def sign_in(self) -> None:
        """Open the browser."""
        self._start(device_code=False)

    def use_code(self) -> None:
        """Sign in with a code, in a browser anywhere."""
        self._start(device_code=True)

    def use_another_account(self) -> None:
        """Forget this one, and open the browser."""
        self.state.sign_out()
        self.sign_in()

    def _start(self, *, device_code: bool) -> None:
        self.abandon()
        again = lambda: self._start(device_code=device_code)  # noqa: E731 - the same for two remedies
        actions = {**self.ways_back(), Action.TRY_AGAIN: again, Action.OTHER_ACCOUNT: again}
        self.work(
            lambda task: self.state.sign_in_job(task, device_code=device_code),
            "Reaching Microsoft …",
            self._signed_in,
            actions,
        )
        self._show_state()

    def stop(self) -> None:
        """Cancel at once, whatever the network does."""
        self.abandon()
        self._show_state()

    def event_came(self, event: object) -> None:
        """Say what is waited for."""
        match event:
            case SignInLink() | DeviceCode():
                self.working.say("Waiting for you to sign in …")
            case RetryScheduled():
                self.working.say(f"{retry_reason(event.reason)} …")
            case _:
                pass
        self._show_state()

    def failed(self, problem: InstallerError) -> None:
        """Show the button again."""
        del problem  # it is shown with what can be done about it
        self._show_state()

    def stopped(self) -> None:
        """Show the button again."""
        self._show_state()

    def _signed_in(self, session: object) -> None:
        self.state.signed_in(session)  # type: ignore[arg-type]  # a signal carries objects
        self.state.suggest_contact_center()
        self._show_state()
        self.ready.emit()
        self.calls.emit()

    def _show_state(self) -> None:
        observed = self.state.observed
        self._before.setVisible(not self.busy and observed is None)
        self._asked.setVisible(observed is None)
        self._meanwhile.setVisible(self.busy)
        self.use_code_instead.setVisible(not self.signing_in.has_code)
        self._after.setVisible(not self.busy and observed is not None)
        if observed is not None:
            self._show_account(observed.signed_in)
        self.set_valid(observed is not None)

    def _show_account(self, account: SignedIn) -> None:
        domain = f" ({account.default_domain})" if account.default_domain else ""
        self.who.setText(f"{account.user_name}, {account.user_principal_name}")
        self.where.setText(f"Organization: {account.organization}{domain}\nTenant ID: {account.tenant_id}")
        self.roles.setText(f"Directory roles: {roles_text(account)}")
        status, sentence = abilities(account)
        look = STATUS[status]
        self._able_icon.show_icon(look.icon, look.color)
        self.able.setText(sentence)
        set_role(self.able, look.color)
