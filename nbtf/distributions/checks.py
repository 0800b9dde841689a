"""Checks of parameters and values, and functions that several distributions share."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.shapes import broadcast_dynamic_shape, broadcast_static_shape, shape
from nbtf.control_flow.grouping import with_dependencies
from nbtf.debugging.comparisons import assert_equal, assert_less_equal, assert_near, assert_non_negative
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_sum
from nbtf.tensor_shape import TensorShape


def new_seed(seed: int | None, salt: str) -> int | None:
    """Another seed that only depends on this one and the salt."""
    if seed is None:
        return None
    return int(hashlib.md5(f"{seed}{salt}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF


def check_float_dtypes(*tensors: Tensor) -> None:
    """Raises ValueError unless all have the same float dtype."""
    first = tensors[0]
    for tensor in tensors[1:]:
        if tensor.dtype.base_dtype != first.dtype.base_dtype:
            raise ValueError(
                f"{tensor.name}, type={tensor.dtype.base_dtype}, must be of the same type "
                f"({first.dtype.base_dtype}) as {first.name}."
            )
    if not first.dtype.is_floating:
        raise ValueError(f"Expected floating point type, got {first.dtype}.")


def common_shape(*tensors: Tensor) -> TensorShape:
    """The dims that these broadcast to, as far as they are known."""
    result = tensors[0].shape
    for tensor in tensors[1:]:
        result = broadcast_static_shape(result, tensor.shape)
    return result


def common_shape_tensor(*tensors: Tensor) -> Any:
    result = shape(tensors[0])
    for tensor in tensors[1:]:
        result = broadcast_dynamic_shape(result, shape(tensor))
    return result


def logits_and_probs(
    logits: Any, probs: Any, multidimensional: bool, validate_args: bool, name: str
) -> tuple[Tensor, Tensor]:
    """Both, from the one that is given: of one event each, or of the last axis's categories.

    Raises ValueError unless one of them is given.
    """
    with name_scope(name, values=[logits, probs]):
        if (probs is None) == (logits is None):
            raise ValueError("Must pass probs or logits, but not both.")
        if probs is None:
            logits = convert_to_tensor(logits, name="logits")
            if not logits.dtype.is_floating:
                raise TypeError("logits must having floating type.")
            return logits, (raw.Softmax if multidimensional else raw.Sigmoid)(logits, name="probs")
        probs = convert_to_tensor(probs, name="probs")
        if not probs.dtype.is_floating:
            raise TypeError("probs must having floating type.")
        if validate_args:
            with name_scope("validate_probs"):
                one = constant(1.0, probs.dtype)
                checks = [assert_non_negative(probs)]
                if multidimensional:
                    checks += [assert_near(reduce_sum(probs, -1), one, message="probs does not sum to 1.")]
                else:
                    checks += [assert_less_equal(probs, one, message="probs has components greater than 1.")]
                probs = with_dependencies(checks, probs)
        with name_scope("logits"):
            if multidimensional:
                return raw.Log(probs), probs
            return raw.Log(probs) - raw.Log1p(-1.0 * probs), probs


def checked_counts(x: Tensor) -> Any:
    """x, after a check that it holds no negative numbers and no fractions."""
    with name_scope("embed_check_nonnegative_integer_form", values=[x]):
        x = convert_to_tensor(x, name="x")
        checks = [assert_non_negative(x, message=f"'{x}' must be non-negative.")]
        if not x.dtype.is_integer:
            checks.append(_assert_whole(x, f"'{x}' cannot contain fractional components."))
        return with_dependencies(checks, x)


def _assert_whole(x: Tensor, message: str) -> Any:
    with name_scope("assert_integer_form", values=[x]):
        kind = {dtypes.float16: dtypes.int16, dtypes.float64: dtypes.int64}.get(x.dtype.base_dtype, dtypes.int32)
        return assert_equal(x, cast(cast(x, kind), x.dtype), message=message, name="assert_integer_form")


def checked_choices(x: Tensor, target: dtypes.DType) -> Any:
    """Categories, after a check that they are non-negative; of bools (a `target` of 0 and 1) not above 1."""
    with name_scope("embed_check_casting_closed", values=[x]):
        checks = [assert_non_negative(x, message="Elements must be non-negative.")]
        if target == dtypes.bool:
            one = 1 if x.dtype.is_integer else np.asarray(1, x.dtype.as_numpy_dtype)
            checks.append(assert_less_equal(x, one, message="Elements cannot exceed 1."))
        if not x.dtype.is_integer:
            checks.append(_assert_whole(x, "Elements must be int32-equivalent."))
        return with_dependencies(checks, x)


def log_combinations(n: Tensor, counts: Tensor) -> Any:
    """The logarithm of the number of ways to share n trials among the counts of the last axis."""
    with name_scope("log_combinations"):
        together = raw.Lgamma(n + 1.0)
        return together - reduce_sum(raw.Lgamma(counts + 1.0), [-1])
