"""tf.nn: dropout."""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable
from typing import Any

from nbtf.array.shapes import shape as shape_of
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.random.distributions import random_uniform
from nbtf.random.stateless import stateless_random_uniform
from nbtf.tensor_shape import TensorShape, as_shape


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Any = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Any:
    """Elements of `x` become 0 with probability `rate`; the others are divided by 1 - rate.

    keep_prob: 1 - rate, the older way to tell it. noise_shape: broadcasts to x's shape; what is drawn once is kept or
    dropped together (None: as x). Raises ValueError for no rate or one outside [0, 1), and for integers.
    """
    try:
        from_keep = None if keep_prob is None else 1.0 - keep_prob
    except TypeError:
        raise ValueError(
            f"`keep_prob` must be a floating point number or Tensor. Received: keep_prob={keep_prob}"
        ) from None
    rate = renamed("rate", rate, "keep_prob", from_keep)
    if rate is None:
        raise ValueError(f"`rate` must be provided. Received: rate={rate}")
    return dropped(x, rate, noise_shape, seed, name)


def dropped(x: Any, rate: Any, noise_shape: Any = None, seed: int | None = None, name: str | None = None) -> Any:
    """`dropout` with the parameters of tf.nn.dropout of TensorFlow 2, which the layers call."""
    return _dropped(x, rate, noise_shape, functools.partial(random_uniform, seed=seed), name, "dropout")


def stateless_dropout(
    x: Any, rate: Any, seed: Any, rng_alg: Any = None, noise_shape: Any = None, name: str | None = None
) -> Any:
    """`dropout` of what a seed [2] tells: equal seeds drop the same elements."""
    alg = "auto_select" if rng_alg is None else rng_alg
    draw = functools.partial(stateless_random_uniform, seed=seed, alg=alg)
    return _dropped(x, rate, noise_shape, draw, name, "stateless_dropout")


def general_dropout(
    x: Any, rate: Any, uniform_sampler: Callable[..., Any], noise_shape: Any = None, name: str | None = None
) -> Any:
    """`dropout` by the numbers in [0, 1) that uniform_sampler(shape=, dtype=) draws."""
    return _dropped(x, rate, noise_shape, uniform_sampler, name, "general_dropout")


def _dropped(x: Any, rate: Any, noise_shape: Any, draw: Callable[..., Any], name: str | None, default_name: str) -> Any:
    with name_scope(name, default_name, [x]):
        known = isinstance(rate, numbers.Real)
        if known and not 0 <= rate < 1:
            raise ValueError(f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}")
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_floating:
            raise ValueError(
                f"`x.dtype` must be a floating point tensor as `x` will be scaled. Received: x_dtype={x.dtype!r}"
            )
        if known and rate == 0:
            return x
        if known:
            scaled = raw.Mul(x, constant(1 / (1 - rate), x.dtype))
        else:
            rate = _checked_rate(rate, x)
            scaled = raw.RealDiv(x, raw.Sub(constant(1, x.dtype), rate))
        noise = draw(shape=_noise_shape(x, noise_shape), dtype=x.dtype)
        kept = raw.GreaterEqual(noise, rate)
        result = raw.SelectV2(kept, scaled, constant(0, x.dtype))
        result.set_shape(x.shape)
        return result


def _checked_rate(rate: Any, x: Tensor) -> Any:
    rate = convert_to_tensor(rate) if isinstance(rate, Tensor) else convert_to_tensor(rate, x.dtype)
    rate.shape.assert_has_rank(0)
    if rate.dtype != x.dtype:
        if not rate.dtype.is_compatible_with(x.dtype):
            raise ValueError(
                "`x.dtype` must be compatible with `rate.dtype`. "
                f"Received: x.dtype={x.dtype!r} and rate.dtype={rate.dtype!r}"
            )
        rate = raw.Cast(rate, x.dtype, name="rate")
    return rate


def _noise_shape(x: Tensor, noise_shape: Any) -> Any:
    """Dims that are None are x's own."""
    if noise_shape is None:
        return shape_of(x)
    try:
        given = as_shape(noise_shape)
    except (TypeError, ValueError):
        return noise_shape
    if x.shape.ndims is None or given.ndims != x.shape.ndims:
        return noise_shape
    own = x.shape.as_list()
    return TensorShape([own[i] if dim is None else dim for i, dim in enumerate(given.as_list())])
