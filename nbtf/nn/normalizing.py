"""tf.nn: moments, and normalization by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.filling import zeros_like
from nbtf.array.indexing import gather
from nbtf.array.shapes import rank, shape, squeeze
from nbtf.dtypes import float16, float32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.complex_numbers import complex as complex_of
from nbtf.math.complex_numbers import imag, real
from nbtf.math.operands import add, div_no_nan
from nbtf.math.reductions import reduce_mean, reduce_prod, reduce_sum

local_response_normalization = OpFunction("LRN", "local_response_normalization")


# ---- moments ---------------------------------------------------------------------------------------------------------


def moments(
    x: Any,
    axes: Sequence[int],
    shift: Any = None,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Any, Any]:
    """(mean, variance) of `x` over `axes`. shift: unused. 16-bit floats are computed as float32."""
    keep_dims = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "moments", [x, axes]):
        y = _precise(x)
        mean = reduce_mean(y, axes, keepdims=True, name="mean")
        variance = reduce_mean(raw.SquaredDifference(y, raw.StopGradient(mean)), axes, keepdims=True, name="variance")
        if not keep_dims:
            mean = squeeze(mean, axes)
            variance = squeeze(variance, axes)
        if x.dtype == float16:
            return cast(mean, float16), cast(variance, float16)
        return mean, variance


def _precise(x: Any) -> Any:
    return cast(x, float32) if x.dtype == float16 else x


def weighted_moments(
    x: Any,
    axes: Sequence[int],
    frequency_weights: Any,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Any, Any]:
    """(mean, variance) of `x` over `axes`, where element i counts frequency_weights[i] times (they broadcast)."""
    keep_dims = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "weighted_moments", [x, frequency_weights, axes]):
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(frequency_weights, name="frequency_weights")
        dtype = x.dtype
        x = _precise(x)
        if weights.dtype != x.dtype:
            weights = cast(weights, x.dtype)
        weighted_sum = reduce_sum(weights * x, axes, name="weighted_input_sum", keepdims=True)
        everywhere = weights + zeros_like(x)
        sum_of_weights = reduce_sum(everywhere, axes, name="sum_of_weights", keepdims=True)
        mean = div_no_nan(weighted_sum, sum_of_weights)
        squares = raw.SquaredDifference(x, mean)
        weighted_squares = reduce_sum(weights * squares, axes, name="weighted_distsq", keepdims=True)
        variance = div_no_nan(weighted_squares, sum_of_weights)
        if not keep_dims:
            mean = squeeze(mean, axis=axes)
            variance = squeeze(variance, axis=axes)
        if dtype == float16:
            return cast(mean, float16), cast(variance, float16)
        return mean, variance


def sufficient_statistics(
    x: Any,
    axes: Sequence[int],
    shift: Any = None,
    keep_dims: bool | None = None,
    name: str | None = None,
    keepdims: bool | None = None,
) -> tuple[Any, Any, Any, Any]:
    """(count, sum, sum of squares, shift) of `x` over `axes`; sums are of x - shift. See `normalize_moments`."""
    keep_dims = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    axes = list(set(axes))
    with name_scope(name, "sufficient_statistics", [x, shift]):
        x = convert_to_tensor(x, name="x")
        dims = x.shape.as_list() if x.shape.ndims is not None else None
        if dims is not None and all(dims[axis] is not None for axis in axes):
            number = 1
            for axis in axes:
                number *= dims[axis]
            count = constant(number, x.dtype)
        else:
            dynamic_rank = rank(x)
            positions = [axis if axis >= 0 else axis + dynamic_rank for axis in axes]
            count = reduce_prod(gather(cast(shape(x), x.dtype), positions), name="count")
        if shift is not None:
            shift = convert_to_tensor(shift, name="shift")
            sums, squares = raw.Sub(x, shift), raw.SquaredDifference(x, shift)
        else:
            sums, squares = x, raw.Square(x)
        sums = reduce_sum(sums, axes, keepdims=keep_dims, name="mean_ss")
        squares = reduce_sum(squares, axes, keepdims=keep_dims, name="var_ss")
    return count, sums, squares, shift


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Any, Any]:
    """(mean, variance) from what `sufficient_statistics` gives."""
    with name_scope(name, "normalize", [counts, mean_ss, variance_ss, shift]):
        divisor = raw.Reciprocal(counts, name="divisor")
        if shift is not None:
            shifted_mean = raw.Mul(mean_ss, divisor, name="shifted_mean")
            mean = add(shifted_mean, shift, name="mean")
        else:
            shifted_mean = raw.Mul(mean_ss, divisor, name="mean")
            mean = shifted_mean
        variance = raw.Sub(raw.Mul(variance_ss, divisor), raw.Square(shifted_mean), name="variance")
    return mean, variance


# ---- normalization ---------------------------------------------------------------------------------------------------


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: Any, name: str | None = None
) -> Any:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset; offset and scale may be None. All of them broadcast."""
    with name_scope(name, "batchnorm", [x, mean, variance, scale, offset]):
        factor = raw.Rsqrt(variance + variance_epsilon)
        if scale is not None:
            factor = factor * scale
        scaled = x * cast(factor, x.dtype)
        rest = offset - mean * factor if offset is not None else -mean * factor
        return scaled + cast(rest, x.dtype)


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
    exponential_avg_factor: float = 1.0,
) -> tuple[Any, Any, Any]:
    """(y, mean, variance) of [N, H, W, C] in one op; mean and variance are the batch's if is_training, else as given.

    Raises ValueError where mean and variance are needed and missing.
    """
    if (not is_training or exponential_avg_factor != 1.0) and (mean is None or variance is None):
        raise ValueError(
            "Both `mean` and `variance` must be a 1D tensor when `is_training` is False or `exponential_avg_factor` "
            f"!= 1.0. Received: `mean` {mean} and `variance` {variance}"
        )
    x = convert_to_tensor(x, name="input")
    scale = convert_to_tensor(scale, name="scale")
    offset = convert_to_tensor(offset, name="offset")
    mean = constant([], float32) if mean is None else mean
    variance = constant([], float32) if variance is None else variance
    results = raw.FusedBatchNormV3(
        x,
        scale,
        offset,
        mean,
        variance,
        epsilon=epsilon,
        exponential_avg_factor=exponential_avg_factor,
        data_format=data_format,
        is_training=is_training,
        name=name,
    )
    return results.y, results.batch_mean, results.batch_variance


def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: Any = None,
    gamma: Any = None,
    variance_epsilon: Any = None,
    scale_after_normalization: bool | None = None,
    name: str | None = None,
    input: Any = None,
    mean: Any = None,
    variance: Any = None,
) -> Any:
    """`batch_normalization` of [N, H, W, C] with moments, beta and gamma of [C]; gamma only if asked to scale."""
    t = renamed("input", input, "t", t)
    m = renamed("mean", mean, "m", m)
    v = renamed("variance", variance, "v", v)
    return batch_normalization(t, m, v, beta, gamma if scale_after_normalization else None, variance_epsilon, name)


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None) -> Any:
    """x / sqrt(max(sum(x ** 2), epsilon)), summed along `axis`."""
    axis = renamed("axis", axis, "dim", dim)
    with name_scope(name, "l2_normalize", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex:
            squares = raw.Square(real(x)) + raw.Square(imag(x))
            total = real(reduce_sum(squares, axis, keepdims=True))
            factor = raw.Rsqrt(raw.Maximum(total, epsilon))
            return complex_of(raw.Mul(real(x), factor), raw.Mul(imag(x), factor), name=scope)
        total = reduce_sum(raw.Square(x), axis, keepdims=True)
        return raw.Mul(x, raw.Rsqrt(raw.Maximum(total, epsilon)), name=scope)
