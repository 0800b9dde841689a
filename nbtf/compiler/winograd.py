"""3x3 convolutions, and their gradients, as products of transformed tiles where that pays: nbtf/kernels/winograd_tiles.py.

They are rounded otherwise than plain ones, so there is a switch for this alone. A constant filter is transformed once; any
other in every run, which takes more tiles to pay, and before the loop where it comes from outside.

In training convolutions have smaller tiles, which save less and round no worse than plain ones. Larger ones round five times
as much: enough to decide which units of a ReLU are active, and losses part within some steps. Gradients are multiplied by a
rate that is small, so they have the larger ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbtf import dtypes
from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Shape, Value, new_node
from nbtf.compiler.pack_weights import original, shows_writes
from nbtf.compiler.purity import attributes

_CACHED_BYTES = 1 << 21  # of a filter's points
_BATCH_OF_TRAINING = 8  # images, where their number is unknown; of inference, one
_OF_GRADIENTS = ("T", "strides", "padding", "explicit_paddings", "dilations")


_Known = dict[tuple[Value, int], Value]
"""The points of filters, by the side of the tiles that they are for."""


class _Form(NamedTuple):
    """Tiles of side x side outputs, and what makes up for transforming them and for reading a filter's points.

    least_cached: tiles, where the points are in a cache; least: elsewhere.
    """

    side: int
    channels: int
    least_cached: int
    least: int


_READY = _Form(4, 16, 9, 16)  # for filters that were transformed before
_IN_INFERENCE = _Form(4, 16, 16, 32)
_IN_TRAINING = _Form(2, 32, 48, 48)
_FOR_GRADIENT = _Form(4, 16, 16, 16)


class _Parts(NamedTuple):
    """Static dims of what takes part in a convolution."""

    images: Shape
    filter: Shape
    result: Shape


def use_winograd(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with convolutions and gradients that suit in this form."""
    trains = any(node.op_type == "Conv2DBackpropFilter" for node in nodes)
    batch = _BATCH_OF_TRAINING if trains else 1
    known: _Known = {}
    result: list[Node] = []
    for node in nodes:
        if _is_convolution(node):
            weights = original(node.inputs[1])
            form = _READY
            if not _is_ready(weights):
                weights, form = node.inputs[1], _IN_TRAINING if trains else _IN_INFERENCE
            parts = _Parts(node.inputs[0].shape, weights.shape, node.outputs[0].shape)
            if _suits(node, parts, form, batch) and not _may_get_other_dims(weights):
                result += _convolution(node, weights, form.side, known)
        elif _is_gradient(node):
            of_filter = node.op_type == "Conv2DBackpropFilter"
            form = _FOR_GRADIENT if of_filter else _IN_INFERENCE
            fixed = of_filter or not _may_get_other_dims(node.inputs[1])
            if fixed and _suits(node, _parts_of_gradient(node), form, _BATCH_OF_TRAINING):
                result += _gradient(node)
        result.append(node)
    return result


def _is_ready(weights: Value) -> bool:
    """Whether they are transformed once a session."""
    return is_fixed(weights) and not weights.node.controls


def _may_get_other_dims(weights: Value) -> bool:
    """Whether they are a variable that something in the graph assigns a value of any dims to."""
    if not shows_writes(weights):
        return False
    node = original(weights).node
    while node.inputs:
        node = original(node.inputs[0]).node
    writers = [] if node.origin is None else [op for output in node.origin.outputs for op in output.consumers()]
    return any(op.type == "Assign" and not op.attrs.validate_shape for op in writers)


def _is_convolution(node: Node) -> bool:
    """Whether it is one over channels that come last."""
    return node.op_type == "_DenseConv2D" or (node.op_type == "Conv2D" and has_dense_form(node))


def _is_gradient(node: Node) -> bool:
    return node.op_type in ("Conv2DBackpropInput", "Conv2DBackpropFilter") and node.attrs.data_format == "NHWC"


def _parts_of_gradient(node: Node) -> _Parts:
    if node.op_type == "Conv2DBackpropInput":
        return _Parts(node.outputs[0].shape, node.inputs[1].shape, node.inputs[2].shape)
    return _Parts(node.inputs[0].shape, node.outputs[0].shape, node.inputs[2].shape)


def _suits(node: Node, parts: _Parts, form: _Form, batch: int) -> bool:
    """Whether it is of floats, with a filter of 3x3, strides of 1, and enough channels and tiles.

    batch: images, where their number is unknown.
    """
    images, filter, result = parts
    if images is None or filter is None or result is None or {len(images), len(filter), len(result)} != {4}:
        return False
    if node.outputs[0].dtype != dtypes.float32 or {*node.attrs.strides, *node.attrs.dilations} != {1}:
        return False
    if images[3] != filter[2] or result[3] != filter[3] or min(filter[2:]) < form.channels:
        return False
    return tuple(filter[:2]) == (3, 3) and _fills_tiles(filter, result, form, batch)


def _fills_tiles(filter: Sequence[int], result: Sequence[int], form: _Form, batch: int) -> bool:
    """Whether the images make enough tiles, and fill half of their area."""
    images, height, width, _ = result
    if -1 in (height, width):
        return True  # of any size: as a rule, large ones
    tiles = -(-height // form.side) * -(-width // form.side)
    least = form.least_cached if 36 * 4 * filter[2] * filter[3] <= _CACHED_BYTES else form.least
    return tiles * (batch if images == -1 else images) >= least and 2 * height * width >= form.side**2 * tiles


def _points(like: Node, filter: Value, turned: bool = False, side: int = 4) -> Node:
    """The node that transforms a filter for the node `like`."""
    assert filter.shape is not None
    channels, filters = filter.shape[2:]
    depth, columns = (filters, channels) if turned else (channels, filters)
    dims = ((side + 2) ** 2, -(-columns // 16), depth, 16)
    facts = {"T": filter.dtype, "turned": turned, "side": side, "window": filter.shape}
    return new_node("_TransformFilter", like, [filter], [(filter.dtype, dims)], "/points", **facts)


def _convolution(node: Node, weights: Value, side: int, known: _Known) -> list[Node]:
    """The nodes that this one needs; it becomes a _WinogradConv2D of such tiles."""
    made = list[Node]()
    points = _points_of(node, weights, side, known, made)
    make_dense(node)
    facts = {name: value for name, value in vars(node.attrs).items() if name != "packed"}
    facts |= {"side": side, "window": weights.shape}
    node.take_op_of(new_node("_WinogradConv2D", node, [], [], **facts))
    node.inputs[1] = points
    return made


def _points_of(reader: Node, filter: Value, side: int, known: _Known, made: list[Node]) -> Value:
    """The points of a filter: those known, or of nodes added to `made`, before the loop that it comes into unchanged."""
    if (filter, side) in known:
        return known[filter, side]
    if shows_writes(filter):
        made.append(_points_for(reader, filter, side=side))
        return made[-1].outputs[0]
    node = filter.node
    if _is_ready(filter):
        made.append(folded(_points(node, filter, side=side).outputs[0]).node)
    elif node.op_type == "Enter" and node.attrs.is_constant and not node.controls:
        inner = _points_of(node, node.inputs[0], side, known, made)
        made.append(new_node("Enter", node, [inner], [(inner.dtype, inner.shape)], "/points", **attributes(node)))
    else:
        made.append(_points(node, filter, side=side))
    known[filter, side] = made[-1].outputs[0]
    return known[filter, side]


def _points_for(reader: Node, filter: Value, turned: bool = False, side: int = 4) -> Node:
    """The node that transforms a filter as its reader would find it."""
    node = _points(reader, filter, turned, side)
    if shows_writes(filter):
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
