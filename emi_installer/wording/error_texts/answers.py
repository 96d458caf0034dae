"""Errors in words: answers, presets, files and plans."""

from __future__ import annotations

from emi_installer.core.errors.codes import Code
from emi_installer.wording.error_texts.text import ErrorText

TEXTS = {
    Code.INVALID_ANSWER: ErrorText(
        "{field}: {problem}.",
        "",
        "{hint}.",
    ),
    Code.NO_CONTACT_CENTER: ErrorText(
        "The contact center URL is missing.",
        "Microsoft sends your agents back to that address after they sign in.",
        "Give the address that your agents open, such as acme.brightpattern.com.",
    ),
    Code.UNTRUSTED_HOST: ErrorText(
        "{host} is not a known Bright Pattern address.",
        "Whoever owns this address would receive the Microsoft sign-ins of your agents.",
        ("Check the spelling. If it is right and you trust its owner, confirm it (--trust-host in the console)."),
    ),
    Code.PRESET_INVALID: ErrorText(
        "{file}: {key}: {problem}; {hint}.",
        "",
        "Correct that line, or ask whoever sent the preset.",
    ),
    Code.PRESET_UNREADABLE: ErrorText(
        "The preset {file} can't be read.",
        "{reason}.",
        "Ask for a new copy of the preset, or go on without it.",
    ),
    Code.FILE_UNREADABLE: ErrorText(
        "{file} can't be read.",
        "{reason}.",
        "Check its name, and that you are allowed to read it.",
    ),
    Code.NOT_THE_PROGRAM: ErrorText(
        "{file} is not the EMI installer as one file.",
        "A customer package must contain the one-file program, unchanged since it was built or downloaded.",
        "Name it with --executable, such as EMI-Installer.exe; not one of those in the folder edition.",
    ),
    Code.NO_PROGRAM: ErrorText(
        "Which program should go into the package?",
        "You are not running the one-file EMI installer.",
        "Name that file: --executable EMI-Installer.exe",
    ),
    Code.NOT_A_VENDORS_PRESET: ErrorText(
        "{file} can't be given to a customer.",
        "{reason}.",
        "Write a preset for this customer; README.md has an example.",
    ),
    Code.FILE_NOT_WRITABLE: ErrorText(
        "{file} can't be written.",
        "{reason}.",
        "Choose another place, such as your Documents folder.",
    ),
    Code.HANDOFF_UNREADABLE: ErrorText(
        "{file} is not a handoff file that can be checked.",
        "Only the form for programs, whose name ends in .json, can be read again.",
        "Name the .json file that apply or new-secret wrote, or verify without --handoff.",
    ),
    Code.FILE_EXISTS: ErrorText(
        "{file} exists already.",
        "",
        "Name another file, or allow replacing it with --overwrite.",
    ),
    Code.HANDOFF_EXISTS: ErrorText(
        "{file} exists already.",
        "It may hold a client secret that is in use, so it is left as it is.",
        "Name another file, or allow replacing it (--overwrite in the console).",
    ),
    Code.FOREIGN_REGISTRATION: ErrorText(
        "Another app registration already serves this contact center: {name} (Client ID {client_id}).",
        "It was not made by this installer, and only one may serve a contact center in a tenant.",
        (
            "Ask whoever made it. Then adopt it, so that this program looks after it (--registration {client_id} "
            "in the console); or delete it in the Microsoft Entra admin center (App registrations) and start "
            "again."
        ),
    ),
    Code.NAME_NOT_TYPED: ErrorText(
        "Nothing was removed.",
        "To confirm, type the name of the app registration: {name}.",
        "Start remove again and type the name, or give it with --confirm.",
    ),
    Code.NOT_OURS: ErrorText(
        "{name} (Client ID {client_id}) was not made by this installer.",
        "This program removes, and grants consent to, only app registrations that it created or adopted.",
        "Ask whoever made it, or use the Microsoft Entra admin center.",
    ),
    Code.REGISTRATION_NOT_FOUND: ErrorText(
        "There is no app registration with the Client ID {client_id} for EMI in {organization}.",
        "It was deleted, belongs to another tenant, or does not serve a contact center.",
        "Check the Client ID and the account, or start without naming one.",
    ),
    Code.NOT_SET_UP: ErrorText(
        "EMI is not set up in {organization} yet.",
        "There is no app registration of it to work on.",
        "Set it up first (apply in the console).",
    ),
    Code.PERMISSION_NOT_PUBLISHED: ErrorText(
        "Microsoft does not offer the {kind} permission {permission} in your tenant.",
        "The Microsoft cloud of your organization does not offer it, so EMI cannot get it.",
        ("Check that the right cloud is chosen, and ask your contact center vendor whether EMI supports your cloud."),
    ),
    Code.ROLE_FOR_APPLICATION_PERMISSIONS: ErrorText(
        "{user} may not grant application permissions of Microsoft Graph ({names}).",
        "Microsoft allows this to a Privileged Role Administrator or a Global Administrator only.",
        (
            "Sign in with such an account, or send a request to a colleague who has one. If the role is assigned "
            "to you through Privileged Identity Management, activate it first and then sign in again."
        ),
    ),
    Code.ROLE_FOR_DELEGATED_PERMISSIONS: ErrorText(
        "{user} may not grant consent on behalf of the organization.",
        (
            "Microsoft allows this to a Privileged Role Administrator, Global Administrator, Application "
            "Administrator or Cloud Application Administrator."
        ),
        (
            "Send a request to a Global Administrator, who can do everything that is needed here, or sign in with "
            "such an account (--request FILE.toml in the console writes the request)."
        ),
    ),
    Code.SEVERAL_REGISTRATIONS: ErrorText(
        "There is more than one app registration of EMI in this tenant (Client IDs {ids}).",
        "EMI works with one only, and this installer can't know which one your contact center uses.",
        (
            "Look up the Client ID in Contact Center Administrator and choose that one (--registration CLIENT_ID "
            "in the console); then remove the other."
        ),
    ),
    Code.NOT_CONFIRMED: ErrorText(
        "There was no one to ask for confirmation.",
        "The changes were not confirmed, so nothing was changed.",
        "Start it in a terminal, or add --yes to apply without being asked.",
    ),
    Code.HELD_BY_OTHERS: ErrorText(
        "Others could use this application too: {holders}.",
        "Whoever has one of them could read and send everything that the consent allows, without anybody's account.",
        "Remove each (--remove-holder ID in the console, --remove-holders for all), or keep on purpose what you know "
        "(--keep-holder ID), or register a new application instead (--register-new).",
    ),
    Code.SOMEBODY_AT_WORK: ErrorText(
        "Somebody else seems to be setting up EMI in this tenant right now.",
        'The client secret "{name}" was created on another computer a few minutes ago, and nobody has saved it yet. If '
        "that run is still going on, replacing its client secret would break it.",
        "Wait until it has ended, then start again. If nobody is at work, the client secret can be replaced in "
        "{minutes} minutes.",
    ),
    Code.SECRET_VANISHED: ErrorText(
        "The new client secret is no longer listed on the app registration.",
        "Somebody seems to have removed it while it was being checked; then it does not work.",
        "Find out who else is working on this app registration, then check again or create a new client secret.",
    ),
    Code.PLAN_STALE: ErrorText(
        "The tenant is not as it was when the plan was shown: {difference}.",
        "Only what you have read is carried out, so nothing more was done.",
        "Look at the new plan, and decide again.",
    ),
    Code.UNTRUSTED_CLIENT: ErrorText(
        "The preset wants you to sign in through another application: {name} ({client_id}).",
        "Whoever owns it gets the rights that you consent to at the sign-in. Nothing proves what the file says.",
        "Ask whoever sent the preset. If you trust that application, confirm it (--trust-client in the console).",
    ),
    Code.FILE_DECIDES: ErrorText(
        "--yes does not cover what a file decides: {what}.",
        "Nobody would see it before it is carried out.",
        "Type it yourself ({options}), or leave out --yes and read the plan.",
    ),
    Code.SECRET_LOST: ErrorText(
        "A client secret was created but could not be saved.",
        "{reason}.",
        "Start again: it is removed and a new one is created.",
    ),
    Code.UNEXPECTED: ErrorText(
        "Something went wrong in this program.",
        "This is our mistake ({what}).",
        (
            "Start again: only what is missing is done. If it happens again, send the log {log} to the support of "
            "this program."
        ),
    ),
}
