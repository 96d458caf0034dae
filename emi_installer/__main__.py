"""Starts the program: the window, or a verb of the console; the last net for errors."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path

from emi_installer.console.codes import FAILED, USAGE
from emi_installer.local.harden import harden
from emi_installer.local.twin import is_without_console, tell_in_a_box, tell_terminal, twin_hint
from emi_installer.local.unfinished import remove_unfinished

_WITHOUT = "The same can be done without a window, in this terminal: see emi-installer --help."
_BANNER = "Demo: a simulated tenant, nothing is changed at Microsoft"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with `argv` (default: the process's own); the exit code."""
    if argv is None:
        _begin()
    given = _opened(sys.argv[1:] if argv is None else list(argv))
    if is_without_console():
        return _without_console(given)
    if not given:
        return _window(None, None)
    from emi_installer.console.options import parser  # noqa: PLC0415 - a double-click has nothing to parse

    top = parser()
    arguments = top.parse_args(given)
    if arguments.diagnose is not None:
        return _diagnose(arguments.diagnose)
    if arguments.verb is None:
        return _window(arguments.window_demo, arguments.window_preset)
    if arguments.window_demo is not None or arguments.window_preset is not None:
        top.error("--demo and --preset stand after the verb")
    from emi_installer import wiring  # noqa: PLC0415 - help comes before anything is loaded
    from emi_installer.console.commands import Choices  # noqa: PLC0415
    from emi_installer.console.guard import run_safely  # noqa: PLC0415

    if argv is None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as Ctrl-C does, and cleans up
    choices = Choices(
        connect_entra=wiring.connect_entra,
        connect_simulated=wiring.connect_simulated,
        scenarios=wiring.scenarios,
    )
    return run_safely(arguments, choices)


def _begin() -> None:
    """What a process of its own does first."""
    harden()
    remove_unfinished()


def _opened(argv: list[str]) -> list[str]:
    """A file alone, as a double-click or a drag onto the program gives it, is a preset."""
    alone = len(argv) == 1 and not argv[0].startswith("-") and argv[0].lower().endswith(".toml")
    return ["--preset", *argv] if alone else argv


def _without_console(given: list[str]) -> int:
    """Open the window; whoever asked for something that is printed hears which program can do that."""
    told = tell_terminal(twin_hint())
    if not given:
        return _window(None, None)
    from emi_installer.console.options import parser  # noqa: PLC0415

    arguments = None
    nowhere = StringIO()  # argparse of some Pythons fails where there is no stream to print on
    with suppress(SystemExit), redirect_stdout(nowhere), redirect_stderr(nowhere):
        arguments = parser().parse_args(given)
    if arguments is not None and arguments.verb is None and arguments.diagnose is None:
        return _window(arguments.window_demo, arguments.window_preset)
    if not told:
        tell_in_a_box(twin_hint())
    return USAGE


def _diagnose(place: str) -> int:
    """Tell what support needs to know."""
    from emi_installer import wiring  # noqa: PLC0415
    from emi_installer.console.diagnosing import tell_diagnosis  # noqa: PLC0415

    return tell_diagnosis(place, wiring.connect_entra)


def _window(scenario: str | None, preset: Path | None) -> int:
    """Open the window, on the simulated tenant `scenario` if one is given."""
    from emi_installer.gui.screen import why_no_window  # noqa: PLC0415

    if reason := why_no_window():
        print(reason, _WITHOUT, file=sys.stderr)
        return FAILED
    gc.disable()  # nothing is garbage before the window is there; see worker.prefer_this_thread
    from emi_installer import wiring  # noqa: PLC0415
    from emi_installer.gui.application import open_window  # noqa: PLC0415
    from emi_installer.setup.launch import Choice  # noqa: PLC0415

    if scenario is not None and scenario not in wiring.scenarios():
        print(f"There is no simulated tenant called {scenario}. There are: {', '.join(wiring.scenarios())}")
        return USAGE
    choice = (
        Choice(name="window", connect=wiring.connect_entra)
        if scenario is None
        else Choice(name="demo", connect=lambda: wiring.connect_demo(scenario), banner=_BANNER)
    )
    return open_window(choice, preset=preset)


if __name__ == "__main__":
    sys.exit(main())
