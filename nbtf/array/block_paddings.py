"""How much padding makes the spatial dims of a tensor multiples of a block."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf.array.joining import stack
from nbtf.dtypes import int32
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.scopes import name_scope


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """(paddings, crops), both [S, 2], for tf.space_to_batch_nd and its way back.

    input_shape, block_shape: [S]. base_paddings: [S, 2], kept and added to at the end (None: zeros). Constants where
    all three are. Raises ValueError for shapes that do not fit.
    """
    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        input_shape = convert_to_tensor(input_shape, int32, name="input_shape")
        block_shape = convert_to_tensor(block_shape, int32, name="block_shape")
        block_shape.shape.assert_is_fully_defined()
        block_shape.shape.assert_has_rank(1)
        count = int(block_shape.shape.as_list()[0])
        if count == 0:
            return constant(np.zeros([0, 2], np.int32)), constant(np.zeros([0, 2], np.int32))
        input_shape.shape.assert_is_compatible_with([count])
        if base_paddings is None:
            base_paddings = np.zeros([count, 2], np.int32)
        base_paddings = convert_to_tensor(base_paddings, int32, name="base_paddings")
        base_paddings.shape.assert_is_compatible_with([count, 2])
        sizes, blocks, paddings = (constant_value(value) for value in (input_shape, block_shape, base_paddings))
        if sizes is None or blocks is None or paddings is None:
            sizes, blocks, paddings = input_shape, block_shape, base_paddings
        before, after = paddings[:, 0], paddings[:, 1]
        full = sizes + before + after
        more = (blocks - full % blocks) % blocks
        end = after + more
        pairs = [[before[i], end[i]] for i in range(count)]
        return stack(pairs, name="paddings"), stack([[0, more[i]] for i in range(count)], name="crops")
