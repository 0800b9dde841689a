"""Learning rates that depend on the step: scalar tensors of the initial rate's dtype.

global_step: an integer tensor or variable []; decay_steps: after how many steps the rate has decayed once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.indexing import where_v2
from nbtf.control_flow.branching import cond
from nbtf.control_flow.casing import case
from nbtf.dtypes import DType
from nbtf.graph.conversion import constant, convert_n_to_tensor, convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math import operands
from nbtf.math.casting import cast
from nbtf.math.elementwise import ceil, cos, exp, floor, log, sqrt
from nbtf.math.operands import add, divide, equal, minimum, multiply, negative
from nbtf.random.distributions import random_normal


def _required(global_step: Any) -> None:
    if global_step is None:
        raise ValueError("None values not supported.")


def _rate(learning_rate: Any) -> tuple[Tensor, DType]:
    rate: Tensor = convert_to_tensor(learning_rate, name="initial_learning_rate")
    return rate, rate.dtype


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Any:
    """learning_rate decay_rate^(step / decay_steps); with staircase the exponent is rounded down."""
    _required(global_step)
    with name_scope(name, "ExponentialDecay") as scope:
        rate, dtype = _rate(learning_rate)
        steps, base = cast(decay_steps, dtype), cast(decay_rate, dtype)
        part = divide(cast(global_step, dtype), steps)
        if staircase:
            part = floor(part)
        return multiply(rate, operands.pow(base, part), name=scope)


def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Any:
    """learning_rate e^(-decay_rate step / decay_steps)."""
    base = exp(negative(decay_rate))
    return exponential_decay(learning_rate, global_step, decay_steps, base, staircase, name)


def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Any:
    """learning_rate / (1 + decay_rate step / decay_steps)."""
    _required(global_step)
    with name_scope(name, "InverseTimeDecay") as scope:
        rate, dtype = _rate(learning_rate)
        steps, factor = cast(decay_steps, dtype), cast(decay_rate, dtype)
        part = divide(cast(global_step, dtype), steps)
        if staircase:
            part = floor(part)
        one = cast(constant(1), dtype)
        return divide(rate, add(one, multiply(factor, part)), name=scope)


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Any:
    """From learning_rate to end_learning_rate as (1 - step / decay_steps)^power.

    cycle: behind decay_steps, starts again with twice as many steps, and so on.
    """
    _required(global_step)
    with name_scope(name, "PolynomialDecay") as scope:
        rate, dtype = _rate(learning_rate)
        end, exponent, step = cast(end_learning_rate, dtype), cast(power, dtype), cast(global_step, dtype)
        steps = cast(decay_steps, dtype)
        if cycle:
            steps = multiply(steps, where_v2(equal(step, 0), 1.0, ceil(step / decay_steps)))
        else:
            step = minimum(step, steps)
        part = divide(step, steps)
        return add(multiply(rate - end, operands.pow(1 - part, exponent)), end, name=scope)


def piecewise_constant(x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None) -> Any:
    """values[i] for boundaries[i - 1] < x <= boundaries[i]. x []; one value more than boundaries.

    Raises ValueError for other lengths, or dtypes that differ.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")
    x = convert_to_tensor(x)
    limits, constants = _piecewise_tensors(x, boundaries, values)
    with name_scope(name, "PiecewiseConstant"):
        pairs = [(x <= limits[0], lambda: constants[0]), (x > limits[-1], lambda: constants[-1])]
        for low, high, value in zip(limits[:-1], limits[1:], constants[1:-1], strict=True):
            # one value a function: the loop's variable changes
            pairs.append(((x > low) & (x <= high), lambda value=value: value))  # type: ignore[misc]
        return case(pairs, lambda: constants[0], exclusive=True)


def _piecewise_tensors(x: Tensor, boundaries: Sequence[Any], values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    limits, constants = convert_n_to_tensor(boundaries), convert_n_to_tensor(values)
    wanted = x.dtype.base_dtype
    for i, limit in enumerate(limits):
        if limit.dtype.base_dtype == dtypes.int32 and wanted == dtypes.int64:
            limits[i] = cast(limit, wanted)
        elif limit.dtype.base_dtype != wanted:
            raise ValueError(f"Boundaries ({limit.dtype}) must have the same dtype as x ({x.dtype}).")
    for value in constants[1:]:
        if value.dtype.base_dtype != constants[0].dtype.base_dtype:
            raise ValueError(
                f"Values must have elements all with the same dtype ({constants[0].dtype} vs {value.dtype})."
            )
    return limits, constants


# ---- cosines ---------------------------------------------------------------------------------------------------------


def _raised_cosine(fraction: Any, height: Any = 0.5) -> Any:
    return height * (1.0 + cos(constant(math.pi) * fraction))


def cosine_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, alpha: float = 0.0, name: str | None = None
) -> Any:
    """Half a cosine from learning_rate down to alpha learning_rate."""
    _required(global_step)
    with name_scope(name, "CosineDecay"):
        rate, dtype = _rate(learning_rate)
        steps = cast(decay_steps, dtype)
        fraction = minimum(cast(global_step, dtype), steps) / steps
        return multiply(rate, (1 - alpha) * _raised_cosine(fraction) + alpha)


def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: Any = 2.0,
    m_mul: Any = 1.0,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Any:
    """Cosine decays one after the other, each t_mul as long and m_mul as high as the one before."""
    _required(global_step)
    with name_scope(name, "SGDRDecay") as scope:
        rate, dtype = _rate(learning_rate)
        steps, low, longer, lower = (cast(value, dtype) for value in (first_decay_steps, alpha, t_mul, m_mul))
        periods = cast(global_step, dtype) / steps
        restarts, fraction = cond(
            equal(longer, 1.0), lambda: _even_period(periods), lambda: _geometric_period(periods, longer)
        )
        decayed = _raised_cosine(fraction, 0.5 * lower**restarts)
        return multiply(rate, (1 - low) * decayed + low, name=scope)


def _even_period(periods: Any) -> tuple[Any, Any]:
    """How many periods are over, and the part of the one under way."""
    restarts = floor(periods)
    return restarts, periods - restarts


def _geometric_period(periods: Any, longer: Any) -> tuple[Any, Any]:
    """The same where each period is `longer` times the one before: sums of a geometric series."""
    restarts = floor(log(1.0 - periods * (1.0 - longer)) / log(longer))
    before = (1.0 - longer**restarts) / (1.0 - longer)
    return restarts, (periods - before) / longer**restarts


def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Any:
    """learning_rate ((alpha + linear) cosine + beta): a linear decay times num_periods of a cosine."""
    _required(global_step)
    with name_scope(name, "LinearCosineDecay") as scope:
        rate, dtype = _rate(learning_rate)
        steps, periods, low, rest = (cast(value, dtype) for value in (decay_steps, num_periods, alpha, beta))
        step = minimum(cast(global_step, dtype), steps)
        linear = (steps - step) / steps
        fraction = step / steps
        decayed = _raised_cosine(2.0 * periods * fraction)
        return multiply(rate, (low + linear) * decayed + rest, name=scope)


def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: Any = 1.0,
    variance_decay: Any = 0.55,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Any:
    """As `linear_cosine_decay`, with noise of variance initial_variance / (1 + step)^variance_decay on the linear part."""
    _required(global_step)
    with name_scope(name, "NoisyLinearCosineDecay") as scope:
        rate, dtype = _rate(learning_rate)
        given = (decay_steps, initial_variance, variance_decay, num_periods, alpha, beta)
        steps, variance, calming, periods, low, rest = (cast(value, dtype) for value in given)
        step = minimum(cast(global_step, dtype), steps)
        linear = (steps - step) / steps
        deviation = sqrt(variance / operands.pow(1.0 + step, calming))
        noisy = linear + random_normal(linear.shape, stddev=deviation)
        fraction = step / steps
        decayed = _raised_cosine(2.0 * periods * fraction)
        return multiply(rate, (low + noisy) * decayed + rest, name=scope)
