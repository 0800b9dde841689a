"""tf.train.experimental: losses made large, so that gradients of half precision do not vanish, and what undoes it."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Iterable
from typing import Any

from nbtf import dtypes, nest
from nbtf.array.moving import no_op
from nbtf.control_flow.branching import cond
from nbtf.control_flow.grouping import group
from nbtf.graph import default_stacks
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.math.casting import cast
from nbtf.math.elementwise import is_finite
from nbtf.math.operands import maximum
from nbtf.math.reductions import reduce_all
from nbtf.train.optimizer import Optimizer
from nbtf.variables.creation import create_variable


class LossScale(metaclass=ABCMeta):
    """What a loss is multiplied by; calling it gives a tensor. `update` follows what the gradients became."""

    def __init__(self) -> None:
        self._weights: dict[tuple[str, Any], Any] = {}

    @abstractmethod
    def __call__(self) -> Any:
        """The scale, float32 []."""

    @abstractmethod
    def update(self, grads: Iterable[Any]) -> tuple[Any, Any]:
        """(an operation that changes the scale, whether the gradients should be applied)."""

    @abstractmethod
    def get_config(self) -> dict[str, Any]:
        """Arguments that make another one alike."""

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def _add_weight(self, name: str, initial_value: Any, dtype: Any = None) -> Any:
        """A variable of the default graph. Raises RuntimeError for a second one of the name."""
        key = (name, default_stacks.get_default_graph())
        if key in self._weights:
            raise RuntimeError(f"Duplicate variables detected. {key}")
        made = create_variable(initial_value=initial_value, name=name, dtype=dtype, trainable=False, use_resource=True)
        self._weights[key] = made
        return made

    def _trackable_children(self) -> dict[str, Any]:
        graph = default_stacks.get_default_graph()
        return {name: weight for (name, home), weight in sorted(self._weights.items(), key=_name) if home is graph}


def _name(item: tuple[tuple[str, Any], Any]) -> str:
    return item[0][0]


class FixedLossScale(LossScale):
    """Always the same scale, a number of at least 1. Raises ValueError for another."""

    def __init__(self, loss_scale_value: float) -> None:
        super().__init__()
        if not isinstance(loss_scale_value, (int, float)):
            raise ValueError("loss_scale_value must be a Python int or float.")
        if loss_scale_value < 1:
            raise ValueError("loss_scale_value must be at least 1.")
        self._loss_scale_value = float(loss_scale_value)

    def __call__(self) -> Any:
        return convert_to_tensor(self._loss_scale_value)

    def update(self, grads: Iterable[Any]) -> tuple[Any, Any]:
        return no_op(), True

    def __repr__(self) -> str:
        return f"FixedLossScale({self._loss_scale_value})"

    def get_config(self) -> dict[str, Any]:
        return {"loss_scale_value": self._loss_scale_value}


class DynamicLossScale(LossScale):
    """Grows by `multiplier` after increment_period steps whose gradients were finite, shrinks by it where they were not."""

    def __init__(
        self, initial_loss_scale: float = 2**15, increment_period: int = 2000, multiplier: float = 2.0
    ) -> None:
        super().__init__()
        self.initial_loss_scale = float(initial_loss_scale)
        self.increment_period = int(increment_period)
        self.multiplier = float(multiplier)
        self._current_loss_scale = self._add_weight("current_loss_scale", self.initial_loss_scale, dtypes.float32)
        self._num_good_steps = self._add_weight("good_steps", 0, dtypes.int64)

    def __call__(self) -> Any:
        return convert_to_tensor(self._current_loss_scale)

    def update(self, grads: Iterable[Any]) -> tuple[Any, Any]:
        finite = _all_finite(nest.flatten(grads))
        return cond(finite, self._after_good_step, self._after_bad_step), finite

    def _after_good_step(self) -> Any:
        steps = self._num_good_steps
        return cond(steps + 1 >= self.increment_period, self._grow, lambda: steps.assign_add(1).op)

    def _grow(self) -> Any:
        scale = self._current_loss_scale
        larger = scale * self.multiplier
        assigned = cond(is_finite(larger), lambda: scale.assign(larger).op, no_op)
        return group(assigned, self._num_good_steps.assign(0))

    def _after_bad_step(self) -> Any:
        smaller = maximum(self._current_loss_scale / self.multiplier, 1)
        return group(self._num_good_steps.assign(0), self._current_loss_scale.assign(smaller))

    def __repr__(self) -> str:
        return (
            f"DynamicLossScale(initial_loss_scale={self.initial_loss_scale}, "
            f"increment_period={self.increment_period}, multiplier={self.multiplier})"
        )

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_loss_scale": self.initial_loss_scale,
            "increment_period": self.increment_period,
            "multiplier": self.multiplier,
        }


def _all_finite(grads: Iterable[Any]) -> Any:
    values = [grad.values if isinstance(grad, IndexedSlices) else grad for grad in grads if grad is not None]
    return reduce_all([reduce_all(is_finite(value)) for value in values])


def _scale_of(given: Any) -> LossScale:
    if isinstance(given, (int, float)):
        return FixedLossScale(given)
    if given == "dynamic":
        return DynamicLossScale()
    if isinstance(given, LossScale):
        return given
    raise ValueError(
        "loss_scale cannot be None" if given is None else f"Could not interpret loss scale identifier: {given}"
    )


class MixedPrecisionLossScaleOptimizer(Optimizer):
    """Another optimizer, of a loss times loss_scale: a LossScale, a number or "dynamic".

    Steps whose gradients are not finite are left out, where the scale is dynamic. Raises ValueError for what is no
    Optimizer.
    """

    def __init__(self, opt: Optimizer, loss_scale: Any) -> None:
        if not isinstance(opt, Optimizer):
            raise ValueError(f'"opt" must be an instance of Optimizer, but got: {type(opt)}')
        self._optimizer = opt
        super().__init__(opt._use_locking, opt.get_name())
        self._loss_scale = _scale_of(loss_scale)

    def compute_gradients(self, loss: Any, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        scaled = loss * cast(self._loss_scale(), loss.dtype)
        pairs = self._optimizer.compute_gradients(scaled, *args, **kwargs)
        factor = 1 / self._loss_scale()
        return [(None if grad is None else _scaled(grad, factor), variable) for grad, variable in pairs]

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Any]],
        global_step: Any = None,
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
    ) -> Any:
        if not isinstance(self._loss_scale, DynamicLossScale):
            return self._optimizer.apply_gradients(grads_and_vars, global_step, name)
        pairs = tuple(grads_and_vars)
        name = self.get_name() if name is None else name
        update, finite = self._loss_scale.update([grad for grad, _ in pairs])
        applied = cond(finite, lambda: self._optimizer.apply_gradients(pairs, global_step, f"{name}-wrapped"), no_op)
        return group(applied, update, name=name)

    def variables(self) -> list[Any]:
        return [*self._optimizer.variables(), *self._loss_scale._weights.values()]

    def _trackable_children(self) -> dict[str, Any]:
        return {**super()._trackable_children(), "base_optimizer": self._optimizer, "loss_scale": self._loss_scale}


def _scaled(grad: Any, factor: Any) -> Any:
    if isinstance(grad, IndexedSlices):
        return IndexedSlices(grad.values * factor, grad.indices, grad.dense_shape)
    return grad * factor


def enable_mixed_precision_graph_rewrite(opt: Optimizer, loss_scale: Any = "dynamic") -> Optimizer:
    """The optimizer with a loss scale. Graphs stay as they are: on a CPU, TensorFlow rewrites none.

    Raises ValueError for what is no Optimizer, or is one with a loss scale already.
    """
    if isinstance(opt, MixedPrecisionLossScaleOptimizer):
        kind = MixedPrecisionLossScaleOptimizer.__name__
        raise ValueError(
            f'"opt" must not already be an instance of a {kind}. `enable_mixed_precision_graph_rewrite` will '
            f"automatically wrap the optimizer with a {kind}."
        )
    if not isinstance(opt, Optimizer):
        raise ValueError(
            f'"opt" must be an instance of a tf.train.Optimizer or a tf.keras.optimizers.Optimizer, but got: {opt}'
        )
    return MixedPrecisionLossScaleOptimizer(opt, loss_scale)


def disable_mixed_precision_graph_rewrite() -> None:
    """Does nothing: no graph is rewritten."""
