"""half and bfloat16: computed as float32, as TensorFlow's CPU kernels do, and rounded back to the op's dtype.

Ops that only move elements keep the bits as they are.
"""

from __future__ import annotations

from nbtf import dtypes
from nbtf.compiler.emit import spread_arguments
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.dtypes import DType
from nbtf.wire.op_defs import Argument

_NARROW = {dtypes.float16: "half", dtypes.bfloat16: "bfloat16"}
_CASTS = {f"_{name}_to_float32" for name in _NARROW.values()} | {f"_float32_to_{name}" for name in _NARROW.values()}


def widen(nodes: list[Node]) -> list[Node]:
    """The nodes with casts around those that compute in a 16-bit float."""
    return [made for node in nodes for made in _around(node)]


def _around(node: Node) -> list[Node]:
    block = node.block
    if block is None or node.op_type in _CASTS or not (block.rule or block.kernel):
        return [node]
    before = []
    for position, (value, argument) in enumerate(zip(node.inputs, spread_arguments(node, outputs=False), strict=True)):
        name = _narrow(value, argument, node)
        if name:
            cast = new_node(f"_{name}_to_float32", node, [value], [(dtypes.float32, value.shape)], f"/wide{position}")
            cast.controls = list(node.controls)
            node.inputs[position] = cast.outputs[0]
            before.append(cast)
    after = []
    for value, argument in zip(list(node.outputs), spread_arguments(node, outputs=True), strict=True):
        name = _narrow(value, argument, node)
        if name:
            after.append(_rounded(node, value, f"_float32_to_{name}"))
    return [*before, node, *after]


def _rounded(node: Node, value: Value, cast_type: str) -> Node:
    """A cast that makes `value`, which all its readers keep, from a float32 output in its place."""
    wide = Value(node, value.index, dtypes.float32, value.shape)
    node.outputs[value.index] = wide
    cast = new_node(cast_type, node, [wide], [], f"/narrow{value.index}")
    cast.outputs = [value]
    value.node, value.index = cast, 0
    return cast


def _narrow(value: Value, argument: Argument, node: Node) -> str | None:
    """The 16-bit float that an operand would be computed in."""
    assert node.block is not None
    if value.is_handle or argument.name in node.block.moves:
        return None
    dtype: DType = value.dtype
    return _NARROW.get(dtype)
