"""What a person decides about trust on the command line: holders, files, the client to sign in through."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from emi_installer.console.terminal import Terminal
from emi_installer.core.desired.answers import Answers
from emi_installer.core.desired.origin import Claimed, claims
from emi_installer.core.desired.preset import Preset
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.wording.claims import claim_text, sign_in_leaves
from emi_installer.wording.language import listed

_READING = {"plan", "verify"}
"""Verbs that change nothing, and so ask for read rights alone."""

_TYPED = {
    Claimed.REGISTRATION: ("registration", "--registration"),
    Claimed.TENANT: ("tenant", "--tenant"),
    Claimed.CONTACT_CENTER: ("contact_center", "--contact-center"),
}
"""The options that say the same as a file."""


def add_holder_options(verb: argparse.ArgumentParser, *, changes: bool) -> None:
    """What to do about those who could also use the application; `changes`: the verb may remove them."""
    group = verb.add_argument_group("who else could use the application")
    group.add_argument(
        "--keep-holder",
        action="append",
        default=[],
        metavar="ID",
        help="keep one on purpose: an owner, credential, address or switch, by the ID that the plan shows",
    )
    group.add_argument(
        "--known-handoff",
        type=Path,
        metavar="FILE.json",
        help="the handoff file of an earlier run: its client secret is yours",
    )
    if changes:
        group.add_argument("--remove-holder", action="append", default=[], metavar="ID", help="remove one")
        group.add_argument("--remove-holders", action="store_true", help="remove all that are not kept")
        group.add_argument(
            "--register-new", action="store_true", help="register a new application instead, and leave theirs alone"
        )


def with_rights(answers: Answers, verb: str) -> Answers:
    """`answers` with no more rights to ask for at the sign-in than the verb needs."""
    client = answers.sign_in_client
    return replace(answers, sign_in_client=client.reading if verb in _READING else client)


def tell_claims(preset: Preset, terminal: Terminal) -> None:
    """Show what a file that was named decides, as its claims."""
    said = claims(preset)
    for claim in said:
        terminal.say(claim_text(claim))
    terminal.note("claims", {claim.what.value: claim.value for claim in said})


def tell_sign_in(answers: Answers, terminal: Terminal) -> None:
    """Show what the sign-in leaves in the tenant."""
    client = answers.sign_in_client
    terminal.say(sign_in_leaves(client))
    terminal.note("sign-in-consent", {"client_id": client.client_id, "scopes": list(client.scopes)})


def refuse_unseen(preset: Preset, arguments: argparse.Namespace) -> None:
    """Raise InstallerError "file-decides" where --yes would carry out what only a file says."""
    if not getattr(arguments, "yes", False):
        return
    what, options = [], []
    for claim in claims(preset):
        if claim.what is Claimed.PURPOSE and arguments.verb == "apply" and claim.value != "set-up":
            what.append(claim.what.value)
            options.append(claim.value)
        elif claim.what in _TYPED and getattr(arguments, _TYPED[claim.what][0]) is None:
            what.append(claim.what.value)
            options.append(f"{_TYPED[claim.what][1]} {claim.value}")
    if what:
        raise error(Code.FILE_DECIDES, what=listed(what), options=listed(options))
