"""tf.contrib.opt: weights that shrink beside the steps of an optimizer (Loshchilov and Hutter, 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.indexing import gather
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.scopes import control_dependencies
from nbtf.math.casting import cast
from nbtf.train.adam import AdamOptimizer
from nbtf.train.descent import MomentumOptimizer
from nbtf.train.optimizer import Optimizer


class DecoupledWeightDecayExtension(Optimizer):
    """Before each step of an optimizer a variable shrinks by weight_decay times itself; the gradient has no part in it.

    A base of classes whose next base is the optimizer. Rows without a gradient do not shrink.
    """

    def __init__(self, weight_decay: Any, **kwargs: Any) -> None:
        """weight_decay: a float, a tensor or a function that makes one. kwargs: of the optimizer."""
        self._weight_decay = weight_decay
        self._weight_decay_tensor: Any = None
        self._decay_var_list: list[Any] | None = None
        super().__init__(**kwargs)

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = Optimizer.GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
        decay_var_list: Sequence[Any] | None = None,
    ) -> Any:
        """As Optimizer.minimize. decay_var_list: the variables that shrink, by default all."""
        self._shrink_only(decay_var_list)
        return super().minimize(
            loss,
            global_step=global_step,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            name=name,
            grad_loss=grad_loss,
        )

    def apply_gradients(  # type: ignore[override]  # as TensorFlow 1 had it: one parameter in place of another
        self,
        grads_and_vars: Any,
        global_step: Any = None,
        name: str | None = None,
        decay_var_list: Sequence[Any] | None = None,
    ) -> Any:
        """As Optimizer.apply_gradients. decay_var_list: the variables that shrink, by default all."""
        self._shrink_only(decay_var_list)
        return super().apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def _shrink_only(self, variables: Sequence[Any] | None) -> None:
        if variables:
            self._decay_var_list = list(variables)

    def _prepare(self) -> None:
        given = self._weight_decay
        self._weight_decay_tensor = convert_to_tensor(given() if callable(given) else given, name="weight_decay")
        super()._prepare()

    def _shrinks(self, var: Any) -> bool:
        return self._decay_var_list is None or any(var is one for one in self._decay_var_list)

    def _shrunk(self, var: Any) -> list[Any]:
        if not self._shrinks(var):
            return []
        return [var.assign_sub(cast(self._weight_decay_tensor, var.dtype) * var, use_locking=self._use_locking)]

    def _shrunk_rows(self, var: Any, indices: Any) -> list[Any]:
        if not self._shrinks(var):
            return []
        rows = cast(self._weight_decay_tensor, var.dtype) * gather(var, indices)
        return [var.scatter_sub(IndexedSlices(rows, indices), use_locking=self._use_locking)]

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        with control_dependencies(self._shrunk(var)):
            return super()._apply_dense(grad, var)

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
        with control_dependencies(self._shrunk(handle)):
            return super()._resource_apply_dense(grad, handle)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        with control_dependencies(self._shrunk_rows(var, grad.indices)):
            return super()._apply_sparse(grad, var)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        with control_dependencies(self._shrunk_rows(handle, indices)):
            return super()._resource_apply_sparse(grad, handle, indices)


def extend_with_decoupled_weight_decay(base_optimizer: type[Optimizer]) -> type[Any]:
    """A class of optimizers like base_optimizer, whose weights shrink: its first argument is weight_decay.

    The others are those of base_optimizer, by name. See DecoupledWeightDecayExtension.
    """

    class OptimizerWithDecoupledWeightDecay(DecoupledWeightDecayExtension, base_optimizer):  # type: ignore[misc, valid-type]
        """An optimizer whose weights shrink before each step."""

    return OptimizerWithDecoupledWeightDecay


class MomentumWOptimizer(DecoupledWeightDecayExtension, MomentumOptimizer):
    """Momentum with decoupled weight decay."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool = False,
    ) -> None:
        """weight_decay: by how much of itself a weight shrinks in a step. The rest: see MomentumOptimizer."""
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            momentum=momentum,
            use_locking=use_locking,
            name=name,
            use_nesterov=use_nesterov,
        )


class AdamWOptimizer(DecoupledWeightDecayExtension, AdamOptimizer):
    """Adam with decoupled weight decay."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ) -> None:
        """weight_decay: by how much of itself a weight shrinks in a step. The rest: see AdamOptimizer."""
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=epsilon,
            use_locking=use_locking,
            name=name,
        )
