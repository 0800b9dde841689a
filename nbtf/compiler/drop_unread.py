"""Products that are only waited for, as the gradient for the input of a training step: others wait for their factors.

TensorFlow's rewriter does so with every op. Here it is done with those that cost much and whose rules were checked when the
graph was built: what such a node might refuse in a run, nobody has asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbtf.compiler.ir import Node, Value
from nbtf.compiler.purity import is_pure
from nbtf.compiler.schedule import SWITCHES

_PRODUCTS = frozenset(
    ["MatMul", "BatchMatMul", "BatchMatMulV2", "Conv2D", "Conv2DBackpropInput", "Conv3DBackpropInputV2",
     "DepthwiseConv2dNativeBackpropInput"]
)  # fmt: skip


def drop_unread(nodes: list[Node], fetched: Sequence[Value]) -> list[Node]:
    """The nodes without products that nobody reads and something waits for."""
    read = {value.node for value in fetched}
    read.update(value.node for node in nodes for value in node.inputs)
    awaited = {control for node in nodes for control in node.controls}
    dropped = {node for node in nodes if node in awaited and node not in read and _may_go(node)}
    for node in nodes:
        if any(control in dropped for control in node.controls):
            node.controls = _waits_for(node, dropped)
    return [node for node in nodes if node not in dropped]


def _may_go(node: Node) -> bool:
    """Whether all dims are known, but for the batch of one factor that no other must fit.

    What comes from a Switch stays: which of its outputs is there, a wait for the Switch does not tell.
    """
    if node.op_type not in _PRODUCTS or not is_pure(node) or getattr(node.attrs, "transpose_a", False):
        return False
    if any(value.node.op_type in SWITCHES for value in node.inputs):
        return False
    if any(value.shape is None or -1 in value.shape[1:] for value in (*node.inputs, *node.outputs)):
        return False
    return sum(-1 in (value.shape or ()) for value in node.inputs) <= 1


def _waits_for(node: Node, dropped: set[Node]) -> list[Node]:
    """What the node waits for in the end, in order."""
    found: dict[Node, None] = {}
    for control in node.controls:
        sources = [*(value.node for value in control.inputs), *control.controls] if control in dropped else [control]
        found.update(dict.fromkeys(sources))
    return list(found)
