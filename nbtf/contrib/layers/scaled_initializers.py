"""tf.contrib.layers: initializers whose spread follows from the number of inputs and outputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.initializers.scaling import fans
from nbtf.random.distributions import random_uniform, truncated_normal

_MODES = ("FAN_IN", "FAN_OUT", "FAN_AVG")
_CUT = 1.3  # a normal distribution cut at two deviations has a variance of about 1 / 1.3


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = dtypes.float32,
) -> Callable[..., Any]:
    """An initializer with random numbers of variance factor / n, uniform or normal and cut at two deviations.

    mode: n is the number of inputs ("FAN_IN"), of outputs ("FAN_OUT"), or their mean ("FAN_AVG"). Raises TypeError for
    another mode and for a dtype that is not floating.
    """
    dtype = _floating(dtype)
    if mode not in _MODES:
        raise TypeError(f"Unknown mode {mode} [{', '.join(_MODES)}]")

    def initializer(shape: Any, dtype: Any = dtype, partition_info: Any = None) -> Any:
        dtype = _floating(dtype)
        fan_in, fan_out = fans(shape)
        n = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return random_uniform(shape, -limit, limit, dtype, seed=seed)
        return truncated_normal(shape, 0.0, math.sqrt(_CUT * factor / n), dtype, seed=seed)

    return initializer


def xavier_initializer(
    uniform: bool = True, seed: int | None = None, dtype: Any = dtypes.float32
) -> Callable[..., Any]:
    """`variance_scaling_initializer` of variance 2 / (inputs + outputs)."""
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


def _floating(dtype: Any) -> dtypes.DType:
    found = dtypes.as_dtype(dtype)
    if not found.is_floating:
        raise TypeError(f"Cannot create initializer for non-floating point type. Received: {found!r}")
    return found
