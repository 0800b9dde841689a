"""From the text of a flag to its value, and back."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Sequence
from typing import Any


class ArgumentParser:
    """Texts are values already. Subclasses say what their values are."""

    syntactic_help = ""

    def parse(self, argument: Any) -> Any:
        """The value of a text, or of what is a value already. Raises ValueError or TypeError for anything else."""
        if not isinstance(argument, str):
            raise TypeError(f"flag value must be a string, found '{type(argument)}'")
        return argument

    def flag_type(self) -> str:
        return "string"


class ArgumentSerializer:
    """Values as `str` writes them."""

    def serialize(self, value: Any) -> str:
        return str(value)


# ---- numbers ---------------------------------------------------------------------------------------------------------


class _NumberParser(ArgumentParser):
    """Numbers between bounds, either of which may be None."""

    number_article = "a"
    number_name = "number"

    def __init__(self, lower_bound: float | None = None, upper_bound: float | None = None) -> None:
        self.lower_bound = lower_bound
        self.upper_bound = upper_bound
        self.syntactic_help = self._described()

    def _described(self) -> str:
        article, name, low, high = self.number_article, self.number_name, self.lower_bound, self.upper_bound
        if low is not None and high is not None:
            return f"{article} {name} in the range [{low}, {high}]"
        named = {(1, None): "positive", (0, None): "non-negative", (None, -1): "negative", (None, 0): "non-positive"}
        if (low, high) in named and self.flag_type() == "int":
            return f"a {named[low, high]} {name}"  # type: ignore[index]
        if (low, high) in ((0, None), (None, 0)):
            return f"a {named[low, high]} {name}"  # type: ignore[index]
        if high is not None:
            return f"{article} {name} <= {high}"
        if low is not None:
            return f"{article} {name} >= {low}"
        return f"{article} {name}"

    def is_outside_bounds(self, val: float) -> bool:
        below = self.lower_bound is not None and val < self.lower_bound
        return below or (self.upper_bound is not None and val > self.upper_bound)

    def convert(self, argument: Any) -> Any:
        raise NotImplementedError

    def parse(self, argument: Any) -> Any:
        value = self.convert(argument)
        if self.is_outside_bounds(value):
            raise ValueError(f"{value} is not {self.syntactic_help}")
        return value


class FloatParser(_NumberParser):
    """Floats."""

    def convert(self, argument: Any) -> float:
        if isinstance(argument, bool) or not isinstance(argument, (int, float, str)):
            raise TypeError(f"Expect argument to be a string, int, or float, found {type(argument)}")
        return float(argument)

    def flag_type(self) -> str:
        return "float"


class IntegerParser(_NumberParser):
    """Integers, also as 0x10 and 0o17."""

    number_article = "an"
    number_name = "integer"

    def convert(self, argument: Any) -> int:
        if isinstance(argument, int) and not isinstance(argument, bool):
            return argument
        if not isinstance(argument, str):
            raise TypeError(f"Expect argument to be a string or int, found {type(argument)}")
        base = {"0x": 16, "0o": 8}.get(argument[:2].lower(), 10) if len(argument) > 2 else 10
        return int(argument, base)

    def flag_type(self) -> str:
        return "int"


class BooleanParser(ArgumentParser):
    """true and false, t and f, 1 and 0."""

    def parse(self, argument: Any) -> bool:
        if isinstance(argument, str):
            known = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
            if argument.lower() in known:
                return known[argument.lower()]
            raise ValueError("Non-boolean argument to boolean flag", argument)
        if isinstance(argument, (bool, int)) and argument in (0, 1):
            return bool(argument)
        if isinstance(argument, int):
            raise ValueError("Non-boolean argument to boolean flag", argument)
        raise TypeError("Non-boolean argument to boolean flag", argument)

    def flag_type(self) -> str:
        return "bool"


# ---- one of several --------------------------------------------------------------------------------------------------


class EnumParser(ArgumentParser):
    """One of some texts."""

    def __init__(self, enum_values: Sequence[str], case_sensitive: bool = True) -> None:
        if not enum_values:
            raise ValueError(f"enum_values cannot be empty, found {enum_values!r}")
        if isinstance(enum_values, str):
            raise ValueError(f"enum_values cannot be a str, found '{enum_values}'")
        self.enum_values = list(enum_values)
        self.case_sensitive = case_sensitive

    def parse(self, argument: Any) -> str:
        if self.case_sensitive:
            found = [value for value in self.enum_values if value == argument]
        else:
            found = [value for value in self.enum_values if value.upper() == str(argument).upper()]
        if not found:
            raise ValueError(f"value should be one of <{'|'.join(self.enum_values)}>")
        return found[0]

    def flag_type(self) -> str:
        return "string enum"


class EnumClassParser(ArgumentParser):
    """A member of an Enum, by its name."""

    def __init__(self, enum_class: type[enum.Enum], case_sensitive: bool = True) -> None:
        if not issubclass(enum_class, enum.Enum):
            raise TypeError(f"{enum_class} is not a subclass of Enum.")
        if not enum_class.__members__:
            raise ValueError(f'enum_class cannot be empty, but "{enum_class}" is empty.')
        self.enum_class = enum_class
        self._case_sensitive = case_sensitive

    @property
    def member_names(self) -> list[str]:
        names = list(self.enum_class.__members__)
        return names if self._case_sensitive else [name.lower() for name in names]

    def parse(self, argument: Any) -> enum.Enum:
        if isinstance(argument, self.enum_class):
            return argument
        wanted = argument if self._case_sensitive else str(argument).lower()
        for name, member in zip(self.member_names, self.enum_class.__members__.values(), strict=True):
            if name == wanted:
                return member
        raise ValueError(f"value should be one of <{'|'.join(self.member_names)}>")

    def flag_type(self) -> str:
        return "enum class"


class EnumClassSerializer(ArgumentSerializer):
    """The name of a member."""

    def __init__(self, lowercase: bool) -> None:
        self._lowercase = lowercase

    def serialize(self, value: Any) -> str:
        return str(value.name.lower() if self._lowercase else value.name)


# ---- lists -----------------------------------------------------------------------------------------------------------


class BaseListParser(ArgumentParser):
    """Texts between separators."""

    def __init__(self, token: str | None = None, name: str | None = None) -> None:
        assert name
        self._token = token
        self._name = name
        self.syntactic_help = f"a {name} separated list"

    def parse(self, argument: Any) -> list[str]:
        if isinstance(argument, list):
            return argument
        if not argument:
            return []
        return [text.strip() for text in argument.split(self._token)]

    def flag_type(self) -> str:
        return f"{self._name} separated list of strings"


class ListParser(BaseListParser):
    """Texts between commas, as CSV has them."""

    def __init__(self) -> None:
        super().__init__(",", "comma")

    def parse(self, argument: Any) -> list[str]:
        if isinstance(argument, list):
            return argument
        if not argument:
            return []
        try:
            return [text.strip() for text in next(csv.reader([argument], strict=True))]
        except csv.Error as error:
            raise ValueError(f"Unable to parse the value {argument!r} as a {self.flag_type()}: {error}") from None


class WhitespaceSeparatedListParser(BaseListParser):
    """Texts between spaces; comma_compat: or between commas."""

    def __init__(self, comma_compat: bool = False) -> None:
        super().__init__(None, "whitespace or comma" if comma_compat else "whitespace")
        self._comma_compat = comma_compat

    def parse(self, argument: Any) -> list[str]:
        if isinstance(argument, list):
            return argument
        return (argument.replace(",", " ") if self._comma_compat else argument or "").split()


class ListSerializer(ArgumentSerializer):
    """Items with a separator between them."""

    def __init__(self, list_sep: str) -> None:
        self.list_sep = list_sep

    def serialize(self, value: Any) -> str:
        return self.list_sep.join(str(item) for item in value)


class CsvListSerializer(ListSerializer):
    """Items as CSV."""

    def serialize(self, value: Any) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.list_sep, lineterminator="").writerow([str(item) for item in value])
        return out.getvalue()


class EnumClassListSerializer(ListSerializer):
    """Names of members."""

    def __init__(self, list_sep: str, **kwargs: Any) -> None:
        super().__init__(list_sep)
        self._one = EnumClassSerializer(**kwargs)

    def serialize(self, value: Any) -> str:
        members = value if isinstance(value, list) else [value]
        return self.list_sep.join(self._one.serialize(member) for member in members)
