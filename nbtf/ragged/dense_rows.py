"""RaggedTensors of the rows of tensors, with or without what fills the rows up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones, zeros
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import boolean_mask
from nbtf.array.joining import concat
from nbtf.array.masks import sequence_mask
from nbtf.array.shapes import expand_dims, rank, reshape, shape
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.math.accumulation import cumprod, cumsum
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_all, reduce_max, reduce_sum

if TYPE_CHECKING:
    from nbtf.ragged.ragged_tensor import RaggedTensor


def from_tensor(
    cls: type[RaggedTensor], tensor: Any, lengths: Any, padding: Any, ragged_rank: int, splits_dtype: dtypes.DType
) -> RaggedTensor:
    """See RaggedTensor.from_tensor."""
    tensor = convert_to_tensor(tensor, name="tensor")
    tensor.shape.with_rank_at_least(ragged_rank + 1)
    dims = shape(tensor, out_type=splits_dtype)
    columns = dims[1]
    if isinstance(lengths, (list, tuple)) and lengths and not isinstance(lengths[0], (int, float)):
        return _by_nested_lengths(cls, tensor, lengths, ragged_rank)
    if ragged_rank > 1:
        return _nested(cls, tensor, dims, lengths, padding, ragged_rank)
    if lengths is not None or padding is not None:
        rows, splits = _from_padded(tensor, columns, lengths, padding)
        return cls.from_row_splits(rows, splits, validate=False)
    values = reshape(tensor, concat([[dims[0] * dims[1]], dims[2:]], 0))
    outer, inner = (None, None) if tensor.shape.ndims is None else tensor.shape.as_list()[:2]
    rows = dims[0] if outer is None else constant(outer, splits_dtype)
    length = dims[1] if inner is None else constant(inner, splits_dtype)
    return cls.from_uniform_row_length(values, length, rows, validate=False)


def _by_nested_lengths(cls: Any, tensor: Tensor, lengths: Any, ragged_rank: int) -> RaggedTensor:
    """Through a mask with the same rows."""
    if ragged_rank not in (1, len(lengths)):
        raise ValueError(
            "If Argument `lengths` is a tuple of row_lengths, argument `ragged_rank` must be len(lengths): "
            f"{len(lengths)}. Received ragged_rank: {ragged_rank}."
        )
    tensor.shape.with_rank_at_least(len(lengths) + 1)
    marks = ones([reduce_sum(lengths[-1])], dtypes.bool)
    mask = cls.from_nested_row_lengths(marks, lengths, validate=False).to_tensor(default_value=False)
    kept = boolean_mask(tensor, mask)
    made: RaggedTensor = cls.from_nested_row_lengths(kept, lengths, validate=False)
    return made


def _nested(cls: Any, tensor: Tensor, dims: Tensor, lengths: Any, padding: Any, ragged_rank: int) -> RaggedTensor:
    """All but the innermost of the ragged dims have rows of one length."""
    sizes: Any
    if tensor.shape.is_fully_defined():
        known: list[Any] = tensor.shape.as_list()
        sizes = [int(size) for size in np.cumprod(known)]
        flat = reshape(tensor, [sizes[ragged_rank - 1], *known[ragged_rank:]])
    else:
        sizes = cumprod(dims)
        flat = reshape(tensor, concat([[sizes[ragged_rank - 1]], dims[ragged_rank:]], 0))
    made: RaggedTensor = cls.from_tensor(flat, lengths, padding, row_splits_dtype=dims.dtype)
    for axis in reversed(range(1, ragged_rank)):
        size = tensor.shape.as_list()[axis]
        length = dims[axis] if size is None else constant(size, dims.dtype)
        made = cls.from_uniform_row_length(made, length, sizes[axis - 1], validate=False)
    return made


def _from_padded(tensor: Tensor, columns: Tensor, lengths: Any, padding: Any) -> tuple[Any, Tensor]:
    """Values and row splits of the rows of a tensor without what fills them up."""
    splits_dtype = columns.dtype
    if padding is not None:
        padding = convert_to_tensor(padding, tensor.dtype, name="padding")
        padding.shape.assert_is_compatible_with(tensor.shape[2:])
        is_padding = raw.Equal(padding, tensor)
        dims = rank(tensor)
        inner = range_of(2, dims)
        fills = cond(dims > 2, lambda: reduce_all(is_padding, axis=inner), lambda: is_padding)
        fills.set_shape([None, None])
        fills.set_shape(tensor.shape[:2])
        needed = cast(raw.LogicalNot(fills), splits_dtype) * expand_dims(range_of(1, columns + 1), 0)
        lengths = reduce_max(needed, axis=1)
    lengths = raw.Cast(convert_to_tensor(lengths, name="lengths", preferred_dtype=splits_dtype), splits_dtype)
    lengths.shape.assert_has_rank(1)
    lengths = raw.Maximum(raw.Minimum(lengths, columns), 0)
    limits = cumsum(lengths)
    splits = concat([zeros([1], splits_dtype), limits], 0)
    return boolean_mask(tensor, sequence_mask(lengths, maxlen=columns)), splits
