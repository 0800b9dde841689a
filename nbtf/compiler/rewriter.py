"""Lowering: ops that are other ops put together are replaced by those before anything is placed.

A block's `lower(node, rewriter)` returns one value for each output of the node, or None where the node, of this dtype
or with these attributes, runs as it is:

    def lower(node, r):
        x, = node.inputs
        return [r.add("Mul", [x, x], [(x.dtype, x.shape)], T=x.dtype)]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbtf.compiler.ir import Node, Shape, Value, constant, new_node
from nbtf.dtypes import DType


class Rewriter:
    """Makes the nodes that replace one node: they run when it would have run."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.nodes: list[Node] = []

    def add(
        self, op_type: str, inputs: Sequence[Value], outputs: Sequence[tuple[DType, Shape]], **attrs: Any
    ) -> list[Value]:
        """Outputs of a new node."""
        node = new_node(op_type, self.node, inputs, outputs, f"/{len(self.nodes)}", **attrs)
        node.controls = list(self.node.controls)
        self.nodes.append(node)
        return node.outputs

    def constant(self, array: np.ndarray[Any, Any], dtype: DType | None = None) -> Value:
        value = constant(array, self.node, f"/{len(self.nodes)}", dtype)
        value.node.controls = list(self.node.controls)
        self.nodes.append(value.node)
        return value


def lower(nodes: list[Node], fetches: list[Value]) -> tuple[list[Node], list[Value]]:
    """Nodes without any whose block says how to lower it."""
    replaced: dict[Value, Value] = {}
    stands_for: dict[Node, list[Node]] = {}
    result: list[Node] = []
    pending = list(reversed(nodes))
    while pending:
        node = pending.pop()
        if node.block is None or node.block.lower is None:
            result.append(node)
            continue
        rewriter = Rewriter(node)
        values = node.block.lower(node, rewriter)
        if values is None:
            result.append(node)
            continue
        replaced.update(zip(node.outputs, values, strict=True))
        stands_for[node] = rewriter.nodes
        pending += reversed(rewriter.nodes)

    def final(value: Value) -> Value:
        while value in replaced:
            value = replaced[value]
        return value

    for node in result:
        node.inputs = [final(value) for value in node.inputs]
        node.controls = [last for control in node.controls for last in _standing(control, stands_for)]
    return result, [final(value) for value in fetches]


def _standing(control: Node, stands_for: dict[Node, list[Node]]) -> list[Node]:
    """What a control edge from a lowered node waits for: all that replaced it."""
    found, pending = list[Node](), [control]
    while pending:
        node = pending.pop()
        if node in stands_for:
            pending += stands_for[node]
        else:
            found.append(node)
    return found
