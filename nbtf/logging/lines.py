"""Log lines, through Python's logger `tensorflow`."""

from __future__ import annotations

import functools
import logging
import sys
import threading
from typing import Any

DEBUG = logging.DEBUG
INFO = logging.INFO
WARN = logging.WARNING
ERROR = logging.ERROR
FATAL = logging.FATAL

_LEVELS_UP = 2
"""From Python's logger to the caller of a function of this module."""


@functools.cache
def get_logger() -> logging.Logger:
    """The logger. Where the program has set up no logging of its own, its lines go to stderr (stdout at a prompt)."""
    logger = logging.getLogger("tensorflow")
    if not logging.getLogger().handlers and not logger.handlers:
        interactive = bool(sys.flags.interactive) or hasattr(sys, "ps1")
        if interactive:
            logger.setLevel(INFO)
        handler = logging.StreamHandler(sys.stdout if interactive else sys.stderr)
        handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
        logger.addHandler(handler)
    return logger


def log(level: int, msg: Any, *args: Any, **kwargs: Any) -> None:
    """A line of any level; `msg % args`, formatted only if it is shown."""
    get_logger().log(level, msg, *args, **_from_caller(kwargs))


def _from_caller(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"stacklevel": _LEVELS_UP, **kwargs}


def debug(msg: Any, *args: Any, **kwargs: Any) -> None:
    get_logger().debug(msg, *args, **_from_caller(kwargs))


def info(msg: Any, *args: Any, **kwargs: Any) -> None:
    get_logger().info(msg, *args, **_from_caller(kwargs))


def warning(msg: Any, *args: Any, **kwargs: Any) -> None:
    get_logger().warning(msg, *args, **_from_caller(kwargs))


warn = warning


def error(msg: Any, *args: Any, **kwargs: Any) -> None:
    get_logger().error(msg, *args, **_from_caller(kwargs))


def fatal(msg: Any, *args: Any, **kwargs: Any) -> None:
    """A line of the highest level; the program goes on."""
    get_logger().fatal(msg, *args, **_from_caller(kwargs))


vlog = log


def TaskLevelStatusMessage(msg: Any) -> None:  # noqa: N802 - TensorFlow's name
    """The line as an error."""
    get_logger().error(msg, stacklevel=_LEVELS_UP)


def log_if(level: int, msg: Any, condition: Any, *args: Any) -> None:
    """The line if the condition holds."""
    if condition:
        get_logger().log(level, msg, *args, stacklevel=_LEVELS_UP)


_counts: dict[tuple[str, int], int] = {}
_counting = threading.Lock()


def _calls_before() -> int:
    """How often the statement that called the caller of this function did so before."""
    frame = sys._getframe(2)
    place = (frame.f_code.co_filename, frame.f_lineno)
    with _counting:
        count = _counts.get(place, 0)
        _counts[place] = count + 1
    return count


def log_every_n(level: int, msg: Any, n: int, *args: Any) -> None:
    """The line the first of every n times that this statement runs."""
    if _calls_before() % n == 0:
        get_logger().log(level, msg, *args, stacklevel=_LEVELS_UP)


def log_first_n(level: int, msg: Any, n: int, *args: Any) -> None:
    """The line the first n times that this statement runs."""
    if _calls_before() < n:
        get_logger().log(level, msg, *args, stacklevel=_LEVELS_UP)


def flush() -> None:
    """Everything logged so far is written."""
    for handler in get_logger().handlers:
        handler.flush()


def get_verbosity() -> int:
    """The level from which lines are shown."""
    return get_logger().getEffectiveLevel()


def set_verbosity(v: int) -> None:
    """Lines below this level are not shown."""
    get_logger().setLevel(v)
