"""What is wrong with a flag, or with a command line."""

from __future__ import annotations

from collections.abc import Sequence


class Error(Exception):
    """The base class of all errors of flags."""


class CantOpenFlagFileError(Error):
    """A file of flags cannot be read."""


class DuplicateFlagError(Error):
    """Two flags have one name."""


class FlagNameConflictsWithMethodError(Error):
    """A flag has the name of a method of FlagValues."""


class IllegalFlagValueError(Error):
    """A value is none for its flag."""


class UnparsedFlagAccessError(Error):
    """A flag was asked for before the command line was parsed."""


class ValidationError(Error):
    """A validator refuses a value."""


class UnrecognizedFlagError(Error):
    """No flag has this name."""

    def __init__(self, flagname: str, flagvalue: str = "", suggestions: Sequence[str] = ()) -> None:
        self.flagname = flagname
        self.flagvalue = flagvalue
        hint = f". Did you mean: {', '.join(suggestions)} ?" if suggestions else ""
        super().__init__(f"Unknown command line flag '{flagname}'{hint}")
