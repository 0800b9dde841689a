"""Accumulators: a session's sum or mean of gradients that several workers compute, and the operations on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.dtypes import DType, as_dtype, int64
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.tensor_shape import TensorShape


class ConditionalAccumulatorBase:
    """What accumulators of both kinds have in common."""

    def __init__(self, dtype: Any, shape: Any, accumulator_ref: Tensor) -> None:
        self._dtype = as_dtype(dtype)
        self._shape = TensorShape(shape)
        self._accumulator_ref = accumulator_ref
        self._name = accumulator_ref.op.name.rpartition("/")[2]
        self._is_resource = not accumulator_ref.dtype._is_ref_dtype

    @property
    def accumulator_ref(self) -> Tensor:
        """The handle."""
        return self._accumulator_ref

    @property
    def name(self) -> str:
        """The last part of the name of the operation that makes the handle."""
        return self._name

    @property
    def dtype(self) -> DType:
        return self._dtype

    def num_accumulated(self, name: str | None = None) -> Tensor:
        """How many gradients there are, as an int32 scalar."""
        name = f"{self._name}_NumAccumulated" if name is None else name
        op = raw.ResourceAccumulatorNumAccumulated if self._is_resource else raw.AccumulatorNumAccumulated
        return op(self._accumulator_ref, name=name)  # type: ignore[no-any-return]

    def set_global_step(self, new_global_step: Any, name: str | None = None) -> Operation:
        """The operation after which gradients of earlier steps are dropped."""
        op = raw.ResourceAccumulatorSetGlobalStep if self._is_resource else raw.AccumulatorSetGlobalStep
        return op(self._accumulator_ref, _step(new_global_step), name=name)  # type: ignore[no-any-return]


def _step(value: Any) -> Any:
    return cast(convert_to_tensor(value), int64)


class ConditionalAccumulator(ConditionalAccumulatorBase):
    """Gradients of one shape, added up until `take_grad` finds as many as it requires.

    A gradient whose local_step is below the accumulator's global step, which each `take_grad` makes 1 larger, is
    dropped without a word.
    """

    def __init__(
        self,
        dtype: Any,
        shape: Any = None,
        shared_name: str | None = None,
        name: str = "conditional_accumulator",
        reduction_type: str = "MEAN",
    ) -> None:
        """shape: of every gradient. shared_name: accumulators of one name are one. reduction_type: "MEAN" or "SUM"."""
        handle = raw.ResourceConditionalAccumulator(
            dtype=dtype, shape=shape, shared_name=shared_name, reduction_type=reduction_type, name=name
        )
        super().__init__(dtype, shape, handle)

    def apply_grad(self, grad: Any, local_step: Any = 0, name: str | None = None) -> Operation:
        """The operation that adds a gradient. Raises ValueError for one of another shape."""
        grad = convert_to_tensor(grad, self._dtype)
        grad.shape.assert_is_compatible_with(self._shape)
        return raw.ResourceAccumulatorApplyGradient(  # type: ignore[no-any-return]
            self._accumulator_ref, _step(local_step), grad, name=name
        )

    def take_grad(self, num_required: Any, name: str | None = None) -> Tensor:
        """The mean or sum of at least `num_required` gradients; waits for them, and begins anew."""
        result: Tensor = raw.ResourceAccumulatorTakeGradient(
            self._accumulator_ref, num_required, dtype=self._dtype, name=name
        )
        result.set_shape(self._shape)
        return result


class SparseConditionalAccumulator(ConditionalAccumulatorBase):
    """As `ConditionalAccumulator`, of rows: each row's mean is over the gradients that had it."""

    def __init__(
        self,
        dtype: Any,
        shape: Any = None,
        shared_name: str | None = None,
        name: str = "sparse_conditional_accumulator",
        reduction_type: str = "MEAN",
    ) -> None:
        """shape: of the tensors that have the rows."""
        handle = raw.SparseConditionalAccumulator(
            dtype=dtype, shape=shape, shared_name=shared_name, reduction_type=reduction_type, name=name
        )
        super().__init__(dtype, shape, handle)

    def apply_indexed_slices_grad(self, grad: IndexedSlices, local_step: Any = 0, name: str | None = None) -> Operation:
        """The operation that adds a gradient. Raises InvalidArgumentError at run time for rows of another shape."""
        return self.apply_grad(grad.indices, grad.values, grad.dense_shape, local_step, name)

    def apply_grad(
        self,
        grad_indices: Any,
        grad_values: Any,
        grad_shape: Any = None,
        local_step: Any = 0,
        name: str | None = None,
    ) -> Operation:
        """The operation that adds rows grad_values [n, ...] at grad_indices [n]. grad_shape: [rank], if it is known."""
        local_step = _step(local_step)
        indices = cast(grad_indices, int64)
        dims: Sequence[int] | Any = [] if grad_shape is None else grad_shape
        return raw.SparseAccumulatorApplyGradient(  # type: ignore[no-any-return]
            self._accumulator_ref,
            local_step,
            indices,
            grad_values,
            cast(dims, int64),
            has_known_shape=grad_shape is not None,
            name=name,
        )

    def take_grad(self, num_required: Any, name: str | None = None) -> Any:
        """(indices [n], rows [n, ...], shape) of at least `num_required` gradients: see `ConditionalAccumulator`."""
        return raw.SparseAccumulatorTakeGradient(self._accumulator_ref, num_required, dtype=self._dtype, name=name)

    def take_indexed_slices_grad(self, num_required: Any, name: str | None = None) -> IndexedSlices:
        """`take_grad` as IndexedSlices."""
        taken = self.take_grad(num_required, name)
        return IndexedSlices(indices=taken.indices, values=taken.values, dense_shape=taken.shape)
