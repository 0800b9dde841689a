"""Dilation where the op has none: the holes of a window vanish when every n-th element goes into a batch of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from nbtf.array.joining import concat, stack
from nbtf.array.rearranging import required_space_to_batch_paddings
from nbtf.array.shapes import shape
from nbtf.dtypes import int32
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.nn.arguments import explicit_padding
from nbtf.tensor_shape import TensorShape


def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: Any,
    op: Callable[[Tensor, int, Any], Any],
    filter_shape: Any = None,
    spatial_dims: Iterable[int] | None = None,
    data_format: str | None = None,
) -> Any:
    """What `op` makes of `input` if its window is dilated.

    dilation_rate: [S]. padding: "SAME" (filter_shape, [S, ...], must be given then), "VALID", or a pair for every axis.
    op: is called with the rearranged input, S, and "VALID". spatial_dims: the S axes; by default those after the
    batch, or after the channels where data_format starts with "NC". Raises ValueError for arguments that do not fit.
    """
    input = convert_to_tensor(input, name="input")
    rate = convert_to_tensor(dilation_rate, int32, name="dilation_rate")
    if rate.shape.ndims not in (None, 1):
        raise ValueError(
            f"`dilation_rate.shape.rank` must be 1. Received: dilation_rate={rate} of rank {rate.shape.ndims}"
        )
    if not rate.shape.is_fully_defined():
        raise ValueError(
            f"`dilation_rate.shape` must be fully defined. Received: dilation_rate={rate} with shape {rate.shape}"
        )
    count = rate.shape.as_list()[0] or 0
    first = 2 if data_format is not None and data_format.startswith("NC") else 1
    axes = _checked_axes(range(first, first + count) if spatial_dims is None else spatial_dims, input.shape)
    known_rate = constant_value(rate)
    if known_rate is not None:
        if (known_rate < 1).any():
            raise ValueError(f"`dilation_rate` must be positive. Received: dilation_rate={known_rate}")
        if (known_rate == 1).all():
            return op(input, count, padding)
    rates = rate if known_rate is None else known_rate
    base = _base_paddings(padding, filter_shape, axes, rates)
    paddings, crops = required_space_to_batch_paddings(_lengths(input, axes), rate, base)
    block_shape = _with_skipped_axes(rates, 1, axes)
    paddings = _with_skipped_axes(paddings, 0, axes)
    crops = _with_skipped_axes(crops, 0, axes)
    batches = raw.SpaceToBatchND(input, block_shape, paddings)
    result = op(batches, count, "VALID")
    return raw.BatchToSpaceND(result, block_shape, crops)


def _checked_axes(spatial_dims: Iterable[int], input_shape: TensorShape) -> list[int]:
    axes = [int(axis) for axis in spatial_dims]
    if axes != sorted(set(axes)) or any(axis < 1 for axis in axes):
        raise ValueError(
            f"`spatial_dims` must be a monotonically increasing sequence of positive integers. "
            f"Received: spatial_dims={axes}"
        )
    if input_shape.ndims is not None and input_shape.ndims <= axes[-1]:
        raise ValueError(
            f"`input.shape.rank` must be at least {axes[-1] + 1}. "
            f"Received: input.shape={input_shape} with rank {input_shape.ndims}"
        )
    return axes


def _base_paddings(padding: Any, filter_shape: Any, axes: Sequence[int], rates: Any) -> Any:
    """What `padding` itself asks for, [S, 2]: numbers, or a tensor where the rates are one."""
    if padding == "SAME":
        if filter_shape is None:
            raise ValueError(
                "`filter_shape` must be specified for `padding='SAME'`. "
                f"Received: filter_shape={filter_shape} and padding={padding}"
            )
        known = constant_value(convert_to_tensor(filter_shape, int32, name="filter_shape"))
        if known is None:
            raise ValueError(
                f"`filter_shape` must be known for `padding='SAME'`. Received: filter_shape={filter_shape}"
            )
        extra = (known[: len(axes)] - 1) * rates
        before = extra // 2
        after = extra - before
        return stack([[before[i], after[i]] for i in range(len(axes))])
    if padding == "VALID":
        return np.zeros([len(axes), 2], np.int32)
    if isinstance(padding, (list, tuple)):
        explicit_padding(padding, len(padding))
        return np.array([padding[axis] for axis in axes], np.int32)
    explicit_padding(padding)
    raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")


def _lengths(input: Tensor, axes: Sequence[int]) -> Any:
    dims = input.shape.as_list() if input.shape.ndims is not None else None
    if dims is not None and all(dims[axis] is not None for axis in axes):
        return [dims[axis] for axis in axes]
    dynamic = shape(input)
    return stack([dynamic[axis] for axis in axes])


def _with_skipped_axes(rows: Any, fill: int, axes: Sequence[int]) -> Any:
    """A row for each axis from 1 on: `fill` for those that `axes` leaves out."""
    known = rows if isinstance(rows, np.ndarray) else constant_value(rows)
    parts: list[Any] = []
    next_axis, done = 1, 0
    while done < len(axes):
        if axes[done] > next_axis:
            row = [int(dim) for dim in rows.shape[1:]]
            parts.append(np.full([axes[done] - next_axis, *row], fill, np.int32))
        end = done + 1
        while end < len(axes) and axes[end] == axes[end - 1] + 1:
            end += 1
        parts.append((rows if known is None else known)[done:end])
        next_axis, done = axes[end - 1] + 1, end
    return np.concatenate(parts) if known is not None else concat(parts, 0)
