"""Weights packed once: a convolution or product reads panels instead, see nbtf/kernels/tile.py.

The packing is a node of its own. That of a constant is computed when the program is loaded and kept with the session, see
`folded`. Weights that come into a loop and are the same in all of its iterations, as a recurrent cell's in training, are packed
before it. Other weights of variables are packed in every run, by the kernel: they may have changed.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Collection, Sequence

from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.purity import attributes

LINE_BYTES = 64


def pack_weights(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with those packed whose weights are constants that nobody feeds, or the same in a loop's iterations."""
    packed: dict[tuple[Value, bool, int], Value] = {}
    result: list[Node] = []
    behind_writes = functools.cache(lambda: _behind_writes(nodes))
    for node in nodes:
        weights = original(node.inputs[1]) if has_dense_form(node) else None
        if weights is not None and weights.shape is not None and _is_packed_before(weights, node, behind_writes):
            result += _packed(node, weights, weights.shape, packed)
        result.append(node)
    return result


def _is_packed_before(weights: Value, reader: Node, behind_writes: Callable[[], Collection[Node]]) -> bool:
    """Whether it pays to pack them before the run or the loop, and gives what the reader would find there."""
    if _is_constant(weights):
        return True
    if not _enters(weights) or _is_row(reader.inputs[0]):
        return False
    return not shows_writes(weights) or reader not in behind_writes()


def _is_constant(weights: Value) -> bool:
    return is_fixed(weights) and not weights.node.controls


def _enters(value: Value) -> bool:
    """Whether the value comes into a loop, and is the same in all iterations."""
    return value.node.op_type == "Enter" and bool(value.node.attrs.is_constant)


def shows_writes(value: Value) -> bool:
    """Whether it is a variable's own memory, which may be written before the value is read."""
    node = original(value).node
    while node.op_type in ("Enter", "Switch"):
        node = original(node.inputs[0]).node
    return node.op_type == "_ReadRef"


def _behind_writes(nodes: Sequence[Node]) -> Collection[Node]:
    """The nodes that a write into a variable comes before, in an earlier iteration too."""
    readers: dict[Node, list[Node]] = {}
    for node in nodes:
        for before in (*(value.node for value in node.inputs), *node.controls):
            readers.setdefault(before, []).append(node)
    found = set[Node]()
    pending = [node for node in nodes if node.block is not None and node.block.writes]
    while pending:
        for node in readers.get(pending.pop(), ()):
            if node not in found:
                found.add(node)
                pending.append(node)
    return found


def _is_row(left: Value) -> bool:
    """Whether it is a matrix of one row: a product by it reads the weights once, as they lie."""
    return left.shape is not None and len(left.shape) == 2 and left.shape[0] == 1


def original(value: Value) -> Value:
    """The value behind what only gives it another name, as frozen graphs do."""
    while value.node.block is not None and value.node.block.alias is not None:
        value = value.node.inputs[value.node.block.alias]
    return value


def _packed(
    node: Node, weights: Value, shape: Sequence[int], packed: dict[tuple[Value, bool, int], Value]
) -> list[Node]:
    """The nodes that pack the weights, if none did before; the node reads panels from now on, if it can."""
    form = _form(node, shape)
    if form is None:
        return []
    key, made = (weights, *form), list[Node]()
    if key not in packed:
        made = _pack_nodes(node, weights, shape, *form)
        packed[key] = made[-1].outputs[0]
    make_dense(node)
    node.inputs[1] = packed[key]
    node.attrs.packed = True
    if node.op_type == "_DenseMatMul":
        node.attrs.columns = shape[0] if form[0] else shape[1]
    else:
        node.attrs.window = tuple(shape)
    return made


def _form(node: Node, shape: Sequence[int]) -> tuple[bool, int] | None:
    """Whether the weights lie transposed, and in how many groups; None where they cannot be packed."""
    if 0 in shape or -1 in shape:
        return None
    if node.op_type in ("MatMul", "_DenseMatMul"):
        return (node.attrs.transpose_b, 1) if len(shape) == 2 else None
    if node.op_type not in ("Conv2D", "_DenseConv2D"):
        return None
    images = node.inputs[0].shape
    if len(shape) != 4 or images is None or len(images) != 4 or images[3] == -1 or images[3] % shape[2]:
        return None
    groups = images[3] // shape[2]
    return None if groups == 0 or shape[3] % groups else (False, groups)


def _pack_nodes(node: Node, weights: Value, shape: Sequence[int], transposed: bool, groups: int) -> list[Node]:
    """Nodes of which the last one gives the panels where the weights are: in a loop, what was packed before it comes in."""
    if not _enters(weights):
        return [folded(_pack_node(node, weights, shape, transposed, groups).outputs[0]).node]
    enter = weights.node
    before = original(enter.inputs[0])
    if _enters(before) or _is_constant(before):
        made = _pack_nodes(node, before, shape, transposed, groups)
    else:
        made = [_pack_node(node, before, shape, transposed, groups)]
    panels = made[-1].outputs[0]
    entering = new_node("Enter", enter, [panels], [(panels.dtype, panels.shape)], "/packed", **attributes(enter))
    entering.controls = list(enter.controls)
    return [*made, entering]


def _pack_node(node: Node, weights: Value, shape: Sequence[int], transposed: bool, groups: int) -> Node:
    line = LINE_BYTES // weights.dtype.itemsize
    columns = shape[0] if transposed else shape[-1]
    depth = shape[1] if transposed else math.prod(shape[:-1])
    dims = (groups * -(-columns // groups // line), depth, line)
    facts = {"T": weights.dtype, "transposed": transposed, "groups": groups, "line": line}
    return new_node("_PackMatrix", weights.node, [weights], [(weights.dtype, dims)], "/packed", **facts)
