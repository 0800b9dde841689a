"""Shapes of tensors as tensors, and tensors in other shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.graph.constant_value import constant_value_as_shape
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast

shape_n = OpFunction("ShapeN")
ensure_shape = OpFunction("EnsureShape", x="input")
broadcast_to = OpFunction("BroadcastTo")


def shape(input: Any, name: str | None = None, out_type: Any = None) -> Any:
    """The shape of a tensor: a vector of `out_type` (int32 if None), a constant if the static shape tells all."""
    return shape_of(input, name, True, dtypes.int32 if out_type is None else out_type)


def shape_of(input: Any, name: str | None = None, optimize: bool = True, out_type: Any = None) -> Any:
    """`shape`; optimize: a constant where the static shape tells all, int64 by itself (None) where a dim needs it."""
    with name_scope(name, "Shape", [input]) as scope:
        if isinstance(input, SparseTensor):
            return cast(input.dense_shape, dtypes.int32 if out_type is None else out_type)
        input = convert_to_tensor(input)
        if optimize and input.shape.is_fully_defined():
            if out_type is None:
                return convert_to_tensor(input.shape)
            return constant(input.shape.as_list(), out_type, name=scope)
        return raw.Shape(input, out_type=dtypes.int32 if out_type is None else out_type, name=scope)


def size(input: Any, name: str | None = None, out_type: Any = None) -> Any:
    """The number of elements: a scalar of `out_type` (int32 if None), a constant if the static shape tells."""
    out_type = dtypes.int32 if out_type is None else dtypes.as_dtype(out_type)
    with name_scope(name, "Size", [input]) as scope:
        if isinstance(input, SparseTensor):
            return raw.Prod(cast(input.dense_shape, out_type), 0, name=scope)
        input = convert_to_tensor(input)
        if input.shape.is_fully_defined():
            return constant(input.shape.num_elements(), out_type, name=scope)
        if input.dims is not None and 0 in input.dims:
            return constant(0, out_type, name=scope)
        return raw.Size(input, out_type=out_type, name=scope)


def rank(input: Any, name: str | None = None) -> Any:
    """The number of dims: an int32 scalar, a constant if the rank is static."""
    return rank_of(input, name)


def rank_of(input: Any, name: str | None = None, optimize: bool = True) -> Any:
    """`rank`; optimize: a constant where the rank is static."""
    with name_scope(name, "Rank", [input]) as scope:
        if isinstance(input, SparseTensor):
            return raw.Size(input.dense_shape, name=scope)
        input = convert_to_tensor(input)
        if optimize and input.dims is not None:
            return constant(len(input.dims), dtypes.int32, name=scope)
        return raw.Rank(input, name=scope)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Any:
    """The same elements in another shape; a dim of -1 is what is left for it."""
    result = raw.Reshape(tensor, shape, name=name)
    if not result.shape.is_fully_defined():
        result.set_shape(result.shape.merge_with(_static_shape(result.op.inputs[1])))
    return result


def _static_shape(shape: Tensor) -> tensor_shape.TensorShape:
    return constant_value_as_shape(shape)


def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """A dim of 1 more, at `axis`: [2, 3] -> [1, 2, 3] for axis 0. `dim` is the old name of `axis`."""
    axis = renamed("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return raw.ExpandDims(input, axis, name=name)


def squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Any:
    """Without the dims of 1 at `axis` (an int or a list; all if None). `squeeze_dims` is its old name."""
    axis = renamed("axis", axis, "squeeze_dims", squeeze_dims)
    if axis is not None and np.isscalar(axis):
        axis = [axis]
    return raw.Squeeze(input, squeeze_dims=axis, name=name)


def transpose(a: Any, perm: Any = None, name: str | None = "transpose", conjugate: bool = False) -> Any:
    """Dim i of the result is dim perm[i] of `a`; None turns the order around. conjugate: of complex numbers."""
    with name_scope(name, "transpose", [a]) as scope:
        a = convert_to_tensor(a, name="a")
        op = raw.ConjugateTranspose if conjugate and a.dtype.is_complex else raw.Transpose
        if perm is None and a.dims is None:
            perm = raw.Range(raw.Rank(a) - 1, -1, -1)
        elif perm is None:
            perm = np.arange(len(a.dims) - 1, -1, -1, dtype=np.int32)
        return op(a, perm, name=scope)


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> tensor_shape.TensorShape:
    """The shape that two TensorShapes broadcast to. Raises ValueError if they do not."""
    x, y = tensor_shape.as_shape(shape_x), tensor_shape.as_shape(shape_y)
    if x.ndims is None or y.ndims is None:
        return tensor_shape.unknown_shape()
    rank = max(x.ndims, y.ndims)
    dims: list[int | None] = []
    for a, b in zip(_extended(x, rank), _extended(y, rank), strict=True):
        if a == 1 or b == 1:
            dims.append(b if a == 1 else a)
        elif a is None or b is None:
            dims.append(b if a is None else a)
        elif a == b:
            dims.append(a)
        else:
            raise ValueError(f"Incompatible shapes for broadcasting: {x} and {y}")
    return tensor_shape.TensorShape(dims)


def _extended(shape: tensor_shape.TensorShape, rank: int) -> list[int | None]:
    dims = shape.as_list()
    return [1] * (rank - len(dims)) + dims


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Any:
    """The shape, as a tensor, that shapes of tensors broadcast to."""
    return raw.BroadcastArgs(_as_shape_input(shape_x), _as_shape_input(shape_y))


def _as_shape_input(shape: Any) -> Any:
    return tuple(shape.as_list()) if isinstance(shape, tensor_shape.TensorShape) else shape
