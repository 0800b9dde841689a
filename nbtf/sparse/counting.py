"""How often numbers occur, and crosses of features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import reshape
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor

DEFAULT_HASH_KEY = 0xDECAFCAFFE


def bincount(
    values: Any,
    weights: Any = None,
    axis: int | None = 0,
    minlength: int | None = None,
    maxlength: int | None = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """How often each non-negative integer occurs, or the sum of its weights, as a sparse tensor.

    axis: 0 counts all values together, -1 those of each row. binary_output: 1 for what occurs at all.
    Raises ValueError for another axis or weights together with binary_output.
    """
    with name_scope(name, "count", None if not isinstance(values, SparseTensor) else list(values._components())):
        if axis not in (0, -1, None):
            raise ValueError(f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported.")
        if weights is not None and binary_output:
            raise ValueError("Arguments `binary_output` and `weights` are mutually exclusive.")
        if not isinstance(values, SparseTensor):
            values = convert_to_tensor(values, name="values")
        bounds = {
            "minlength": -1 if minlength is None else minlength,
            "maxlength": -1 if maxlength is None else maxlength,
            "binary_output": binary_output,
        }
        if axis in (0, None):
            values = values.values if isinstance(values, SparseTensor) else reshape(values, [-1])
            weights = weights.values if isinstance(weights, SparseTensor) else weights
            weights = None if weights is None else reshape(convert_to_tensor(weights, name="weights"), [-1])
        if isinstance(values, SparseTensor):
            given = weights.values if isinstance(weights, SparseTensor) else weights
            given = constant([], values.values.dtype) if given is None else given
            counted = raw.SparseCountSparseOutput(values.indices, values.values, values.dense_shape, given, **bounds)
        else:
            given = constant([], values.dtype) if weights is None else weights
            counted = raw.DenseCountSparseOutput(values, given, **bounds)
        return SparseTensor(*counted)


def cross(inputs: Sequence[Any], name: str | None = None, separator: str | None = None) -> SparseTensor:
    """All combinations of the features of a row as strings, joined by `separator` ("_X_")."""
    sparse, dense = _parts(inputs)
    made = raw.SparseCrossV2(
        [one.indices for one in sparse],
        [one.values for one in sparse],
        [one.dense_shape for one in sparse],
        dense,
        convert_to_tensor("_X_" if separator is None else separator, dtypes.string),
        name=name,
    )
    return SparseTensor(*made)


def cross_hashed(
    inputs: Sequence[Any], num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """All combinations of the features of a row as hashes below `num_buckets` (0: of 64 bits)."""
    sparse, dense = _parts(inputs)
    strings = all(one.dtype.base_dtype == dtypes.string for one in (*sparse, *dense))
    made = raw.SparseCross(
        [one.indices for one in sparse],
        [one.values for one in sparse],
        [one.dense_shape for one in sparse],
        dense,
        hashed_output=True,
        num_buckets=num_buckets,
        hash_key=DEFAULT_HASH_KEY if hash_key is None else hash_key,
        out_type=dtypes.int64,
        internal_type=dtypes.string if strings else dtypes.int64,
        name=name,
    )
    return SparseTensor(*made)


def _parts(inputs: Sequence[Any]) -> tuple[list[SparseTensor], list[Any]]:
    """The sparse and the dense features, each as int64 or string."""
    if not isinstance(inputs, (list, tuple)):
        raise TypeError("Inputs must be a list")
    sparse = [one for one in inputs if isinstance(one, SparseTensor)]
    dense = [convert_to_tensor(one) for one in inputs if not isinstance(one, SparseTensor)]
    sparse = [one if _as_is(one.dtype) else one.with_values(raw.Cast(one.values, dtypes.int64)) for one in sparse]
    dense = [one if _as_is(one.dtype) else raw.Cast(one, dtypes.int64) for one in dense]
    return sparse, dense


def _as_is(dtype: dtypes.DType) -> bool:
    return dtype.base_dtype in (dtypes.int64, dtypes.string)
