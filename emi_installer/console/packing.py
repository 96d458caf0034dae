"""The verb `package`: makes what a vendor hands to a customer. It works offline, and holds nothing secret."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from emi_installer.console.codes import DONE
from emi_installer.console.terminal import Terminal, warn
from emi_installer.core.desired.contact_center import ContactCenter
from emi_installer.core.desired.preset import Preset, preset_values, render_preset
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import quoted
from emi_installer.documents.guide import Guide, render_guide
from emi_installer.local.assets import PRESET_NAME, read_blueprint, read_guide_template
from emi_installer.local.files import windows_refuses
from emi_installer.local.inputs import read_preset
from emi_installer.local.package import write_package
from emi_installer.local.program import Program, read_program, this_program
from emi_installer.local.signature import Signature, Trust, read_signature

_OF_ANOTHER_CLIENT = (
    "The preset has a sign-in client of its own: {name}, {client_id}. Your customer's administrator must agree to it "
    "by name, and gives it the rights of the set-up. Leave it out unless your customer made it."
)
_NOT_SIGNED = {
    Trust.UNSIGNED: "Nobody has signed {program}: Windows will warn your customer of it. Pack a signed one.",
    Trust.REFUSED: "Windows does not accept the signature of {program}: it was changed, or Windows does not know who "
    "signed it. Do not hand it over.",
    Trust.UNKNOWN: "Whether {program} is signed was not checked: only Windows can. Pack it there, and the guide names "
    "the publisher.",
}
_GUIDE, _LIST = "Guide.html", "sbom.cdx.json"
_UNTRUSTED = (
    "{host} is not an address of Bright Pattern's: your customer will be asked to confirm that its owner may receive "
    "the Microsoft sign-ins of the agents. Check the spelling."
)


def make_package(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the package that `arguments` describe; the exit code."""
    output: Path = arguments.output
    if output.suffix.lower() != ".zip" or windows_refuses(output.stem):
        raise InvalidAnswer("Output", f"{quoted(output.name)} is no name for it", "Name it like EMI-Installer-Acme.zip")
    blueprint = read_blueprint()
    preset = read_preset(arguments.preset, blueprint) or Preset()
    center = _contact_center(preset, arguments.preset)
    program = _program(arguments.executable)
    signature = read_signature(program.place)
    guide = Guide(
        preset=preset,
        contact_center=center,
        program=program.place.name,
        version=program.version,
        sha256=program.sha256,
        publisher=signature.signer,
    )
    comments = [f"Answers for {center.host}, prepared by your vendor.", "Keep this file beside the program."]
    texts = {
        PRESET_NAME: render_preset(preset_values(preset), comments).encode(),
        _GUIDE: render_guide(guide, blueprint, read_guide_template()).encode(),
        _LIST: program.components,
        **{f"licenses/{name}": text for name, text in program.licenses.items()},
    }
    write_package(output, program, texts, overwrite=arguments.overwrite)
    for warning in _warnings(preset, program, signature, trusted=blueprint.trusts(center.host)):
        warn(terminal, warning)
    terminal.result(
        "packed",
        {
            "package": str(output),
            "contact_center": center.url,
            "program": f"{program.place.name}, version {program.version}",
            "sha256": program.sha256,
            "signature": signature.trust.value,
            **({"signer": signature.signer} if signature.signer else {}),
        },
    )
    return DONE


def _warnings(preset: Preset, program: Program, signature: Signature, *, trusted: bool) -> Iterator[str]:
    """What a vendor should know before the package is handed over; `trusted`: the contact center's address is."""
    if not trusted and preset.contact_center is not None:
        yield _UNTRUSTED.format(host=preset.contact_center.host)
    if client := preset.sign_in_client:
        yield _OF_ANOTHER_CLIENT.format(name=client.name, client_id=client.client_id)
    if signature.trust in _NOT_SIGNED:
        yield _NOT_SIGNED[signature.trust].format(program=program.place.name)


def _contact_center(preset: Preset, file: Path) -> ContactCenter:
    """For whom the package is; raises InstallerError "not-a-vendors-preset"."""
    if preset.purpose is not None or preset.requested_by or preset.registration:
        raise error(
            Code.NOT_A_VENDORS_PRESET, file=file, reason="It is a request to a colleague in the customer's tenant"
        )
    if preset.contact_center is None:
        raise error(Code.NOT_A_VENDORS_PRESET, file=file, reason="It names no contact center")
    return preset.contact_center


def _program(named: Path | None) -> Program:
    place = named or this_program()
    if place is None:
        raise error(Code.NO_PROGRAM)
    if windows_refuses(place.name):
        problem = f"{quoted(place.name)} is no name that Windows takes"
        raise InvalidAnswer("Executable", problem, "Name it like EMI-Installer.exe")
    return read_program(place)
