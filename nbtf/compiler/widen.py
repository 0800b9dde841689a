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


def widen(nodes: list[Node]) -> tuple[list[Node], dict[Value, Value]]:
    """The nodes with casts around those that compute in a 16-bit float, and what replaces their outputs."""
    result: list[Node] = []
    replaced: dict[Value, Value] = {}
    for node in nodes:
        result += _around(node, replaced)
    for node in result:
        if node.op_type not in _NARROWING:
            node.inputs = [replaced.get(v, v) for v in node.inputs]
    return result, replaced


_NARROWING = tuple(f"_float32_to_{name}" for name in _NARROW.values())


def _around(node: Node, replaced: dict[Value, Value]) -> list[Node]:
    block = node.block
    if block is None or not (block.rule or block.kernel):
        return [node]
    before: list[Node] = []
    after: list[Node] = []
    for position, (value, argument) in enumerate(zip(node.inputs, spread_arguments(node, outputs=False), strict=True)):
        name = _narrow(value.dtype, argument, node)
        if name and not value.is_handle:
            cast = new_node(f"_{name}_to_float32", node, [value], [(dtypes.float32, value.shape)], f"/wide{position}")
            cast.controls = list(node.controls)
            node.inputs[position] = cast.outputs[0]
            before.append(cast)
    for value, argument in zip(list(node.outputs), spread_arguments(node, outputs=True), strict=True):
        name = _narrow(value.dtype, argument, node)
        if name and not value.is_handle:
            cast = new_node(f"_float32_to_{name}", node, [value], [(value.dtype, value.shape)], f"/narrow{value.index}")
            replaced[value] = cast.outputs[0]
            value.dtype = dtypes.float32
            after.append(cast)
    return [*before, node, *after]


def _narrow(dtype: DType, argument: Argument, node: Node) -> str | None:
    assert node.block is not None
    return None if argument.name in node.block.moves else _NARROW.get(dtype)
