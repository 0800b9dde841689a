"""Functions of the innermost values of RaggedTensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.control_flow.grouping import with_dependencies
from nbtf.debugging.comparisons import assert_equal
from nbtf.ragged.ragged_tensor import RaggedTensor


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """op(*args, **kwargs) of the flat values of all RaggedTensors among the arguments, in the rows that these had.

    Their rows must be the same, which a run checks; RaggedTensors in lists count too. Without any RaggedTensor it is just
    op(*args, **kwargs). Raises ValueError for ragged ranks, dtypes of row splits or numbers of values that differ, and
    where the result has another number of values.
    """
    found: list[RaggedTensor] = []
    flat_args = [_flat(one, found) for one in args]
    flat_kwargs = {key: _flat(one, found) for key, one in kwargs.items()}
    if not found:
        return op(*args, **kwargs)
    if len({one.row_splits.dtype for one in found}) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row partition dtypes; use RaggedTensor.with_row_splits_dtype() to convert "
            "them to compatible dtypes."
        )
    sizes = {size for one in found if (size := _outer_size(one.flat_values)) is not None}
    if len(sizes) > 1:
        raise ValueError(
            f"Input RaggedTensors' flat_values must all have the same outer-dimension size.  Got sizes: {sizes}"
        )
    values = op(*flat_args, **flat_kwargs)
    if values.shape.ndims is not None:
        values.shape.with_rank_at_least(1) if not sizes else None
        size = _outer_size(values) if values.shape.ndims else -1
        if sizes and size is not None and size not in sizes:
            raise ValueError(
                "tf.ragged.map_flat_values requires that the output of `op` have the same outer-dimension size as "
                f"flat_values of any ragged inputs. (output shape: {values.shape}; expected outer dimension size: "
                f"{min(sizes)})"
            )
    for splits in reversed(_merged([one.nested_row_splits for one in found])):
        values = RaggedTensor(values, splits)
    return values


def _flat(argument: Any, found: list[RaggedTensor]) -> Any:
    """The argument with flat values in the place of RaggedTensors, which are added to `found`."""
    if isinstance(argument, RaggedTensor):
        found.append(argument)
        return argument.flat_values
    if isinstance(argument, (list, tuple)):
        return type(argument)([_flat(one, found) for one in argument])
    return argument


def _outer_size(values: Any) -> int | None:
    size: int | None = values.shape.as_list()[0] if values.shape.ndims else None
    return size


def _merged(nested_splits: list[tuple[Any, ...]]) -> list[Any]:
    """The row splits that all have, once a run has checked that they do."""
    if len({len(one) for one in nested_splits}) > 1:
        raise ValueError("All ragged inputs must have the same ragged_rank.")
    merged = list(nested_splits[0])
    for others in nested_splits[1:]:
        for level, splits in enumerate(others):
            if splits is not merged[level]:
                message = "RowPartition._merge_precomputed_encodings: partitions have incompatible row_splits"
                merged[level] = with_dependencies([assert_equal(merged[level], splits, message=message)], merged[level])
    return merged
