"""Keeps the client secret from being lost: the handoff file, another place where that fails, and the last word."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emi_installer.console.terminal import Terminal, ask, warn
from emi_installer.core.desired.answers import Answers
from emi_installer.core.errors.errors import Cancelled, InstallerError
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.result import ApplyResult
from emi_installer.local.files import fallback_place
from emi_installer.local.places import caution

if TYPE_CHECKING:
    from emi_installer.setup.session import Installation


class Keeper:
    """Saves what one apply made, and tells people where."""

    def __init__(
        self,
        terminal: Terminal,
        arguments: argparse.Namespace,
        installation: Installation,
        answers: Answers,
        result: ApplyResult,
    ) -> None:
        self._terminal = terminal
        self._arguments = arguments
        self._installation = installation
        self._answers = answers
        self.result = result
        self._shown = False  # the secret, on the screen

    def save(self, observed: ObservedTenant) -> Path | None:
        """Write the handoff file, in another place if need be, and let the tenant know; where it went.

        None where there is no secret, or where it was shown instead.
        """
        if self.result.client_secret is None:
            return None
        saved = self._save(observed)
        if not self.lost(saved):
            self._tell_tenant(lambda: self._installation.note_saved(observed, self.result))
        return saved

    def _save(self, observed: ObservedTenant) -> Path | None:
        place: Path = self._arguments.handoff
        overwrite: bool = self._arguments.overwrite
        while True:
            try:
                self._write(place, observed, verified=False, overwrite=overwrite)
            except InstallerError as problem:
                self._terminal.error(problem)
            else:
                if told := caution(place):
                    warn(self._terminal, told)
                return place
            other = self._another_place(place)
            if other is None:
                return None
            place, overwrite = other, False

    def finish(self, observed: ObservedTenant, saved: Path | None, *, verified: bool) -> None:
        """Note in the file that everything was verified, and leave no other client secret of this run behind."""
        if self.lost(saved):
            return
        if verified and saved is not None:
            try:
                self._write(saved, observed, verified=True, overwrite=True)
            except InstallerError as problem:
                self._terminal.say("The values are saved, but the file does not say yet that they were verified.")
                self._terminal.error(problem)
        if self.result.client_secret is None:
            self._tell_tenant(lambda: self._installation.note_saved(observed, self.result))
        else:
            self._tell_tenant(lambda: self._installation.remove_strays(observed, self.result))

    def _tell_tenant(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except (InstallerError, Cancelled) as problem:
            self._terminal.say(
                "The values are saved, but Microsoft could not take note of it: the next run will offer to replace "
                "this client secret."
            )
            if isinstance(problem, InstallerError):
                self._terminal.error(problem)

    def lost(self, saved: Path | None) -> bool:
        """Whether there is a client secret that nobody has."""
        return self.result.client_secret is not None and saved is None and not self._shown

    def tell(self, outcome: str, observed: ObservedTenant, saved: Path | None, *, granted: bool = False) -> None:
        """The last word: the values and where they are; `granted`: it was consent that a colleague had asked for."""
        facts: dict[str, Any] = {
            "tenant_id": observed.signed_in.tenant_id,
            "client_id": self.result.client_id,
        }
        secret = self.result.client_secret
        if secret is not None:
            facts["secret_expires"] = secret.expires.date().isoformat()
            if self._arguments.show_secret:
                facts["client_secret"] = secret.secret.reveal()
        if saved is not None:
            facts["handoff"] = str(saved)
        self._terminal.result(outcome, facts)
        if granted:
            self._terminal.say("Tell your colleague to start the program again: it verifies and goes on.")
        elif outcome == "waiting":
            self._terminal.say(
                "The client secret is made when the consent is given: start apply again then. What is done stays."
            )
        elif secret is None:
            self._terminal.say(
                "No client secret was made: the one that was saved earlier stays valid. Microsoft shows a client "
                "secret only once, so it can't be read again; new-secret makes another one."
            )
        elif saved is not None and outcome == "failed":
            self._terminal.say(
                f"The client secret is in {saved}, but it is not proven yet. Before you enter it in the contact "
                "center, start verify with --handoff (a .json file), or make another one with new-secret."
            )
        elif saved is not None:
            self._terminal.say(
                f"The client secret is in {saved}. Next: in Contact Center Administrator, add a Microsoft Teams "
                "Integration Account and enter the three values."
            )

    def part_with_old(self, observed: ObservedTenant) -> None:
        """Offer to remove the client secrets that the new one replaces, each named with its expiry."""
        new = self.result.client_secret
        old = self._installation.old_secrets(observed, new.key_id) if new else ()
        if not old:
            return
        self._terminal.say("Older client secrets of this installer:")
        for secret in old:
            self._terminal.say(f"  - {secret.name}, valid until {secret.expires.date().isoformat()}")
        if not self._arguments.remove_old and not self._agreed():
            self._terminal.say("They stay. Enter the new one in Contact Center Administrator before they expire.")
            return
        self._installation.remove_secrets(self.result, old)

    def _agreed(self) -> bool:
        if self._arguments.yes or self._arguments.json:
            return False
        self._terminal.say("The contact center uses the old one until you enter the new one there.")
        answer = ask("Have you entered the new one, and shall the old ones be removed? [y/N]")
        return answer is not None and answer.lower() in ("y", "yes")

    def _write(self, place: Path, observed: ObservedTenant, *, verified: bool, overwrite: bool) -> None:
        self._installation.hand_off(place, self._answers, observed, self.result, verified=verified, overwrite=overwrite)

    def _another_place(self, place: Path) -> Path | None:
        """Where to save instead; None when the secret was shown, or nothing is left to try."""
        if self._arguments.yes or self._arguments.json:
            other = fallback_place(place)
            if other == place:
                return None
            self._terminal.say(f"Saving to {other} instead.")
            return other
        answer = ask("Save to which file instead? (empty: show the client secret here, once)")
        if answer:
            return Path(answer)
        if answer is not None and self.result.client_secret is not None:
            self._terminal.say(f"Client Secret: {self.result.client_secret.secret.reveal()}")
            self._shown = True
        return None
