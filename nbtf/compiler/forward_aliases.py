"""Readers of a value's other names read the value itself, so that later passes see who makes what they read."""

from __future__ import annotations

from nbtf.compiler.ir import Node, Value


def forward_aliases(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """Rewires inputs past nodes that only rename; those that wait for something by a control edge stay between."""

    def source(value: Value) -> Value:
        node = value.node
        while node.block is not None and node.block.alias is not None and not node.controls and not value.is_handle:
            value = node.inputs[node.block.alias]
            node = value.node
        return value

    for node in nodes:
        node.inputs = [source(value) for value in node.inputs]
    return nodes
