"""Ops that give back what they got: their readers read that itself. Only where every bit stays the same.

x + 0 is not among them: it makes 0 of -0; x - 0 and x + -0 are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nbtf.compiler.dead_code import sweep
from nbtf.compiler.folding import is_fixed
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.known import known_elements


def remove_no_ops(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with those bypassed that change nothing; who waits for one, or fetches it, still gets it."""
    same: dict[Value, Value] = {}
    for node in nodes:
        given = _given_back(node)
        if given is not None:
            same[node.outputs[0]] = given

    def source(value: Value) -> Value:
        while value in same:
            value = same[value]
        return value

    for node in nodes:
        node.inputs = [source(value) for value in node.inputs]
    return sweep(nodes, fetched, [value.node for value in same])


def _given_back(node: Node) -> Value | None:
    """The input that the node's output is equal to, bit by bit and in every run."""
    unchanged = _RULES.get(node.op_type)
    if unchanged is None or node.controls:
        return None
    at = unchanged(node)
    if at is None or is_fixed(node.inputs[at]):  # what is made of constants is folded
        return None
    others = [value.node for i, value in enumerate(node.inputs) if i != at]
    # an operand that belongs to a branch keeps the node in it, and the node keeps its readers there
    return None if any(other.controls for other in others) else node.inputs[at]


# ---- rules: the number of the input that comes out, or None ----------------------------------------------------------


def _same_dims(node: Node) -> int | None:
    """Static dims say it all: with one unknown dim, the number of elements gives that one."""
    before, after = node.inputs[0].shape, node.outputs[0].shape
    if before is None or before != after or 0 in before or before.count(-1) > 1:
        return None
    return 0


def _second_is(wanted: Callable[[np.ndarray], bool]) -> Callable[[Node], int | None]:
    def rule(node: Node) -> int | None:
        elements = known_elements(node.inputs[1])
        return 0 if elements is not None and wanted(elements) else None

    return rule


def _in_order(perm: np.ndarray) -> bool:
    return bool(np.array_equal(perm, np.arange(perm.size)))


def _single(node: Node) -> int | None:
    return 0 if node.attrs.N == 1 else None


def _neutral(*sides: int, element: float) -> Callable[[Node], int | None]:
    """Where one of these sides is nothing but the neutral element, to the sign of 0, and makes the result no larger."""

    def rule(node: Node) -> int | None:
        for side in sides:
            number, other = node.inputs[side], node.inputs[1 - side]
            elements = known_elements(number)
            if elements is None or elements.dtype.kind not in "iuf" or not fits_into(number, other):
                continue
            zero_of_this_sign = elements.dtype.kind != "f" or bool(np.all(np.signbit(elements) == np.signbit(element)))
            if elements.size and bool(np.all(elements == element)) and zero_of_this_sign:
                return 1 - side
        return None

    return rule


def fits_into(number: Value, other: Value) -> bool:
    """Whether broadcasting with `number` leaves the dims of the other alone."""
    if number.shape is None or other.shape is None or len(number.shape) > len(other.shape):
        return False
    if not number.shape:
        return True
    return all(n in (1, d) for n, d in zip(number.shape, other.shape[-len(number.shape) :], strict=True))


_RULES: dict[str, Callable[[Node], int | None]] = {
    "Reshape": _same_dims,
    "EnsureShape": _same_dims,
    "BroadcastTo": _same_dims,
    "Transpose": _second_is(_in_order),
    "Pad": _second_is(lambda paddings: not paddings.any()),
    "PadV2": _second_is(lambda paddings: not paddings.any()),
    "MirrorPad": _second_is(lambda paddings: not paddings.any()),
    "Tile": _second_is(lambda multiples: bool((multiples == 1).all())),
    "AddN": _single,
    "Mul": _neutral(0, 1, element=1.0),
    "RealDiv": _neutral(1, element=1.0),
    "Sub": _neutral(1, element=0.0),
    "Add": _neutral(0, 1, element=-0.0),
    "AddV2": _neutral(0, 1, element=-0.0),
}
