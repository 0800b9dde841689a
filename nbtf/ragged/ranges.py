"""Rows that count."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.ragged.ragged_tensor import RaggedTensor

_BY_SIZE = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = dtypes.int64,
) -> RaggedTensor:
    """Row i is starts[i], starts[i] + deltas[i], ..., below limits[i]; with one argument these are limits, from 0 on.

    Vectors of one length, or scalars. dtype: of the values, by default the largest of the arguments'.
    row_splits_dtype: int32 or int64.
    """
    splits_dtype = dtypes.as_dtype(row_splits_dtype)
    if limits is None:
        starts, limits = 0, starts
    with name_scope(name, "RaggedRange", [starts, limits, deltas]) as scope:
        given = {"starts": starts, "limits": limits, "deltas": deltas}
        operands = [convert_to_tensor(value, dtype, name=key) for key, value in given.items()]
        if dtype is None:
            largest = max((one.dtype for one in operands), key=_BY_SIZE.index)
            operands = [cast(one, largest) for one in operands]
        splits, values = raw.RaggedRange(*operands, Tsplits=splits_dtype, name=scope)
        return RaggedTensor.from_row_splits(values, splits, validate=False)
