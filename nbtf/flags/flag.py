"""Flag: a named value with a default, which a command line may change."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nbtf.flags import parsers
from nbtf.flags.flag_errors import Error, IllegalFlagValueError
from nbtf.flags.parsers import ArgumentParser, ArgumentSerializer


class Flag:
    """name, default and value; help; `present`: how often the command line had it; `module`: who defined it."""

    multi = False

    def __init__(
        self,
        parser: ArgumentParser,
        serializer: ArgumentSerializer | None,
        name: str,
        default: Any,
        help_string: str | None,
        short_name: str | None = None,
        boolean: bool = False,
        allow_override: bool = False,
        allow_override_cpp: bool = False,
        allow_hide_cpp: bool = False,
        allow_overwrite: bool = True,
        allow_using_method_names: bool = False,
    ) -> None:
        """Raises IllegalFlagValueError for a default that the parser refuses."""
        self.name = name
        self.help = help_string or "(no help available)"
        self.short_name = short_name
        self.boolean = boolean
        self.parser = parser
        self.serializer = serializer
        self.allow_override = allow_override
        self.allow_override_cpp = allow_override_cpp
        self.allow_hide_cpp = allow_hide_cpp
        self.allow_overwrite = allow_overwrite
        self.allow_using_method_names = allow_using_method_names
        self.using_default_value = True
        self.present = 0
        self.module = ""
        self.validators: list[Callable[[Any], None]] = []
        """Each raises ValidationError for a dict of values that it refuses."""
        self._value: Any = None
        self.default: Any = None
        self._set_default(default)

    @property
    def value(self) -> Any:
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value

    def _set_default(self, value: Any) -> None:
        self.default = None if value is None else self._parsed(value)
        self.default_unparsed = value
        self.default_as_str = None if self.default is None else repr(self._text(self.default))
        if self.using_default_value:
            self._value = self.default

    def parse(self, argument: Any) -> None:
        """Takes the value of a text. Raises IllegalFlagValueError where it is none, or the flag may come once only."""
        if self.present and not self.allow_overwrite:
            raise IllegalFlagValueError(f"flag --{self.name}={argument}: already defined as {self.value}")
        self._value = self._parsed(argument)
        self.present += 1

    def _parsed(self, argument: Any) -> Any:
        try:
            return self.parser.parse(argument)
        except (TypeError, ValueError) as error:
            raise IllegalFlagValueError(f"flag --{self.name}={argument}: {error}") from error

    def unparse(self) -> None:
        """The default is the value again."""
        self._value = self.default
        self.using_default_value = True
        self.present = 0

    def serialize(self) -> str:
        """As a command line has it; "" for no value."""
        return self._serialized(self.value)

    def _serialized(self, value: Any) -> str:
        if value is None:
            return ""
        if self.boolean:
            return f"--{self.name}" if value else f"--no{self.name}"
        if self.serializer is None:
            raise Error(f"Serializer not present for flag {self.name}")
        return f"--{self.name}={self.serializer.serialize(value)}"

    def _text(self, value: Any) -> str:
        if self.boolean:
            return "true" if value else "false"
        return self.serializer.serialize(value) if self.serializer is not None else str(value)

    def flag_type(self) -> str:
        return self.parser.flag_type()


class BooleanFlag(Flag):
    """--name and --noname."""

    def __init__(self, name: str, default: Any, help: str | None, short_name: str | None = None, **args: Any) -> None:
        super().__init__(parsers.BooleanParser(), ArgumentSerializer(), name, default, help, short_name, True, **args)


class EnumFlag(Flag):
    """One of some texts."""

    def __init__(
        self,
        name: str,
        default: str | None,
        help: str | None,
        enum_values: Sequence[str],
        short_name: str | None = None,
        case_sensitive: bool = True,
        **args: Any,
    ) -> None:
        parser = parsers.EnumParser(enum_values, case_sensitive)
        super().__init__(parser, ArgumentSerializer(), name, default, help, short_name, **args)
        self.help = f"<{'|'.join(parser.enum_values)}>: {self.help}"


class EnumClassFlag(Flag):
    """A member of an Enum."""

    def __init__(
        self,
        name: str,
        default: Any,
        help: str | None,
        enum_class: type[enum.Enum],
        short_name: str | None = None,
        case_sensitive: bool = False,
        **args: Any,
    ) -> None:
        parser = parsers.EnumClassParser(enum_class, case_sensitive)
        serializer = parsers.EnumClassSerializer(lowercase=not case_sensitive)
        super().__init__(parser, serializer, name, default, help, short_name, **args)
        self.help = f"<{'|'.join(parser.member_names)}>: {self.help}"


class MultiFlag(Flag):
    """A list of values, one for each time that the command line has the flag."""

    multi = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help += ";\n    repeat this option to specify a list of values"

    def parse(self, argument: Any) -> None:
        """Adds the value of a text, or those of several, to the values that the command line gave before."""
        new = self._parsed(argument)
        self._value = [*self._value, *new] if self.present else new
        self.present += len(new)

    def _parsed(self, argument: Any) -> list[Any]:
        is_list = isinstance(argument, Iterable) and not isinstance(argument, str)
        parse = super()._parsed
        return [parse(item) for item in (argument if is_list else [argument])]

    def _serialized(self, value: Any) -> str:
        serialize = super()._serialized
        return "" if value is None else "\n".join(serialize(item) for item in value)

    def _text(self, value: Any) -> str:
        text = super()._text
        return ",".join(text(item) for item in value)

    def flag_type(self) -> str:
        return f"multi {self.parser.flag_type()}"


class MultiEnumClassFlag(MultiFlag):
    """A list of members of an Enum."""

    def __init__(
        self,
        name: str,
        default: Any,
        help_string: str | None,
        enum_class: type[enum.Enum],
        case_sensitive: bool = False,
        **args: Any,
    ) -> None:
        parser = parsers.EnumClassParser(enum_class, case_sensitive)
        serializer = parsers.EnumClassListSerializer(",", lowercase=not case_sensitive)
        super().__init__(parser, serializer, name, default, help_string, **args)
        self.help = f"<{'|'.join(parser.member_names)}>: {self.help}"
