"""`--diagnose`: prints or writes what support needs to know."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from emi_installer.console.codes import DONE, FAILED
from emi_installer.console.streams import print_anything, write
from emi_installer.console.terminal import TextTerminal
from emi_installer.core.errors.errors import InstallerError
from emi_installer.documents.diagnosis import render_diagnosis
from emi_installer.local.files import write_private
from emi_installer.local.memory import recall
from emi_installer.setup.diagnosis import diagnose, look_at_network

if TYPE_CHECKING:
    from emi_installer.setup.session import Connection

PRINT = "-"
"""In place of a file: print it."""


def tell_diagnosis(place: str, connect: Callable[[], Connection]) -> int:
    """Look, and print it or write it to the file `place`; the exit code."""
    print_anything(sys.stdout, sys.stderr)
    cloud = recall().cloud or "global"
    text = render_diagnosis(look_at_network(diagnose(cloud), cloud, connect().session))
    if place == PRINT:
        write(sys.stdout, text)
        return DONE
    try:
        write_private(Path(place), text, overwrite=True)
    except InstallerError as problem:
        TextTerminal().error(problem)
        return FAILED
    write(sys.stdout, "Written. It holds nothing secret or personal; send it to support.\n")
    return DONE
