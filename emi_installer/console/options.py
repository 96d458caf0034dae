"""The command line: verbs, options, and the help that people read."""

from __future__ import annotations

import argparse
from pathlib import Path

from emi_installer import __version__
from emi_installer.console.trust import add_holder_options
from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.local.age import origin
from emi_installer.wording.age import version_text

_DESCRIPTION = """\
Connects a Bright Pattern contact center to Microsoft Teams: registers an application in your Microsoft
tenant, gives it the permissions that the contact center needs, makes a client secret, and proves that it works.
"""

_EPILOG = """\
Without a verb a window opens, which leads through everything.
A Global Administrator can do all of it. An Application Administrator or Cloud Application Administrator can do all but
the consent to application permissions; a Privileged Role Administrator gives that with grant.
Try it first without risk:  emi-installer apply --demo --yes --handoff demo.txt

exit codes: 0 done, nothing to change, all well    1 blocked or failed    2 wrong usage or input
            3 something would change (plan), not all well (verify), the rest waits for a colleague (apply)
            130 interrupted
"""


def _version() -> str:
    found = origin()
    return version_text(__version__, found.built, found.releases) if found else __version__


def parser() -> argparse.ArgumentParser:
    """The parser; its result has `verb` and one attribute for each option."""
    top = argparse.ArgumentParser(
        prog="emi-installer",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    top.add_argument(
        "--demo",
        dest="window_demo",
        nargs="?",
        const="empty",
        metavar="SCENARIO",
        help="open the window on a simulated tenant; nothing is changed at Microsoft",
    )
    top.add_argument(
        "--preset", dest="window_preset", type=Path, metavar="FILE", help="answers prepared by your vendor"
    )
    top.add_argument(
        "--diagnose",
        nargs="?",
        const="-",
        metavar="FILE",
        help="print what support needs to know of this computer, or write it to FILE; nothing secret or personal",
    )
    verbs = top.add_subparsers(
        dest="verb", metavar="plan | apply | verify | new-secret | grant | remove | remove-sign-in-consent | package"
    )
    plan = verbs.add_parser(
        "plan",
        help="show what would change; changes nothing",
        description="Shows what would change in the tenant, and changes nothing.",
    )
    apply = verbs.add_parser(
        "apply",
        help="do it, verify it, and write the handoff file",
        description="Does what the plan shows, verifies it, and writes the values for the contact center.",
    )
    verify = verbs.add_parser(
        "verify",
        help="check everything; changes nothing",
        description="Checks everything in the tenant, and changes nothing.",
    )
    verify.add_argument(
        "--handoff", type=Path, metavar="FILE.json", help="also test the client secret that was saved in this file"
    )
    verify.add_argument("--report", type=Path, metavar="FILE", help="save a report: FILE.txt, FILE.json or FILE.html")
    new_secret = verbs.add_parser(
        "new-secret",
        help="make another client secret, prove it, and save it",
        description=(
            "Makes another client secret, proves that it works, and writes it to the handoff file. The old ones stay "
            "valid until you remove them: the contact center uses the old one until you enter the new one there."
        ),
    )
    new_secret.add_argument(
        "--remove-old", action="store_true", help="remove the old ones once the new one is proven and saved"
    )
    grant = verbs.add_parser(
        "grant",
        help="give the consent that a colleague asked for",
        description=(
            "Gives the admin consent that is missing, and changes nothing else. A colleague's request names the "
            "tenant and the app registration: --preset REQUEST.toml."
        ),
    )
    remove = verbs.add_parser(
        "remove",
        help="delete the app registration and its consent",
        description=(
            "Deletes the app registration, its service principal and the consent, after its name was typed. Microsoft "
            "keeps it for 30 days: until then apply can restore it."
        ),
    )
    remove.add_argument("--confirm", metavar="NAME", help="the name of the app registration, where nobody can type it")
    apply.add_argument(
        "--remove-old-uri", action="store_true", help="remove the redirect URIs of other contact centers"
    )
    for verb in (apply, new_secret):
        _add_saving_options(verb)
    for verb in (apply, new_secret, grant):
        verb.add_argument("--yes", action="store_true", help="do not ask before changing the tenant")
    for verb in (plan, apply):
        verb.add_argument(
            "--request", type=Path, metavar="FILE.toml", help="write what only a colleague can do to this file"
        )
    for verb in (new_secret, grant, remove):
        verb.set_defaults(request=None)
    for verb in (plan, apply, verify, new_secret, grant, remove):
        _add_common_options(verb)
    for verb in (plan, apply, new_secret, grant):
        add_holder_options(verb, changes=True)
    add_holder_options(verify, changes=False)
    _add_sign_in_consent(verbs)
    _add_package(verbs)
    return top


def _add_sign_in_consent(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "remove-sign-in-consent",
        help="take back the consent that Microsoft keeps from your sign-ins with this program",
        description=(
            "Microsoft keeps your consent to the application that you sign in through. This takes back what this "
            "program asks for; other scopes in the same consent stay. Do it last: the next sign-in asks again."
        ),
    )
    verb.add_argument("--for-everybody", action="store_true", help="also what was consented to for everybody")
    verb.add_argument("--yes", action="store_true", help="do not ask")
    _add_sign_in_options(verb)
    output = verb.add_argument_group("how to run")
    _add_demo_option(output)
    _add_printing_options(output)


def _add_package(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "package",
        help="for vendors: make the package for a customer",
        description=(
            "For vendors: packs the program, a customer's preset, a guide of one page for that customer, licenses, "
            "checksums and the list of components into a ZIP file. It needs no network and no sign-in."
        ),
    )
    verb.add_argument("--preset", type=Path, required=True, metavar="FILE.toml", help="the answers for this customer")
    verb.add_argument("--output", type=Path, required=True, metavar="FILE.zip", help="the package to write")
    verb.add_argument(
        "--executable",
        type=Path,
        metavar="FILE",
        help="the program that goes into it, such as EMI-Installer.exe (default: this one, where it is one file)",
    )
    verb.add_argument("--overwrite", action="store_true", help="replace the package if it exists")
    _add_printing_options(verb)
    verb.set_defaults(demo=None)


def _add_saving_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--handoff",
        type=Path,
        required=True,
        metavar="FILE",
        help="where Tenant ID, Client ID and Client Secret are saved: FILE.json for programs, FILE.txt for people",
    )
    verb.add_argument("--overwrite", action="store_true", help="replace the handoff file if it exists")
    verb.add_argument("--show-secret", action="store_true", help="print the client secret too, not only save it")
    verb.add_argument(
        "--or-shorter",
        action="store_true",
        help="where your organization limits it, let the client secret live as long as is allowed",
    )


def _add_common_options(verb: argparse.ArgumentParser) -> None:
    answers = verb.add_argument_group("what to set up")
    answers.add_argument(
        "--preset",
        type=Path,
        metavar="FILE",
        help="answers prepared by your vendor (default: what emi-installer.toml beside the program says of the contact "
        "center, name, lifetime and support)",
    )
    answers.add_argument("--contact-center", metavar="URL", help="such as acme.brightpattern.com")
    answers.add_argument("--app-name", metavar="NAME", help="name of the app registration")
    lifetime = answers.add_mutually_exclusive_group()
    lifetime.add_argument("--secret-months", metavar="N", help="lifetime of the client secret: 3, 6, 12 or 24 months")
    lifetime.add_argument("--secret-expires", metavar="DATE", help="or its last day, such as 2027-06-30")
    answers.add_argument(
        "--trust-host",
        action="store_true",
        help="the contact center is not at brightpattern.com, and you trust its owner with your agents' sign-ins",
    )
    answers.add_argument(
        "--registration",
        metavar="CLIENT_ID",
        help="the app registration to work on: to choose one of several, to adopt one that others made, or to restore",
    )
    _add_sign_in_options(verb)
    output = verb.add_argument_group("how to run")
    _add_demo_option(output)
    _add_printing_options(output)


def _add_sign_in_options(verb: argparse.ArgumentParser) -> None:
    sign_in = verb.add_argument_group("how to sign in")
    sign_in.add_argument("--cloud", choices=list(CLOUDS), help="your Microsoft cloud (default: global)")
    sign_in.add_argument("--tenant", metavar="DOMAIN|ID", help="your tenant, if you belong to several")
    sign_in.add_argument("--client-id", metavar="ID", help="sign in through an application of your own")
    sign_in.add_argument(
        "--trust-client",
        action="store_true",
        help="sign in through the application that the preset names: its owner gets the rights that you consent to",
    )
    sign_in.add_argument("--device-code", action="store_true", help="sign in with a code, in a browser elsewhere")
    sign_in.add_argument(
        "--custom-role",
        action="store_true",
        help="your rights come from a custom role: let Microsoft decide what they allow",
    )


def _add_demo_option(place: argparse._ActionsContainer) -> None:
    place.add_argument(
        "--demo",
        nargs="?",
        const="empty",
        metavar="SCENARIO",
        help="use a simulated tenant, nothing is changed at Microsoft (--demo list shows the scenarios)",
    )


def _add_printing_options(place: argparse._ActionsContainer) -> None:
    place.add_argument("--json", action="store_true", help="print one JSON object a line")
    place.add_argument("--verbose", action="store_true", help="print the log too")
