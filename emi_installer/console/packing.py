"""The verb `package`: makes what a vendor hands to a customer. It works offline, and holds nothing secret."""

from __future__ import annotations

import argparse
from pathlib import Path

from emi_installer.console.codes import DONE
from emi_installer.console.terminal import Terminal
from emi_installer.core.desired.answers import Preset
from emi_installer.core.desired.contact_center import ContactCenter
from emi_installer.core.desired.preset import preset_values, render_preset
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
    guide = Guide(
        preset=preset,
        contact_center=center,
        program=program.place.name,
        version=program.version,
        sha256=program.sha256,
    )
    comments = [f"Answers for {center.host}, prepared by your vendor.", "Keep this file beside the program."]
    texts = {
        PRESET_NAME: render_preset(preset_values(preset), comments).encode(),
        _GUIDE: render_guide(guide, blueprint, read_guide_template()).encode(),
        _LIST: program.components,
        **{f"licenses/{name}": text for name, text in program.licenses.items()},
    }
    write_package(output, program, texts, overwrite=arguments.overwrite)
    if not blueprint.trusts(center.host):
        warning = _UNTRUSTED.format(host=center.host)
        terminal.say(f"Warning: {warning}")
        terminal.note("warning", {"text": warning})
    terminal.result(
        "packed",
        {
            "package": str(output),
            "contact_center": center.url,
            "program": f"{program.place.name}, version {program.version}",
            "sha256": program.sha256,
        },
    )
    return DONE


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
    return read_program(place)
