"""Adam: steps by running means of gradients and of their squares, corrected for their start at zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.control_flow.grouping import group
from nbtf.dtypes import DType
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, control_dependencies
from nbtf.math.casting import cast
from nbtf.math.elementwise import sqrt
from nbtf.train.op_optimizer import OpOptimizer
from nbtf.variables.assigning import assign, assign_sub
from nbtf.variables.scattering import scatter_add


class AdamOptimizer(OpOptimizer):
    """Slots "m" and "v", and variables beta1_power and beta2_power that all updates share.

    A sparse gradient moves all rows: m and v of rows without a gradient decay.
    """

    STEP = "Adam"
    SLOTS = {"m": "m", "v": "v"}  # noqa: RUF012  # read-only by its annotation in the base

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(use_locking, name, lr=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        first = min(var_list, key=lambda variable: str(variable.name))
        for name in ("beta1", "beta2"):
            self._create_non_slot_variable(self._parameters[name], f"{name}_power", first)
        for variable in var_list:
            self._zeros_slot(variable, "m", self._name)
            self._zeros_slot(variable, "v", self._name)

    def _get_beta_accumulators(self) -> tuple[Any, Any]:
        return self._get_non_slot_variable("beta1_power"), self._get_non_slot_variable("beta2_power")

    def _scalar(self, parameter: str, var: Any, dtype: DType) -> Any:
        if parameter.endswith("_power"):
            return cast(self._get_non_slot_variable(parameter, var.graph), dtype)
        return super()._scalar(parameter, var, dtype)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._moved_rows(
            grad.values, var, grad.indices, lambda x, i, v: scatter_add(x, i, v, use_locking=self._use_locking)
        )

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        return self._moved_rows(grad, handle, indices, _resource_scatter_add)

    def _moved_rows(self, grad: Any, var: Any, indices: Any, add_rows: Callable[..., Any]) -> Any:
        dtype = var.dtype.base_dtype
        power1, power2 = (cast(power, dtype) for power in self._get_beta_accumulators())
        rate, beta1, beta2, epsilon = (cast(self._tensors[n], dtype) for n in ("lr", "beta1", "beta2", "epsilon"))
        rate = rate * sqrt(1 - power2) / (1 - power1)
        m = self._decayed(self.get_slot(var, "m"), grad * (1 - beta1), beta1, indices, add_rows)
        v = self._decayed(self.get_slot(var, "v"), (grad * grad) * (1 - beta2), beta2, indices, add_rows)
        root = sqrt(v)
        update = assign_sub(var, rate * m / (root + epsilon), use_locking=self._use_locking)
        return group(update, m, v)

    def _decayed(self, slot: Any, rows: Any, beta: Any, indices: Any, add_rows: Callable[..., Any]) -> Any:
        decayed = assign(slot, slot * beta, use_locking=self._use_locking)
        with control_dependencies([decayed]):
            return add_rows(slot, indices, rows)

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """Behind all updates, beta1_power and beta2_power are multiplied on."""
        with control_dependencies(update_ops):
            power1, power2 = self._get_beta_accumulators()
            with colocate_with(power1):
                updates = [
                    power.assign(power * self._tensors[beta], use_locking=self._use_locking)
                    for power, beta in ((power1, "beta1"), (power2, "beta2"))
                ]
        return group(*update_ops, *updates, name=name_scope)


def _resource_scatter_add(variable: Any, indices: Any, values: Any) -> Any:
    with control_dependencies([raw.ResourceScatterAdd(variable.handle, indices, values)]):
        return variable.value()
