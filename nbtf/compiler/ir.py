"""What the compiler works on: the part of a graph that a run needs, as nodes that passes may replace.

A Node is not an Operation: passes add, drop and rewire nodes freely while the user's graph stays as it is. `origin`
leads back to the operation that an error message should name.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.graph import registry
from nbtf.wire import op_defs

if TYPE_CHECKING:
    from nbtf.dtypes import DType
    from nbtf.graph.operation import Operation

Shape = tuple[int, ...] | None
"""Static dims with -1 for an unknown one; None when even the rank is unknown."""


class Value:
    """One output of a node."""

    __slots__ = ("dtype", "index", "is_handle", "node", "shape")

    def __init__(self, node: Node, index: int, dtype: DType, shape: Shape, is_handle: bool = False) -> None:
        self.node = node
        self.index = index
        self.dtype = dtype
        self.shape = shape
        self.is_handle = is_handle
        """Whether the slot holds a handle: a resource, or a ref, whose dtype is that of what it leads to."""

    def __repr__(self) -> str:
        return f"{self.node.name}:{self.index}"


class Node:
    """An op to run: `inputs` and `controls` may be rewired; outputs keep their order."""

    __slots__ = ("attrs", "block", "controls", "definition", "index", "inputs", "name", "op_type", "origin", "outputs")

    def __init__(
        self,
        op_type: str,
        name: str,
        index: int,
        attrs: Any,
        origin: Operation | None,
        block: registry.Block | None = None,
        definition: op_defs.OpDef | None = None,
    ) -> None:
        self.op_type = op_type
        self.name = name
        self.index = index
        self.attrs = attrs
        self.origin = origin
        self.block = block
        self.definition = definition
        self.inputs: list[Value] = []
        self.controls: list[Node] = []
        self.outputs: list[Value] = []

    def __repr__(self) -> str:
        return f"<{self.op_type} {self.name}>"

    def take_op_of(self, other: Node) -> None:
        """It gets another op and its attributes, and stays the same node for all that read it or wait for it."""
        self.op_type, self.attrs, self.block, self.definition = (
            other.op_type,
            other.attrs,
            other.block,
            other.definition,
        )

    def add_output(self, dtype: DType, shape: Shape) -> Value:
        is_handle = dtype._is_ref_dtype or dtype == dtypes.resource
        value = Value(self, len(self.outputs), dtype.base_dtype, shape, is_handle)
        self.outputs.append(value)
        return value


def new_node(
    op_type: str,
    like: Node,
    inputs: Sequence[Value],
    outputs: Sequence[tuple[DType, Shape]],
    suffix: str = "",
    **attrs: Any,
) -> Node:
    """A node that a pass adds, in the place and under the name of the node it was made for."""
    definition = op_defs.signature(op_type)
    if definition is not None:
        defaults = {name: attr.default for name, attr in definition.attrs.items() if attr.has_default}
        attrs = {**defaults, **attrs}
    name = like.name + suffix
    node = Node(op_type, name, like.index, SimpleNamespace(**attrs), like.origin, registry.find(op_type), definition)
    node.inputs = list(inputs)
    for dtype, shape in outputs:
        node.add_output(dtype, shape)
    return node


def constant(array: np.ndarray, like: Node, suffix: str = "", dtype: DType | None = None) -> Value:
    """A Const node's value; `array` is read in place and must stay unchanged."""
    array = np.asarray(array, order="C")
    as_type = dtype or dtypes.as_dtype(array.dtype)
    return new_node("Const", like, [], [(as_type, array.shape)], suffix, array=array).outputs[0]


def is_constant(value: Value) -> bool:
    return value.node.op_type == "Const"
