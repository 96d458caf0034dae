"""The last net: whatever happens becomes a sentence and an exit code; the details go to the log."""

from __future__ import annotations

import argparse
import sys

from emi_installer.console.codes import FAILED, INTERRUPTED
from emi_installer.console.commands import Choices, run
from emi_installer.console.streams import print_anything
from emi_installer.console.terminal import JsonTerminal, Terminal, TextTerminal
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.local.logs import log, start_logging


def run_safely(arguments: argparse.Namespace, choices: Choices) -> int:
    """Run a command of the console; the exit code."""
    print_anything(sys.stdout, sys.stderr)
    terminal: Terminal = JsonTerminal() if arguments.json else TextTerminal()
    place = start_logging(verbose=arguments.verbose)
    log("start", verb=arguments.verb, scenario=arguments.demo)
    try:
        return run(arguments, terminal, choices)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as problem:  # noqa: BLE001 - nobody is shown a traceback
        log("unexpected", problem=problem)
        terminal.error(error(Code.UNEXPECTED, what=type(problem).__name__, log=place))
        return FAILED
