"""Optionals: variants that hold tensors, or nothing."""

from typing import Any

import numpy as np
import pytest
from ops.building import Building

from nbtf import dtypes
from nbtf.errors import OpError
from nbtf.tensor_shape import TensorShape

F32, I32 = dtypes.float32, dtypes.int32


def _holding(building: Building, *values: Any) -> Any:
    return building.op("OptionalFromValue", components=[building.fed(value) for value in values])


def _values(building: Building, optional: Any, *types: Any, shapes: Any = None) -> Any:
    given = {"output_types": types, "output_shapes": shapes or [TensorShape(None)] * len(types)}
    return building.op("OptionalGetValue", optional=optional, **given)


ONE, PAIR = np.float32([1]), np.float32([1, 2])


def test_holds_tensors() -> None:
    b = Building()
    optional = _holding(b, PAIR, np.int32(3), np.array([b"text"], object))
    pair, number, text = b.run(_values(b, optional, F32, I32, dtypes.string))
    np.testing.assert_array_equal(pair, PAIR)
    assert number == 3 and text.tolist() == [b"text"]
    has = [b.op("OptionalHasValue", optional=o) for o in (optional, b.op("OptionalNone"))]
    assert b.run(has) == [True, False]


def test_sums_and_zeros() -> None:
    b = Building()
    optional, nothing = _holding(b, PAIR, np.int32(3)), b.op("OptionalNone")
    total, zero = b.op("AddN", inputs=[optional, optional]), b.op("ZerosLike", x=optional)
    empty = [b.op("AddN", inputs=[nothing, nothing]), b.op("ZerosLike", x=nothing)]
    fetches = [*_values(b, total, F32, I32), *_values(b, zero, F32, I32)]
    doubled, six, zeros, none, *has = b.run([*fetches, *[b.op("OptionalHasValue", optional=o) for o in empty]])
    np.testing.assert_array_equal(doubled, 2 * PAIR)
    np.testing.assert_array_equal(zeros, 0 * PAIR)
    assert (six, none) == (6, 0) and has == [False, False]


REFUSALS: dict[str, tuple[Any, str]] = {
    "empty": (lambda b: _values(b, b.op("OptionalNone"), F32), "The given optional does not have a value."),
    "count": (lambda b: _values(b, _holding(b, ONE, ONE), F32), "The given optional has 2 components, expected 1"),
    "dtype": (
        lambda b: _values(b, _holding(b, ONE), I32),
        "does not match the expected type for component 0. Expected: int32. Actual: float.",
    ),
    "shape": (
        lambda b: _values(b, _holding(b, ONE), F32, shapes=[TensorShape([2])]),
        r"does not match the expected shape for component 0. Expected: \[2\]. Actual: \[1\].",
    ),
    "sum_with_nothing": (
        lambda b: [b.op("AddN", inputs=[_holding(b, ONE), b.op("OptionalNone")])],
        "Cannot add optionals because one has a value and the other doesn't.",
    ),
    "sum_counts": (
        lambda b: [b.op("AddN", inputs=[_holding(b, ONE), _holding(b, ONE, ONE)])],
        r"different numbers of components \(1 vs. 2\)",
    ),
    "sum_dtypes": (
        lambda b: [b.op("AddN", inputs=[_holding(b, ONE), _holding(b, np.int32([1]))])],
        "component 0 is of dtype float in one and of int32 in the other",
    ),
    "sum_text": (
        lambda b: [b.op("AddN", inputs=[_holding(b, "a"), _holding(b, "b")])],
        "two tensors of unsupported dtype string",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal(name: str) -> None:
    make, message = REFUSALS[name]
    b = Building()
    (fetched,) = make(b)
    with pytest.raises(OpError, match=message):
        b.run(fetched.op)
