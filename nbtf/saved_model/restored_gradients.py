"""Gradients that a model's programmer defined: functions of the library, found by a name that nodes have as an attribute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nbtf.graph import function_calls
from nbtf.graph.gradient_registry import RegisterGradient
from nbtf.graph.gradient_terms import zeros_like
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.saved_model.restored_functions import RestoredConcreteFunction


class CapturedTensor(NamedTuple):
    """A tensor inside of a function, which the gradient of a node in that function uses."""

    name: str
    function: str


def register_gradient(op_type: str, function: RestoredConcreteFunction) -> None:
    """Makes a function of the gradients of a node's outputs the gradient of the nodes that have this type of gradient."""
    RegisterGradient(op_type)(_gradient(function))


def _gradient(function: RestoredConcreteFunction) -> Callable[..., Any]:
    def gradient(op: Operation, *output_gradients: Any) -> Any:
        dys = [
            zeros_like(output) if dy is None else dy for dy, output in zip(output_gradients, op.outputs, strict=True)
        ]
        captured = [
            _tensor_inside(op.graph, one.name) if isinstance(one, CapturedTensor) else one for one in function.captures
        ]
        return _called(function, [*dys, *captured], op.inputs)

    return gradient


def _called(function: RestoredConcreteFunction, arguments: Sequence[Any], inputs: Sequence[Tensor]) -> list[Any]:
    definition = function.function_def.signature
    dtypes = [argument.type for argument in definition.output_arg]
    results = function_calls.call_of(function.name, arguments, dtypes, definition.is_stateful)
    found = list(function._packed(results))
    for gradient, tensor in zip(found, inputs, strict=True):
        if gradient is not None:
            gradient.set_shape(tensor.shape)
    return found


def _tensor_inside(graph: Graph, name: str) -> Tensor:
    """The tensor of a function's body that had this name when the function was traced."""
    operation, _, index = name.partition(":")
    for candidate in (operation, operation.lower().replace("/", "_").replace("-", "_")):
        try:
            return graph.get_tensor_by_name(f"{candidate}:{index or 0}")
        except KeyError:
            continue
    raise ValueError(f"A gradient of the SavedModel uses the tensor {name!r} of a function that does not have it.")
