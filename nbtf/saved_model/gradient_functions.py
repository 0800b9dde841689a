"""Gradients that tf.custom_gradient gave nodes of functions, as functions that a SavedModel has beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.eager.concrete_functions import CallableFunction, ConcreteFunction
from nbtf.eager.tracing import traced
from nbtf.graph.gradient_registry import gradient_function
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.saved_model.restored_gradients import CapturedTensor


class GradientFunctions:
    """The gradient functions of nodes of the functions that are saved."""

    def __init__(self, functions: Sequence[CallableFunction], number_of: dict[Tensor, int], first_number: int) -> None:
        """number_of: of the objects that have a tensor; tensors inside of functions that gradients use join them.

        first_number: that the first of those tensors gets as an object.
        """
        self.of_types: dict[str, ConcreteFunction] = {}
        """What the attribute of a node names -> the function."""
        self.captured: list[CapturedTensor] = []
        self._number_of, self._first_number = number_of, first_number
        for function in functions:
            if isinstance(function, ConcreteFunction):
                for op in function.graph.get_operations():
                    self._add(function, op)

    def _add(self, function: ConcreteFunction, op: Operation) -> None:
        kind = op._node.attr["_gradient_op_type"].s.decode() if "_gradient_op_type" in op._node.attr else ""
        if op.type != "IdentityN" or not kind.startswith("CustomGradient-") or kind in self.of_types:
            return
        made = _gradient_of(op)
        for tensor in made.captured_inputs:
            if tensor not in self._number_of:
                self._number_of[tensor] = self._number(function, tensor)
        self.of_types[kind] = made

    def _number(self, function: ConcreteFunction, tensor: Tensor) -> int:
        body = function.graph
        for outside, inside in body.captures.items():
            if inside is tensor and outside in self._number_of:
                return self._number_of[outside]
        if tensor.graph is not body:
            raise ValueError(
                f"The gradient of a node in function {function.name} uses {tensor.name}, which is neither in the function "
                "nor a part of the object that is saved."
            )
        name = tensor.name
        if tensor in body.inputs:
            argument = function.function_def.signature.input_arg[body.inputs.index(tensor)]
            name = f"{argument.name}:0"
        self.captured.append(CapturedTensor(name, function.name))
        return self._first_number + len(self.captured) - 1


def _gradient_of(op: Operation) -> ConcreteFunction:
    """The gradient of a node, as a function of the gradients of its outputs."""
    function: Any = gradient_function(op)
    specs = [TensorSpec(one.shape, one.dtype, f"result_grads_{i}") for i, one in enumerate(op.outputs)]
    names = [str(spec.name) for spec in specs]
    body = traced(lambda *dys: function(op, *dys), "internal_grad_fn", specs, names, op.graph)
    return ConcreteFunction(body, ((None, *specs), {}), ["unused_op", *names])
