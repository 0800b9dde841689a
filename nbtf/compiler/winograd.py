"""3x3 convolutions by constant weights as products of transformed tiles, where that pays: nbtf/kernels/winograd.py.

They are rounded otherwise than a direct convolution, so there is a switch for this alone. The filter's transform is
computed once, when the program is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbtf import dtypes
from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.pack_weights import original

_FEWEST_CHANNELS = 32
_SMALLEST_SIDE = 12


def use_winograd(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with convolutions that suit as _WinogradConv2D."""
    transformed: dict[Value, Value] = {}
    result: list[Node] = []
    for node in nodes:
        weights = original(node.inputs[1]) if has_dense_form(node) else None
        if weights is not None and is_fixed(weights) and not weights.node.controls and _suits_winograd(node, weights):
            result += _transformed(node, weights, transformed)
        result.append(node)
    return result


def _suits_winograd(node: Node, weights: Value) -> bool:
    """Whether it is a 3x3 convolution of stride 1 with enough channels, over images that hold some tiles."""
    shape = weights.shape
    if shape is None or len(shape) != 4 or node.op_type not in ("Conv2D", "_DenseConv2D"):
        return False
    if node.outputs[0].dtype != dtypes.float32:
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
