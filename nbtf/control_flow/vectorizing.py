"""vectorized_map: map_fn under the name of TensorFlow's faster one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import nest
from nbtf.array.shapes import shape
from nbtf.control_flow.looping import while_loop
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.graph.conversion import constant, convert_to_tensor


def vectorized_map(fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """fn of each row of `elems`, stacked: the structure of tensors that fn returns, [n, ...] each.

    TensorFlow rewrites the nodes of fn into ones that work on all rows at once; here a loop runs them row by row, with
    the same results. The other arguments change nothing. Raises ValueError for rows of different numbers.
    """
    del fallback_to_while_loop, warn
    elems = nest.map_structure(convert_to_tensor, elems)
    rows = nest.flatten(elems)
    counts = {one.dims[0] for one in rows if one.dims} - {-1}
    if not rows or len(counts) > 1:
        raise ValueError(f"elems must have rows, and all the same number of them. Received: {elems}")
    count = counts.pop() if counts else shape(rows[0])[0]
    first = nest.map_structure(lambda one: convert_to_tensor(one), fn(nest.map_structure(lambda one: one[0], elems)))
    arrays = [TensorArray(one.dtype, count, element_shape=one.shape) for one in nest.flatten(first)]

    def body(i: Any, arrays: Any) -> Any:
        result = nest.flatten(fn(nest.map_structure(lambda one: one[i], elems)))
        return i + 1, [array.write(i, one) for array, one in zip(arrays, result, strict=True)]

    _, arrays = while_loop(lambda i, _: i < count, body, [constant(0), arrays])
    return nest.pack_sequence_as(first, [array.stack() for array in arrays])
