"""Starts the command line: `python -m sim`."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from typing import Any, Final

from sim.mjs import BUDGET

__all__ = ["main", "make_parser"]

FIRMWARE: Final = "a project's folder or zip archive, or one file such as init.js or init.py"


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line: the one list of commands and options."""
    parser = argparse.ArgumentParser(prog="mos-sim", description="Simulate a networked device.")
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run",
        help="boot firmware in virtual time and print its console",
        description="Boot firmware in virtual time and print its console. Exit code: 0, 1 if the firmware failed to "
        "start, 2 if it could not be read.",
    )
    run.add_argument(
        "--for",
        dest="seconds",
        metavar="SECONDS",
        type=float,
        help="stop after this much virtual time (default: when nothing is left to happen)",
    )
    run.add_argument("--save-run", metavar="FILE", help="write the run as a file, for replay and for the page")
    run.add_argument("--json", action="store_true", help="print every record of the trace as a line of JSON instead")
    export = commands.add_parser(
        "export",
        help="write a saved trace in other formats",
        description="Write a saved trace in other formats. Exit code: 0, 2 if it cannot be read or written.",
    )
    export.add_argument("saved", metavar="TRACE", help="a trace as JSON lines, such as run --trace writes")
    export.add_argument(
        "--connection",
        dest="connections",
        metavar="N",
        type=int,
        action="append",
        help="only what belongs to the connection of this number; repeatable",
    )
    replay = add_replay(commands)
    for command in (run, export, replay):
        command.add_argument("--pcap", metavar="FILE", help="write the packets as pcapng, for Wireshark")
        command.add_argument("--har", metavar="FILE", help="write the HTTP exchanges as HAR 1.2")
        command.add_argument("--trace", metavar="FILE", help="write the records as JSON lines")
        command.add_argument("--report", metavar="FILE", help="write a report as one page of HTML")
    serve = commands.add_parser(
        "serve",
        help="put a device on real ports of this machine",
        description="Boot firmware and put its ports on real ports of this machine, until Ctrl-C. The first line on "
        "standard output says where.",
    )
    serve.add_argument(
        "--port", metavar="PORT", type=int, default=8080, help="real port of the device's port 80 (0: a free one)"
    )
    serve.add_argument(
        "--map",
        dest="maps",
        metavar="REAL:DEVICE",
        action="append",
        default=[],
        help="one more real port and the device's port behind it; udp:REAL:DEVICE for UDP; repeatable",
    )
    serve.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1", help="address to bind (default: this machine only)"
    )
    serve.add_argument(
        "--allow",
        metavar="HOST:PORT",
        action="append",
        default=[],
        help="a real address that the device may connect to; repeatable; without it there is none",
    )
    serve.add_argument("--speed", metavar="X", type=float, default=1.0, help="virtual seconds per second (default: 1)")
    web = commands.add_parser(
        "web",
        help="serve the page on this machine, offline",
        description="Serve the page on this machine until Ctrl-C; it asks nothing of any other. The first line on "
        "standard output says where. Exit code: 2 if there is no site or no free port.",
    )
    web.add_argument(
        "--port",
        metavar="PORT",
        type=int,
        default=8000,
        help="port, or the next free one after it (default: 8000; 0: any)",
    )
    web.add_argument("--open", action="store_true", help="show it in the browser, too")
    check = commands.add_parser(
        "check",
        help="look for mistakes in programs without running them",
        description="Look for mistakes in programs without running them. Exit code: 0, 1 if there is an error, 2 if a "
        "file could not be read.",
    )
    check.add_argument("firmware", metavar="FILE", nargs="+", help=f"{FIRMWARE}; files of one folder belong together")
    check.add_argument("--json", action="store_true", help="print the findings as a JSON list")
    check.add_argument("--strict", action="store_true", help="let warnings count as errors for the exit code")
    api = commands.add_parser("api", help="print the table of the firmware's API")
    api.add_argument("--json", action="store_true", help="print it as JSON")
    lesson = commands.add_parser(
        "lesson",
        help="play lessons: their solution has to pass, their start must not",
        description="Play lessons in virtual time: their solution has to pass all checks, their start must not. Exit "
        "code: 0, 1 if a lesson does not hold, 2 if a file could not be read.",
    )
    lesson.add_argument("lessons", metavar="FILE", nargs="+", help="a lesson, a Markdown file with front matter")
    lesson.add_argument("--firmware", metavar="FIRMWARE", help=f"check this instead of start and solution: {FIRMWARE}")
    lesson.add_argument("--json", action="store_true", help="print the verdicts as a JSON list")
    test = commands.add_parser(
        "test",
        help="play scenarios: files with what is asked of a device and what shall come of it",
        description="Play scenarios in virtual time. Exit code: 0, 1 if a scenario fails, 2 if a file could not be "
        "read or written.",
    )
    test.add_argument("scenarios", metavar="FILE", nargs="+", help="a scenario, a file in YAML")
    test.add_argument("--runs", metavar="DIR", help="write the run of each scenario that fails there, for replay")
    test.add_argument("--junit", metavar="FILE", help="write the outcome as JUnit XML")
    openapi = commands.add_parser(
        "openapi",
        help="describe the device's HTTP as OpenAPI 3.1",
        description="Boot firmware and describe its HTTP as OpenAPI 3.1: what it registers, and what exchanges show. "
        "Exit code: 0, 1 if the firmware failed to start or a scenario fails, 2 if a file could not be read or "
        "written.",
    )
    openapi.add_argument(
        "--from",
        dest="saved",
        metavar="TRACE",
        action="append",
        default=[],
        help="take exchanges from a trace as JSON lines, such as run --trace writes; repeatable",
    )
    openapi.add_argument(
        "--scenario",
        dest="scenarios",
        metavar="FILE",
        action="append",
        default=[],
        help="take exchanges from a scenario, which is played; repeatable",
    )
    openapi.add_argument("-o", "--output", metavar="FILE", help="write it there (default: standard output)")
    openapi.add_argument(
        "--for",
        dest="seconds",
        metavar="SECONDS",
        type=float,
        default=1.0,
        help="virtual time that the firmware has to register its endpoints (default: 1)",
    )
    for command in (run, serve, openapi):
        command.add_argument("firmware", metavar="FIRMWARE", help=FIRMWARE)
        command.add_argument(
            "--config", metavar="FILE", help="a JSON object with configuration, as the device's file conf1.json"
        )
        command.add_argument(
            "--budget",
            metavar="STEPS",
            type=int,
            default=BUDGET,
            help="loop and call steps that a script may take at once before the watchdog bites (default: %(default)s)",
        )
        command.add_argument(
            "--rule",
            dest="rules",
            metavar="RULE",
            action="append",
            default=[],
            help="a rule that breaks the network, such as 'loss percent=20 host=device'; repeatable",
        )
        command.add_argument(
            "--preset",
            dest="presets",
            metavar="NAME",
            action="append",
            default=[],
            help="the rules of a network that people meet, such as 'busy access point'; repeatable",
        )
        command.add_argument(
            "--limit",
            dest="limits",
            metavar="NAME=NUMBER",
            action="append",
            default=[],
            help="how much others may ask of the device: head, body, frame, connections, received, queued; repeatable",
        )
        command.add_argument("--seed", metavar="N", type=int, default=0, help="seed of everything random (default: 0)")
        command.add_argument(
            "--profile", default="documented", help="generation of the library to imitate (default: documented)"
        )
    return parser


def add_replay(commands: Any) -> argparse.ArgumentParser:
    """Add the command `replay`; its parser."""
    replay: argparse.ArgumentParser = commands.add_parser(
        "replay",
        help="play a recorded run again, and compare",
        description="Play a run again, such as the page saves and a failed test leaves, and compare its records with "
        "those that it had. Exit code: 0 if they are the same, 1 if one differs, 2 if the run cannot be played or a "
        "file not be written.",
    )
    replay.add_argument("run", metavar="FILE", help="the file of a run")
    replay.add_argument(
        "--most-events",
        metavar="N",
        type=int,
        default=10_000_000,
        help="refuse a run of more events, each a callback of the virtual clock (default: %(default)s, some minutes)",
    )
    replay.add_argument("--json", action="store_true", help="print the outcome as a JSON object")
    return replay


class ShowVersion(argparse.Action):
    """Prints the version and ends: looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it."""
        from sim.version import version

        print(f"mos-sim {version()}")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; its exit code."""
    options = make_parser().parse_args(arguments)
    from sim import cli

    try:
        if options.command == "lesson":
            from sim import cli_lesson

            return cli_lesson.lesson(options)
        if options.command == "test":
            from sim import cli_scenario

            return cli_scenario.test(options)
        if options.command == "replay":
            from sim import cli_replay

            return cli_replay.replay(options)
        if options.command == "openapi":
            from sim import cli_openapi

            return cli_openapi.openapi(options)
        if options.command == "web":
            from sim import cli_web

            return cli_web.web(options)
        carry_out = {"run": cli.run, "serve": cli.serve, "check": cli.check, "api": cli.api, "export": cli.export}
        return carry_out[options.command](options)
    except cli.UsageError as error:
        encoding = sys.stderr.encoding or "utf-8"
        print(f"mos-sim: {error}".encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Who read our output has enough; the interpreter shall not try once more at its end
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.close()
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
