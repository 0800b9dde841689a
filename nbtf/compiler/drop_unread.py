"""Products that are only waited for, as the gradient for the input of a training step: others wait for their factors.

TensorFlow's rewriter does so with every op. Here it is done with those that cost much and that cannot fail.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbtf.compiler.ir import Node, Value
from nbtf.compiler.purity import is_pure
from nbtf.compiler.schedule import SWITCHES

_PRODUCTS = frozenset(
    """
    MatMul BatchMatMul BatchMatMulV2 Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3DBackpropFilterV2
    Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput
    """.split()  # noqa: SIM905
)


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
    """Whether its rule has been checked, but for the batch. A branch's values tell more than the Switch they come from."""
    if node.op_type not in _PRODUCTS or not is_pure(node):
        return False
    if any(value.node.op_type in SWITCHES for value in node.inputs):
        return False
    return all(value.shape is not None and -1 not in value.shape[1:] for value in (*node.inputs, *node.outputs))


def _waits_for(node: Node, dropped: set[Node]) -> list[Node]:
    """What the node waits for in the end, in order."""
    found: dict[Node, None] = {}
    for control in node.controls:
        sources = [*(value.node for value in control.inputs), *control.controls] if control in dropped else [control]
        found.update(dict.fromkeys(sources))
    return list(found)
