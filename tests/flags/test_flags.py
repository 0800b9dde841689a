"""Flags: definitions, command lines, checks and help, in the words of absl."""

import enum
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nbtf as tf

flags = tf.flags


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@pytest.fixture
def values() -> Any:
    made = flags.FlagValues()
    flags.DEFINE_integer("n", 3, "number of things", lower_bound=0, flag_values=made, short_name="N")
    flags.DEFINE_string("name", "x", "a name", flag_values=made)
    flags.DEFINE_bool("b", False, "bool", flag_values=made)
    flags.DEFINE_enum("e", "a", ["a", "b"], "enum", flag_values=made)
    flags.DEFINE_enum_class("color", None, Color, "color", flag_values=made)
    flags.DEFINE_list("l", None, "list", flag_values=made)
    flags.DEFINE_spaceseplist("s", "a b", "spaces", flag_values=made)
    flags.DEFINE_multi_string("ms", None, "multi", flag_values=made)
    flags.DEFINE_multi_integer("mi", [1], "multi", flag_values=made)
    flags.DEFINE_float("f", 0.5, "float", flag_values=made)
    flags.DEFINE_alias("alias", "name", flag_values=made)
    return made


def test_defaults(values: Any) -> None:
    with pytest.raises(flags.UnparsedFlagAccessError, match="Trying to access flag --n before flags were parsed."):
        _ = values.n
    values(["program"])
    assert values.flag_values_dict() == {
        "n": 3, "N": 3, "name": "x", "b": False, "e": "a", "color": None, "l": None, "s": ["a", "b"], "ms": None,
        "mi": [1], "f": 0.5, "alias": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("--n=7", "n", 7),
        ("--n 7", "n", 7),
        ("-n=0x10", "n", 16),
        ("-N 4", "n", 4),
        ("--b", "b", True),
        ("--nob", "b", False),
        ("--b=true", "b", True),
        ("--b=0", "b", False),
        ("--e=b", "e", "b"),
        ("--color=red", "color", Color.RED),
        ("--l=a,b", "l", ["a", "b"]),
        ('--l="a,b",c', "l", ["a,b", "c"]),
        ("--l=", "l", []),
        ("--ms=1 --ms=2", "ms", ["1", "2"]),
        ("--mi=5 --mi=6", "mi", [5, 6]),
        ("--f=1e3", "f", 1000.0),
        ("--name=", "name", ""),
        ("--alias=other", "name", "other"),
    ],
)
def test_values(values: Any, line: str, name: str, value: Any) -> None:
    assert values(["program", *line.split()]) == ["program"]
    assert getattr(values, name) == value
    assert values[name].present or name == "name"


def test_what_is_no_flag_is_left(values: Any) -> None:
    assert values(["program", "a", "--n=1", "-", "b", "--", "--b"]) == ["program", "a", "-", "b", "--b"]
    assert values.n == 1 and values.b is False
    assert values(["program", "--unknown=1", "a"], known_only=True) == ["program", "--unknown=1", "a"]
    assert values(["program", "--unknown=1", "--undefok=unknown"]) == ["program"]


@pytest.mark.parametrize(
    ("line", "kind", "message"),
    [
        ("--n=x", "IllegalFlagValueError", "flag --n=x: invalid literal for int.* with base 10: 'x'"),
        ("--n=-1", "IllegalFlagValueError", "flag --n=-1: -1 is not a non-negative integer"),
        ("--zzz=1", "UnrecognizedFlagError", "Unknown command line flag 'zzz'"),
        ("--colour=1", "UnrecognizedFlagError", "Did you mean: color"),
        ("--b=maybe", "IllegalFlagValueError", "Non-boolean argument to boolean flag"),
        ("--e=c", "IllegalFlagValueError", "flag --e=c: value should be one of <a|b>"),
        ("--color=green", "IllegalFlagValueError", "value should be one of <red|blue>"),
        ("--n", "Error", "Missing value for flag --n"),
        ("--nob=1", "Error", "takes no value"),
        ("--f=x", "IllegalFlagValueError", "flag --f=x: could not convert string to float: 'x'"),
        ("--flagfile=none/such", "CantOpenFlagFileError", "Unable to open flagfile"),
    ],
)
def test_wrong_lines(values: Any, line: str, kind: str, message: str) -> None:
    with pytest.raises(getattr(flags, kind), match=message.replace("|", r"\|")):
        values(["program", *line.split()])


def test_names_are_taken_once(values: Any) -> None:
    with pytest.raises(
        flags.DuplicateFlagError, match="The flag 'n' is defined twice. .*first occurrence: number of things"
    ):
        flags.DEFINE_integer("n", 1, "again", flag_values=values)
    with pytest.raises(flags.IllegalFlagValueError, match="flag --bad=-3: -3 is not a non-negative integer"):
        flags.DEFINE_integer("bad", -3, "", lower_bound=0, flag_values=values)
    with pytest.raises(flags.FlagNameConflictsWithMethodError):
        flags.DEFINE_string("get_help", "", "", flag_values=values)
    with pytest.raises(flags.UnrecognizedFlagError):
        flags.DEFINE_alias("other", "none", flag_values=values)


def test_validators(values: Any) -> None:
    flags.register_validator("n", lambda n: n % 2, "must be odd", flag_values=values)

    @flags.multi_flags_validator(["n", "f"], "n is more than f", flag_values=values)
    def more(found: dict[str, Any]) -> bool:
        return bool(found["n"] > found["f"])

    flags.mark_flags_as_mutual_exclusive(["l", "ms"], flag_values=values)
    flags.mark_flag_as_required("color", values)
    values(["program", "--color=red"])
    for line, message in [
        ("--n=2 --color=red", "flag --n=2: must be odd"),
        ("--n=1 --f=2 --color=red", "flags n=1, f=2.0: n is more than f"),
        ("--n=3 --f=0 --l=a --ms=b --color=red", r"At most one of \(l, ms\) must have a value other than None"),
    ]:
        with pytest.raises(flags.IllegalFlagValueError, match=message):
            values(["program", *line.split()])
    values.unparse_flags()
    with pytest.raises(flags.IllegalFlagValueError, match="Flag --color must have a value other than None"):
        values(["program"])
    with pytest.raises(flags.IllegalFlagValueError, match="must be odd"):
        values.n = 4


def test_holders_and_changes(values: Any) -> None:
    holder = flags.DEFINE_string("held", "d", "", flag_values=values)
    flags.set_default(holder, "new")
    values(["program"])
    assert (holder.name, holder.value, holder.default, holder.present, holder.serialize()) == (
        "held",
        "new",
        "new",
        False,
        "--held=new",
    )
    flags.override_value(holder, "over")
    values.n = 9
    assert (holder.value, values.n) == ("over", 9)
    del values.held
    assert "held" not in values
    with pytest.raises(AttributeError):
        values.held = 1


def test_files_of_flags(values: Any, tmp_path: Path) -> None:
    values(["program", "--n=8", "--b", "--ms=a", "--ms=b"])
    values.append_flags_into_file(str(tmp_path / "flags"))
    text = (tmp_path / "flags").read_text()
    assert "--n=8\n" in text and "--b\n" in text and "--ms=a\n--ms=b\n" in text
    values.unparse_flags()
    (tmp_path / "more").write_text(f"# a comment\n\n--flagfile={tmp_path / 'flags'}\n--name=from file\n")
    values(["program", f"--flagfile={tmp_path / 'more'}", "--n=9"])
    assert (values.n, values.b, values.ms, values.name) == (9, True, ["a", "b"], "from file")


PROGRAM = '''"""Says things."""
import nbtf as tf
tf.app.flags.DEFINE_integer("times", 2, "how often", lower_bound=1)
FLAGS = tf.app.flags.FLAGS
def main(argv):
    print(FLAGS.times, argv[1:])
    return 3
if __name__ == "__main__":
    tf.app.run()
'''


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--times=4", "a", "--unknown"], 3, "4 ['a', '--unknown']"),
        ([], 3, "2 []"),
        (["--help"], 1, "Says things.\nflags:"),
        (["--help"], 1, "  --times: how often\n    (default: '2')\n    (a positive integer)"),
        (["--times=0"], 1, "FATAL Flags parsing error: flag --times=0: 0 is not a positive integer"),
    ],
)
def test_app(tmp_path: Path, arguments: list[str], status: int, words: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    run = subprocess.run([sys.executable, path, *arguments], capture_output=True, text=True)
    assert run.returncode == status, run.stderr
    assert words in run.stdout + run.stderr


def test_texts() -> None:
    assert flags.text_wrap("one two three", 8, indent="  ", firstline_indent=" ") == " one two\n  three"
    assert flags.doc_to_help("One\n    line.\n\n    Another.") == "One line.\nAnother."
    arguments = flags.flag_dict_to_args({"a": 1, "b": True, "c": False, "d": ["x", "y"], "e": ["x", "y"]}, {"e"})
    assert list(arguments) == ["--a=1", "--b", "--noc", "--d=x,y", "--e=x", "--e=y"]
