"""tf.contrib.training.HParams: values that keep their types, parsed from texts."""

from typing import Any

import pytest

import nbtf as tf

HParams, parse_values = tf.contrib.training.HParams, tf.contrib.training.parse_values


def made() -> Any:
    return HParams(rate=0.1, layers=2, name="net", sizes=[3, 4], on=True, activation=tf.nn.relu, none=None)


def test_they_are_attributes_in_order() -> None:
    params = made()
    assert (params.rate, params.layers, params.sizes, params.none) == (0.1, 2, [3, 4], None)
    assert list(params.values()) == ["rate", "layers", "name", "sizes", "on", "activation", "none"]
    assert "rate" in params and "other" not in params and params.get("other", 3) == 3 and params.get("rate", 1) == 0.1
    params.add_hparam("more", "x")
    params.layers = 5
    params.del_hparam("activation")
    assert params.values()["layers"] == 5 and "activation" not in params
    assert str(HParams(a=1, b="x")) == "a=1,b=x" and repr(HParams(b=1, a=2)) == "HParams([('a', 2), ('b', 1)])"
    with pytest.raises(AttributeError, match="'HParams' object has no attribute 'width'"):
        _ = params.width


def test_texts_and_json_set_them() -> None:
    params = made()
    assert params.parse("rate=1,layers=3,name=some net,sizes=[5, 6,7],on=false") is params
    expected: dict[str, Any] = {"rate": 1.0, "layers": 3, "name": "some net", "sizes": [5, 6, 7], "on": False}
    assert {name: params.values()[name] for name in expected} == expected and isinstance(params.rate, float)
    assert params.parse("").parse("sizes[1]=9").sizes == [5, 9, 7]
    assert params.to_json(sort_keys=True, separators=(",", ":")) == (
        '{"layers":3,"name":"some net","none":null,"on":false,"rate":1.0,"sizes":[5,9,7]}'
    )
    assert made().parse_json('{"rate": 2, "sizes": [1]}').rate == 2.0
    assert made().override_from_dict({"activation": tf.nn.elu, "none": 3}).activation is tf.nn.elu


def test_parse_values() -> None:
    types = {"a": int, "b": float, "c": str, "d.e": bool}
    text = "a=[1,2], b = -1e-3,c=,d.e=1,"
    assert parse_values(text, types) == {"a": [1, 2], "b": -1e-3, "c": "", "d.e": True}
    assert parse_values("c[0]=x,c[2]=y", types) == {"c": {0: "x", 2: "y"}}
    assert parse_values("z=1,a=2", types, ignore_unknown=True) == {"a": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rate", "Malformed hyperparameter value: rate"),
        ("width=3", "Unknown hyperparameter type for width"),
        ("layers=1.5", "Could not parse hparam 'layers' of type 'int' with value '1.5'"),
        ("on=maybe", "Could not parse hparam 'on' of type 'bool'"),
        ("layers=1,layers=2", "Multiple assignments to variable 'layers'"),
        ("sizes[0]=1,sizes[0]=2", r"Multiple assignments to variable 'sizes\[0\]'"),
        ("sizes[0]=[1]", "Assignment of a list to a list index"),
        ("sizes[2]=1", r"sizes has 2 values, no \[2\]"),
        ("sizes=1", "Must pass a list for multi-valued parameter: sizes"),
        ("layers=[1]", "Must not pass a list for single-valued parameter: layers"),
    ],
)
def test_bad_texts(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        made().parse(text)


@pytest.mark.parametrize(
    ("name", "value"), [("rate", "x"), ("layers", 1.5), ("layers", True), ("on", 1), ("name", 3), ("sizes", ["x"])]
)
def test_values_of_another_type(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"Could not cast hparam '{name}'"):
        made().set_hparam(name, value)


def test_what_cannot_be_added() -> None:
    with pytest.raises(ValueError, match="Hyperparameter name is reserved: rate"):
        made().add_hparam("rate", 1)
    with pytest.raises(ValueError, match="Hyperparameter name is reserved: values"):
        HParams(values=1)
    with pytest.raises(ValueError, match="cannot be empty: sizes"):
        HParams(sizes=[])
    with pytest.raises(KeyError, match="width"):
        made().set_hparam("width", 1)
    with pytest.raises(ValueError, match="incompatible with default"):
        made().get("rate", [1])
    with pytest.raises(NotImplementedError, match="HParamDef"):
        HParams(hparam_def=object())
