"""Functions of each element of RaggedTensors, and the operators that stand for them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.array.shapes import shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.ragged.flat_values import map_flat_values


def combine(function: Callable[..., Any], *operands: Any, name: str | None = None) -> Any:
    """function(*operands) of RaggedTensors with the same rows and of scalars: a RaggedTensor.

    Whether the rows are the same is known where RaggedTensors were made of one another, else a run checks it. Raises
    NotImplementedError for tensors that are no scalars, along which rows would be broadcast.
    """
    ragged = [one for one in operands if hasattr(one, "row_splits")]
    with name_scope(name) if name else contextlib.nullcontext():
        if len(ragged) > 1 and _have_same_rows(ragged):
            for one in ragged:  # nothing reads it: TensorFlow's graphs have it
                cast(shape(one.flat_values), one.row_splits.dtype)
        scalars = [one if hasattr(one, "row_splits") else _scalar(one, ragged[0]) for one in operands]
        return map_flat_values(function, *scalars)


def _have_same_rows(ragged: Sequence[Any]) -> bool:
    first = ragged[0].nested_row_splits
    return all(
        len(one.nested_row_splits) == len(first)
        and all(mine is own for mine, own in zip(one.nested_row_splits, first, strict=True))
        for one in ragged[1:]
    )


def _scalar(value: Any, ragged: Any) -> Tensor:
    made = convert_to_tensor(value, None if isinstance(value, Tensor) else ragged.dtype)
    if made.shape.ndims != 0:
        raise NotImplementedError(
            f"of a RaggedTensor and {made}, which is no scalar: RaggedTensors are not broadcast; with_flat_values makes one "
            "of values of one's own"
        )
    return made
