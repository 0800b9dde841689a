"""Text format: TensorFlow's text byte for byte, what readers accept, and where they say the error is."""

from __future__ import annotations

import json
import pathlib

import pytest

from nbtf.wire import schema, text_format

GOLDEN = pathlib.Path(__file__).parents[1] / "golden/text"
MESSAGES = json.loads((GOLDEN / "messages.json").read_text("utf-8"))


def test_graph_text_is_tensorflows() -> None:
    text = (GOLDEN / "consts.pbtxt").read_text("utf-8")
    graph = schema.GraphDef.FromString((GOLDEN / "consts.pb").read_bytes())
    assert text_format.to_text(graph) == text
    assert text_format.to_text(text_format.from_text(text, schema.GraphDef())) == text


@pytest.mark.parametrize("case", MESSAGES, ids=lambda case: case["message"])
def test_text_is_tensorflows(case: dict[str, str]) -> None:
    cls = getattr(schema, case["message"])
    message = cls.FromString(bytes.fromhex(case["hex"]))
    assert text_format.to_text(message) == case["text"]
    again = text_format.from_text(case["text"], cls())
    assert text_format.to_text(again) == case["text"]
    assert again.ByteSize() == len(case["hex"]) // 2


@pytest.mark.parametrize(
    "text",
    [
        'node { name: "ab" input: ["x", "y"] } versions { producer: 16 }',
        'node < name: "ab" input: "x" input: "y" > versions: { producer: 0x10 }',
        "node { name: 'a' 'b', input: 'x'; input: '\\171' } # a comment\nversions { producer: 020 }",
    ],
)
def test_readers_accept_every_notation(text: str) -> None:
    graph = text_format.from_text(text, schema.GraphDef())
    assert text_format.to_text(graph) == (
        'node {\n  name: "ab"\n  input: "x"\n  input: "y"\n}\nversions {\n  producer: 16\n}\n'
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('node {\n  nam: "x"\n}', "2:3"),
        ("node { name: 3 }", "1:14"),
        ('node { name: "x" ', "1:"),
        ("versions { producer: 99999999999 }", "1:22"),
        ("node { attr { key: 'T' value { type: DT_NONE } } }", "1:"),
    ],
)
def test_errors_name_message_line_and_column(text: str, place: str) -> None:
    with pytest.raises(ValueError, match=f"GraphDef is malformed at line:column {place}"):
        text_format.from_text(text, schema.GraphDef())


def test_text_that_is_not_utf8() -> None:
    with pytest.raises(ValueError, match="GraphDef is (not UTF-8|malformed)"):
        text_format.from_text(b'node { name: "\xff" }', schema.GraphDef())


def test_deep_nesting_is_an_error() -> None:
    deep = "attr { key: 'f' value { func { " * 5000
    with pytest.raises(ValueError, match="NodeDef is (nested too deeply|malformed)"):
        text_format.from_text(deep, schema.NodeDef())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.10000000149011612, "0.1"),
        (1.401298464324817e-45, "1.4013e-45"),
        (16777216.0, "16777216"),
        (3.4028234663852886e38, "3.4028235e+38"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (-0.0, "-0"),
    ],
)
def test_short_floats(value: float, text: str) -> None:
    assert text_format.short_float(value) == text
