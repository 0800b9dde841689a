"""Dimension, TensorShape and DType answer every expression as TensorFlow does."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

from nbtf import dtypes, tensor_shape

GOLDEN = json.loads((pathlib.Path(__file__).parent / "golden/shapes_and_dtypes/golden.json").read_text("utf-8"))
NAMES = {"S": tensor_shape.TensorShape, "D": tensor_shape.Dimension, "ts": tensor_shape, "dt": dtypes, "np": np}


def answer(expression: str) -> str:
    try:
        value = eval(expression, dict(NAMES))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if isinstance(value, type):
        value = np.dtype(value)
    return repr(value.item() if isinstance(value, np.generic) else value)


@pytest.mark.parametrize("expression", GOLDEN)
def test_expression(expression: str) -> None:
    assert answer(expression) == GOLDEN[expression]
