"""Transposed convolutions, gradients of convolutions for their input, by constant filters that are packed once.

Such a node takes the compiler's own form, so that fuse_dense gives it what follows, as it does with convolutions. A filter
that is no constant, as in training, is packed in every run, by the kernel.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbtf.compiler.dense_form import make_dense
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.pack_weights import LINE_BYTES, original


def pack_gradient_filters(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with those Conv2DBackpropInput in that form whose filters are constants that nobody feeds."""
    packed: dict[tuple[Value, tuple[int, ...]], Value] = {}
    result: list[Node] = []
    for node in nodes:
        if node.op_type == "Conv2DBackpropInput":
            filter = original(node.inputs[1])
            if is_fixed(filter) and not filter.node.controls and _suits(node, filter.shape):
                result += _packed(node, filter, packed)
        result.append(node)
    return result


def _suits(node: Node, shape: Sequence[int] | None) -> bool:
    """Whether it runs, over channels that come last, and every position sees a tap of the filter."""
    attrs = node.attrs
    if attrs.data_format != "NHWC" or {*attrs.dilations} != {1} or len(attrs.strides) != 4:
        return False
    if shape is None or len(shape) != 4 or -1 in shape or 0 in shape or {attrs.strides[0], attrs.strides[3]} != {1}:
        return False
    images, gradient = node.outputs[0].shape, node.inputs[2].shape
    if images is None or gradient is None or images[-1] != shape[2] or gradient[-1] != shape[3] or 0 in gradient:
        return False
    return bool(1 <= attrs.strides[1] <= shape[0] and 1 <= attrs.strides[2] <= shape[1])


def _packed(node: Node, filter: Value, packed: dict[tuple[Value, tuple[int, ...]], Value]) -> list[Node]:
    """The node that packs the filter, unless another did; this one takes its form."""
    assert filter.shape is not None
    key, made = (filter, tuple(node.attrs.strides)), list[Node]()
    if key not in packed:
        line = LINE_BYTES // filter.dtype.itemsize
        height, width, channels, filters = filter.shape
        dims = (-(-channels // line), height * width * filters, line)
        facts = {"T": filter.dtype, "strides": node.attrs.strides, "line": line}
        pack = new_node("_PackGradientFilter", filter.node, [filter], [(filter.dtype, dims)], "/packed", **facts)
        packed[key] = folded(pack.outputs[0])
        made.append(packed[key].node)
    make_dense(node)
    node.inputs[1] = packed[key]
    node.attrs.window = tuple(filter.shape)
    return made
