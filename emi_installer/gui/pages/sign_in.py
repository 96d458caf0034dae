"""Sign in: one button, the browser, and what to do while it is open; afterwards who signed in, and where."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.remedies import Action
from emi_installer.core.observed.account import SignedIn
from emi_installer.core.plan.events import DeviceCode, RetryScheduled, SignInLink
from emi_installer.gui.error_panel import Actions
from emi_installer.gui.page import Page, add
from emi_installer.gui.status import STATUS
from emi_installer.gui.widgets import (
    Button,
    CopyButton,
    Icon,
    beside,
    card,
    column,
    label,
    named,
    row,
    selectable,
    set_role,
)
from emi_installer.gui.worker import Task
from emi_installer.local.browser import open_link
from emi_installer.setup.flow import Step
from emi_installer.wording.account import abilities, roles_text
from emi_installer.wording.events import retry_reason


class SignInPage(Page):
    """Signs in and reads the tenant, which changes nothing there."""

    step = Step.SIGN_IN
    lead = "Microsoft asks for your account in the browser of this computer. Nothing is changed by signing in."

    def build(self) -> None:
        """The three faces of the page: before, meanwhile, afterwards."""
        self._link = ""
        self._before = card(
            label("Use the work account with which you administer your organization's Microsoft tenant."),
            row(
                begin := Button("&Sign in to Microsoft", self.sign_in, "browser", primary=True),
                Button("Use a &code instead", self.use_code),
            ),
        )
        self.begin = begin
        self._meanwhile = self._build_meanwhile()
        self._after = self._build_after()
        add(self, self._before, self._meanwhile, self._after)

    def _build_meanwhile(self) -> QWidget:
        self._open_again = Button("&Open the page again", lambda: open_link(self._link), "browser")
        self._copy_link = CopyButton("Copy the &link", lambda: self._link)
        self._use_code = Button("Use a c&ode instead", self.use_code)
        self._say = label()
        self._code = named(selectable(role="code"), "Code")
        self._copy_code = CopyButton("Copy the cod&e", self._code.text)
        self.give_up = Button("Cancel the s&ign-in", self.stop)
        return card(
            self._say,
            row(self._code, self._copy_code),
            row(self._open_again, self._copy_link),
            row(self._use_code, self.give_up),
        )

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

    def remedies(self) -> Actions:
        """What helps when signing in failed."""
        return {
            **super().remedies(),
            Action.TRY_AGAIN: self.sign_in,
            Action.OTHER_ACCOUNT: self.sign_in,
            Action.CHANGE_SIGN_IN: lambda: self.jump.emit(Step.WELCOME),
        }

    def first(self) -> QWidget | None:
        """See Page."""
        return self.begin if self.run.observed is None else None

    def enter(self) -> None:
        """Show who is signed in, or the button."""
        self._show_state()

    def sign_in(self) -> None:
        """Open the browser."""
        self._start(device_code=False)

    def use_code(self) -> None:
        """Sign in with a code, in a browser anywhere."""
        self._start(device_code=True)

    def use_another_account(self) -> None:
        """Forget this one, and open the browser."""
        self.run.sign_out()
        self.sign_in()

    def _start(self, *, device_code: bool) -> None:
        if self.task is not None:
            self.task.abandon()
        self._link = ""
        task = Task(lambda task: self.run.sign_in_job(task, device_code=device_code))
        self.work(task, "Reaching Microsoft …", self._signed_in)
        self._show_state()

    def stop(self) -> None:
        """Cancel at once, whatever the network does."""
        if self.task is not None:
            self.task.abandon()
            self.task = None
        self.set_busy("")
        self._show_state()

    def event_came(self, event: object) -> None:
        """Show the link or the code."""
        match event:
            case SignInLink():
                self._link = event.link
                self.working.say("Waiting for you to sign in …")
                self._say.setText(
                    "Your browser shows Microsoft's sign-in page. When you have signed in there, come back here."
                    if event.opened
                    else "No browser could be started. Copy the link, and open it in a browser on this computer."
                )
            case DeviceCode():
                self._link = event.link
                self.working.say(f"Waiting for you to sign in; the code is valid for {event.minutes} minutes …")
                self._say.setText(f"Open {event.link} in any browser, on any device, and type this code:")
                self._code.setText(event.code)
                self._code.setAccessibleName(f"Code {event.code}")
            case RetryScheduled():
                self.working.say(f"{retry_reason(event.reason)} …")
            case _:
                pass
        self._show_state()

    def failed(self, problem: InstallerError) -> None:
        """Show the error, and the button again."""
        self._show_state()
        self.tell(problem)

    def stopped(self) -> None:
        """Show the button again."""
        self._show_state()

    def _signed_in(self, session: object) -> None:
        self.run.signed_in(session)  # type: ignore[arg-type]  # a signal carries objects
        self.run.suggest_contact_center()
        self._show_state()
        self.wizard().button(self.wizard().WizardButton.NextButton).setFocus()

    def _show_state(self) -> None:
        observed = self.run.observed
        waiting, has_code = self.busy, bool(self.busy and self._code.text())
        if not waiting:
            self._code.setText("")
            has_code = False
        self._before.setVisible(not waiting and observed is None)
        self._meanwhile.setVisible(waiting)
        self._say.setVisible(bool(self._link))
        for widget in (self._open_again, self._copy_link):
            widget.setVisible(bool(self._link))
        self._code.setVisible(has_code)
        self._copy_code.setVisible(has_code)
        self._use_code.setVisible(not has_code)
        self._after.setVisible(not waiting and observed is not None)
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
