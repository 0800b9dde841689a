"""Arguments that the functions of tf.nn share: windows and strides, padding, data formats."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import Any

Padding = str | Sequence[Sequence[int]]


def per_axis(value: Any, spatial: int, channels: int, name: str) -> list[int]:
    """One int for each axis of an image, from one for all spatial axes, one for each of them, or one for every axis.

    channels: the axis of the channels. Raises ValueError for another length.
    """
    if value is None:
        value = [1]
    elif not isinstance(value, Sized):
        value = [value]
    given = list(value)
    if len(given) == spatial + 2:
        return given
    if len(given) not in (1, spatial):
        raise ValueError(
            f"{name} should be of length 1, {spatial} or {spatial + 2}. Received: {name}={value} of length {len(given)}"
        )
    window = given * spatial if len(given) == 1 else given
    return [1, 1, *window] if channels == 1 else [1, *window, 1]


def channel_axis(data_format: str | None, spatial: int) -> int:
    """Where a data format ("NHWC", "NCDHW", ...) has the channels; None is channels last."""
    return 1 if data_format is not None and data_format.startswith("NC") else spatial + 1


def explicit_padding(padding: Any, length: int = 4) -> tuple[Any, list[int]]:
    """The attributes `padding` and `explicit_paddings`; a list has a pair of numbers for each of `length` axes.

    Raises ValueError for "EXPLICIT" without numbers, and for lists of other lengths.
    """
    if not isinstance(padding, (list, tuple)):
        if padding == "EXPLICIT":
            raise ValueError(
                "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` must be a list."
            )
        return padding, []
    for index, pair in enumerate(padding):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            what = f"size {len(pair)}" if isinstance(pair, (list, tuple)) else f"type {type(pair)}"
            raise ValueError(
                "When `padding` is a list, each element of `padding` must be a list/tuple of size 2. "
                f"Received: padding={padding} with element at index {index} of {what}"
            )
    if len(padding) != length:
        raise ValueError(
            f"When padding is a list, it must be of size {length}. Received: padding={padding} of size {len(padding)}"
        )
    return "EXPLICIT", [number for pair in padding for number in pair]


def rank_of(value: Any) -> int | None:
    """The static rank of a tensor or an array; -1 for a value that must be converted to tell."""
    shape = getattr(value, "shape", None)
    if shape is None:
        return -1
    return shape.ndims if hasattr(shape, "ndims") else len(shape)


def strides_and_rates(spatial: int, strides: Any, rates: Any) -> tuple[list[int], list[int]]:
    """One stride and one dilation rate for each spatial axis. Raises ValueError unless one or the other is all 1."""
    rates = [1] * spatial if rates is None else list(rates)
    if len(rates) != spatial:
        raise ValueError(
            f"`len(dilation_rate)` should be {spatial}. Received: dilation_rate={rates} of length {len(rates)}"
        )
    if any(rate < 1 for rate in rates):
        raise ValueError(f"all values of `dilation_rate` must be positive. Received: dilation_rate={listed(rates)}")
    strides = [1] * spatial if strides is None else list(strides)
    if len(strides) != spatial:
        raise ValueError(f"`len(strides)` should be {spatial}. Received: strides={strides} of length {len(strides)}")
    if any(stride < 1 for stride in strides):
        raise ValueError(f"all values of `strides` must be positive. Received: strides={listed(strides)}")
    if any(stride > 1 for stride in strides) and any(rate > 1 for rate in rates):
        raise ValueError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
            f"Received: strides={listed(strides)} and dilation_rate={listed(rates)}"
        )
    return strides, rates


def listed(numbers: Sequence[int]) -> str:
    return f"[{' '.join(map(str, numbers))}]"
