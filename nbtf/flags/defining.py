"""DEFINE_string and its kin: each adds a flag to FLAGS, or to `flag_values`, and gives its FlagHolder."""

from __future__ import annotations

import enum
import sys
from collections.abc import Sequence
from typing import Any

from nbtf.flags import parsers
from nbtf.flags.flag import BooleanFlag, EnumClassFlag, EnumFlag, Flag, MultiEnumClassFlag, MultiFlag
from nbtf.flags.flag_values import FLAGS, FlagHolder, FlagValues
from nbtf.flags.validating import mark_flag_as_required


def _definer() -> str:
    """The module that defines a flag; the program itself by the name it was started with."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("nbtf.flags"):
        frame = frame.f_back
    name = str(frame.f_globals.get("__name__", ""))
    return sys.argv[0] if name == "__main__" else name


def DEFINE_flag(  # noqa: N802
    flag: Flag, flag_values: FlagValues = FLAGS, module_name: str | None = None, required: bool = False
) -> FlagHolder:
    """Adds a Flag. required: the command line must give it; then it may have no default."""
    if required and flag.default is not None:
        raise ValueError(f"Required flag --{flag.name} cannot have a non-None default")
    flag.module = module_name or _definer()
    flag_values[flag.name] = flag
    if required:
        mark_flag_as_required(flag.name, flag_values)
    return FlagHolder(flag_values, flag, ensure_non_none_value=flag.default is not None or required)


def DEFINE(  # noqa: N802
    parser: parsers.ArgumentParser,
    name: str,
    default: Any,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    serializer: parsers.ArgumentSerializer | None = None,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag whose texts a parser of one's own reads."""
    return DEFINE_flag(Flag(parser, serializer, name, default, help, **args), flag_values, module_name, required)


def DEFINE_string(  # noqa: N802
    name: str,
    default: str | None,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag of text."""
    serializer = parsers.ArgumentSerializer()
    return DEFINE(parsers.ArgumentParser(), name, default, help, flag_values, serializer, required=required, **args)


def DEFINE_bool(  # noqa: N802
    name: str,
    default: Any,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag that is true or false: --name, --noname, --name=false."""
    return DEFINE_flag(BooleanFlag(name, default, help, **args), flag_values, module_name, required)


DEFINE_boolean = DEFINE_bool


def DEFINE_float(  # noqa: N802
    name: str,
    default: Any,
    help: str | None,
    lower_bound: float | None = None,
    upper_bound: float | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag of a float, between bounds if there are any."""
    parser, serializer = parsers.FloatParser(lower_bound, upper_bound), parsers.ArgumentSerializer()
    return DEFINE(parser, name, default, help, flag_values, serializer, required=required, **args)


def DEFINE_integer(  # noqa: N802
    name: str,
    default: Any,
    help: str | None,
    lower_bound: int | None = None,
    upper_bound: int | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag of an integer, between bounds if there are any."""
    parser, serializer = parsers.IntegerParser(lower_bound, upper_bound), parsers.ArgumentSerializer()
    return DEFINE(parser, name, default, help, flag_values, serializer, required=required, **args)


def DEFINE_enum(  # noqa: N802
    name: str,
    default: str | None,
    enum_values: Sequence[str],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag of one of some texts."""
    return DEFINE_flag(EnumFlag(name, default, help, enum_values, **args), flag_values, module_name, required)


def DEFINE_enum_class(  # noqa: N802
    name: str,
    default: Any,
    enum_class: type[enum.Enum],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    case_sensitive: bool = False,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag of a member of an Enum."""
    flag = EnumClassFlag(name, default, help, enum_class, case_sensitive=case_sensitive, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_list(  # noqa: N802
    name: str, default: Any, help: str | None, flag_values: FlagValues = FLAGS, required: bool = False, **args: Any
) -> FlagHolder:
    """Adds a flag of texts between commas."""
    serializer = parsers.CsvListSerializer(",")
    return DEFINE(parsers.ListParser(), name, default, help, flag_values, serializer, required=required, **args)


def DEFINE_spaceseplist(  # noqa: N802
    name: str,
    default: Any,
    help: str | None,
    comma_compat: bool = False,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag of texts between spaces; comma_compat: or between commas."""
    parser, serializer = parsers.WhitespaceSeparatedListParser(comma_compat), parsers.ListSerializer(" ")
    return DEFINE(parser, name, default, help, flag_values, serializer, required=required, **args)


def DEFINE_multi(  # noqa: N802
    parser: parsers.ArgumentParser,
    serializer: parsers.ArgumentSerializer,
    name: str,
    default: Any,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag that may come several times, of a list of its values."""
    flag = MultiFlag(parser, serializer, name, default, help, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_multi_string(  # noqa: N802
    name: str, default: Any, help: str | None, flag_values: FlagValues = FLAGS, required: bool = False, **args: Any
) -> FlagHolder:
    """Adds a flag that may come several times, of texts."""
    parser, serializer = parsers.ArgumentParser(), parsers.ArgumentSerializer()
    return DEFINE_multi(parser, serializer, name, default, help, flag_values, required=required, **args)


def DEFINE_multi_integer(  # noqa: N802
    name: str,
    default: Any,
    help: str | None,
    lower_bound: int | None = None,
    upper_bound: int | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag that may come several times, of integers."""
    parser, serializer = parsers.IntegerParser(lower_bound, upper_bound), parsers.ArgumentSerializer()
    return DEFINE_multi(parser, serializer, name, default, help, flag_values, required=required, **args)


def DEFINE_multi_float(  # noqa: N802
    name: str,
    default: Any,
    help: str | None,
    lower_bound: float | None = None,
    upper_bound: float | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag that may come several times, of floats."""
    parser, serializer = parsers.FloatParser(lower_bound, upper_bound), parsers.ArgumentSerializer()
    return DEFINE_multi(parser, serializer, name, default, help, flag_values, required=required, **args)


def DEFINE_multi_enum(  # noqa: N802
    name: str,
    default: Any,
    enum_values: Sequence[str],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    case_sensitive: bool = True,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag that may come several times, of some texts."""
    parser, serializer = parsers.EnumParser(enum_values, case_sensitive), parsers.ArgumentSerializer()
    text = f"<{'|'.join(enum_values)}>: {help}"
    return DEFINE_multi(parser, serializer, name, default, text, flag_values, required=required, **args)


def DEFINE_multi_enum_class(  # noqa: N802
    name: str,
    default: Any,
    enum_class: type[enum.Enum],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    case_sensitive: bool = False,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Adds a flag that may come several times, of members of an Enum."""
    flag = MultiEnumClassFlag(name, default, help, enum_class, case_sensitive=case_sensitive, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_alias(  # noqa: N802
    name: str, original_name: str, flag_values: FlagValues = FLAGS, module_name: str | None = None
) -> FlagHolder:
    """Adds another name of a flag. Raises UnrecognizedFlagError where there is none."""
    from nbtf.flags.flag_errors import UnrecognizedFlagError

    if original_name not in flag_values:
        raise UnrecognizedFlagError(original_name)
    original = flag_values[original_name]

    class _Alias(Flag):
        """The original under another name: what is told to one is told to both."""

        @property
        def value(self) -> Any:
            return original.value

        @value.setter
        def value(self, value: Any) -> None:
            original.value = value

        def parse(self, argument: Any) -> None:
            original.parse(argument)
            original.using_default_value = False
            self.present += 1

    text = f"Alias for --{original_name}."
    alias = _Alias(original.parser, original.serializer, name, original.default, text, boolean=original.boolean)
    return DEFINE_flag(alias, flag_values, module_name)


def declare_key_flag(flag_name: str, flag_values: FlagValues = FLAGS) -> None:
    """Says that a flag of another module counts among the caller's. Raises UnrecognizedFlagError for no flag."""
    from nbtf.flags.flag_errors import UnrecognizedFlagError

    if flag_name not in flag_values:
        raise UnrecognizedFlagError(flag_name)
    flag_values.__dict__["_key_flags"].setdefault(_definer(), set()).add(flag_name)


def adopt_module_key_flags(module: Any, flag_values: FlagValues = FLAGS) -> None:
    """Says that all flags of a module count among the caller's."""
    for flag in flag_values.flags_by_module_dict().get(module.__name__, []):
        declare_key_flag(flag.name, flag_values)


def disclaim_key_flags() -> None:
    """The flags that the caller defines count among its own callers': the modules of help stay what they are."""
