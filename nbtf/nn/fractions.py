"""tf.nn: how much of a tensor is zero."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import zeros
from nbtf.array.shapes import size
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_sum

LONGEST_INT32 = 2**31 - 1


def zero_fraction(value: Any, name: str | None = None) -> Any:
    """The share of zeros among the elements, a float32 scalar; NaN of an empty tensor."""
    with name_scope(name, "zero_fraction"):
        value = convert_to_tensor(value, name="value")
        count = size(value, out_type=dtypes.int64)

        def counted_small() -> Any:
            return cast(_nonzero(value, dtypes.int32), dtypes.int64)

        nonzero = cond(count <= LONGEST_INT32, counted_small, lambda: _nonzero(value, dtypes.int64))
        with name_scope("counts_to_fraction"):
            zero = cast(count - nonzero, dtypes.float32)
            fraction = zero / cast(count, dtypes.float32)
        return raw.Identity(fraction, name="fraction")


def _nonzero(value: Any, dtype: dtypes.DType) -> Any:
    with name_scope("count_nonzero"):
        zero = zeros([], value.dtype)
        return reduce_sum(cast(raw.NotEqual(value, zero), dtype), name="nonzero_count")
