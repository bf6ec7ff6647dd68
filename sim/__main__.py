"""Starts the command line: `python -m sim`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

__all__ = ["main", "make_parser"]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line: the one list of commands and options."""
    parser = argparse.ArgumentParser(prog="mos-sim", description="Simulate a networked device.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run",
        help="boot firmware in virtual time and print its console",
        description="Boot firmware in virtual time and print its console. Exit code: 0, 1 if the firmware failed to "
        "start, 2 if it could not be read.",
    )
    run.add_argument("firmware", metavar="FIRMWARE", help="the firmware's file, such as init.py")
    run.add_argument(
        "--for",
        dest="seconds",
        metavar="SECONDS",
        type=float,
        help="stop after this much virtual time (default: when nothing is left to happen)",
    )
    run.add_argument("--json", action="store_true", help="print every record of the trace as a line of JSON instead")
    run.add_argument("--seed", type=int, default=0, help="seed of everything random (default: 0)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        from sim.cli import run

        return run(options.firmware, options.seconds, options.json, options.seed)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
