"""Whether the elements of a tensor, in a row, ever grow or fall."""

from __future__ import annotations

from typing import Any

from nbtf.array.indexing import strided_slice
from nbtf.array.shapes import reshape, shape, size
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_all


def is_non_decreasing(x: Any, name: str | None = None) -> Any:
    """Whether no element is smaller than the one before it, in row-major order: a bool scalar."""
    with name_scope(name, "is_non_decreasing", [x]):
        steps = _steps(x)
        return reduce_all(raw.LessEqual(constant(0, steps.dtype), steps))


def is_strictly_increasing(x: Any, name: str | None = None) -> Any:
    """Whether every element is greater than the one before it, in row-major order: a bool scalar."""
    with name_scope(name, "is_strictly_increasing", [x]):
        steps = _steps(x)
        return reduce_all(raw.Less(constant(0, steps.dtype), steps))


def _steps(x: Any) -> Any:
    """x[1:] - x[:-1] of all elements in a row."""
    x = convert_to_tensor(x, name="x")
    if not x.dtype.is_numeric:
        raise TypeError(f"Expected x to be numeric, instead found: {x}")
    row = reshape(x, [-1])

    def steps() -> Tensor:
        later = strided_slice(row, [1], [1] + last)  # noqa: RUF005 - a tensor
        made = later - strided_slice(row, [0], last)
        assert isinstance(made, Tensor)
        return made

    few = size(row) < 2
    last = shape(row) - 1
    return cond(few, lambda: convert_to_tensor([], x.dtype), steps)
