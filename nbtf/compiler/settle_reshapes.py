"""Reshapes that ask for as many rows as their input has, by its Shape, get a constant to go by: [-1, ...].

So the Shape and what cuts it up need not run, and the Reshape may go with a part of a batch, see split_batches.py.
"""

from __future__ import annotations

import math

import numpy as np

from nbtf.compiler.dead_code import sweep
from nbtf.compiler.ir import Node, Value, constant
from nbtf.compiler.known import known_elements


def settle_reshapes(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with constants for such dims; the static dims of what they give say as much."""
    result, replaced = list[Node](), list[Node]()
    for node in nodes:
        rest = _rest(node) if node.op_type == "Reshape" and not node.controls else None
        if rest is not None:
            dims = constant(np.array((-1, *rest), node.inputs[1].dtype.storage), node, "/dims")
            replaced.append(node.inputs[1].node)
            node.inputs[1] = dims
            node.outputs[0].shape = (_rows(node.inputs[0]), *rest)
            result.append(dims.node)
        result.append(node)
    return sweep(result, fetched, replaced) if replaced else nodes


def _rows(value: Value) -> int:
    assert value.shape
    return value.shape[0]


def _rest(node: Node) -> tuple[int, ...] | None:
    """The dims behind the rows; None unless as many rows are asked for as the input has, and constants take its rest."""
    before, dims = node.inputs[0].shape, node.inputs[1].node
    if not before or min(before[1:], default=1) < 1 or dims.op_type != "Pack" or dims.controls:
        return None
    if not _is_row_count(dims.inputs[0], node.inputs[0]):
        return None
    sizes = [known_elements(value) for value in dims.inputs[1:]]
    rest, elements = [-2 if size is None else int(size) for size in sizes], math.prod(before[1:])
    if rest.count(-1) == 1:
        others = -math.prod(rest)
        rest[rest.index(-1)] = elements // others if others > 0 else -2
    return tuple(rest) if min(rest, default=1) > 0 and math.prod(rest) == elements else None


def _is_row_count(value: Value, array: Value) -> bool:
    """Whether the value is tf.shape(array)[0]."""
    cut = value.node
    if cut.op_type != "StridedSlice" or cut.controls:
        return False
    shape = cut.inputs[0].node
    if shape.op_type != "Shape" or shape.controls or shape.inputs[0] is not array:
        return False
    at = [known_elements(bound) for bound in cut.inputs[1:]]
    first = all(a is not None and a.tolist() == [want] for a, want in zip(at, (0, 1, 1), strict=True))
    return first and cut.attrs.shrink_axis_mask == 1 and not (cut.attrs.ellipsis_mask or cut.attrs.new_axis_mask)
