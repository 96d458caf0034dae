"""Starts the program: command line, and the last net for errors."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from emi_installer.console.options import parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with `argv` (default: the process's own); the exit code."""
    arguments = parser().parse_args(argv)
    from emi_installer import wiring  # noqa: PLC0415 - help comes before anything is loaded
    from emi_installer.console.commands import Choices  # noqa: PLC0415
    from emi_installer.console.net import run_safely  # noqa: PLC0415

    choices = Choices(
        connect_entra=wiring.connect_entra,
        connect_simulated=wiring.connect_simulated,
        scenarios=wiring.scenarios,
    )
    return run_safely(arguments, choices)


if __name__ == "__main__":
    sys.exit(main())
