"""While: a loop whose condition and body are functions of the graph's library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.graph.control_flow_bodies import keep_bodies, only_read
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import ControlFlowGraph, FuncGraph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.wire import schema


def while_operation(
    variables: Sequence[Tensor],
    condition: FuncGraph,
    body: FuncGraph,
    shapes: Sequence[Any],
    parallel_iterations: int,
    name: str,
) -> Operation:
    """A loop over `variables`, of which condition and body take one argument each. shapes: static ones of the results."""
    for function in (condition, body):
        function.define()
    graph = get_default_graph()
    make = raw.While if condition.is_stateful or body.is_stateful else raw.StatelessWhile
    with graph.control_dependencies([*condition.control_captures, *body.control_captures]):
        results: list[Tensor] = make(
            variables,
            schema.NameAttrList(name=condition.name),
            schema.NameAttrList(name=body.name),
            output_shapes=shapes,
            parallel_iterations=parallel_iterations,
            name=name,
        )
    op = results[0].op
    keep_bodies(op, [condition, body])
    graph.prevent_fetching(op)
    attrs = op._node.attr
    attrs["_lower_using_switch_merge"].b = True
    attrs["_num_original_outputs"].i = len(results)
    attrs["_read_only_resource_inputs"].list.i.extend(only_read([condition, body], 0))
    for result, shape, variable, inside in zip(results, shapes, variables, body.outputs, strict=True):
        result.set_shape(shape)
        result.handle_data = inside.handle_data or variable.handle_data
    return op


class BodyGraph(ControlFlowGraph):
    """The function of a loop's body."""

    is_loop_body = True


class ConditionGraph(ControlFlowGraph):
    """The function of a loop's condition: takes what the body takes, needed or not."""

    redundant = 0

    def ignore(self, tensor: Tensor) -> None:
        """One more argument, which the condition does not read."""
        self.add_input(
            TensorSpec(None, tensor.dtype.base_dtype), f"{self.name}___redundant_placeholder{self.redundant}"
        )
        self.redundant += 1
