"""tf.app: running a program whose flags are those of tf.flags."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from nbtf import flags as flags
from nbtf.flags.flag_errors import Error
from nbtf.flags.flag_values import FLAGS

_HELP = frozenset(["-h", "--help", "-help", "--helpfull", "--helpshort", "-?"])


def run(main: Callable[[list[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Parses the command line, calls main with what is left of it, and exits with what that returns.

    main: by default `main` of the program. argv: by default that of the program. Flags that nobody defined stay in
    the command line. --help tells of the flags; a wrong one ends the program with status 1.
    """
    arguments = list(sys.argv if argv is None else argv)
    program = sys.modules["__main__"]
    if any(argument in _HELP for argument in arguments[1 : _end_of_flags(arguments)]):
        _usage(program, sys.stdout)
        sys.exit(1)
    try:
        left = FLAGS(arguments, known_only=True)
    except Error as error:
        sys.stderr.write(f"FATAL Flags parsing error: {error}\nPass --helpshort or --helpfull to see help on flags.\n")
        sys.exit(1)
    sys.exit((main or program.main)(left))


def _end_of_flags(arguments: Sequence[str]) -> int:
    return list(arguments).index("--") if "--" in arguments else len(arguments)


def _usage(program: Any, stream: Any) -> None:
    doc = (program.__doc__ or f"USAGE: {sys.argv[0]} [flags]").replace("%s", sys.argv[0])
    stream.write(f"{doc.strip()}\nflags:\n{FLAGS.get_help()}\n")
