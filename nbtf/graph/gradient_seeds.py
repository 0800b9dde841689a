"""What a gradient walk starts from: ones, or what the caller says the gradients of the targets are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.graph import gradient_terms
from nbtf.graph.indexed_slices import IndexedSlices, convert_to_tensor_or_indexed_slices
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor


def initial_gradients(given: Sequence[Any], ys: Sequence[Any], colocated: Callable[[Operation], Any]) -> list[Any]:
    """The gradient of each of `ys`: what is given, named `grad_ys_<position>`; ones where that is None.

    Raises ValueError for another number of gradients than targets, TypeError for dtypes that do not go together.
    """
    if len(given) != len(ys):
        raise ValueError(f"Length mismatch. Passed {len(given)} grad_ys for {len(ys)} ys")
    seeds = [
        None if seed is None else convert_to_tensor_or_indexed_slices(seed, name=f"grad_y_{i}")
        for i, seed in enumerate(given)
    ]
    result: list[Any] = []
    for i, (seed, y) in enumerate(zip(seeds, ys, strict=True)):
        with colocated(y.op):
            result.append(_ones(y, i) if seed is None else _named(_checked(seed, y), i))
    return result


def _ones(y: Any, i: int) -> Tensor:
    if y.dtype.is_complex:
        raise TypeError(f"Gradients of complex tensors ({y}) must set grad_ys (y.dtype = {y.dtype.name})")
    return gradient_terms.ones(gradient_terms.shape(y), y.dtype, f"grad_ys_{i}")


def _checked(seed: Any, y: Any) -> Any:
    given, own = seed.dtype, y.dtype
    numeric = given.is_floating or given.is_integer
    if own.is_floating or own.is_integer:
        if not numeric:
            raise TypeError(
                f"Gradient type {given.name} generated for real or integer-valued tensor {y} with type {own.name} must "
                "be real or integer"
            )
    elif own.is_complex:
        if not given.is_complex:
            raise TypeError(
                f"Gradient type {given.name} generated for complex-valued tensor {y} with type {own.name} must be real"
            )
    elif own == dtypes.variant:
        if given != dtypes.variant:
            raise TypeError(
                f"Gradient type {given.name} generated for variant tensor {y} with type {own.name} must be variant"
            )
    elif own == dtypes.resource:  # a variable's handle: its gradient is a number, not another handle
        if given == dtypes.resource:
            raise TypeError(f"Input gradient {seed} for resource tensor {y} should not be a resource")
    else:
        raise TypeError(f"Tensor {y} with type {own.name} must be numeric to obtain a default gradient")
    return seed


def _named(seed: Any, i: int) -> Any:
    """The given gradient under the name that gradients of TensorArrays recognize the call by."""
    if not isinstance(seed, IndexedSlices):
        return raw.Identity(seed, name=f"grad_ys_{i}")
    indices = raw.Identity(seed.indices, name=f"grad_ys_{i}_indices")
    values = raw.Identity(seed.values, name=f"grad_ys_{i}_values")
    shape = seed.dense_shape
    shape = shape if shape is None else raw.Identity(shape, name=f"grad_ys_{i}_shape")
    return IndexedSlices(values, indices, shape)
