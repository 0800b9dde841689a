"""tf.contrib.layers: what is done to gradients before they are applied: noise, factors, bounds of their norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nbtf.array.filling import ones_like
from nbtf.array.indexing import where
from nbtf.dtypes import float32
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.initializers.constants import Zeros
from nbtf.math.casting import cast
from nbtf.math.clipping import clip_by_global_norm, global_norm
from nbtf.random.distributions import truncated_normal
from nbtf.summary.summaries import scalar
from nbtf.train.moving_averages import assign_moving_average
from nbtf.variables.scoping import get_variable, variable_scope

Gradients = list[tuple[Any, Any]]
"""(gradient or None, variable), as Optimizer.compute_gradients gives them."""


def noisy(gradients: Gradients, scale: float) -> Gradients:
    """Gradients with normal noise, cut at two deviations, times `scale`."""
    changed: Gradients = []
    for gradient, variable in gradients:
        if gradient is None:
            changed.append((None, variable))
            continue
        dims = gradient.dense_shape if isinstance(gradient, IndexedSlices) else gradient.shape
        noise = truncated_normal(dims) * scale
        changed.append((gradient + noise, variable))
    return changed


def multiplied(gradients: Gradients, multipliers: Mapping[Any, Any]) -> Gradients:
    """Gradients times factors, by variable or by its full name, "w:0"."""
    changed: Gradients = []
    for gradient, variable in gradients:
        factor = multipliers.get(variable)
        factor = multipliers.get(variable.name) if factor is None else factor
        if gradient is not None and factor is not None:
            factor = cast(factor, gradient.dtype)
            if isinstance(gradient, IndexedSlices):
                gradient = IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
            else:
                gradient = gradient * factor
        changed.append((gradient, variable))
    return changed


def clipped_by_norm(gradients: Gradients, bound: float) -> Gradients:
    """Gradients scaled down together where their common norm is above `bound`."""
    values, variables = [one for one, _ in gradients], [one for _, one in gradients]
    clipped, _ = clip_by_global_norm(values, bound)
    return list(zip(clipped, variables, strict=True))


def adaptive_clipping_fn(
    std_factor: float = 2.0,
    decay: float = 0.95,
    static_max_norm: float | None = None,
    global_step: Any = None,
    report_summary: bool = False,
    epsilon: float = 1e-8,
    name: str | None = None,
) -> Callable[[Gradients], Gradients]:
    """A function for `optimize_loss` that scales down gradients whose norm is far above what norms were so far.

    The bound is std_factor standard deviations above the mean, both of the norm's logarithm, by moving averages of
    decay `decay`; gradients beyond it get the mean norm. static_max_norm: a bound that always holds. global_step: makes
    averages move faster at first. report_summary: adds a summary of the bound.
    """

    def clip(gradients: Gradients) -> Gradients:
        values, variables = [one for one, _ in gradients], [one for _, one in gradients]
        norm = global_norm(values)
        bound, log_mean = _bound(norm, std_factor, decay, global_step, epsilon, name)
        if report_summary:
            scalar("global_norm/adaptive_max_gradient_norm", bound)
        factor = where(norm < bound, ones_like(norm), raw.Exp(log_mean) / norm)
        if static_max_norm is not None:
            factor = raw.Minimum(static_max_norm / norm, factor)
        changed: list[Any] = []
        for value in values:
            if value is None:
                changed.append(None)
            elif isinstance(value, IndexedSlices):
                changed.append(IndexedSlices(value.values * factor, value.indices, value.dense_shape))
            else:
                changed.append(value * factor)
        return list(zip(changed, variables, strict=True))

    return clip


def _bound(norm: Any, std_factor: float, decay: Any, step: Any, epsilon: float, name: str | None) -> tuple[Any, Any]:
    """(the largest norm to accept, the mean of norms' logarithms)."""
    with variable_scope(name, "AdaptiveMaxNorm", [norm]):
        log_norm = raw.Log(norm + epsilon)

        def average(name: str, value: Any, decay: Any) -> Any:
            variable = get_variable(name, shape=value.shape, dtype=value.dtype, initializer=Zeros(), trainable=False)
            return assign_moving_average(variable, value, decay, zero_debias=False)

        if step is not None:
            count = cast(step, float32)
            decay = raw.Minimum(decay, count / (count + 1.0))
        mean = average("mean", log_norm, decay)
        square_mean = average("sq_mean", raw.Square(log_norm), decay)
        variance = square_mean - raw.Square(mean)
        deviation = raw.Sqrt(raw.Maximum(epsilon, variance))
        return raw.Exp(mean + std_factor * deviation), mean
