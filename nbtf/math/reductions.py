"""Sums, means, extremes and the like over axes of a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros
from nbtf.array.shapes import rank, reshape
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast, conj
from nbtf.math.complex_numbers import real
from nbtf.math.operands import add

arg_max = OpFunction("ArgMax", "arg_max")
arg_min = OpFunction("ArgMin", "arg_min")


def reduction_dims(x: Any, axis: Any) -> Any:
    """The axes to reduce: `axis`, or all of them."""
    if axis is not None:
        return axis
    static = getattr(x, "shape", None)  # of a tensor or a variable
    if isinstance(static, tensor_shape.TensorShape) and static.ndims:  # of a scalar TensorFlow's graphs have a range
        return constant(np.arange(static.ndims, dtype=np.int32))
    return range_of(0, rank(x))


def reduced(op: OpFunction, input_tensor: Any, axis: Any, keepdims: Any, name: str | None) -> Any:
    """`op` over the axes."""
    keepdims = False if keepdims is None else bool(keepdims)
    if hasattr(input_tensor, "with_flat_values"):  # ragged
        return input_tensor._reduced(op.op_type, axis, keepdims, name)
    result = op(input_tensor, reduction_dims(input_tensor, axis), keep_dims=keepdims, name=name)
    if axis is None and not keepdims and not result.shape.is_fully_defined():
        result.set_shape(())
    return result


def _reduction(op: OpFunction, name: str, meaning: str) -> Callable[..., Any]:
    def reduce(
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: bool | None = None,
    ) -> Any:
        axis = renamed("axis", axis, "reduction_indices", reduction_indices)
        keepdims = renamed("keepdims", keepdims, "keep_dims", keep_dims)
        return reduced(op, input_tensor, axis, keepdims, name)

    reduce.__name__ = reduce.__qualname__ = name
    reduce.__doc__ = (
        f"{meaning} over `axis` (an int or a list; all axes if None), which keepdims leaves as a dim of 1.\n\n"
        "reduction_indices and keep_dims are older names of axis and keepdims."
    )
    return reduce


reduce_sum = _reduction(raw.Sum, "reduce_sum", "The sum")
reduce_mean = _reduction(raw.Mean, "reduce_mean", "The mean")
reduce_prod = _reduction(raw.Prod, "reduce_prod", "The product")
reduce_max = _reduction(raw.Max, "reduce_max", "The largest element")
reduce_min = _reduction(raw.Min, "reduce_min", "The smallest element")
reduce_all = _reduction(raw.All, "reduce_all", "Whether all elements are true,")
reduce_any = _reduction(raw.Any, "reduce_any", "Whether any element is true,")


def argmax(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = dtypes.int64
) -> Any:
    """The index of the largest element along `axis` (0 if None), of ties the first. dimension: older name of axis."""
    axis = renamed("axis", axis, "dimension", dimension)
    return raw.ArgMax(input, 0 if axis is None else axis, output_type=output_type, name=name)


def argmin(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = dtypes.int64
) -> Any:
    """The index of the smallest element along `axis` (0 if None), of ties the first. dimension: older name of axis."""
    axis = renamed("axis", axis, "dimension", dimension)
    return raw.ArgMin(input, 0 if axis is None else axis, output_type=output_type, name=name)


def add_n(inputs: Any, name: str | None = None) -> Any:
    """The sum of tensors of one shape and dtype. Raises ValueError for none."""
    problem = "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype and shape."
    inputs = list(inputs) if not isinstance(inputs, (list, tuple)) else inputs
    if not inputs:
        raise ValueError(problem)
    tensors = [convert_to_tensor(value) for value in inputs]
    if len(tensors) == 1:
        return raw.Identity(tensors[0], name=name) if name else tensors[0]
    return raw.AddN(tensors, name=name)


def accumulate_n(inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> Any:
    """`add_n` that checks shape and dtype. Raises ValueError or TypeError where they do not fit."""
    problem = "inputs must be a list of at least one Tensor with the same dtype and shape"
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(problem)
    tensors = [convert_to_tensor(value) for value in inputs]
    if any(tensor.dtype != tensors[0].dtype for tensor in tensors):
        raise ValueError(problem)
    merged = tensor_shape.unknown_shape() if shape is None else tensor_shape.as_shape(shape)
    for tensor in tensors:
        merged = merged.merge_with(tensor.shape)
    if tensor_dtype is not None and dtypes.as_dtype(tensor_dtype) != tensors[0].dtype:
        raise TypeError(
            f"The `tensor_dtype` argument is {tensor_dtype}, but `input` is of type {tensors[0].dtype}. "
            "These must be equal. Try casting the input to the desired type."
        )
    return add_n(tensors, name)


def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
    """The square root of the sum of squares over `axis`."""
    return reduced(raw.EuclideanNorm, input_tensor, axis, keepdims, name)


def reduce_logsumexp(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Any:
    """log(sum(exp(x))) over `axis`, without overflow."""
    axis = renamed("axis", axis, "reduction_indices", reduction_indices)
    keepdims = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "ReduceLogSumExp", [input_tensor]) as scope:
        highest = reduce_max(input_tensor, axis, True)
        finite = raw.Select(raw.IsFinite(highest), highest, raw.ZerosLike(highest))
        offset = raw.StopGradient(finite)
        total = raw.Log(reduce_sum(raw.Exp(raw.Sub(input_tensor, offset)), axis, keepdims))
        if not keepdims:
            offset = reshape(offset, raw.Shape(total))
        return add(total, offset, name=scope)


def count_nonzero(
    input_tensor: Any = None,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
    input: Any = None,
) -> Any:
    """The number of elements that are not 0 (or "") over `axis`, as `dtype`."""
    keepdims = renamed("keepdims", keepdims, "keep_dims", keep_dims)
    input_tensor = renamed("input", input, "input_tensor", input_tensor)
    axis = renamed("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(name, "count_nonzero", [input_tensor]):
        tensor = convert_to_tensor(input_tensor, name="input")
        found = tensor if tensor.dtype == dtypes.bool else raw.NotEqual(tensor, zeros([], tensor.dtype))
        return cast(reduce_sum(cast(found, dtypes.int64), axis, keepdims), dtype)


def reduce_variance(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
    """The mean squared distance from the mean over `axis`. Raises TypeError for integers."""
    with name_scope(name or "reduce_variance"):
        tensor = convert_to_tensor(input_tensor)
        mean = reduce_mean(tensor, axis, True)
        if mean.dtype.is_integer:
            raise TypeError(f"Input must be either real or complex. Received integer type {mean.dtype}.")
        difference = tensor - mean
        if difference.dtype.is_complex:
            squared = real(conj(difference) * difference)
        else:
            squared = raw.Square(difference)
        return reduce_mean(squared, axis, keepdims)


def reduce_std(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
    """The square root of `reduce_variance`."""
    with name_scope(name or "reduce_std"):
        return raw.Sqrt(reduce_variance(convert_to_tensor(input_tensor), axis, keepdims))
