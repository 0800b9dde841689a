"""Ops that may wait for others become two: one that begins, and one that awaits the outcome as late as possible.

What the op waits for may be done by the same run: by the time that it is awaited, everything has begun that does not
need the outcome.
"""

from __future__ import annotations

from nbtf import dtypes
from nbtf.compiler.ir import Node, new_node


def split_waiting(nodes: list[Node]) -> list[Node]:
    """The nodes, with a node `_Begin` before each that may wait."""
    result: list[Node] = []
    for node in nodes:
        if node.block is not None and node.block.begin is not None:
            begun = new_node("_Begin", node, node.inputs, [(dtypes.int64, ())], "/begin", awaited=node)
            begun.controls = node.controls
            # the handle comes along: what is taken is laid out as the queue says
            node.inputs, node.controls = [begun.outputs[0], *node.inputs[:1]], []
            result.append(begun)
        result.append(node)
    return result


LATE = 1 << 40


def lateness(node: Node) -> int:
    """What is added to the rank of a node that awaits something: whatever can be done before goes first.

    What is taken is awaited before what is added: nobody computes with the outcome of an enqueue, and that may need
    what follows from a dequeue.
    """
    if node.block is None or node.block.begin is None:
        return 0
    return LATE if node.outputs else 2 * LATE
