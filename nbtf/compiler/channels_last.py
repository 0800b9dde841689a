"""Convolutions and poolings of images with the channels first, which have no kernel, between Transposes.

Only where ConfigProto.graph_options.rewrite_options.cpu_layout_conversion is NCHW_TO_NHWC; otherwise they are refused, as
in TensorFlow. move_transposes.py does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf.compiler.ir import Node, Shape, Value, constant, new_node
from nbtf.compiler.purity import attributes, change_attributes

_TO_LAST = (0, 2, 3, 1)
_TO_FIRST = (0, 3, 1, 2)


class _Operands(NamedTuple):
    """Positions of inputs that are images, and of those that are dims of images; whether the output is one."""

    images: tuple[int, ...] = (0,)
    dims: tuple[int, ...] = ()
    gives_images: bool = True


_OPERANDS = {
    "Conv2D": _Operands(),
    "DepthwiseConv2dNative": _Operands(),
    "MaxPool": _Operands(),
    "AvgPool": _Operands(),
    "Conv2DBackpropInput": _Operands((2,), (0,)),
    "DepthwiseConv2dNativeBackpropInput": _Operands((2,), (0,)),
    "Conv2DBackpropFilter": _Operands((0, 2), gives_images=False),
    "DepthwiseConv2dNativeBackpropFilter": _Operands((0, 2), gives_images=False),
    "MaxPoolGrad": _Operands((0, 1, 2)),
    "AvgPoolGrad": _Operands((1,), (0,)),
}
_BY_AXIS = ("strides", "dilations", "ksize")


def channels_last(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with NHWC ops between Transposes in the place of NCHW ops; values stay the ones that readers know."""
    result: list[Node] = []
    for node in nodes:
        operands = _OPERANDS.get(node.op_type)
        if operands is None or node.attrs.data_format != "NCHW":
            result.append(node)
        else:
            result += _converted(node, operands)
    return result


def _converted(node: Node, operands: _Operands) -> list[Node]:
    before: list[Node] = []
    for position in operands.images:
        value = node.inputs[position]
        node.inputs[position] = _moved(before, "Transpose", value, _TO_LAST, _dims(value.shape, _TO_LAST), position)
    for position in operands.dims:
        if node.inputs[position].shape == (4,):  # of images; some ops take [H, W] alone
            node.inputs[position] = _moved(before, "GatherV2", node.inputs[position], _TO_LAST, (4,), position)
    old = attributes(node)
    changes: dict[str, Any] = {name: _in_order(old[name]) for name in _BY_AXIS if name in old}
    if old.get("explicit_paddings"):
        pairs = np.reshape(old["explicit_paddings"], (4, 2))
        changes["explicit_paddings"] = pairs[list(_TO_LAST)].reshape(-1).tolist()
    change_attributes(node, data_format="NHWC", **changes)
    if not operands.gives_images:
        return [*before, node]
    (value,) = node.outputs
    node.outputs = []
    images = node.add_output(value.dtype, _dims(value.shape, _TO_LAST))
    after: list[Node] = []
    _moved(after, "Transpose", images, _TO_FIRST, value.shape, len(node.inputs))
    after[-1].outputs, value.node, value.index = [value], after[-1], 0
    return [*before, node, *after]


def _moved(made: list[Node], op_type: str, value: Value, perm: Sequence[int], shape: Shape, number: int) -> Value:
    """The value with its axes, or its elements, in the order of perm."""
    like = value.node
    axes = constant(np.array(perm, np.int32), like, f"/order{number}")
    if op_type == "Transpose":
        node = new_node(op_type, like, [value, axes], [(value.dtype, shape)], "/moved", T=value.dtype, Tperm=axes.dtype)
    else:
        first = constant(np.array(0, np.int32), like, f"/axis{number}")
        kinds = {"Tparams": value.dtype, "Tindices": axes.dtype, "Taxis": first.dtype}
        node = new_node(op_type, like, [value, axes, first], [(value.dtype, shape)], "/moved", **kinds)
        made.append(first.node)
    made += [axes.node, node]
    return node.outputs[0]


def _in_order(numbers: Sequence[int]) -> list[int]:
    return [numbers[axis] for axis in _TO_LAST]


def _dims(shape: Shape, perm: Sequence[int]) -> Shape:
    return None if shape is None else tuple(shape[axis] for axis in perm)
