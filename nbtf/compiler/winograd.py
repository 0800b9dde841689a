"""3x3 convolutions, and their gradients, as products of transformed tiles where that pays: nbtf/kernels/winograd_tiles.py.

They are rounded otherwise than plain ones, so there is a switch for this alone. The transform of a filter that is constant
is computed once, when the program is loaded; that of a variable's in every run, for it may have changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbtf import dtypes
from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Shape, Value, new_node
from nbtf.compiler.pack_weights import original

_FEWEST_CHANNELS = 32
_SMALLEST_SIDE = 12
_OF_GRADIENTS = ("T", "strides", "padding", "explicit_paddings", "dilations")


class _Parts(NamedTuple):
    """Static dims of what takes part in a convolution."""

    images: Shape
    filter: Shape
    result: Shape


def use_winograd(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with convolutions and gradients that suit in this form."""
    transformed: dict[Value, Value] = {}
    result: list[Node] = []
    for node in nodes:
        if _suits_winograd(node):
            if node.op_type in ("Conv2D", "_DenseConv2D"):
                result += _convolution(node, transformed)
            else:
                result += _gradient(node)
        result.append(node)
    return result


def _parts(node: Node) -> _Parts | None:
    """None where the node is no convolution over channels that come last."""
    if node.op_type == "_DenseConv2D" or (node.op_type == "Conv2D" and has_dense_form(node)):
        return _Parts(node.inputs[0].shape, original(node.inputs[1]).shape, node.outputs[0].shape)
    if node.op_type == "Conv2DBackpropInput" and node.attrs.data_format == "NHWC":
        return _Parts(node.outputs[0].shape, node.inputs[1].shape, node.inputs[2].shape)
    if node.op_type == "Conv2DBackpropFilter" and node.attrs.data_format == "NHWC":
        return _Parts(node.inputs[0].shape, node.outputs[0].shape, node.inputs[2].shape)
    return None


def _suits_winograd(node: Node) -> bool:
    """Whether it is a 3x3 convolution of stride 1 with enough channels, over images that hold some tiles."""
    parts = _parts(node)
    if parts is None or node.outputs[0].dtype != dtypes.float32:
        return False
    images, filter, result = parts
    if images is None or filter is None or result is None or {len(images), len(filter), len(result)} != {4}:
        return False
    if images[3] != filter[2] or result[3] != filter[3] or min(filter[2:]) < _FEWEST_CHANNELS:
        return False
    if tuple(filter[:2]) != (3, 3) or {*node.attrs.strides, *node.attrs.dilations} != {1}:
        return False
    return all(size == -1 or size >= _SMALLEST_SIDE for size in images[1:3])


def _points(node: Node, filter: Value, turned: bool = False) -> Node:
    """The node that transforms a filter for this node."""
    assert filter.shape is not None
    channels, filters = filter.shape[2:]
    depth, columns = (filters, channels) if turned else (channels, filters)
    dims = (36, -(-columns // 16), depth, 16)
    facts = {"T": filter.dtype, "turned": turned}
    return new_node("_TransformFilter", node, [filter], [(filter.dtype, dims)], "/points", **facts)


def _convolution(node: Node, transformed: dict[Value, Value]) -> list[Node]:
    """The nodes that this one needs; it becomes a _WinogradConv2D."""
    made = list[Node]()
    weights = original(node.inputs[1])
    if not is_fixed(weights) or weights.node.controls:
        made.append(_points(node, node.inputs[1]))
        points = made[0].outputs[0]
    else:
        if weights not in transformed:
            transformed[weights] = folded(_points(weights.node, weights).outputs[0])
            made.append(transformed[weights].node)
        points = transformed[weights]
    make_dense(node)
    facts = {name: value for name, value in vars(node.attrs).items() if name not in ("packed", "window")}
    _take_form(node, new_node("_WinogradConv2D", node, [], [], **facts))
    node.inputs.insert(2, points)
    return made


def _gradient(node: Node) -> list[Node]:
    """The nodes that this gradient needs; it becomes the one of that form."""
    form = new_node(
        "_Winograd" + node.op_type, node, [], [], **{name: getattr(node.attrs, name) for name in _OF_GRADIENTS}
    )
    made = list[Node]()
    if node.op_type == "Conv2DBackpropInput":
        made.append(_points(node, node.inputs[1], turned=True))
        node.inputs.insert(2, made[0].outputs[0])
    _take_form(node, form)
    return made


def _take_form(node: Node, form: Node) -> None:
    """It stays the same node for all that read it or wait for it."""
    node.op_type, node.attrs, node.block, node.definition = form.op_type, form.attrs, form.block, form.definition
