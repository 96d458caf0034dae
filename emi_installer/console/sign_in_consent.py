"""The verb remove-sign-in-consent: takes back what signing in has left in the tenant."""

from __future__ import annotations

import argparse
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emi_installer.console.codes import DONE, FAILED
from emi_installer.console.terminal import Terminal, ask
from emi_installer.core.desired.answers import make_answers
from emi_installer.core.desired.typed import Typed
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.local.assets import read_blueprint
from emi_installer.wording.claims import consent_text

if TYPE_CHECKING:
    from emi_installer.setup.session import Connection


def remove_sign_in_consent(arguments: argparse.Namespace, terminal: Terminal, connection: Connection) -> int:
    """Sign in, show what is there, ask, and take back this program's part of it; the exit code."""
    from emi_installer.setup.session import sign_in  # noqa: PLC0415 - brings requests and msal along

    blueprint, cancel = read_blueprint(), threading.Event()
    typed = Typed.of({**vars(arguments), "trust_client": True})
    answers = make_answers(blueprint, None, typed, today=datetime.now(UTC).date())
    session = sign_in(
        connection, blueprint, answers, device_code=arguments.device_code, on_event=terminal.event, cancel=cancel
    )
    client = answers.sign_in_client
    found = session.sign_in_consents(client, on_event=terminal.event, cancel=cancel)
    chosen = [one for one in found if one.asked_by(client) and (arguments.for_everybody or not one.for_everybody)]
    for one in found:
        terminal.say(consent_text(one, client, removed=one in chosen))
    terminal.note("sign-in-consents", {"scopes": [list(one.asked_by(client)) for one in chosen]})
    if not chosen:
        terminal.result("nothing-to-change", {})
        return DONE
    if not arguments.yes and not _agreed():
        terminal.result("declined", {})
        return FAILED
    for one in chosen:
        session.take_back(client, one, on_event=terminal.event, cancel=cancel)
    terminal.result("removed", {})
    return DONE


def _agreed() -> bool:
    answer = ask("Remove it? [y/N]")
    if answer is None:
        raise error(Code.NOT_CONFIRMED)
    return answer.lower() in ("y", "yes")
