"""Functions that run by themselves: inner calls of functions that call themselves, and the functions that run over a
dataset's elements. Each is a program of its own, made once a session and function."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from nbtf.compiler.ir import Node, Shape
from nbtf.compiler.optimize import enabled_passes
from nbtf.compiler.pipeline import compile_call
from nbtf.dtypes import DType
from nbtf.errors import NotFoundError, ResourceExhaustedError
from nbtf.graph.function import called_function
from nbtf.graph.registry import find
from nbtf.vm.executable import Executable, load
from nbtf.vm.resources import Resources

MAX_DEPTH = 120
_depth = threading.local()


def run(node: Node, resources: Resources, inputs: Sequence[Any]) -> list[Any]:
    """The outputs of a `_RecursiveCall`. Raises ResourceExhaustedError where calls nest deeper than MAX_DEPTH."""
    depth = getattr(_depth, "value", 0)
    if depth >= MAX_DEPTH:
        raise ResourceExhaustedError(
            None,
            node.origin,
            f"{node.attrs.call.op_type} '{node.name}': functions call each other deeper than {MAX_DEPTH}",
        )
    executable = resources.find_program(
        _key(node),
        lambda: load(
            lambda passes: compile_call(node.attrs.graph, node.attrs.call, passes), enabled_passes(), resources
        ),
    )
    _depth.value = depth + 1
    try:
        results: list[Any] = executable.run(list(inputs))
    finally:
        _depth.value = depth
    return results


def _key(node: Node) -> tuple[Any, ...]:
    """Calls of the same functions with the same dtypes share a program."""
    call = node.attrs.call
    names = [
        str(getattr(call.attrs, name, "")) for name in ("f", "then_branch", "else_branch", "cond", "body", "branches")
    ]
    return (call.op_type, *names, *(value.dtype for value in call.inputs))


@dataclass(frozen=True)
class LibraryFunction:
    """A function of a graph's library as something that takes and gives arrays."""

    executable: Executable
    input_shapes: list[Shape]
    output_dtypes: list[DType]
    lock: Any = field(default_factory=threading.Lock)
    """For callers that look at what the last run left behind."""

    @classmethod
    def load(cls, node: Node, reference: Any, resources: Resources) -> LibraryFunction:
        """The function that `reference`, an attribute of `node`, names. Raises NotFoundError where there is none."""
        assert node.origin is not None
        graph = node.origin.graph
        try:
            body = called_function(graph, reference)
        except KeyError:
            message = f"{node.op_type} '{node.name}': Function {reference.name} is not defined."
            raise NotFoundError(None, node.origin, message) from None
        call = Node(_CALL, node.name, 0, SimpleNamespace(f=reference), node.origin, find(_CALL))
        arguments = Node("_Feed", node.name, 0, SimpleNamespace(), node.origin)
        call.inputs = [arguments.add_output(tensor.dtype, tensor.dims) for tensor in body.inputs]
        for tensor in body.outputs:
            call.add_output(tensor.dtype.base_dtype, tensor.dims)
        executable = load(lambda passes: compile_call(graph, call, passes), enabled_passes(), resources)
        return cls(executable, [value.shape for value in call.inputs], [value.dtype for value in call.outputs])

    def with_resources(self, resources: Resources) -> LibraryFunction:
        """The same program with other resources."""
        return LibraryFunction(Executable(self.executable.program, resources), self.input_shapes, self.output_dtypes)


_CALL = "StatefulPartitionedCall"
