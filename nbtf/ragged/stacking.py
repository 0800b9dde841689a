"""RaggedTensors put together: along a new axis, one after the other, or row by row as partitions say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array import joining
from nbtf.array.filling import range as range_of
from nbtf.array.ordering import argsort
from nbtf.array.shapes import reshape, shape, transpose
from nbtf.debugging.comparisons import assert_equal, assert_less, assert_non_negative
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.math.accumulation import cumsum
from nbtf.math.casting import cast
from nbtf.ragged import gathering
from nbtf.ragged.flat_values import map_flat_values
from nbtf.ragged.ragged_tensor import RaggedTensor


def stack(values: Any, axis: int = 0, name: str | None = None) -> Any:
    """RaggedTensors or tensors of one rank along a new dimension `axis`; where they differ in size, it is ragged.

    Raises ValueError for no values, values of different or unknown rank, and an axis that is not there.
    """
    values = list(values) if isinstance(values, (list, tuple)) else [values]
    with name_scope(name, "RaggedConcat", values):
        return _put_together(values, axis, stacked=True)


def concat(values: Any, axis: int, name: str | None = None) -> Any:
    """RaggedTensors and tensors one after the other along `axis`: what tf.concat does of RaggedTensors."""
    values = list(values) if isinstance(values, (list, tuple)) else [values]
    with name_scope(name, "RaggedConcat", values):
        return _put_together(values, axis, stacked=False)


def _put_together(values: Sequence[Any], axis: int, stacked: bool) -> Any:
    if not values:
        raise ValueError("rt_inputs may not be empty.")
    parts = [one if isinstance(one, RaggedTensor) else convert_to_tensor(one, name="rt_input") for one in values]
    if len(parts) == 1 and not stacked:
        return parts[0]
    rank = next((one.shape.ndims for one in parts if one.shape.ndims is not None), None)
    axis = _positive(axis, None if rank is None else rank + stacked)
    if rank is not None:
        for one in parts:
            one.shape.assert_has_rank(rank)
    if not any(isinstance(one, RaggedTensor) for one in parts):
        if stacked and rank == 1 and axis == 0:
            rows = joining.concat(parts, axis=0)
            return RaggedTensor.from_row_lengths(rows, joining.concat([shape(one) for one in parts], axis=0))
        if rank is not None and axis in (rank - 1, rank + stacked - 1):
            return joining.stack(parts, axis) if stacked else joining.concat(parts, axis)
    ragged = _ragged(parts)
    if axis == 0:
        return _one_after_another(ragged, stacked)
    if axis == 1:
        return _side_by_side(ragged, stacked)
    splits = [one.row_splits for one in ragged]
    message = "Inputs must have identical ragged splits"
    checks = [assert_equal(splits[0], one, message=message) for one in splits[1:]]
    with control_dependencies(checks):
        inner = _put_together([one.values for one in ragged], axis - 1, stacked)
        return RaggedTensor.from_row_splits(inner, splits[0], validate=False)


def _positive(axis: int, rank: int | None) -> int:
    if rank is None:
        if axis < 0:
            raise ValueError(f"axis={axis} may only be negative if ndims is statically known.")
        return axis
    if not -rank <= axis < rank:
        raise ValueError(f"axis={axis} out of bounds: expected {-rank}<=axis<{rank}")
    return axis % rank


def _ragged(parts: list[Any]) -> list[Any]:
    """All with the largest ragged rank of them, at least 1."""
    ragged = [one for one in parts if isinstance(one, RaggedTensor)]
    if len({one.row_splits.dtype for one in ragged}) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row_splits dtypes; use RaggedTensor.with_row_splits_dtype() to convert "
            "them to compatible dtypes."
        )
    options: dict[str, Any] = {"row_splits_dtype": ragged[0].row_splits.dtype} if ragged else {}
    parts = [one if isinstance(one, RaggedTensor) else RaggedTensor.from_tensor(one, **options) for one in parts]
    most = max(one.ragged_rank for one in parts)
    return [_deeper(one, most, options) for one in parts]


def _deeper(value: Any, ragged_rank: int, options: dict[str, Any]) -> Any:
    if not ragged_rank:
        return value
    if not isinstance(value, RaggedTensor):
        return RaggedTensor.from_tensor(value, ragged_rank=ragged_rank, **options)
    return value.with_values(_deeper(value.values, ragged_rank - 1, options))


def _one_after_another(parts: list[Any], stacked: bool) -> Any:
    values = joining.concat([one.flat_values for one in parts], axis=0)
    splits = [_joined_splits(level) for level in zip(*[one.nested_row_splits for one in parts], strict=True)]
    if stacked:
        lengths = joining.stack([one.nrows() for one in parts])
        splits.insert(0, joining.concat([[0], cumsum(lengths)], axis=-1))
    return RaggedTensor.from_nested_row_splits(values, splits, validate=False)


def _joined_splits(parts: Sequence[Any]) -> Any:
    """Row splits of rows that stand one after the other."""
    joined, end = [parts[0]], parts[0][-1]
    for one in parts[1:]:
        joined.append(one[1:] + end)
        end = end + one[-1]
    return joining.concat(joined, axis=0)


def _side_by_side(parts: list[Any], stacked: bool) -> Any:
    """Row i of the result has row i of each part."""
    count, rows = len(parts), parts[0].nrows()
    words = "Input tensors at index 0 (=x) and {} (=y) have incompatible shapes."
    checks = [assert_equal(rows, one.nrows(), message=words.format(i)) for i, one in enumerate(parts[1:], 1)]
    with control_dependencies(checks):
        joined = _one_after_another(parts, stacked=False)
        order = transpose(reshape(range_of(rows * count), [count, -1]))
        permuted = gathering.rows(joined, reshape(order, [-1]))
        if stacked:
            values, splits = permuted, range_of(0, rows * count + 1, count)
        else:
            values, splits = permuted.values, permuted.row_splits[::count]
        for one in parts:
            known = one.shape.as_list()[0]
            splits.set_shape([None if known is None else known + 1])
        return RaggedTensor.from_row_splits(values, splits, validate=False)


def stack_dynamic_partitions(data: Any, partitions: Any, num_partitions: Any, name: str | None = None) -> Any:
    """Elements of `data` with partition i as row i, in their order: num_partitions rows.

    partitions: integers, of the shape that data's begins with, both tensors or RaggedTensors. A run refuses partitions
    that are negative or too large. Raises ValueError for partitions of unknown rank and other shapes.
    """
    with name_scope(name, "SegmentStack", [data, partitions, num_partitions]):
        data = data if isinstance(data, RaggedTensor) else convert_to_tensor(data, name="data")
        dtype = data.row_splits.dtype if isinstance(data, RaggedTensor) else None
        if not isinstance(partitions, RaggedTensor):
            partitions = convert_to_tensor(partitions, name="partitions", preferred_dtype=dtype)
        count = convert_to_tensor(num_partitions, name="num_partitions", preferred_dtype=partitions.dtype)
        if dtype is not None and partitions.dtype != dtype:
            partitions = map_flat_values(cast, partitions, dtype=dtype)
        count = cast(count, partitions.dtype)
        rank = partitions.shape.ndims
        if rank is None:
            raise ValueError("partitions must have known rank.")
        count.shape.assert_has_rank(0)
        partitions.shape.assert_is_compatible_with(data.shape[:rank])
        if rank == 0:
            values, rowids = joining.stack([data]), joining.stack([partitions])
            return RaggedTensor.from_value_rowids(values, rowids, count, validate=False)
        if rank == 1:
            return _sorted_rows(data, partitions, count)
        if not isinstance(data, RaggedTensor):
            dtype = partitions.row_splits.dtype if isinstance(partitions, RaggedTensor) else partitions.dtype
            data = RaggedTensor.from_tensor(data, row_splits_dtype=dtype)
        if not isinstance(partitions, RaggedTensor):
            depth, dtype = max(data.ragged_rank, rank - 1), data.row_splits.dtype
            partitions = RaggedTensor.from_tensor(partitions, ragged_rank=depth, row_splits_dtype=dtype)
        message = "data and partitions have incompatible ragged shapes"
        with control_dependencies([assert_equal(data.row_splits, partitions.row_splits, message=message)]):
            return stack_dynamic_partitions(data.values, partitions.values, count)


def _sorted_rows(data: Any, partitions: Any, count: Any) -> RaggedTensor:
    order = argsort(partitions, stable=True)
    rowids, values = gathering.rows(partitions, order), gathering.rows(data, order)
    checks = [
        assert_less(rowids[-1:], count, message="partitions must be less than num_partitions"),
        assert_non_negative(partitions, message="partitions must be non-negative."),
    ]
    with control_dependencies(checks):
        return RaggedTensor.from_value_rowids(values, rowids, count, validate=False)
