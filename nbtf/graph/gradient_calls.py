"""Gradients of function calls: one operation, SymbolicGradient, that stands for the gradient of the whole function."""

from __future__ import annotations

from typing import Any

from nbtf.graph import gradient_control_flow
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.wire import schema

_PARTITIONED = ("PartitionedCall", "StatefulPartitionedCall")


def is_function_call(op: Operation) -> bool:
    return op.type in _PARTITIONED or op.type in op.graph.functions


def has_known_body(op: Operation) -> bool:
    """Whether the gradient of a call is made of the called function's body."""
    return op.type in _PARTITIONED and op.attrs.f.name in op.graph.functions


def called_gradient(op: Operation, *gradients_of_outputs: Any) -> Any:
    """Gradients of the inputs of a call: of a function whose body is known, by a call of another function.

    Else by one operation, into which the function's inputs and the gradients of its outputs go.
    """
    if has_known_body(op):
        from nbtf.graph.function_calls import gradient_of_call  # it asks for gradients inside of the function

        return gradient_of_call(op, gradients_of_outputs, op.get_attr("f"))
    function = schema.NameAttrList(name=op.attrs.f.name if op.type in _PARTITIONED else op.type)
    for name, value in op.attrs.protos.items():
        function.attr[name].CopyFrom(value)
    return raw.SymbolicGradient(
        [*op.inputs, *gradients_of_outputs],
        Tout=[gradient_control_flow.zeros_dtype(tensor) for tensor in op.inputs],
        f=function,
    )
