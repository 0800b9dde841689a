"""Checks of flags' values: when a command line is parsed, and whenever a value changes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.flags.flag_errors import UnrecognizedFlagError, ValidationError
from nbtf.flags.flag_values import FLAGS, FlagHolder, FlagValues

Name = str | FlagHolder


def _name(flag: Name) -> str:
    return flag.name if isinstance(flag, FlagHolder) else flag


def _add(names: Sequence[str], flag_values: FlagValues, check: Callable[[FlagValues], None]) -> None:
    for name in names:
        if name not in flag_values:
            raise UnrecognizedFlagError(name)
        flag_values[name].validators.append(check)


def register_validator(
    flag_name: Name,
    checker: Callable[[Any], bool],
    message: str = "Flag validation failed",
    flag_values: FlagValues = FLAGS,
) -> None:
    """checker(value) says whether a value may be, or raises ValidationError. message: for one that may not."""
    name = _name(flag_name)

    def check(values: FlagValues) -> None:
        if not checker(values[name].value):
            raise ValidationError(f"flag --{name}={values[name].value}: {message}")

    _add([name], flag_values, check)


def register_multi_flags_validator(
    flag_names: Sequence[Name],
    multi_flags_checker: Callable[[dict[str, Any]], bool],
    message: str = "Flags validation failed",
    flag_values: FlagValues = FLAGS,
) -> None:
    """The same for several flags: multi_flags_checker gets their values by name."""
    names = [_name(flag) for flag in flag_names]

    def check(values: FlagValues) -> None:
        if not multi_flags_checker({name: values[name].value for name in names}):
            shown = ", ".join(f"{name}={values[name].value}" for name in names)
            raise ValidationError(f"flags {shown}: {message}")

    _add(names, flag_values, check)


def validator(
    flag_name: Name, message: str = "Flag validation failed", flag_values: FlagValues = FLAGS
) -> Callable[[Callable[[Any], bool]], Callable[[Any], bool]]:
    """A decorator of checkers: see `register_validator`."""

    def register(checker: Callable[[Any], bool]) -> Callable[[Any], bool]:
        register_validator(flag_name, checker, message, flag_values)
        return checker

    return register


def multi_flags_validator(
    flag_names: Sequence[Name], message: str = "Flag validation failed", flag_values: FlagValues = FLAGS
) -> Callable[[Callable[[dict[str, Any]], bool]], Callable[[dict[str, Any]], bool]]:
    """A decorator of checkers: see `register_multi_flags_validator`."""

    def register(checker: Callable[[dict[str, Any]], bool]) -> Callable[[dict[str, Any]], bool]:
        register_multi_flags_validator(flag_names, checker, message, flag_values)
        return checker

    return register


def mark_flag_as_required(flag_name: Name, flag_values: FlagValues = FLAGS) -> None:
    """The flag must have a value once the command line is parsed."""
    name = _name(flag_name)
    if name in flag_values and flag_values[name].default is not None:
        warnings.warn(
            f"Flag --{name} has a non-None default value; therefore, mark_flag_as_required will pass even if flag is "
            "not specified in the command line!",
            stacklevel=2,
        )

    def check(values: FlagValues) -> None:
        if values[name].value is None:
            raise ValidationError(f"flag --{name}=None: Flag --{name} must have a value other than None.")

    _add([name], flag_values, check)


def mark_flags_as_required(flag_names: Sequence[Name], flag_values: FlagValues = FLAGS) -> None:
    """Each of them must have a value."""
    for name in flag_names:
        mark_flag_as_required(name, flag_values)


def mark_flags_as_mutual_exclusive(
    flag_names: Sequence[Name], required: bool = False, flag_values: FlagValues = FLAGS
) -> None:
    """One of them at most may have a value; exactly one where it is required."""
    names = [_name(flag) for flag in flag_names]
    _exclude(names, required, flag_values, lambda value: value is not None, "value other than None")


def mark_bool_flags_as_mutual_exclusive(
    flag_names: Sequence[Name], required: bool = False, flag_values: FlagValues = FLAGS
) -> None:
    """One of them at most may be true; exactly one where it is required. Raises ValidationError for other flags."""
    names = [_name(flag) for flag in flag_names]
    for name in names:
        if name in flag_values and not flag_values[name].boolean:
            raise ValidationError(
                f"Flag --{name} is not Boolean, which is required for flags used in mark_bool_flags_as_mutual_exclusive."
            )
    _exclude(names, required, flag_values, bool, "value of True")


def _exclude(
    names: list[str], required: bool, flag_values: FlagValues, counts: Callable[[Any], bool], what: str
) -> None:
    amount = "Exactly" if required else "At most"

    def check(values: dict[str, Any]) -> bool:
        count = sum(counts(value) for value in values.values())
        return count == 1 if required else count <= 1

    register_multi_flags_validator(
        names, check, f"{amount} one of ({', '.join(names)}) must have a {what}.", flag_values
    )
