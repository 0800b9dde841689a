"""Constant weights, packed once: a convolution or product by a constant reads panels instead, see nbtf/kernels/tile.py.

The packing is a node of its own whose input is constant, so it is computed when the program is loaded and kept with the
session, see `folded`. A variable's weights are packed in every run, by the kernel: they may have changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Value, new_node

LINE_BYTES = 64


def pack_weights(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with those packed whose weights are constants that nobody feeds."""
    packed: dict[tuple[Value, bool, int], Value] = {}
    result: list[Node] = []
    for node in nodes:
        weights = original(node.inputs[1]) if has_dense_form(node) else None
        if weights is not None and is_fixed(weights) and weights.shape is not None and not weights.node.controls:
            made = _packed(node, weights, weights.shape, packed)
            if made is not None:
                result += made
                continue
        result.append(node)
    return result


def original(value: Value) -> Value:
    """The value behind what only gives it another name, as frozen graphs do."""
    while value.node.block is not None and value.node.block.alias is not None:
        value = value.node.inputs[value.node.block.alias]
    return value


def _packed(
    node: Node, weights: Value, shape: Sequence[int], packed: dict[tuple[Value, bool, int], Value]
) -> list[Node] | None:
    if 0 in shape or -1 in shape:
        return None
    transposed, groups = False, 1
    if node.op_type in ("MatMul", "_DenseMatMul"):
        if len(shape) != 2:
            return None
        transposed = node.attrs.transpose_b
    elif node.op_type in ("Conv2D", "_DenseConv2D"):
        images = node.inputs[0].shape
        if len(shape) != 4 or images is None or len(images) != 4 or images[3] == -1 or images[3] % shape[2]:
            return None
        groups = images[3] // shape[2]
        if groups == 0 or shape[3] % groups:
            return None
    else:
        return None
    key = (weights, transposed, groups)
    made = list[Node]()
    if key not in packed:
        packed[key] = folded(_pack_node(node, weights, shape, transposed, groups).outputs[0])
        made.append(packed[key].node)
    make_dense(node)
    node.inputs[1] = packed[key]
    node.attrs.packed = True
    if node.op_type == "_DenseMatMul":
        node.attrs.columns = shape[0] if transposed else shape[1]
    else:
        node.attrs.window = tuple(shape)
    return [*made, node]


def _pack_node(node: Node, weights: Value, shape: Sequence[int], transposed: bool, groups: int) -> Node:
    line = LINE_BYTES // weights.dtype.itemsize
    columns = shape[0] if transposed else shape[-1]
    depth = shape[1] if transposed else math.prod(shape[:-1])
    dims = (groups * -(-columns // groups // line), depth, line)
    facts = {"T": weights.dtype, "transposed": transposed, "groups": groups, "line": line}
    return new_node("_PackMatrix", weights.node, [weights], [(weights.dtype, dims)], "/packed", **facts)
