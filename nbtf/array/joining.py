"""Tensors put together and taken apart along an axis."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope

tile = OpFunction("Tile")


def concat(values: Any, axis: Any, name: str | None = "concat") -> Any:
    """The tensors or RaggedTensors one after the other along an existing axis."""
    if _has_ragged(values):
        from nbtf.ragged import stacking  # it is made of these functions

        return stacking.concat(values, axis, None if name == "concat" else name)
    if not isinstance(values, (list, tuple)):
        values = [values]
    if len(values) == 1:
        with name_scope(name or "concat"):
            dim = convert_to_tensor(axis, dtypes.int32, "concat_dim")
            dim.shape.assert_has_rank(0)
            return raw.Identity(values[0], name=name)
    return raw.ConcatV2(values, axis, name=name)


def stack(values: Any, axis: int = 0, name: str | None = "stack") -> Any:
    """The tensors, all of one shape, or RaggedTensors along a new axis: n of [a, b] -> [n, a, b] for axis 0."""
    if _has_ragged(values):
        from nbtf.ragged import stacking  # it is made of these functions

        return stacking.stack(values, axis, None if name == "stack" else name)
    if axis == 0:
        try:
            return convert_to_tensor(values, name=name)  # a list of numbers is a constant
        except (TypeError, ValueError):
            pass  # what cannot be one tensor is converted item by item
    _check_stack_axis(values, axis, name)
    return raw.Pack(values, axis=axis, name=name)


def _has_ragged(values: Any) -> bool:
    listed = values if isinstance(values, (list, tuple)) else [values]
    return any(hasattr(value, "row_splits") for value in listed)


def _check_stack_axis(values: Any, axis: int, name: str | None) -> None:
    dims = convert_to_tensor(values[0], name=name).dims
    if dims is not None and not -len(dims) - 1 <= axis <= len(dims):
        raise ValueError(f"Argument `axis` = {axis} not in range [{-len(dims) - 1}, {len(dims) + 1})")


def parallel_stack(values: Any, name: str | None = "parallel_stack") -> Any:
    """`stack` along axis 0 of tensors whose shapes are fully known."""
    with name_scope(name):
        first = convert_to_tensor(values[0])
        shape = tensor_shape.TensorShape([len(values)]).concatenate(first.shape)
        return raw.ParallelConcat([_row(value) for value in values], shape=shape)


def _row(value: Any) -> Any:
    return raw.ExpandDims(value, 0)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str | None = "unstack") -> Any:
    """The slices along `axis`, without it: [n, a, b] -> n of [a, b]. num: their number, where it is not static."""
    if num is None:
        value = convert_to_tensor(value)
        if value.dims is not None:
            rank = len(value.dims)
            if not -rank <= axis < rank:
                raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
            num = value.shape.as_list()[axis]
    if num is None:
        raise ValueError(f"Cannot infer argument `num` from shape {value.shape}")
    return raw.Unpack(value, num=num, axis=axis, name=name)


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str | None = "split"
) -> Any:
    """Parts along `axis`: so many equal ones, or ones of these sizes (one may be -1). num: of the sizes."""
    if isinstance(num_or_size_splits, (numbers.Integral, tensor_shape.Dimension)):
        return raw.Split(axis, value, num_split=int(num_or_size_splits), name=name)
    sizes = convert_to_tensor(num_or_size_splits)
    if sizes.dims == ():
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. "
            f"Argument provided: {num_or_size_splits}"
        )
    if num is None:
        num = None if sizes.dims is None else sizes.shape.as_list()[0]
        if num is None:
            raise ValueError(f"Cannot infer argument `num` from shape {num_or_size_splits}")
    return raw.SplitV(value, sizes, axis, num_split=num, name=name)


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", name: str | None = None, constant_values: Any = 0) -> Any:
    """More elements before and after each dim: paddings [rank, 2]. mode: constant_values, REFLECT or SYMMETRIC."""
    mode = mode.upper()
    if mode == "CONSTANT":
        if _is_zero(constant_values):
            result = raw.Pad(tensor, paddings, name=name)
        else:
            result = raw.PadV2(tensor, paddings, constant_values, name=name)
    elif mode in ("REFLECT", "SYMMETRIC"):
        result = raw.MirrorPad(tensor, paddings, mode=mode, name=name)
    else:
        raise ValueError(
            'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". '
            f"Received `mode` = {mode}"
        )
    _add_padded_shape(result)
    return result


def _is_zero(value: Any) -> bool:
    return not hasattr(value, "_as_graph_element") and np.ndim(value) == 0 and bool(value == np.zeros_like(value))


def _add_padded_shape(result: Any) -> None:
    """What is known of the paddings even if some of them are not."""
    source, paddings = result.op.inputs[0].shape, constant_value(result.op.inputs[1], partial=True)
    if paddings is None or source.ndims is None or result.shape.is_fully_defined():
        return
    dims = []
    for pair, dim in zip(paddings, source.as_list(), strict=True):
        dims.append(None if dim is None or any(one is None for one in pair) else dim + sum(int(one) for one in pair))
    result.set_shape(dims)
