"""Of a net that is trained: gradients of ReLUs become part of what comes next to them. The results are the same, bit for bit.

The gradient of a MaxPool that reads a ReLU goes through that ReLU's gradient: which elements are positive is seen where the
largest are looked for. The gradient of a ReLU goes into that of the normalization before it: what the ReLU got is computed
again from what the normalization read, which is read there anyway. So a pass over memory is spared.

Nothing else may see the value in between, and what is taken in must need nothing that the rest does not: no cycle can arise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from nbtf import dtypes
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.purity import attributes
from nbtf.compiler.readers import Readers

_FLOATS = (dtypes.float32, dtypes.float64)


def fuse_rectifiers(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with fewer ReluGrad."""
    readers = Readers(nodes, fetches)
    stands_for: dict[Node, Node] = {}
    for node in nodes:
        if node.op_type == "ReluGrad" and not node.controls:
            if _goes_into_pool(node, readers):
                stands_for[node] = _rectified_pool(node)
            elif _goes_into_normalization(node, readers):
                stands_for[node] = _gated(node, readers)
    for node in nodes:
        node.controls = [stands_for.get(control, control) for control in node.controls]
    return [node for node in nodes if node not in stands_for]


# ---- into the gradient of a pooling, before it -----------------------------------------------------------------------


def _goes_into_pool(node: Node, readers: Readers) -> bool:
    gradient, features = node.inputs
    pool = gradient.node
    if pool.op_type != "MaxPoolGrad" or gradient.dtype not in _FLOATS or features is not pool.inputs[0]:
        return False
    return len(readers.of(gradient)) == 1 and not readers.is_fetched(gradient)


def _rectified_pool(node: Node) -> Node:
    """The pooling's node, which does the work of both."""
    pool = node.inputs[0].node
    pool.take_op_of(new_node("_MaxPoolReluGrad", pool, [], [], **{**attributes(pool), "T": node.outputs[0].dtype}))
    pool.outputs = node.outputs
    pool.outputs[0].node = pool
    return pool


# ---- into the gradient of a normalization, behind it -----------------------------------------------------------------


def _goes_into_normalization(node: Node, readers: Readers) -> bool:
    """Whether it only leads to the gradient of the normalization whose ReLU it is of."""
    value, normalized = node.outputs[0], node.inputs[1].node
    found = readers.of(value)
    if {reader.op_type for reader in found} != {"_BatchNormGradSums", "_BatchNormGradInput"} or len(found) != 2:
        return False
    if normalized.op_type != "_NormalizeChannels" or readers.is_fetched(value) or not readers.is_free(node):
        return False
    attrs = normalized.attrs
    x, center = normalized.inputs[:2]
    if attrs.N or (attrs.low, attrs.high) != (0.0, math.inf):
        return False
    return all(reader.inputs[:2] == [value, x] and _center(reader) is center for reader in found)


def _center(node: Node) -> Value:
    return node.inputs[3 if node.op_type == "_BatchNormGradSums" else 2]


def _gated(node: Node, readers: Readers) -> Node:
    """One of both nodes of that gradient, which read what this one reads, and what leads from x to what the ReLU got."""
    factor, offset = node.inputs[1].node.inputs[2:4]
    for reader in readers.of(node.outputs[0]):
        reader.inputs[0] = node.inputs[0]
        reader.inputs += [factor, offset]
        reader.attrs.N = 2
    return reader
