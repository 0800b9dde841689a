"""Which ops have gradients: the same as in TensorFlow."""

import json
from pathlib import Path

import pytest

import nbtf as tf
from nbtf.graph import registry


def state(op_type: str) -> str:
    block = registry.find(op_type)
    assert block is not None
    if block.gradient is registry.NOT_DIFFERENTIABLE:
        return "none"
    return "missing" if block.gradient is None else "function"


def test_gradients_are_registered_as_in_tensorflow(golden: Path) -> None:
    recorded = json.loads((golden / "gradients" / "registry.json").read_text(encoding="utf-8"))
    expected = {op_type: kind for kind, op_types in recorded.items() for op_type in op_types}
    known = [op_type for op_type in registry.op_types() if not op_type.startswith("_")]
    differing = {op_type for op_type in known if state(op_type) != expected.get(op_type, "missing")}
    assert not differing


def test_a_gradient_is_registered_once() -> None:
    with pytest.raises(KeyError, match="Registering two gradient with name 'Mul'!"):
        tf.RegisterGradient("Mul")(lambda op, dy: dy)
    with pytest.raises(KeyError, match="Registering two gradient with name 'Shape'!"):
        tf.NotDifferentiable("Shape")


def test_names_must_be_strings() -> None:
    with pytest.raises(TypeError, match="op_type must be a string"):
        tf.RegisterGradient(1)
    with pytest.raises(TypeError, match="op_type must be a string"):
        tf.NoGradient(None)
