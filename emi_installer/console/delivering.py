"""Hands over the client secret in the console: the handoff file, another place where that fails, and the last word."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emi_installer.console.terminal import Terminal, ask
from emi_installer.core.errors.errors import InstallerError
from emi_installer.local.files import fallback_place

if TYPE_CHECKING:
    from emi_installer.setup.delivery import Delivery, Unfinished
    from emi_installer.setup.session import OnEvent

_NOT_NOTED = (
    "The values are saved, but your tenant could not be updated: the next run will treat this client secret as unsaved "
    "and offer to replace it."
)
_NOT_TIDIED = "What an interrupted attempt left in your tenant could not be removed. The next run removes it."
_NOT_REWRITTEN = "The values are saved, but the file does not say yet that they were verified."
_NONE_MADE = (
    "No client secret was created: the one that was saved earlier stays valid. Microsoft shows a client secret only "
    "once, so it can't be read again; new-secret creates another one."
)


class Handover:
    """Saves what one apply made, and tells people where."""

    def __init__(
        self, terminal: Terminal, arguments: argparse.Namespace, delivery: Delivery, on_event: OnEvent
    ) -> None:
        self.delivery = delivery
        self._terminal = terminal
        self._arguments = arguments
        self._on_event = on_event

    def save(self) -> None:
        """Write the handoff file, in another place if need be, or show the secret; then tell the tenant."""
        if not self.delivery.has_secret:
            return
        place: Path = self._arguments.handoff
        overwrite: bool = self._arguments.overwrite
        while not self.delivery.taken:
            try:
                self.delivery.save(place, overwrite=overwrite)
            except InstallerError as problem:
                self._terminal.error(problem)
                other = self._another_place(place)
                if other is None:
                    break
                place, overwrite = other, False
        # What is saved is noted whatever was cancelled: the next run would otherwise replace it.
        never = threading.Event()
        self._tell_unfinished(self.delivery.note(on_event=self._on_event, cancel=never), _NOT_NOTED)

    def finish(self) -> None:
        """Say what is in the file, and leave no other client secret of this run behind."""
        if self.delivery.at_risk:
            return
        self._tell_unfinished(self.delivery.not_rewritten, _NOT_REWRITTEN)
        never = threading.Event()
        self._tell_unfinished(self.delivery.tidy(on_event=self._on_event, cancel=never), _NOT_TIDIED)

    def tell(self, outcome: str, *, granted: bool = False) -> None:
        """The last word: the values and where they are; `granted`: it was consent that a colleague had asked for."""
        self._terminal.result(outcome, self._facts())
        words = self._last_word(outcome, granted=granted)
        if words:
            self._terminal.say(words)

    def offer_removal(self) -> None:
        """Offer to remove the client secrets that the new one replaces, each named with its end."""
        old = self.delivery.old_secrets
        if not old:
            return
        self._terminal.say("Older client secrets of this installer:")
        for secret in old:
            self._terminal.say(f"  - {secret.name}, valid until {secret.expires.date().isoformat()}")
        if not self._arguments.remove_old and not self._agreed():
            self._terminal.say("They stay. Enter the new one in Contact Center Administrator before they expire.")
            return
        self.delivery.remove_old(on_event=self._on_event, cancel=threading.Event())

    def _facts(self) -> dict[str, Any]:
        delivery = self.delivery
        facts: dict[str, Any] = {
            "tenant_id": delivery.observed.signed_in.tenant_id,
            "client_id": delivery.result.client_id,
        }
        if delivery.expiry is not None:
            facts["secret_expires"] = delivery.expiry.expires.date().isoformat()
        if delivery.has_secret and self._arguments.show_secret:
            facts["client_secret"] = delivery.credentials.client_secret.secret.reveal()
        if delivery.place is not None:
            facts["handoff"] = str(delivery.place)
        return facts

    def _last_word(self, outcome: str, *, granted: bool) -> str:
        place = self.delivery.place
        if granted:
            return "Tell your colleague to start the program again: it verifies and goes on."
        if outcome == "waiting":
            return "The client secret is created when the consent is granted: run apply again then. What is done stays."
        if not self.delivery.made_secret:
            return _NONE_MADE
        if place is None:
            return ""
        if outcome == "failed":
            return (
                f"The client secret is in {place}, but it is not proven yet. Before you enter it in the contact "
                "center, run verify with --handoff (a .json file), or create another one with new-secret."
            )
        return (
            f"The client secret is in {place}. Next: in Contact Center Administrator, add a Microsoft Teams "
            "Integration Account and enter the three values."
        )

    def _tell_unfinished(self, problem: Unfinished | None, meaning: str) -> None:
        if problem is None:
            return
        self._terminal.say(meaning)
        if isinstance(problem, InstallerError):
            self._terminal.error(problem)

    def _agreed(self) -> bool:
        if self._arguments.yes or self._arguments.json:
            return False
        self._terminal.say("The contact center uses the old one until you enter the new one there.")
        answer = ask("Remove the old client secrets? Only if the new one is already in the contact center. [y/N]")
        return answer is not None and answer.lower() in ("y", "yes")

    def _another_place(self, place: Path) -> Path | None:
        """Where to save instead; None when the secret was shown, or nothing is left to try."""
        if self._arguments.yes or self._arguments.json:
            other = fallback_place(place)
            if other == place:
                return None
            self._terminal.say(f"Saving to {other} instead.")
            return other
        answer = ask("Another file to save to (or press Enter to show the client secret here once):")
        if answer:
            return Path(answer)
        if answer is not None:
            self._terminal.say(f"Client Secret: {self.delivery.credentials.client_secret.secret.reveal()}")
            self.delivery.acknowledge()
        return None
