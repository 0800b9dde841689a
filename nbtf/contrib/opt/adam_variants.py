"""tf.contrib.opt: Adam that leaves rows without a gradient alone, and Adam with Nesterov's momentum."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtf.array.indexing import gather
from nbtf.control_flow.grouping import group
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.math.casting import cast
from nbtf.math.elementwise import sqrt
from nbtf.train.adam import AdamOptimizer


class _Rates(NamedTuple):
    """lr is corrected for the start of m and v at zero."""

    lr: Any
    beta1: Any
    beta2: Any
    epsilon: Any


class LazyAdamOptimizer(AdamOptimizer):
    """Adam, but a sparse gradient moves only its own rows: m and v of the others stay what they are."""

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._own_rows_moved(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        return self._own_rows_moved(grad, handle, indices)

    def _own_rows_moved(self, grad: Any, var: Any, indices: Any) -> Any:
        rates = _rates(self, var)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        m_rows = rates.beta1 * gather(m, indices) + (1 - rates.beta1) * grad
        v_rows = rates.beta2 * gather(v, indices) + (1 - rates.beta2) * grad * grad
        step = rates.lr * m_rows / (sqrt(v_rows) + rates.epsilon)
        locking = {"use_locking": self._use_locking}
        return group(
            var.scatter_sub(IndexedSlices(step, indices), **locking),
            m.scatter_update(IndexedSlices(m_rows, indices), **locking),
            v.scatter_update(IndexedSlices(v_rows, indices), **locking),
        )


class NadamOptimizer(AdamOptimizer):
    """Adam, whose step is that of the mean of gradients that the next step would have (Dozat, 2016)."""

    def _attrs(self) -> dict[str, Any]:
        return {**super()._attrs(), "use_nesterov": True}

    def _moved_rows(self, grad: Any, var: Any, indices: Any, add_rows: Any) -> Any:
        rates = _rates(self, var)
        own = grad * (1 - rates.beta1)
        m = self._decayed(self.get_slot(var, "m"), own, rates.beta1, indices, add_rows)
        v = self._decayed(self.get_slot(var, "v"), (grad * grad) * (1 - rates.beta2), rates.beta2, indices, add_rows)
        ahead = own + rates.beta1 * gather(m, indices)
        step = rates.lr * ahead / (sqrt(gather(v, indices)) + rates.epsilon)
        return group(var.scatter_sub(IndexedSlices(step, indices), use_locking=self._use_locking), m, v)


def _rates(optimizer: AdamOptimizer, var: Any) -> _Rates:
    dtype = var.dtype.base_dtype
    power1, power2 = (cast(power, dtype) for power in optimizer._get_beta_accumulators())
    lr, beta1, beta2, epsilon = (cast(optimizer._tensors[n], dtype) for n in ("lr", "beta1", "beta2", "epsilon"))
    return _Rates(lr * sqrt(1 - power2) / (1 - power1), beta1, beta2, epsilon)
