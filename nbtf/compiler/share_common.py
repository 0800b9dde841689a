"""Ops that compute the same from the same are computed once.

The same: op, attributes, inputs and control edges, so branch and loop are the same too. Only pure ops are looked at, and
small constants.
"""

from __future__ import annotations

import math
from collections.abc import Hashable

from nbtf.compiler.ir import Node, Value, is_constant
from nbtf.compiler.purity import attributes_key, is_pure

# of those that are compared
_MOST_CONSTANT_ELEMENTS = 1 << 8
_MOST_CONSTANT_BYTES = 1 << 12


def share_common(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes without those that compute what an earlier one does."""
    known = _Known()
    stands_for: dict[Node, Node] = {}
    replaced: dict[Value, Value] = {}
    result: list[Node] = []
    for node in nodes:
        node.inputs = [replaced.get(value, value) for value in node.inputs]
        node.controls = list(dict.fromkeys(stands_for.get(control, control) for control in node.controls))
        found = known.find(node)
        if found is node:
            result.append(node)
        else:
            stands_for[node] = found
            replaced.update(zip(node.outputs, found.outputs, strict=True))
    for node in result:  # what comes round a loop is read before it is made
        node.inputs = [replaced.get(value, value) for value in node.inputs]
        node.controls = [stands_for.get(control, control) for control in node.controls]
    fetched[:] = [replaced.get(value, value) for value in fetched]
    return result


class _Known:
    """The nodes so far. Attributes take long to compare: it is done only where all else is equal."""

    def __init__(self) -> None:
        self._first: dict[Hashable, Node] = {}
        self._by_attributes: dict[Hashable, Node] = {}

    def find(self, node: Node) -> Node:
        """The first node that computes the same, which may be this one."""
        controls = frozenset(node.controls)
        if node.outputs and is_constant(node.outputs[0]):
            content = _content(node)
            return node if content is None else self._first.setdefault((content, controls), node)
        if not is_pure(node) or node.definition is None:
            return node
        key = (node.op_type, *node.inputs, controls)
        other = self._first.setdefault(key, node)
        if other is node:
            return node
        self._by_attributes.setdefault((key, attributes_key(other)), other)
        return self._by_attributes.setdefault((key, attributes_key(node)), node)


def _content(node: Node) -> Hashable:
    """A small constant's dtype, dims and elements, as far as its form tells them."""
    value, array = node.outputs[0], getattr(node.attrs, "array", None)
    if value.shape is None or -1 in value.shape or math.prod(value.shape) > _MOST_CONSTANT_ELEMENTS:
        return None
    if array is None:
        proto = node.attrs.value
        return proto.SerializeToString() if proto.ByteSize() <= _MOST_CONSTANT_BYTES else None
    return None if array.dtype == object else (value.dtype, array.shape, array.tobytes())
