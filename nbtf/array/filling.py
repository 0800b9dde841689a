"""Tensors made of one value, of a sequence, or of zeros and ones at places."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.array.shapes import reshape, shape_of
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast

SMALL = 1000
"""Fewer elements than this become a constant, more are filled when the graph runs."""


def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None) -> Any:
    """Zeros; of strings "", of bools False. shape: a list, a TensorShape or a tensor."""
    dtype = dtypes.as_dtype(dtype).base_dtype
    zero: Any = False if dtype == dtypes.bool else "" if dtype == dtypes.string else 0
    return _filled(shape, dtype, name, "zeros", _quantized(zero, dtype))


def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None) -> Any:
    """Ones; of bools True. shape: a list, a TensorShape or a tensor."""
    dtype = dtypes.as_dtype(dtype).base_dtype
    one: Any = True if dtype == dtypes.bool else 1
    return _filled(shape, dtype, name, "ones", _quantized(one, dtype))


def _quantized(value: Any, dtype: dtypes.DType) -> Any:
    return np.array(value, dtype.as_numpy_dtype) if dtype.is_quantized else value


def _filled(shape: Any, dtype: dtypes.DType, name: str | None, default_name: str, value: Any) -> Any:
    with name_scope(name, default_name, [shape]) as scope:
        if not isinstance(shape, Tensor):
            try:
                static = tensor_shape.TensorShape(shape)
                elements = static.num_elements()
                if elements is not None and elements < SMALL:
                    return constant(value, dtype, static, scope)
                shape = convert_to_tensor(static)
            except (TypeError, ValueError):  # a list with tensors in it
                shape = convert_to_tensor(shape, dtypes.int32)
        if not shape.dims:  # a scalar or of unknown rank: as a vector
            shape = reshape(shape, [-1])
        return raw.Fill(shape, constant(value, dtype), name=scope)


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Any:
    """Zeros in the shape of `tensor`, of its dtype unless another is given.

    optimize: a constant where the static shape tells all.
    """
    with name_scope(name, "zeros_like", [tensor]) as scope:
        if not isinstance(getattr(tensor, "shape", None), tensor_shape.TensorShape):
            tensor = convert_to_tensor(tensor, name="tensor")  # a variable is not read for what its shape tells
        if optimize and tensor.shape.is_fully_defined() and tensor.dtype.base_dtype != dtypes.variant:
            return zeros(tensor.shape, dtype or tensor.dtype.base_dtype, name=scope)
        if dtype is not None and dtypes.as_dtype(dtype) != tensor.dtype and tensor.dtype.base_dtype != dtypes.variant:
            return zeros(shape_of(tensor, optimize=optimize), dtype, name=scope)
        return raw.ZerosLike(tensor, name=scope)


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Any:
    """Ones in the shape of `tensor`, of its dtype unless another is given."""
    with name_scope(name, "ones_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        made = ones(shape_of(tensor, optimize=optimize), tensor.dtype if dtype is None else dtype, name=scope)
        made.set_shape(tensor.shape)
        return made


def fill(dims: Any, value: Any, name: str | None = None, layout: Any = None) -> Any:
    """A tensor of shape `dims` with `value` everywhere."""
    return raw.Fill(dims, value, name=name)


# The dtypes that a range may have; the last one that a bound has wins.
_RANGE_DTYPES = (
    dtypes.int32,
    dtypes.int64,
    dtypes.float16,
    dtypes.bfloat16,
    dtypes.float32,
    dtypes.float64,
)


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = "range") -> Any:
    """start, start + delta, ... below `limit`; range(limit) starts at 0."""
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "Range", [start, limit, delta]) as scope:
        bounds = [
            bound if isinstance(bound, Tensor) else convert_to_tensor(bound, dtype, part)
            for bound, part in ((start, "start"), (limit, "limit"), (delta, "delta"))
        ]
        if dtype is None:
            for bound in bounds:
                if bound.dtype.base_dtype not in _RANGE_DTYPES:
                    raise ValueError(f"Unsupported dtype of a range: {bound.dtype!r}")
            dtype = max((bound.dtype.base_dtype for bound in bounds), key=_RANGE_DTYPES.index)
        start, limit, delta = (cast(bound, dtype) for bound in bounds)
        return raw.Range(start, limit, delta, name=scope)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Any:
    """on_value at the indices, off_value elsewhere, along a new axis of `depth` (the last if None).

    Raises TypeError where the dtypes of the values, and `dtype`, are not the same.
    """
    values = [indices, depth, on_value, off_value, axis, dtype]
    with name_scope(name, "one_hot", [value for value in values if isinstance(value, Tensor)]) as scope:
        dtype = None if dtype is None else dtypes.as_dtype(dtype)
        on = None if on_value is None else convert_to_tensor(on_value, preferred_dtype=dtype)
        off = None if off_value is None else convert_to_tensor(off_value, preferred_dtype=dtype)
        for value, what in ((on, "on_value"), (off, "off_value")):
            if dtype is not None and value is not None and value.dtype.base_dtype != dtype:
                raise TypeError(f"dtype {value.dtype.base_dtype} of {what} does not match dtype parameter {dtype}")
        given = on if on is not None else off
        wanted = dtype or (given.dtype.base_dtype if given is not None else dtypes.float32)
        on = convert_to_tensor(1, wanted, "on_value") if on is None else on
        off = convert_to_tensor(0, wanted, "off_value") if off is None else off
        if on.dtype.base_dtype != off.dtype.base_dtype:
            raise TypeError(
                f"dtype {on.dtype.base_dtype} of on_value does not match dtype {off.dtype.base_dtype} of off_value"
            )
        return raw.OneHot(indices, depth, on, off, axis=axis, name=scope)
