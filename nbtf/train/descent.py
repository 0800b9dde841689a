"""Optimizers of one learning rate for all elements: gradient descent, momentum, proximal gradient descent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.math.casting import cast
from nbtf.train.op_optimizer import OpOptimizer


class GradientDescentOptimizer(OpOptimizer):
    """var -= learning_rate gradient."""

    STEP = "GradientDescent"

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name, alpha=learning_rate)

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        """Rows add up as they are scattered: no need to sum them first."""
        rate = cast(self._tensors["alpha"], var.dtype.base_dtype)
        delta = IndexedSlices(grad.values * rate, grad.indices, grad.dense_shape)
        return var.scatter_sub(delta, use_locking=self._use_locking)

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
        rate = cast(self._tensors["alpha"], grad.dtype.base_dtype)
        return raw.ResourceScatterAdd(handle.handle, indices, -grad * rate)


class MomentumOptimizer(OpOptimizer):
    """accum = momentum accum + gradient; var -= learning_rate accum. Slot "momentum"."""

    STEP = "Momentum"
    SLOTS = {"accum": "momentum"}  # noqa: RUF012  # read-only by its annotation in the base

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name, lr=learning_rate, momentum=momentum)
        self._use_nesterov = use_nesterov

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "momentum", self._name)

    def _attrs(self) -> dict[str, Any]:
        return {"use_locking": self._use_locking, "use_nesterov": self._use_nesterov}


class ProximalGradientDescentOptimizer(OpOptimizer):
    """Gradient descent, then shrinking by l1 and l2 penalties."""

    STEP = "ProximalGradientDescent"
    PARAMETER_NAMES = {  # noqa: RUF012
        "alpha": "learning_rate",
        "l1": "l1_regularization_strength",
        "l2": "l2_regularization_strength",
    }

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(
            use_locking, name, alpha=learning_rate, l1=l1_regularization_strength, l2=l2_regularization_strength
        )
