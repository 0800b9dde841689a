"""nbtf: look into TensorFlow graphs, run them, freeze them."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from nbtf_tools import freeze_graph, inspect, run, warmup

Command = Callable[[argparse.Namespace], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status: 0, 1 for an error in what it was given, 2 for a wrong command line."""
    parser = argparse.ArgumentParser(prog="nbtf", description="TensorFlow 1 graphs without TensorFlow.")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, module in {"inspect": inspect, "run": run, "freeze": freeze_graph, "warmup": warmup}.items():
        module.add_arguments(
            commands.add_parser(
                name,
                help=module.SUMMARY,
                description=module.DESCRIPTION,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )
    arguments = parser.parse_args(argv)
    if arguments.version:
        from nbtf import version

        print(f"nbtf {version.NBTF_VERSION}")
        return 0
    if not hasattr(arguments, "command"):
        parser.print_help()
        return 2
    return execute(arguments.command, arguments, "nbtf")


def execute(command: Command, arguments: argparse.Namespace, program: str) -> int:
    """Runs a command: what its user can mend becomes one line on stderr, all else a traceback."""
    from nbtf.errors import OpError

    _print_any_name()
    try:
        command(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except OpError as error:
        return _fail(program, f"{type(error).__name__}: {error.message}")
    except (MemoryError, OSError, RuntimeError, TypeError, ValueError) as error:
        return _fail(program, str(error) or type(error).__name__)
    return 0


def _print_any_name() -> None:
    """Names of files and nodes that the terminal's encoding lacks are printed with escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _fail(program: str, message: str) -> int:
    """One line, without the place in the program that TensorFlow's messages end with."""
    lines = message.partition("\n\nOriginal stack trace")[0].splitlines()
    told = [line.strip() for line in lines if line.strip() and not line.strip().startswith("[[{{node")]
    print(f"{program}: error: {' '.join(told)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
