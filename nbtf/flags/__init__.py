"""tf.flags: what the command line of a program says."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.flags.defining": (
        "DEFINE", "DEFINE_alias", "DEFINE_bool", "DEFINE_boolean", "DEFINE_enum", "DEFINE_enum_class", "DEFINE_flag",
        "DEFINE_float", "DEFINE_integer", "DEFINE_list", "DEFINE_multi", "DEFINE_multi_enum", "DEFINE_multi_enum_class",
        "DEFINE_multi_float", "DEFINE_multi_integer", "DEFINE_multi_string", "DEFINE_spaceseplist", "DEFINE_string",
        "adopt_module_key_flags", "declare_key_flag", "disclaim_key_flags",
    ),
    "nbtf.flags.flag": ("BooleanFlag", "EnumClassFlag", "EnumFlag", "Flag", "MultiEnumClassFlag", "MultiFlag"),
    "nbtf.flags.flag_errors": (
        "CantOpenFlagFileError", "DuplicateFlagError", "Error", "FlagNameConflictsWithMethodError",
        "IllegalFlagValueError", "UnparsedFlagAccessError", "UnrecognizedFlagError", "ValidationError",
    ),
    "nbtf.flags.flag_values": ("FLAGS", "FlagHolder", "FlagValues", "override_value", "set_default"),
    "nbtf.flags.help_text": ("doc_to_help", "flag_dict_to_args", "get_help_width", "text_wrap"),
    "nbtf.flags.parsers": (
        "ArgumentParser", "ArgumentSerializer", "BaseListParser", "BooleanParser", "CsvListSerializer",
        "EnumClassListSerializer", "EnumClassParser", "EnumClassSerializer", "EnumParser", "FloatParser",
        "IntegerParser", "ListParser", "ListSerializer", "WhitespaceSeparatedListParser",
    ),
    "nbtf.flags.validating": (
        "mark_bool_flags_as_mutual_exclusive", "mark_flag_as_required", "mark_flags_as_mutual_exclusive",
        "mark_flags_as_required", "multi_flags_validator", "register_multi_flags_validator", "register_validator",
        "validator",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
