"""Kullback-Leibler divergences, registered by the classes of two distributions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.control_flow.assertion import assert_v1
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.math.reductions import reduce_any

_DIVERGENCES: dict[tuple[type, type], Callable[..., Any]] = {}


class RegisterKL:
    """Decorator of the function (distribution_a, distribution_b, name=None) -> KL(a || b) of two classes.

    Raises TypeError for what is not callable, ValueError where one is registered already.
    """

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn}")
        if self._key in _DIVERGENCES:
            a, b = (one.__name__ for one in self._key)
            raise ValueError(f"KL({a} || {b}) has already been registered to: {_DIVERGENCES[self._key]}")
        _DIVERGENCES[self._key] = kl_fn
        return kl_fn


def _find(a: type, b: type) -> Callable[..., Any] | None:
    """The function of the nearest of their base classes."""
    found = None
    best = None
    for i, base_a in enumerate(a.__mro__):
        for j, base_b in enumerate(b.__mro__):
            function = _DIVERGENCES.get((base_a, base_b))
            if function is not None and (best is None or i + j < best):
                found, best = function, i + j
    return found


def kl_divergence(
    distribution_a: Any, distribution_b: Any, allow_nan_stats: bool = True, name: str | None = None
) -> Any:
    """KL(a || b), the expectation under a of log p_a - log p_b, in nats; dims as their batches broadcast.

    allow_nan_stats: otherwise a NaN is an InvalidArgumentError in a run. Raises NotImplementedError where no function
    is registered for the two classes.
    """
    a, b = type(distribution_a), type(distribution_b)
    function = _find(a, b)
    if function is None:
        raise NotImplementedError(
            "No KL(distribution_a || distribution_b) registered for distribution_a "
            f"type {a.__name__} and distribution_b type {b.__name__}"
        )
    with name_scope("KullbackLeibler"):
        divergence = function(distribution_a, distribution_b, name=name)
        if allow_nan_stats:
            return divergence
        divergence = raw.Identity(divergence, name="kl")
        message = (
            f"KL calculation between {distribution_a.name} and {distribution_b.name} returned NaN values "
            "(and was called with allow_nan_stats=False). Values:"
        )
        check = assert_v1(raw.LogicalNot(reduce_any(raw.IsNan(divergence))), [message, divergence])
        with control_dependencies([check]):
            return raw.Identity(divergence, name="checked_kl")


def cross_entropy(reference: Any, other: Any, name: str | None = None) -> Any:
    """-E[log p_other] under the reference: its entropy plus KL(reference || other)."""
    with name_scope(name, "cross_entropy"):
        return reference.entropy() + kl_divergence(reference, other, allow_nan_stats=reference.allow_nan_stats)
