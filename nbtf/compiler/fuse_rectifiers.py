"""Of a net that is trained: what a ReLU lets through is decided where the value before it is made.

The gradient of a MaxPool that reads a ReLU goes through that ReLU's gradient: which elements are positive is seen where the
largest are looked for. A node takes in the one that follows only if nothing else sees the value in between, and that one
needs nothing that it does not need itself, so no cycle can arise. The results are the same, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbtf import dtypes
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.readers import Readers

_FLOATS = (dtypes.float32, dtypes.float64)


def fuse_rectifiers(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with such pairs as one node each."""
    readers = Readers(nodes, fetches)
    stands_for: dict[Node, Node] = {}
    for node in nodes:
        if _is_gradient_of_pool(node):
            following = _follower(node, readers)
            if following is not None and following.op_type == "ReluGrad" and _reads_what_was_pooled(following, node):
                facts = {**vars(node.attrs), "T": node.outputs[0].dtype}
                node.take_op_of(new_node("_MaxPoolReluGrad", node, [], [], **facts))
                node.outputs[0] = following.outputs[0]
                node.outputs[0].node = node
                stands_for[following] = node
    for node in nodes:
        node.controls = [stands_for.get(control, control) for control in node.controls]
    return [node for node in nodes if node not in stands_for]


def _follower(node: Node, readers: Readers) -> Node | None:
    """The one node that sees the first output, if it waits for nothing else."""
    value = node.outputs[0]
    found = readers.of(value)
    if len(found) != 1 or readers.is_fetched(value) or not set(found[0].controls) <= set(node.controls):
        return None
    return found[0]


def _is_gradient_of_pool(node: Node) -> bool:
    return node.op_type == "MaxPoolGrad" and node.outputs[0].dtype in _FLOATS


def _reads_what_was_pooled(node: Node, pool: Node) -> bool:
    gradients, features = node.inputs
    return gradients is pool.outputs[0] and features is pool.inputs[0]
