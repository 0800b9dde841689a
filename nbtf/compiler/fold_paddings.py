"""Zeros put around images by a Pad become padding of the convolution or pooling that reads them: nothing is copied.

A convolution must be VALID or have explicit paddings already. Max pooling never sees its padding, so it may take only
what cannot win: zeros around images that hold nothing below zero, as a Relu's. (A window of nothing but NaNs and padding
gives 0 with the Pad, and the lowest number without.)
"""

from __future__ import annotations

from nbtf.compiler.dead_code import sweep
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.known import known_elements
from nbtf.compiler.purity import change_attributes
from nbtf.compiler.readers import Readers

_CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")
_NOT_NEGATIVE = frozenset(["Relu", "Relu6", "Sigmoid", "Softmax", "Softplus", "Abs", "Square", "Exp"])
_KEEPS_SIGN = frozenset(["MaxPool", "AvgPool"])


def fold_paddings(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, without Pads that all their readers can do themselves."""
    readers = Readers(nodes, fetched)
    taken: list[Node] = []
    for node in nodes:
        paddings = _image_paddings(node)
        value = node.outputs[0] if node.outputs else None
        if paddings is None or value is None or value in fetched or not readers.is_free(node):
            continue
        takers = readers.of(value)
        if takers and all(_takes(taker, value, paddings) for taker in takers):
            for taker in takers:
                _give(taker, paddings, node)
            taken.append(node)
    return sweep(nodes, fetched, taken) if taken else nodes


def _image_paddings(node: Node) -> list[int] | None:
    """[0, 0, top, bottom, left, right, 0, 0] of a node that puts zeros around images; None for any other."""
    if node.op_type not in ("Pad", "PadV2"):
        return None
    paddings = known_elements(node.inputs[1])
    if paddings is None or paddings.shape != (4, 2) or paddings[0].any() or paddings[3].any() or (paddings < 0).any():
        return None
    if node.op_type == "PadV2":
        filling = known_elements(node.inputs[2])
        if filling is None or filling.any():
            return None
    return [int(size) for size in paddings.reshape(-1)]


def _takes(reader: Node, value: Value, paddings: list[int]) -> bool:
    if reader.op_type not in (*_CONVOLUTIONS, "MaxPool") or reader.attrs.data_format != "NHWC":
        return False
    if reader.inputs[0] is not value or reader.inputs.count(value) > 1:
        return False
    if reader.op_type == "MaxPool":
        rows, columns = reader.attrs.ksize[1:3]
        inside = max(paddings[2:4]) < rows and max(paddings[4:6]) < columns
        return inside and reader.attrs.padding == "VALID" and _is_not_negative(value.node.inputs[0])
    return reader.attrs.padding in ("VALID", "EXPLICIT")


def _is_not_negative(value: Value) -> bool:
    while value.index == 0 and value.node.op_type in _KEEPS_SIGN:
        value = value.node.inputs[0]
    return value.node.op_type in _NOT_NEGATIVE


def _give(reader: Node, paddings: list[int], pad: Node) -> None:
    own = reader.attrs.explicit_paddings if reader.attrs.padding == "EXPLICIT" else [0] * 8
    both = [one + other for one, other in zip(own, paddings, strict=True)]
    change_attributes(reader, padding="EXPLICIT", explicit_paddings=both)
    reader.inputs[0] = pad.inputs[0]
    reader.controls += [control for control in pad.controls if control not in reader.controls]
