"""RaggedTensors from nested lists, and such to be fed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.graph.conversion import constant as tensor_constant
from nbtf.graph.feeding import placeholder as tensor_placeholder
from nbtf.graph.scopes import name_scope
from nbtf.ragged.ragged_tensor import RaggedTensor, RaggedTensorValue
from nbtf.tensor_shape import TensorShape, unknown_shape


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Sequence[int] | None = None,
    name: str | None = None,
    row_splits_dtype: Any = dtypes.int64,
) -> Any:
    """A constant of nested lists: a RaggedTensor, or a tensor where there is one level of lists or ragged_rank is 0.

    ragged_rank: how many levels may have different lengths; by default all but the innermost one, or all but those of
    inner_shape, the shape of what is within. Raises ValueError for lists of different depth or that do not fit.
    """
    with name_scope(name, "RaggedConstant"):
        splits, rows, shape = _rows_of(pylist, ragged_rank, inner_shape)
        if not splits and inner_shape is None:
            return tensor_constant(pylist, dtype)
        result: Any = tensor_constant(rows, dtype, shape, name="values")
        splits_dtype = dtypes.as_dtype(row_splits_dtype)
        for one in reversed(splits):
            result = RaggedTensor(result, tensor_constant(one, splits_dtype))
        return result


def _rows_of(
    pylist: Any, ragged_rank: int | None, inner_shape: Sequence[int] | None
) -> tuple[list[Any], list[Any], list[int] | None]:
    """Row splits of the ragged dims, what is in the innermost rows, and the shape of that where it does not tell."""
    depth = _depth(pylist)
    if ragged_rank is None:
        ragged_rank = max(depth - 1 if inner_shape is None else depth - 1 - len(inner_shape), 0)
    if ragged_rank > max(depth - 1, 0):
        raise ValueError(f"Invalid pylist={pylist}: incompatible with ragged_rank={ragged_rank}")
    splits, rows = [], _listed(pylist)
    for _ in range(ragged_rank):
        splits.append(np.concatenate([[0], np.cumsum([len(_listed(row)) for row in rows], dtype=np.int64)]))
        rows = [item for row in rows for item in _listed(row)]
    shape = None if ragged_rank == 0 and inner_shape is None else _flat_shape(rows, depth - ragged_rank, inner_shape)
    return splits, rows, shape


def constant_value(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Sequence[int] | None = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """As `constant`, of numpy arrays instead of tensors: a RaggedTensorValue, or an array.

    dtype, row_splits_dtype: numpy's, or their names.
    """
    splits_dtype = dtypes.as_dtype(row_splits_dtype).as_numpy_dtype
    splits, rows, shape = _rows_of(pylist, ragged_rank, inner_shape)
    result: Any = np.array(rows, dtype)
    if shape is not None:
        result = result.reshape(shape)
    for one in reversed(splits):
        result = RaggedTensorValue(result, one.astype(splits_dtype))
    return result


def placeholder(
    dtype: Any, ragged_rank: int, value_shape: Sequence[int | None] | None = None, name: str | None = None
) -> Any:
    """A RaggedTensor that a run must be fed. value_shape: of what is in the innermost rows, of any shape by default.

    With a ragged_rank of 0 it is a placeholder of value_shape.
    """
    if ragged_rank == 0:
        return tensor_placeholder(dtype, value_shape, name)
    with name_scope(name, "RaggedPlaceholder", []):
        flat_shape = unknown_shape() if value_shape is None else TensorShape([None]).concatenate(value_shape)
        result: Any = tensor_placeholder(dtype, flat_shape, "flat_values")
        for level in reversed(range(ragged_rank)):
            splits = tensor_placeholder(dtypes.int64, [None], f"row_splits_{level}")
            result = RaggedTensor.from_row_splits(result, splits, validate=False)
        return result


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, np.ndarray)) else value


def _depth(value: Any) -> int:
    """How many lists stand around the innermost values. Raises ValueError where that differs."""
    if not isinstance(value, (list, tuple, np.ndarray)) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return 0
    found = {_depth(item) for item in value}
    known = {depth for depth, item in ((_depth(item), item) for item in value) if not _is_empty(item)}
    if len(known) > 1 or (0 in found and len(found) > 1):
        raise ValueError("all scalar values must have the same nesting depth")
    return 1 + max(found, default=0)


def _is_empty(value: Any) -> bool:
    """Whether there are lists but no values in it: its depth may be any."""
    return isinstance(value, (list, tuple, np.ndarray)) and all(_is_empty(item) for item in value)


def _flat_shape(rows: list[Any], depth: int, inner_shape: Sequence[int] | None) -> list[int] | None:
    if inner_shape is not None:
        return [len(rows), *inner_shape]
    return [len(rows), *[0] * (depth - 1)] if not rows and depth > 1 else None
