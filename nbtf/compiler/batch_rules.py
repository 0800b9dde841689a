"""Ops that treat each element of their inputs' first dimension by itself: each image of a batch, as a rule."""

from __future__ import annotations

import math
from collections.abc import Callable

from nbtf.compiler.folding import is_fixed
from nbtf.compiler.fuse_elementwise import CHAIN, is_elementwise
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.known import known_elements


def batch_inputs(node: Node) -> list[Value] | None:
    """The inputs from each element of whose first dimension one of the output's is made, and from what is fixed.

    None where the op does otherwise, or is not known to do so.
    """
    if len(node.outputs) == 0 or not node.outputs[0].shape:
        return None
    if node.op_type == CHAIN or is_elementwise(node):
        return _broadcasting(node, node.inputs)
    rule = _RULES.get(node.op_type)
    return None if rule is None else rule(node)


def _broadcasting(node: Node, values: list[Value]) -> list[Value] | None:
    """Those of the output's rank; what is fixed must be the same for all elements of the batch."""
    rank, found = len(node.outputs[0].shape or ()), list[Value]()
    for value in values:
        if value.shape is None:
            return None
        if not is_fixed(value) and len(value.shape) == rank:
            found.append(value)
        elif not is_fixed(value) or (len(value.shape) == rank and value.shape[0] != 1):
            return None
    return found


def _first(node: Node) -> list[Value] | None:
    return [node.inputs[0]]


def _dense(node: Node) -> list[Value] | None:
    """Of a convolution with one constant, behind which biases and addends follow."""
    found = _broadcasting(node, node.inputs[2:])
    return None if found is None else [node.inputs[0], *found]


def _in_inference(node: Node) -> list[Value] | None:
    return None if node.attrs.is_training else [node.inputs[0]]


def _along_rows(node: Node) -> list[Value] | None:
    """What works along the last axis, which must not be the batch's."""
    return [node.inputs[0]] if len(node.outputs[0].shape or ()) > 1 else None


def _concatenation(node: Node) -> list[Value] | None:
    axis, rank = known_elements(node.inputs[-1]), len(node.outputs[0].shape or ())
    return None if axis is None or int(axis) % rank == 0 else node.inputs[:-1]


def _padding(node: Node) -> list[Value] | None:
    paddings = known_elements(node.inputs[1])
    return None if paddings is None or paddings.reshape(-1, 2)[:1].any() else [node.inputs[0]]


def _reshape(node: Node) -> list[Value] | None:
    dims, before, after = known_elements(node.inputs[1]), node.inputs[0].shape, node.outputs[0].shape
    if dims is None or not before or not after or dims[0] != -1:
        return None
    return [node.inputs[0]] if math.prod(before[1:]) == math.prod(after[1:]) else None


def _reduction(node: Node) -> list[Value] | None:
    axes, shape = known_elements(node.inputs[1]), node.inputs[0].shape
    if axes is None or not shape or any(int(axis) % len(shape) == 0 for axis in axes.reshape(-1)):
        return None
    return [node.inputs[0]]


_OF_IMAGES = (
    *("Conv2D", "DepthwiseConv2dNative", "Conv3D", "BiasAdd", "LRN", "MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D"),
    *("ResizeArea", "ResizeBicubic", "ResizeBilinear", "ResizeNearestNeighbor", "DepthToSpace", "SpaceToDepth"),
)
_RULES: dict[str, Callable[[Node], list[Value] | None]] = {
    **dict.fromkeys(_OF_IMAGES, _first),
    "_DenseConv2D": _dense,
    "_DenseDepthwiseConv2D": _dense,
    "_WinogradConv2D": _dense,
    "FusedBatchNorm": _in_inference,
    "FusedBatchNormV2": _in_inference,
    "FusedBatchNormV3": _in_inference,
    "Softmax": _along_rows,
    "LogSoftmax": _along_rows,
    "ConcatV2": _concatenation,
    "Pad": _padding,
    "PadV2": _padding,
    "Reshape": _reshape,
    **dict.fromkeys(("Sum", "Mean", "Max", "Min"), _reduction),
}
