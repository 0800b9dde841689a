"""Optimizers whose updates are one op each: ApplyMomentum, SparseApplyMomentum and their forms for resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from nbtf.dtypes import DType
from nbtf.graph.apply_op import apply_op
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.train.optimizer import Optimizer
from nbtf.wire import op_defs


class OpOptimizer(Optimizer):
    """Its updates follow from the signature of an op: variable, slots, hyper-parameters, gradient."""

    STEP: ClassVar[str]
    """ "Momentum" for ApplyMomentum."""
    SLOTS: ClassVar[Mapping[str, str]] = {}
    """Input of the op -> name of the slot."""
    PARAMETER_NAMES: ClassVar[Mapping[str, str]] = {"lr": "learning_rate", "alpha": "learning_rate"}
    """Input of the op -> name of the hyper-parameter's node, where it is another."""

    def __init__(self, use_locking: bool, name: str, **parameters: Any) -> None:
        """parameters: hyper-parameters by input name of the op; a number, a tensor, or a function that makes one."""
        super().__init__(use_locking, name)
        self._parameters = parameters
        self._tensors: dict[str, Any] = {}

    def _prepare(self) -> None:
        for parameter, value in self._parameters.items():
            name = self.PARAMETER_NAMES.get(parameter, parameter)
            self._tensors[parameter] = convert_to_tensor(self._call_if_callable(value), name=name)

    def _step(self) -> str:
        return self.STEP

    def _attrs(self) -> dict[str, Any]:
        return {"use_locking": self._use_locking}

    def _apply_dense(self, grad: Any, var: Any) -> Operation:
        return self._added("Apply", var, var.dtype.base_dtype, grad)

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Operation:
        return self._added("ResourceApply", handle, grad.dtype.base_dtype, grad)

    def _apply_sparse(self, grad: Any, var: Any) -> Operation:
        return self._added("SparseApply", var, var.dtype.base_dtype, grad.values, grad.indices)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Operation:
        return self._added("ResourceSparseApply", handle, grad.dtype.base_dtype, grad, indices)

    def _added(self, form: str, var: Any, dtype: DType, grad: Any, indices: Any = None) -> Operation:
        """The update's operation. Inputs are made in the order of the signature: casts are nodes, too."""
        op_type = form + self._step()
        definition = op_defs.find(op_type)
        assert definition is not None
        given: dict[str, Any] = {}
        for argument in definition.inputs:
            if argument.name == "var":
                given["var"] = _held(form, var)
            elif argument.name in self.SLOTS:
                given[argument.name] = _held(form, self.get_slot(var, self.SLOTS[argument.name]))
            elif argument.name in ("grad", "delta"):
                given[argument.name] = grad
            elif argument.name == "indices":
                given["indices"] = indices
            else:
                given[argument.name] = self._scalar(argument.name, var, dtype)
        made = apply_op(op_type, **given, **self._attrs())
        operation = made.op if isinstance(made, Tensor) else made
        assert isinstance(operation, Operation)
        return operation

    def _scalar(self, parameter: str, var: Any, dtype: DType) -> Any:
        """The tensor of a hyper-parameter as the update of a variable takes it."""
        return cast(self._tensors[parameter], dtype)


def _held(form: str, variable: Any) -> Any:
    return variable.handle if form.startswith("Resource") else variable._ref()
