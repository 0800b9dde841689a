"""A graph as a FunctionDef: see function.py for how it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nbtf.graph.graph import Graph
from nbtf.graph.op_kind import is_list
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema


def function_def(
    graph: Graph,
    name: str,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    control_outputs: Sequence[Operation] = (),
) -> Any:
    """A FunctionDef of all operations of `graph`.

    inputs: outputs of Placeholders. control_outputs: operations that a call runs though no output needs them.
    """
    return _Writer(graph, name, inputs).write(outputs, control_outputs)


class _Writer:
    def __init__(self, graph: Graph, name: str, inputs: Sequence[Tensor]) -> None:
        self._function = schema.FunctionDef()
        self._function.signature.name = name
        self._taken: set[str] = set()
        self._references: dict[Tensor, str] = {}
        arguments = {tensor.op for tensor in inputs}
        for position, tensor in enumerate(inputs):
            self._add_argument(position, tensor)
        self._operations = [op for op in graph.get_operations() if op not in arguments]
        self._names: dict[Operation, str] = {}

    def _unique(self, name: str) -> str:
        unique, number = name, 0
        while unique in self._taken:
            unique = f"{name}_{number}"
            number += 1
        self._taken.add(unique)
        return unique

    def _argument_name(self, op: Operation) -> str:
        """Lower-case letters, digits and underscores, a letter first."""
        name = re.sub(r"[^a-z0-9_]", "_", op.name.lower()).lstrip("_0123456789")
        return self._unique(name or "unknown")

    def _add_argument(self, position: int, tensor: Tensor) -> None:
        name = self._argument_name(tensor.op)
        self._references[tensor] = name
        self._function.signature.input_arg.add(name=name, type=tensor.dtype.base_dtype.as_datatype_enum)
        attrs = self._function.arg_attr[position].attr
        attrs["_output_shapes"].list.shape.add().CopyFrom(tensor.shape.as_proto())
        if "_user_specified_name" in tensor.op._node.attr:
            attrs["_user_specified_name"].CopyFrom(tensor.op._node.attr["_user_specified_name"])

    def write(self, outputs: Sequence[Tensor], control_outputs: Sequence[Operation]) -> Any:
        function = self._function
        for op in self._operations:  # nodes first: whoever knows one by its name finds it
            self._names[op] = self._unique(op.name)
            self._reference_outputs(op)
        results = [self._argument_name(tensor.op) for tensor in outputs]
        for op in self._operations:
            self._add_node(op)
        for name, tensor in zip(results, outputs, strict=True):
            function.signature.output_arg.add(name=name, type=tensor.dtype.base_dtype.as_datatype_enum)
            function.ret[name] = self._references[tensor]
        for op in control_outputs:
            function.signature.control_output.append(op.name)
            function.control_ret[op.name] = self._names[op]
        function.signature.is_stateful = any(
            op.definition is not None and op.definition.is_stateful for op in self._operations
        )
        return function

    def _reference_outputs(self, op: Operation) -> None:
        if op.definition is None:
            return
        outputs = iter(op.outputs)
        for argument, length in zip(op.definition.outputs, op.kind.output_lengths(op._node), strict=True):
            for i in range(length if is_list(argument) else 1):
                self._references[next(outputs)] = f"{self._names[op]}:{argument.name}:{i}"

    def _add_node(self, op: Operation) -> None:
        node = self._function.node_def.add()
        op.write_node_def(node, sort_control=True)
        node.name = self._names[op]
        del node.input[:]
        node.input.extend([self._references[tensor] for tensor in op.inputs])
        waits = sorted(self._names[other] for other in op.control_inputs if other in self._names)
        node.input.extend([f"^{name}" for name in waits])
