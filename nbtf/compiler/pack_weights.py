"""Constant weights, packed once: a convolution or product by a constant reads panels instead, see nbtf/kernels/tile.py.

The packing is a node of its own whose input is constant, so it is computed when the program is loaded and kept with the
session, see `folded`. A variable's weights are packed in every run, by the kernel: they may have changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from nbtf import dtypes
from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.folding import folded
from nbtf.compiler.ir import Node, Value, is_constant, new_node

LINE_BYTES = 64
_FEWEST_CHANNELS = 32  # with which Winograd pays
_SMALLEST_SIDE = 12


def pack_weights(nodes: list[Node], winograd: bool) -> list[Node]:
    """The nodes, with those packed whose weights are constants that nobody feeds."""
    packed: dict[tuple[Value, bool, int], Value] = {}
    transformed: dict[Value, Value] = {}
    result: list[Node] = []
    for node in nodes:
        weights = _named(node.inputs[1]) if has_dense_form(node) else None
        if weights is not None and is_constant(weights) and weights.shape is not None and not weights.node.controls:
            if winograd and _suits_winograd(node, weights.shape):
                result += [*_transformed(node, weights, transformed), node]
                continue
            made = _packed(node, weights, weights.shape, packed)
            if made is not None:
                result += made
                continue
        result.append(node)
    return result


def _named(value: Value) -> Value:
    """The value behind what only gives it another name, as frozen graphs do."""
    while value.node.block is not None and value.node.block.alias is not None:
        value = value.node.inputs[value.node.block.alias]
    return value


def _suits_winograd(node: Node, shape: Sequence[int]) -> bool:
    """Whether it is a 3x3 convolution of stride 1 with enough channels, over images that hold some tiles."""
    if node.op_type not in ("Conv2D", "_DenseConv2D") or len(shape) != 4 or node.outputs[0].dtype != dtypes.float32:
        return False
    images, attrs = node.inputs[0].shape, node.attrs
    if images is None or len(images) != 4 or images[3] != shape[2] or min(shape[2:]) < _FEWEST_CHANNELS:
        return False
    if tuple(shape[:2]) != (3, 3) or {*attrs.strides, *attrs.dilations} != {1}:
        return False
    return all(size == -1 or size >= _SMALLEST_SIDE for size in images[1:3])


def _transformed(node: Node, weights: Value, transformed: dict[Value, Value]) -> list[Node]:
    """The nodes that this one needs; it becomes a _WinogradConv2D."""
    assert weights.shape is not None
    made = list[Node]()
    if weights not in transformed:
        dims = (36, -(-weights.shape[3] // 16), weights.shape[2], 16)
        points = new_node("_TransformFilter", weights.node, [weights], [(weights.dtype, dims)], T=weights.dtype)
        transformed[weights] = folded(points.outputs[0])
        made.append(transformed[weights].node)
    make_dense(node)
    facts = {name: value for name, value in vars(node.attrs).items() if name not in ("packed", "window")}
    form = new_node("_WinogradConv2D", node, [], [], **facts)
    node.op_type, node.attrs, node.block, node.definition = form.op_type, form.attrs, form.block, form.definition
    node.inputs.insert(2, transformed[weights])
    return made


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
