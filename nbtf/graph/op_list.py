"""The signatures that a GraphDef uses, as its meta graph carries them."""

from __future__ import annotations

from typing import Any

from nbtf.wire import op_defs, schema


def stripped_op_list(graph_def: Any) -> Any:
    """An OpList of every op type of the graph and its functions, sorted by name.

    Raises RuntimeError for a type that is neither of TensorFlow nor a function of the graph.
    """
    functions = {function.signature.name for function in graph_def.library.function}
    used = {node.op for node in graph_def.node}
    used |= {node.op for function in graph_def.library.function for node in function.node_def}
    op_list = schema.OpList()
    for name in sorted(used - functions):
        definition = op_defs.find(name)
        if definition is None:
            raise RuntimeError(f"Op {name} is used by the graph, but is not registered")
        op_list.op.add().CopyFrom(op_defs.to_proto(definition))
    return op_list
