"""3x3 convolutions, and their gradients, as products of transformed tiles where that pays: nbtf/kernels/winograd_tiles.py.

They are rounded otherwise than plain ones, so there is a switch for this alone. A constant filter is transformed once; any
other in every run, which takes more tiles to pay, and before the loop where it comes from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbtf import dtypes
from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Shape, Value, new_node
from nbtf.compiler.pack_weights import original
from nbtf.compiler.purity import attributes

_FEWEST_CHANNELS = 16
_LEAST_TILES = 16  # fewer do not pay for reading a filter's points, four times as large
_LEAST_CACHED = 9  # but as few pay where they are in a cache
_LEAST_TRANSFORMED, _LEAST_TRANSFORMED_CACHED = 32, 16  # where a run has to transform the filter
_CACHED_BYTES = 1 << 21
_BATCH_OF_TRAINING = 8  # images, where their number is unknown; of inference, one
_OF_GRADIENTS = ("T", "strides", "padding", "explicit_paddings", "dilations")


class _Parts(NamedTuple):
    """Static dims of what takes part in a convolution."""

    images: Shape
    filter: Shape
    result: Shape


def use_winograd(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with convolutions and gradients that suit in this form."""
    trains = any(node.op_type == "Conv2DBackpropFilter" for node in nodes)
    batch = _BATCH_OF_TRAINING if trains else 1
    known: dict[Value, Value] = {}
    result: list[Node] = []
    for node in nodes:
        if _is_convolution(node):
            weights = original(node.inputs[1])
            weights = weights if _is_ready(weights) else node.inputs[1]
            parts = _Parts(node.inputs[0].shape, weights.shape, node.outputs[0].shape)
            if _suits_winograd(node, parts) and _fills_tiles(parts, batch, _least_tiles(parts, _is_ready(weights))):
                result += _convolution(node, weights, known)
        elif _is_gradient(node):
            parts = _parts_of_gradient(node)
            if _suits_winograd(node, parts) and _fills_tiles(
                parts, _BATCH_OF_TRAINING, _least_of_gradient(node, parts)
            ):
                result += _gradient(node)
        result.append(node)
    return result


def _is_ready(weights: Value) -> bool:
    """Whether they are transformed once a session."""
    return is_fixed(weights) and not weights.node.controls


def _is_convolution(node: Node) -> bool:
    """Whether it is one over channels that come last."""
    return node.op_type == "_DenseConv2D" or (node.op_type == "Conv2D" and has_dense_form(node))


def _is_gradient(node: Node) -> bool:
    return node.op_type in ("Conv2DBackpropInput", "Conv2DBackpropFilter") and node.attrs.data_format == "NHWC"


def _parts_of_gradient(node: Node) -> _Parts:
    if node.op_type == "Conv2DBackpropInput":
        return _Parts(node.outputs[0].shape, node.inputs[1].shape, node.inputs[2].shape)
    return _Parts(node.inputs[0].shape, node.outputs[0].shape, node.inputs[2].shape)


def _suits_winograd(node: Node, parts: _Parts) -> bool:
    """Whether it is of floats, with a filter of 3x3, strides of 1, and enough channels."""
    images, filter, result = parts
    if images is None or filter is None or result is None or {len(images), len(filter), len(result)} != {4}:
        return False
    if node.outputs[0].dtype != dtypes.float32 or {*node.attrs.strides, *node.attrs.dilations} != {1}:
        return False
    if images[3] != filter[2] or result[3] != filter[3] or min(filter[2:]) < _FEWEST_CHANNELS:
        return False
    return tuple(filter[:2]) == (3, 3)


def _least_tiles(parts: _Parts, is_ready: bool) -> int:
    """How many make up for reading the points of a filter, and for computing them unless they are ready."""
    assert parts.filter is not None
    if 36 * 4 * parts.filter[2] * parts.filter[3] <= _CACHED_BYTES:
        return _LEAST_CACHED if is_ready else _LEAST_TRANSFORMED_CACHED
    return _LEAST_TILES if is_ready else _LEAST_TRANSFORMED


def _least_of_gradient(node: Node, parts: _Parts) -> int:
    return _LEAST_TILES if node.op_type == "Conv2DBackpropFilter" else _least_tiles(parts, is_ready=False)


def _fills_tiles(parts: _Parts, batch: int, least: int) -> bool:
    """Whether the images make so many tiles of 4x4, and fill half of their area; batch: images, where that is unknown."""
    assert parts.result is not None
    images, height, width, _ = parts.result
    if -1 in (height, width):
        return True  # of any size: as a rule, large ones
    tiles = -(-height // 4) * -(-width // 4)
    return tiles * (batch if images == -1 else images) >= least and 2 * height * width >= 16 * tiles


def _points(like: Node, filter: Value, turned: bool = False) -> Node:
    """The node that transforms a filter for the node `like`."""
    assert filter.shape is not None
    channels, filters = filter.shape[2:]
    depth, columns = (filters, channels) if turned else (channels, filters)
    dims = (36, -(-columns // 16), depth, 16)
    facts = {"T": filter.dtype, "turned": turned, "window": filter.shape}
    return new_node("_TransformFilter", like, [filter], [(filter.dtype, dims)], "/points", **facts)


def _convolution(node: Node, weights: Value, known: dict[Value, Value]) -> list[Node]:
    """The nodes that this one needs; it becomes a _WinogradConv2D."""
    made = list[Node]()
    points = _points_of(node, weights, known, made)
    make_dense(node)
    facts = {name: value for name, value in vars(node.attrs).items() if name != "packed"} | {"window": weights.shape}
    node.take_op_of(new_node("_WinogradConv2D", node, [], [], **facts))
    node.inputs[1] = points
    return made


def _points_of(reader: Node, filter: Value, known: dict[Value, Value], made: list[Node]) -> Value:
    """The points of a filter: those known, or of nodes added to `made`, before the loop that it comes into unchanged."""
    if filter in known:
        return known[filter]
    if _shows_writes(filter):
        made.append(_points_for(reader, filter))
        return made[-1].outputs[0]
    node = filter.node
    if _is_ready(filter):
        made.append(folded(_points(node, filter).outputs[0]).node)
    elif node.op_type == "Enter" and node.attrs.is_constant and not node.controls:
        inner = _points_of(node, node.inputs[0], known, made)
        made.append(new_node("Enter", node, [inner], [(inner.dtype, inner.shape)], "/points", **attributes(node)))
    else:
        made.append(_points(node, filter))
    known[filter] = made[-1].outputs[0]
    return known[filter]


def _shows_writes(filter: Value) -> bool:
    """Whether it is a variable's own memory, which may be written before the filter is read."""
    node = original(filter).node
    while node.op_type in ("Enter", "Switch"):
        node = original(node.inputs[0]).node
    return node.op_type == "_ReadRef"


def _points_for(reader: Node, filter: Value, turned: bool = False) -> Node:
    """The node that transforms a filter as its reader would find it."""
    node = _points(reader, filter, turned)
    if _shows_writes(filter):
        others = [value.node for value in reader.inputs if value is not filter]
        node.controls = list(dict.fromkeys([*reader.controls, *others]))
    return node


def _gradient(node: Node) -> list[Node]:
    """The nodes that this gradient needs; it becomes the one of that form."""
    made = list[Node]()
    facts = {name: getattr(node.attrs, name) for name in _OF_GRADIENTS}
    if node.op_type == "Conv2DBackpropInput":
        made.append(_points_for(node, node.inputs[1], turned=True))
        node.inputs.insert(2, made[0].outputs[0])
    node.take_op_of(new_node("_Winograd" + node.op_type, node, [], [], **facts))
    return made
