"""Elements of RaggedTensors, and of tensors as rows, by a mask."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array import indexing
from nbtf.array.filling import range as range_of
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.debugging.comparisons import assert_equal
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.accumulation import cumprod, cumsum
from nbtf.math.casting import cast
from nbtf.math.reductions import count_nonzero
from nbtf.ragged.flat_values import map_flat_values
from nbtf.ragged.ragged_tensor import RaggedTensor
from nbtf.ragged.row_reductions import row_sums
from nbtf.ragged.segments import row_splits_to_segment_ids


def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The elements of `data` where `mask` is true: rows of what is left of each row, as many as there were.

    data, mask: RaggedTensors, tensors or nested lists; the shape of mask is how data's begins. A mask of one dimension
    chooses rows. Raises ValueError for masks of no or unknown rank.
    """
    with name_scope(name, "RaggedMask", [data, mask]):
        data, mask = _ragged(data, "data"), _ragged(mask, "mask", dtypes.bool)
        rank = mask.shape.ndims
        if rank is None:
            raise ValueError("mask.shape.ndims must be known statically.")
        if rank == 0:
            raise ValueError("mask cannot be scalar.")
        data, mask, splits_dtype = _of_one_dtype(data, mask)
        if isinstance(mask, RaggedTensor):
            return _by_ragged(data, mask, splits_dtype)
        if not isinstance(data, RaggedTensor):
            return _of_tensor(data, mask, splits_dtype)
        if rank == 1:
            return _rows(data, mask)
        depth = min(data.ragged_rank, rank - 1)
        return boolean_mask(data, RaggedTensor.from_tensor(mask, ragged_rank=depth, row_splits_dtype=splits_dtype))


def _ragged(value: Any, name: str, dtype: Any = None) -> Any:
    return value if isinstance(value, RaggedTensor) else convert_to_tensor(value, dtype, name=name)


def _of_one_dtype(data: Any, mask: Any) -> tuple[Any, Any, dtypes.DType]:
    found = {one.row_splits.dtype for one in (data, mask) if isinstance(one, RaggedTensor)}
    if len(found) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row_splits dtypes; use RaggedTensor.with_row_splits_dtype() to convert "
            "them to compatible dtypes."
        )
    return data, mask, found.pop() if found else dtypes.int64


def _by_ragged(data: Any, mask: RaggedTensor, splits_dtype: dtypes.DType) -> Any:
    if not isinstance(data, RaggedTensor):
        data = RaggedTensor.from_tensor(data, ragged_rank=mask.ragged_rank, row_splits_dtype=splits_dtype)
    message = "Inputs must have identical ragged splits"
    pairs = zip(mask.nested_row_splits, data.nested_row_splits, strict=False)
    checks = [assert_equal(one, other, message=message) for one, other in pairs]
    with control_dependencies(checks):
        nested: list[Any] = []
        for level in mask._levels():
            deeper = isinstance(level.values, RaggedTensor) or level.values.shape.ndims != 1
            nested.append(level.row_splits if deeper else _splits(_counts(level, splits_dtype)))
            data = data.values
        kept = boolean_mask(data, mask.flat_values)
        return RaggedTensor.from_nested_row_splits(kept, nested, validate=False)


def _counts(mask: RaggedTensor, dtype: dtypes.DType) -> Any:
    """How many elements of each row are true."""
    return row_sums(map_flat_values(cast, mask, dtype=dtype))


def _splits(lengths: Any) -> Any:
    return concat([[0], cumsum(lengths)], axis=-1)


def _rows(data: RaggedTensor, mask: Tensor) -> RaggedTensor:
    splits = data.row_splits
    kept_splits = _splits(indexing.boolean_mask(splits[1:] - splits[:-1], mask))
    of_values = indexing.gather(mask, row_splits_to_segment_ids(splits))
    kept = boolean_mask(data.values, of_values)
    return RaggedTensor.from_row_splits(kept, kept_splits, validate=False)


def _of_tensor(data: Tensor, mask: Tensor, splits_dtype: dtypes.DType) -> Any:
    kept = indexing.boolean_mask(data, mask)
    rank = len(mask.dims or ())
    if rank == 1:
        return kept
    lengths = reshape(count_nonzero(mask, axis=-1, dtype=splits_dtype), [-1])
    rows = RaggedTensor.from_row_lengths(kept, lengths, validate=False)
    if rank > 2:
        dims = shape(mask, out_type=splits_dtype)
        sizes = cumprod(dims) + 1
        for dim in range(rank - 3, -1, -1):
            length = dims[dim + 1]
            splits = range_of(sizes[dim]) * length
            count = mask.shape[: dim + 1].num_elements()
            splits.set_shape([None if count is None else count + 1])
            rows = RaggedTensor.from_row_splits(rows, splits, validate=False)
    return rows
