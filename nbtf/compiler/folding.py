"""Values that depend on constants only, and are computed when a program is loaded: once a session.

A pass replaces such a value by `folded(value)`. The program names what has to be computed, `Program.folded`; the VM runs
it before the first run and keeps the result with the session, where other programs of that session find it.
"""

from __future__ import annotations

from collections.abc import Hashable

from nbtf.compiler.ir import Node, Value, new_node

FOLDED = "_Folded"


def folded(value: Value) -> Value:
    """A source that holds what `value`, which must depend on constants alone, will be computed as."""
    return new_node(FOLDED, value.node, [], [(value.dtype, value.shape)], value=value).outputs[0]


def key_of(value: Value) -> Hashable:
    """Equal for values that two programs of one graph compute alike: ops, attributes, and the constants behind them."""
    node = value.node
    if node.op_type == "Const":
        return node if node.origin is None else (node.origin, node.name, node.origin.graph.rewrites)
    attrs = tuple(sorted((name, repr(v)) for name, v in vars(node.attrs).items()))
    return (node.op_type, value.index, attrs, *(key_of(v) for v in node.inputs))


def nodes_of(values: list[Value]) -> list[Node]:
    """All nodes that these values depend on, each once."""
    found: dict[Node, None] = {}
    pending = [value.node for value in values]
    while pending:
        node = pending.pop()
        if node not in found:
            found[node] = None
            pending += [v.node for v in node.inputs]
    return list(found)
