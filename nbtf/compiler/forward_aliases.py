"""Readers of a value's other names read the value itself, so that later passes see who makes what they read.

A constant that comes into a loop is the same constant there.
"""

from __future__ import annotations

from nbtf.compiler.dead_code import sweep
from nbtf.compiler.folding import is_fixed
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.purity import is_pure


def forward_aliases(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """Rewires inputs past nodes that only rename; those that wait for something by a control edge stay between."""
    passed: dict[Node, None] = {}

    def source(value: Value) -> Value:
        node = value.node
        while node.block is not None and node.block.alias is not None and not node.controls and not value.is_handle:
            passed[node] = None
            value = node.inputs[node.block.alias]
            node = value.node
        return value

    for node in nodes:
        node.inputs = [source(value) for value in node.inputs]
    for node in nodes:
        if is_pure(node):
            node.inputs = _past_enters(node.inputs)
    return sweep(nodes, fetched, passed)


def _past_enters(inputs: list[Value]) -> list[Value]:
    """The inputs, with constants where they come in as such, unless nothing else would keep the node in its loop."""
    passed = [_constant_behind(value) for value in inputs]
    return inputs if all(map(is_fixed, passed)) else passed


def _constant_behind(value: Value) -> Value:
    node = value.node
    while node.op_type == "Enter" and node.attrs.is_constant and not node.controls:
        node = node.inputs[0].node
    return node.outputs[0] if node is not value.node and is_fixed(node.outputs[0]) and not node.controls else value
