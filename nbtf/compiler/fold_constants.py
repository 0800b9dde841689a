"""What depends on constants alone is computed when a program is loaded, not in every run.

Only pure ops are folded, and only values of known dims that stay small, or no larger than the constants that they come
from: no constant is made here that a file could not as well hold. What is left for a run is the border: folded values
that something else reads. A value of a branch or loop stays in it, by the control edges of all that it is computed from.

An op that refuses its inputs is no error before a run comes to it: see nbtf/vm/executable.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from nbtf import dtypes
from nbtf.compiler.dead_code import sweep
from nbtf.compiler.folding import FOLDED, Copies, folded, is_fixed, nodes_of
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.purity import is_pure

MOST_GROWN_BYTES = 4 << 20  # of a value that is larger than the constants it comes from
MOST_GROWN_BYTES_OF_ALL = 32 << 20
MOST_FILLED_BYTES = 4 << 10  # of what is as fast to write as to read

_FILLING = frozenset(["Fill", "Tile", "BroadcastTo", "ZerosLike", "OnesLike", "Range", "LinSpace"])


def fold_constants(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with folded values in the place of what depends on constants alone."""
    computed = _computed_from_constants(nodes)
    border = _border(nodes, fetched, computed)
    made: dict[Node, list[Node]] = {}
    replaced: dict[Value, Value] = {}
    copies: Copies = {}
    budget = MOST_GROWN_BYTES_OF_ALL
    for value in border:
        grown = _grown_bytes(value)
        if _is_worth_keeping(value, grown) and grown <= budget:
            budget -= grown
            replaced[value] = folded(value, computed[value.node], copies)
            made.setdefault(value.node, []).append(replaced[value].node)
    if not replaced:
        return nodes
    for node in nodes:
        node.inputs = [replaced.get(value, value) for value in node.inputs]
    fetched[:] = [replaced.get(value, value) for value in fetched]
    result = [one for node in nodes for one in (*made.get(node, ()), node)]
    return sweep(result, fetched, made)


def _computed_from_constants(nodes: list[Node]) -> dict[Node, list[Node]]:
    """Nodes that could be folded, with what they and those before them wait for."""
    readers: dict[Node, list[Node]] = {}
    waiting: dict[Node, int] = {}
    awaited: dict[Node, list[Node]] = {}  # of constants too
    ready: list[Node] = []
    for node in nodes:
        if node.outputs and is_fixed(node.outputs[0]):
            awaited[node] = _meaningful(node.controls)
            ready.append(node)
        elif node.inputs and is_pure(node) and all(map(_may_be_kept, node.outputs)):
            sources = dict.fromkeys(value.node for value in node.inputs)
            waiting[node] = len(sources)
            for source in sources:
                readers.setdefault(source, []).append(node)
    found: dict[Node, list[Node]] = {}
    while ready:
        node = ready.pop()
        for reader in readers.get(node, ()):
            waiting[reader] -= 1
            if waiting[reader] == 0:
                before = [control for value in reader.inputs for control in awaited[value.node]]
                awaited[reader] = found[reader] = list(dict.fromkeys([*before, *_meaningful(reader.controls)]))
                ready.append(reader)
    return found


def _meaningful(controls: Iterable[Node]) -> list[Node]:
    """Constants are there from the beginning: nobody has to wait for one that waits for nothing."""
    return [c for c in controls if c.controls or not (c.outputs and is_fixed(c.outputs[0]))]


def _may_be_kept(value: Value) -> bool:
    if value.shape is None or -1 in value.shape or value.dtype == dtypes.string:
        return False
    return _bytes(value) <= MOST_GROWN_BYTES or _grown_bytes(value) == 0


def _border(nodes: list[Node], fetched: list[Value], computed: dict[Node, list[Node]]) -> list[Value]:
    """Values of these nodes that a run needs, each once."""
    read = [value for node in nodes if node not in computed for value in node.inputs]
    return [value for value in dict.fromkeys([*read, *fetched]) if value.node in computed]


def _is_worth_keeping(value: Value, grown: int) -> bool:
    """Other names of a constant cost nothing, and a fill is as fast as reading what was filled."""
    while value.node.block is not None and value.node.block.alias is not None:
        value = value.node.inputs[value.node.block.alias]
    return not is_fixed(value) and (value.node.op_type not in _FILLING or grown <= MOST_FILLED_BYTES)


def _bytes(value: Value) -> int:
    assert value.shape is not None
    return math.prod(value.shape) * value.dtype.itemsize


def _grown_bytes(value: Value) -> int:
    """Bytes of a value, 0 if it is large and the constants that it comes from have as many."""
    size = _bytes(value)
    if size <= MOST_FILLED_BYTES:
        return size
    sources = [node.outputs[0] for node in nodes_of([value]) if node.op_type in ("Const", FOLDED)]
    return 0 if size <= sum(_bytes(v) for v in sources if v.shape is not None and -1 not in v.shape) else size
