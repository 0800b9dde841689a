"""Ops that can work on transposed operands: which operands and results the order of axes concerns, and what changes.

`perm` is that of the Transpose which would make the old operand from the new one: old axis i is new axis perm[i].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Value, constant, new_node
from nbtf.compiler.known import known_elements
from nbtf.compiler.purity import change_attributes

Perm = tuple[int, ...]


class LayoutRule(NamedTuple):
    """carries: inputs whose axes move. gives: outputs whose axes move with them; none where the result stays the same.

    fits: whether the op can do it for a perm. adapt: makes the node work in the new order, once its operands are, and
    returns the nodes that this needs.
    """

    carries: list[int]
    gives: list[int]
    fits: Callable[[Perm], bool]
    adapt: Callable[[Perm], list[Node]]


def layout_rule(node: Node) -> LayoutRule | None:
    """How the node works on transposed operands; None for one that cannot."""
    if node.block is None or not node.outputs or node.outputs[0].shape is None:
        return None
    if node.block.rule and not node.block.host:
        return _elementwise(node)
    make = _RULES.get(node.op_type)
    return None if make is None else make(node)


def _always(perm: Perm) -> bool:
    return True


def _nothing(perm: Perm) -> list[Node]:
    return []


# ---- elementwise -----------------------------------------------------------------------------------------------------


def _elementwise(node: Node) -> LayoutRule | None:
    """All that have the rank of the result move; what broadcasts must be constant, or a scalar."""
    shape = node.outputs[0].shape
    assert shape is not None
    carries, constants = [], []
    for position, value in enumerate(node.inputs):
        if value.shape is None:
            return None
        if is_fixed(value) and -1 not in value.shape:
            constants.append(position)
        elif len(value.shape) == len(shape):
            carries.append(position)
        elif value.shape:
            return None
    if not carries or node.block is None or (node.block.alike is not None and constants):
        return None

    def adapt(perm: Perm) -> list[Node]:
        made: list[Node] = []
        for position in constants:
            node.inputs[position] = moved_constant(node.inputs[position], perm, made)
        return made

    return LayoutRule(carries, [0], _always, adapt)


def moved_constant(value: Value, perm: Perm, made: list[Node]) -> Value:
    """The constant, broadcast to the rank of perm, in the new order."""
    assert value.shape is not None
    if all(size == 1 for size in value.shape):
        return value
    node, dtype = value.node, value.dtype
    wide = (1,) * (len(perm) - len(value.shape)) + value.shape
    back = np.argsort(perm)
    dims, axes = constant(np.array(wide, np.int32), node, "/dims"), constant(back.astype(np.int32), node, "/axes")
    reshaped = new_node("Reshape", node, [value, dims], [(dtype, wide)], "/wide", T=dtype, Tshape=dims.dtype)
    shape = tuple(wide[axis] for axis in back)
    moved = new_node(
        "Transpose", node, [reshaped.outputs[0], axes], [(dtype, shape)], "/moved", T=dtype, Tperm=axes.dtype
    )
    result = folded(moved.outputs[0], node.controls)
    made.append(result.node)
    return result


# ---- channels --------------------------------------------------------------------------------------------------------


def _of_channels(node: Node) -> LayoutRule | None:
    """BiasAdd and FusedBatchNorm: they work where the channels come last or second."""
    shape = node.inputs[0].shape
    if shape is None:
        return None
    rank, channels_first = len(shape), getattr(node.attrs, "data_format", "NHWC").startswith("NC")
    before = 1 if channels_first and rank > 2 else rank - 1
    named = node.op_type != "BiasAddV1"

    def fits(perm: Perm) -> bool:
        return perm[before] == rank - 1 or (named and rank > 2 and perm[before] == 1)

    def adapt(perm: Perm) -> list[Node]:
        if named and rank > 2:
            last = perm[before] == rank - 1
            formats = ("NDHWC", "NCDHW") if "D" in node.attrs.data_format else ("NHWC", "NCHW")
            change_attributes(node, data_format=formats[0 if last else 1])
        return []

    return LayoutRule([0], [0], fits, adapt)


# ---- axes that constants name ----------------------------------------------------------------------------------------


def _replaced(node: Node, position: int, array: np.ndarray[Any, Any]) -> list[Node]:
    value = node.inputs[position]
    node.inputs[position] = constant(array.astype(value.dtype.storage), node, f"/moved{position}")
    return [node.inputs[position].node]


def _concatenation(node: Node) -> LayoutRule | None:
    axis = known_elements(node.inputs[-1])
    if axis is None:
        return None
    rank = len(node.outputs[0].shape or ())
    return LayoutRule(
        list(range(len(node.inputs) - 1)),
        [0],
        _always,
        lambda perm: _replaced(node, -1, np.asarray(perm[int(axis) % rank])),
    )


def _split(node: Node) -> LayoutRule | None:
    axis = known_elements(node.inputs[0])
    if axis is None:
        return None
    rank = len(node.outputs[0].shape or ())
    gives = list(range(len(node.outputs)))
    return LayoutRule([1], gives, _always, lambda perm: _replaced(node, 0, np.asarray(perm[int(axis) % rank])))


def _padding(node: Node) -> LayoutRule | None:
    paddings = known_elements(node.inputs[1])
    if paddings is None:
        return None
    return LayoutRule([0], [0], _always, lambda perm: _replaced(node, 1, paddings[np.argsort(perm)]))


def _reduction(node: Node) -> LayoutRule | None:
    """Without the reduced axes the result has no other order, if those that are left keep theirs."""
    axes, shape = known_elements(node.inputs[1]), node.inputs[0].shape
    if axes is None or not shape:
        return None
    reduced = {int(axis) % len(shape) for axis in axes.reshape(-1)}
    left = [axis for axis in range(len(shape)) if axis not in reduced]

    def fits(perm: Perm) -> bool:
        moved = [perm[axis] for axis in left]
        return bool(node.attrs.keep_dims) or moved == sorted(moved)

    def adapt(perm: Perm) -> list[Node]:
        return _replaced(node, 1, np.asarray(sorted(perm[axis] for axis in reduced)))

    return LayoutRule([0], [0] if node.attrs.keep_dims else [], fits, adapt)


def _each(node: Node) -> LayoutRule | None:
    return LayoutRule(list(range(len(node.inputs))), [0], _always, _nothing)


_REDUCTIONS: Sequence[str] = ("Sum", "Mean", "Max", "Min", "Prod", "All", "Any")
_RULES: dict[str, Callable[[Node], LayoutRule | None]] = {
    "BiasAdd": _of_channels,
    "BiasAddV1": _of_channels,
    "FusedBatchNorm": _of_channels,
    "FusedBatchNormV2": _of_channels,
    "FusedBatchNormV3": _of_channels,
    "ConcatV2": _concatenation,
    "Split": _split,
    "Pad": _padding,
    "PadV2": _padding,
    "MirrorPad": _padding,
    "AddN": _each,
    **dict.fromkeys(_REDUCTIONS, _reduction),
}
