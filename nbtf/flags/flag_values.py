"""FlagValues: all flags of a program, what its command line says about them, and their help."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from nbtf.flags.flag import Flag
from nbtf.flags.flag_errors import (
    CantOpenFlagFileError,
    DuplicateFlagError,
    Error,
    FlagNameConflictsWithMethodError,
    IllegalFlagValueError,
    UnparsedFlagAccessError,
    UnrecognizedFlagError,
    ValidationError,
)
from nbtf.flags.help_text import text_wrap


class FlagValues:
    """Flags by name: values as attributes, the flags themselves as items. Calling it parses a command line."""

    _flags: dict[str, Flag]

    def __init__(self) -> None:
        self.__dict__.update(_flags={}, _parsed=False, _key_flags={}, _parses_on_access=False)

    # ---- flags ----

    def __getitem__(self, name: str) -> Flag:
        return self._flags[name]

    def __setitem__(self, name: str, flag: Flag) -> None:
        """Adds a flag. Raises DuplicateFlagError where another has the name."""
        if not isinstance(flag, Flag):
            raise IllegalFlagValueError(f"Expect Flag instances, found type {type(flag)}. Maybe you didn't mean to use "
                                        "FlagValue.__setitem__?")  # fmt: skip
        if not name:
            raise Error("Flag name cannot be empty")
        if " " in name:
            raise Error("Flag name cannot contain a space")
        if not flag.allow_using_method_names and hasattr(type(self), name):
            raise FlagNameConflictsWithMethodError(
                f"Cannot define flag named '{name}': It conflicts with a method on class '{type(self).__name__}'."
            )
        for taken in (name, flag.short_name):
            found = self._flags.get(taken) if taken else None
            if found is not None and found is not flag and not (flag.allow_override or found.allow_override):
                raise DuplicateFlagError(
                    f"The flag '{taken}' is defined twice. First from {found.module}, second from {flag.module}. "
                    f"Description from first occurrence: {found.help}"
                )
        self._flags[name] = flag
        if flag.short_name:
            self._flags[flag.short_name] = flag

    def __contains__(self, name: object) -> bool:
        return name in self._flags

    def __iter__(self) -> Iterator[str]:
        return iter(self._flags)

    def __len__(self) -> int:
        return len(self._flags)

    def __dir__(self) -> list[str]:
        return sorted(self._flags)

    def __getattr__(self, name: str) -> Any:
        """The value of a flag. Raises AttributeError where there is none, UnparsedFlagAccessError before parsing."""
        if name not in self._flags:
            if self._parses_on_access and not self._parsed and not name.startswith("__"):
                self(sys.argv, known_only=True)
            raise AttributeError(name)
        if not self._parsed:
            if not self._parses_on_access:
                raise UnparsedFlagAccessError(f"Trying to access flag --{name} before flags were parsed.")
            self(sys.argv, known_only=True)
        return self._flags[name].value

    def __setattr__(self, name: str, value: Any) -> None:
        """Changes the value of a flag. Raises AttributeError where there is none, IllegalFlagValueError for a value
        that a validator refuses."""
        if name not in self._flags:
            raise AttributeError(name)
        flag = self._flags[name]
        flag.value = value
        flag.using_default_value = False
        self._validate([flag])

    def __delattr__(self, name: str) -> None:
        if name not in self._flags:
            raise AttributeError(name)
        flag = self._flags[name]
        for known in [key for key, other in self._flags.items() if other is flag]:
            del self._flags[known]

    def append_flag_values(self, flag_values: FlagValues) -> None:
        """Adds the flags of another."""
        for name, flag in flag_values._flags.items():
            if name == flag.name:
                self[name] = flag

    def remove_flag_values(self, flag_values: Any) -> None:
        """Removes the flags of another, or of a dict."""
        for name in flag_values:
            self.__delattr__(name)

    def set_default(self, name: str, value: Any) -> None:
        """Changes the default of a flag, and its value where that is the default."""
        if name not in self._flags:
            raise AttributeError(name)
        self._flags[name]._set_default(value)
        self._validate([self._flags[name]])

    def get_flag_value(self, name: str, default: Any) -> Any:
        """The value; `default` where there is no such flag, or no value."""
        value = getattr(self, name, None)
        return default if value is None else value

    def flag_values_dict(self) -> dict[str, Any]:
        """name -> value."""
        return {name: flag.value for name, flag in self._flags.items()}

    def flags_by_module_dict(self) -> dict[str, list[Flag]]:
        """Who defined flags -> these."""
        found: dict[str, list[Flag]] = {}
        for name, flag in self._flags.items():
            if name == flag.name:
                found.setdefault(flag.module, []).append(flag)
        return found

    def find_module_defining_flag(self, flagname: str, default: Any = None) -> Any:
        """Who defined a flag; `default` where there is none."""
        return self._flags[flagname].module if flagname in self._flags else default

    # ---- command lines ----

    def is_parsed(self) -> bool:
        return bool(self._parsed)

    def mark_as_parsed(self) -> None:
        """Values can be asked for from now on."""
        self.__dict__["_parsed"] = True

    def unparse_flags(self) -> None:
        """All flags have their defaults, as before a command line was parsed."""
        for flag in self._flags.values():
            flag.unparse()
        self.__dict__["_parsed"] = False

    def __call__(self, argv: Sequence[str], known_only: bool = False) -> list[str]:
        """Parses a command line whose first item is the program; gives it without its flags.

        known_only: flags that are not defined stay in it. Raises UnrecognizedFlagError for them otherwise, Error for
        a missing value, IllegalFlagValueError for a wrong one.
        """
        if isinstance(argv, (str, bytes)):
            raise TypeError("argv should be a tuple/list of strings, not bytes or string.")
        if not argv:
            raise ValueError("argv cannot be an empty list, and must contain the program name as the first element.")
        program, *arguments = argv
        left = self._take_flags(self._with_files(arguments), known_only)
        self.mark_as_parsed()
        self._validate(list(self._flags.values()))
        return [program, *left]

    def _take_flags(self, arguments: list[str], known_only: bool) -> list[str]:
        """Gives the flags their values; what is left over."""
        left: list[str] = []
        tolerated = _names_after("undefok", arguments)
        at = 0
        while at < len(arguments):
            argument = arguments[at]
            at += 1
            if argument == "--":
                return left + ([argument] if known_only else []) + arguments[at:]
            if not argument.startswith("-") or argument == "-":
                left.append(argument)
                continue
            name, equals, value = argument.lstrip("-").partition("=")
            if name == "undefok":
                at += not equals
                continue
            flag = self._flags.get(name)
            negated = self._flags.get(name[2:]) if flag is None and name.startswith("no") else None
            if negated is not None and negated.boolean:
                if equals:
                    raise Error(f"Flag --{name} takes no value")
                flag, value = negated, "false"
            elif flag is None:
                if name in tolerated or name.removeprefix("no") in tolerated:
                    continue
                if not known_only:
                    raise UnrecognizedFlagError(name, value, self._near(name))
                left.append(argument)
                continue
            elif flag.boolean:
                value = value if equals else "true"
            elif not equals:
                if at == len(arguments):
                    raise Error(f"Missing value for flag {argument}")
                value = arguments[at]
                at += 1
            flag.parse(value)
            flag.using_default_value = False
        return left

    def _near(self, name: str) -> list[str]:
        return difflib.get_close_matches(name, list(self._flags), n=3, cutoff=0.8) if len(name) > 3 else []

    def _with_files(self, arguments: Sequence[str], open_files: tuple[str, ...] = ()) -> list[str]:
        """--flagfile=f is what the file says, a flag a line."""
        found: list[str] = []
        for argument in arguments:
            name, _, path = argument.lstrip("-").partition("=")
            if name != "flagfile" or not argument.startswith("-") or not path:
                found.append(argument)
                continue
            path = os.path.realpath(os.path.expanduser(path))
            if path in open_files:
                continue
            try:
                with open(path, encoding="utf-8") as file:
                    lines = [line.strip() for line in file]
            except OSError as error:
                raise CantOpenFlagFileError(f"ERROR:: Unable to open flagfile: {error}") from None
            found += self._with_files([line for line in lines if line and line[0] not in "#/"], (*open_files, path))
        return found

    def validate_all_flags(self) -> None:
        """Raises IllegalFlagValueError for a value that a validator refuses."""
        self._validate(list(self._flags.values()))

    def _validate(self, flags: Sequence[Flag]) -> None:
        done: list[Any] = []
        for validate in (validate for flag in flags for validate in flag.validators):
            if any(validate is other for other in done):
                continue
            done.append(validate)
            try:
                validate(self)
            except ValidationError as error:
                raise IllegalFlagValueError(str(error)) from None

    # ---- text ----

    def flags_into_string(self) -> str:
        """The flags that have values, as a flagfile has them."""
        return "".join(f"{text}\n" for text in self._serialized())

    def _serialized(self) -> Iterator[str]:
        for module in sorted(self.flags_by_module_dict()):
            for flag in sorted(self.flags_by_module_dict()[module], key=lambda flag: flag.name):
                if flag.value is not None:
                    yield flag.serialize()

    def append_flags_into_file(self, filename: str) -> None:
        """Appends that to a file."""
        with open(filename, "a", encoding="utf-8") as file:
            file.write(self.flags_into_string())

    def get_help(self, prefix: str = "", include_special_flags: bool = True) -> str:
        """The help of all flags, by who defined them."""
        parts = [
            f"{prefix}\n{prefix}{module}:\n{self._help_of(flags, prefix + '  ')}"
            for module, flags in sorted(self.flags_by_module_dict().items())
        ]
        return "\n".join(parts)

    def module_help(self, module: Any) -> str:
        """The help of one module's flags."""
        name = module if isinstance(module, str) else module.__name__
        return f"\n{name}:\n{self._help_of(self.flags_by_module_dict().get(name, []), '  ')}"

    def main_module_help(self) -> str:
        """The help of the program's own flags."""
        return self.module_help(sys.argv[0])

    def _help_of(self, flags: Sequence[Flag], prefix: str) -> str:
        return "\n".join(self._flag_help(flag, prefix) for flag in sorted(flags, key=lambda flag: flag.name))

    def _flag_help(self, flag: Flag, prefix: str) -> str:
        names = f"-{flag.short_name}," if flag.short_name else ""
        names += f"--[no]{flag.name}:" if flag.boolean else f"--{flag.name}:"
        lines = [text_wrap(f"{names} {flag.help}", indent=prefix + "  ", firstline_indent=prefix)]
        if flag.default_as_str:
            lines.append(text_wrap(f"(default: {flag.default_as_str})", indent=prefix + "  "))
        if flag.parser.syntactic_help:
            lines.append(text_wrap(f"({flag.parser.syntactic_help})", indent=prefix + "  "))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.get_help()


def _names_after(name: str, arguments: Sequence[str]) -> set[str]:
    """What --name=a,b lists."""
    found: set[str] = set()
    for i, argument in enumerate(arguments):
        key, equals, value = argument.lstrip("-").partition("=")
        if argument.startswith("-") and key == name:
            found |= set((value if equals else arguments[i + 1] if i + 1 < len(arguments) else "").split(","))
    return found


class FlagHolder:
    """What defining a flag gives: its value in `value`."""

    def __init__(self, flag_values: FlagValues, flag: Flag, ensure_non_none_value: bool = False) -> None:
        self._flag_values = flag_values
        self._flag = flag
        self._ensure_non_none_value = ensure_non_none_value

    @property
    def name(self) -> str:
        return self._flag.name

    @property
    def value(self) -> Any:
        """Raises IllegalFlagValueError where a flag that must have a value has none."""
        value = getattr(self._flag_values, self._flag.name)
        if value is None and self._ensure_non_none_value:
            raise IllegalFlagValueError(f"Unexpected None value for flag {self._flag.name}")
        return value

    @property
    def default(self) -> Any:
        return self._flag.default

    @property
    def present(self) -> bool:
        """Whether the command line had the flag."""
        return bool(self._flag.present)

    def serialize(self) -> str:
        return self._flag.serialize()


def set_default(flag_holder: FlagHolder, value: Any) -> None:
    """Changes the default of a flag."""
    flag_holder._flag_values.set_default(flag_holder.name, value)


def override_value(flag_holder: FlagHolder, value: Any) -> None:
    """Changes the value of a flag. Raises IllegalFlagValueError for a value that it may not have."""
    parsed = flag_holder._flag._parsed(value)
    setattr(flag_holder._flag_values, flag_holder.name, parsed)


FLAGS = FlagValues()
FLAGS.__dict__["_parses_on_access"] = True
