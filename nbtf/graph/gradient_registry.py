"""Which function makes the gradient of an operation: what users registered, else the op's block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from nbtf.graph import registry
from nbtf.graph.operation import Operation

GradientFunction = Callable[..., Any]
"""(operation, gradient of each output) -> gradients of the inputs: a tensor, IndexedSlices, None, or a list of them."""

_registered: Final[dict[str, GradientFunction | None]] = {}


def _is_registered(op_type: str) -> bool:
    block = registry.find(op_type)
    return op_type in _registered or (block is not None and block.gradient is not None)


class RegisterGradient:
    """Decorator: the function makes the gradients of ops of this type, or of those that gradient_override_map names.

    function(op, *grads) takes the operation and the gradient of each output, and returns one gradient an input.
    Raises TypeError if op_type is no string, KeyError if there is a gradient of that name already.
    """

    __slots__ = ("_op_type",)

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError("op_type must be a string")
        self._op_type = op_type

    def __call__(self, f: GradientFunction) -> GradientFunction:
        _register(self._op_type, f)
        return f


def no_gradient(op_type: str) -> None:
    """Declares that gradients do not flow through ops of this type: they are None, not an error.

    Raises TypeError if op_type is no string, KeyError if there is a gradient of that name already.
    """
    if not isinstance(op_type, str):
        raise TypeError("op_type must be a string")
    _register(op_type, None)


def _register(op_type: str, function: GradientFunction | None) -> None:
    if _is_registered(op_type):
        raise KeyError(f"Registering two gradient with name '{op_type}'!")
    _registered[op_type] = function


def gradient_function(op: Operation) -> GradientFunction | None:
    """The function that makes the gradients of `op`; None where they are None by nature.

    Raises LookupError where nobody has said what the gradient is.
    """
    if not op.inputs:
        return None
    name = op.type
    if "_gradient_op_type" in op.attrs.protos:
        name = op.attrs.protos["_gradient_op_type"].s.decode()
    if name in _registered:
        return _registered[name]
    block = registry.find(name)
    if block is None or block.gradient is None:
        raise LookupError(f"gradient registry has no entry for: {name}")
    return None if block.gradient is registry.NOT_DIFFERENTIABLE else block.gradient  # type: ignore[return-value]
