"""Arguments that layers share: tuples of ints for spatial axes, padding, data formats."""

from __future__ import annotations

from typing import Any


def ints(value: Any, count: int, name: str, allow_zero: bool = False) -> tuple[int, ...]:
    """One int for each of `count` axes, from one or as many. Raises ValueError for anything else."""
    message = f"The `{name}` argument must be a tuple of {count} integers. Received: {value}"
    values: tuple[Any, ...]
    if isinstance(value, int):
        values = (value,) * count
    else:
        try:
            values = tuple(value)
        except TypeError:
            raise ValueError(message) from None
        if len(values) != count:
            raise ValueError(message)
        for one in values:
            try:
                int(one)
            except (TypeError, ValueError):
                raise ValueError(f"{message} including element {one} of type {type(one)}") from None
    least = 0 if allow_zero else 1
    bad = {one for one in values if one < least}
    if bad:
        raise ValueError(
            f"{message} including {bad} that does not satisfy the requirement `{'>=' if allow_zero else '>'} 0`."
        )
    return values


def padding_method(value: Any) -> Any:
    """ "valid", "same", "causal", or a list as it is. Raises ValueError for another."""
    if isinstance(value, (list, tuple)):
        return value
    method = value.lower()
    if method not in ("valid", "same", "causal"):
        raise ValueError(
            'The `padding` argument must be a list/tuple or one of "valid", "same" (or "causal", only for `Conv1D). '
            f"Received: {method}"
        )
    return method


def order_of_channels(value: str | None) -> str:
    """ "channels_last" or "channels_first". Raises ValueError for another."""
    order = "channels_last" if value is None else value.lower()
    if order not in ("channels_first", "channels_last"):
        raise ValueError(
            f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {value}'
        )
    return order


def op_data_format(order: str, rank: int) -> str:
    """The attribute of ops: "NHWC" for images with their channels last."""
    spatial = "DHW"[5 - rank :]
    return f"N{spatial}C" if order == "channels_last" else f"NC{spatial}"


def window_output(length: int | None, window: int, padding: str, stride: int, dilation: int = 1) -> int | None:
    """How many windows of `window` elements fit into `length`."""
    if length is None:
        return None
    extent = window + (window - 1) * (dilation - 1)
    if padding in ("same", "causal"):
        return (length + stride - 1) // stride
    return (length - extent + 1 + stride - 1) // stride


def transposed_output(length: Any, window: int, padding: str, stride: int) -> Any:
    """The length of what `window_output` of the same arguments would cut to `length`; it may be a tensor."""
    if length is None:
        return None
    result = length * stride
    return result + max(window - stride, 0) if padding == "valid" else result
