"""Transposes that undo each other go, together with all that lies between and does not care for the order of axes.

Nodes of that kind which feed each other make a region, see layout_rules.py. A region changes to an order of axes in which
fewer elements go through Transposes at its border. All bits stay the same but for those of sums, which are then added up
in another order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from nbtf.compiler.dead_code import sweep
from nbtf.compiler.dense_form import has_dense_form
from nbtf.compiler.folding import is_fixed
from nbtf.compiler.ir import Node, Shape, Value, constant, new_node
from nbtf.compiler.known import known_elements
from nbtf.compiler.layout_rules import LayoutRule, Perm, layout_rule, moved_constant
from nbtf.compiler.readers import Readers

_MOST_ROUNDS = 8


def move_transposes(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with fewer elements transposed."""
    changed = any(_perm(node) is not None for node in nodes)
    for _ in range(_MOST_ROUNDS):
        if not changed:
            break
        nodes = _without_pairs(nodes, fetched)
        readers = Readers(nodes, fetched)
        changed = False
        for members in _regions(nodes):
            region = _Region(members, readers)
            perm = region.best()
            if perm is not None:
                region.change(perm, fetched)
                nodes = region.placed(nodes)
                changed = True
    return [one for node in nodes for one in (*_as_reshape(node), node)]


def _perm(node: Node) -> Perm | None:
    """The order of axes of a Transpose that waits for nothing; None for any other node."""
    if node.op_type != "Transpose" or node.controls:
        return None
    perm = known_elements(node.inputs[1])
    return None if perm is None else tuple(int(axis) % max(perm.size, 1) for axis in perm)


def _inverse(perm: Perm) -> Perm:
    return tuple(int(axis) for axis in np.argsort(perm))


def _transpose(value: Value, perm: Perm, like: Node, suffix: str) -> list[Node]:
    """A constant and the Transpose that takes it."""
    axes = constant(np.array(perm, np.int32), like, f"{suffix}/perm")
    shape = None if value.shape is None else tuple(value.shape[axis] for axis in perm)
    made = new_node("Transpose", like, [value, axes], [(value.dtype, shape)], suffix, T=value.dtype, Tperm=axes.dtype)
    return [axes.node, made]


# ---- Transposes of Transposes ----------------------------------------------------------------------------------------


def _without_pairs(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """Each reads what is behind others; those that change nothing are bypassed."""
    result: list[Node] = []
    same: dict[Value, Value] = {}
    for node in nodes:
        node.inputs = [same.get(value, value) for value in node.inputs]
        second = _perm(node)
        before = node.inputs[0].node if second is not None else None
        first = _perm(before) if before is not None else None
        if second is not None and before is not None and first is not None:
            second = tuple(first[axis] for axis in second)
            node.inputs = [before.inputs[0], constant(np.array(second, np.int32), node, "/perm")]
            node.attrs = new_node("Transpose", node, [], [], T=node.inputs[0].dtype, Tperm=node.inputs[1].dtype).attrs
            result.append(node.inputs[1].node)
        if second is not None and second == tuple(range(len(second))):
            same[node.outputs[0]] = node.inputs[0]
        result.append(node)
    for node in result:  # what comes round a loop is read before it is made
        node.inputs = [same.get(value, value) for value in node.inputs]
    fetched[:] = [same.get(value, value) for value in fetched]
    return sweep(result, fetched, [node for node in result if node.op_type == "Transpose"])


# ---- regions ---------------------------------------------------------------------------------------------------------

Members = dict[Node, LayoutRule]


def _regions(nodes: Iterable[Node]) -> list[Members]:
    """Nodes with a layout rule, those together that hand each other values whose axes move."""
    rules = {node: rule for node in nodes if (rule := layout_rule(node)) is not None}
    region_of: dict[Node, Members] = {node: {node: rule} for node, rule in rules.items()}
    for node, rule in rules.items():
        for position in rule.carries:
            value = node.inputs[position]
            if value.node in rules and value.index in rules[value.node].gives:
                one, other = region_of[node], region_of[value.node]
                if one is not other:
                    small, large = sorted((one, other), key=len)
                    large.update(small)
                    region_of.update(dict.fromkeys(small, large))
    return list({id(members): members for members in region_of.values()}.values())


class _Region:
    def __init__(self, members: Members, readers: Readers) -> None:
        self.members = members
        self.readers = readers
        self.entering = self._entering()
        self.leaving = [node.outputs[i] for node, rule in members.items() for i in rule.gives]
        self._before: dict[Node, list[Node]] = {}
        self._after: dict[Node, list[Node]] = {}

    def _entering(self) -> dict[Value, list[tuple[Node, int]]]:
        """Values from outside whose axes move, and where they are read."""
        found: dict[Value, list[tuple[Node, int]]] = {}
        for node, rule in self.members.items():
            for position in rule.carries:
                if not self._is_inside(node.inputs[position]):
                    found.setdefault(node.inputs[position], []).append((node, position))
        return found

    def _is_inside(self, value: Value) -> bool:
        return value.node in self.members and value.index in self.members[value.node].gives

    def best(self) -> Perm | None:
        """The order that saves most, if one saves anything, or brings members behind a product at no cost."""
        perms = {perm for value in self.entering if (perm := _perm(value.node)) is not None}
        perms |= {
            _inverse(perm) for value in self.leaving for reader in self._outside(value) if (perm := _perm(reader))
        }
        saved = {perm: self._saved(perm) for perm in perms if all(r.fits(perm) for r in self.members.values())}
        best = max(sorted(saved), key=lambda perm: saved[perm], default=None)
        if best is None or saved[best] < 0 or (saved[best] == 0 and not self._follows_product(best)):
            return None
        return best

    def _follows_product(self, perm: Perm) -> bool:
        """Whether a product, which could take members in, comes in through that Transpose: see fuse_dense.py."""
        return any(_perm(v.node) == perm and has_dense_form(v.node.inputs[0].node) for v in self.entering)

    def _saved(self, perm: Perm) -> int:
        """Elements that no longer go through Transposes, less those that do then."""
        saved = 0
        for value, places in self.entering.items():
            own = _perm(value.node)
            if own is not None and len(self.readers.of(value)) == len(places) and not self.readers.is_fetched(value):
                saved += _size(value)
            if own != perm and not is_fixed(value):
                saved -= _size(value)
        for value in self.leaving:
            outside = self._outside(value)
            undone = [reader for reader in outside if _perm(reader) == _inverse(perm)]
            saved += len(undone) * _size(value)
            plain = [reader for reader in outside if _perm(reader) is None]
            if plain or self.readers.is_fetched(value):
                saved -= _size(value)
        return saved

    def _outside(self, value: Value) -> list[Node]:
        return [reader for reader in self.readers.of(value) if reader not in self.members]

    def change(self, perm: Perm, fetched: list[Value]) -> None:
        """Makes the members work in the order that `perm` transposes, and transposes for those outside."""
        for value, places in self.entering.items():
            moved = self._moved_in(value, perm, places[0][0])
            for node, position in places:
                node.inputs[position] = moved
        for node, rule in self.members.items():
            self._before.setdefault(node, []).extend(rule.adapt(perm))
        for value in self.leaving:
            old = value.shape
            value.shape = _moved_dims(old, perm)
            outside = self._outside(value)
            if outside or self.readers.is_fetched(value):
                made = _transpose(value, perm, value.node, f"/back{value.index}")
                back = made[-1].outputs[0]
                back.shape = old
                self._after.setdefault(value.node, []).extend(made)
                for reader in outside:
                    reader.inputs = [back if v is value else v for v in reader.inputs]
                fetched[:] = [back if v is value else v for v in fetched]

    def _moved_in(self, value: Value, perm: Perm, reader: Node) -> Value:
        if _perm(value.node) == perm:
            return value.node.inputs[0]
        made: list[Node] = []
        if is_fixed(value):
            moved = moved_constant(value, perm, made)
        else:
            made = _transpose(value, _inverse(perm), reader, "/moved")
            moved = made[-1].outputs[0]
        self._before.setdefault(reader, []).extend(made)
        return moved

    def placed(self, nodes: list[Node]) -> list[Node]:
        """The nodes with those made for the members beside them."""
        return [one for node in nodes for one in (*self._before.get(node, ()), node, *self._after.get(node, ()))]


def _size(value: Value) -> int:
    """Elements, per example where the batch is not known."""
    return math.prod(max(size, 1) for size in value.shape) if value.shape is not None else 1


def _moved_dims(shape: Shape, perm: Perm) -> Shape:
    """Dims before the Transpose that made these."""
    return None if shape is None else tuple(shape[axis] for axis in _inverse(perm))


# ---- Transposes that move no element ---------------------------------------------------------------------------------


def _as_reshape(node: Node) -> list[Node]:
    """Makes one that only moves axes of a single element a Reshape; returns the constant that it needs."""
    perm = _perm(node)
    before = node.inputs[0].shape if perm is not None else None
    if perm is None or before is None or len(before) != len(perm) or before.count(-1) > 1:
        return []
    moving = [axis for axis in perm if before[axis] != 1]
    if moving != sorted(moving):
        return []
    dims = constant(np.array([before[axis] for axis in perm], np.int32), node, "/dims")
    made = new_node("Reshape", node, [node.inputs[0], dims], [], T=node.inputs[0].dtype, Tshape=dims.dtype)
    node.take_op_of(made)
    node.inputs = made.inputs
    return [dims.node]
