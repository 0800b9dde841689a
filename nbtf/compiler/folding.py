"""Values that depend on constants only, and are computed when a program is loaded: once a session.

A pass replaces such a value by `folded(value)`. The program names what has to be computed, `Program.folded`; the VM runs
it before the first run and keeps the result with the session, where other programs of that session find it.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from nbtf.compiler.ir import Node, Value, is_constant, new_node
from nbtf.compiler.purity import attributes_key
from nbtf.native.digest import blake2b

FOLDED = "_Folded"


class FoldingError(Exception):
    """What a program wants folded cannot be computed; whether a run would ever have computed it is another question."""


Copies = dict[Node, list[Value]]
"""Node -> the outputs of its copy."""


def folded(value: Value, controls: Iterable[Node] = (), copies: Copies | None = None) -> Value:
    """A source that holds what `value`, which must depend on constants alone, will be computed as.

    Later changes of the nodes behind `value` do not matter: it is computed by copies of them. controls: what the source
    stays behind, and in which branch. copies: those made so far, where many values of one graph are folded.
    """
    private = copied(value, {} if copies is None else copies)
    node = new_node(FOLDED, value.node, [], [(value.dtype, value.shape)], value=private)
    node.controls = list(controls)
    return node.outputs[0]


def is_fixed(value: Value) -> bool:
    """Whether the value is known before any run: a constant, or one that was folded."""
    return is_constant(value) or value.node.op_type == FOLDED


def nodes_of(values: Iterable[Value], known: Container[Node] = ()) -> list[Node]:
    """All nodes that these values depend on, each once, producers first; not those known, nor what only they need."""
    found: dict[Node, None] = {}
    pending = [value.node for value in values]
    while pending:
        node = pending[-1]
        before = [v.node for v in node.inputs if v.node not in found and v.node not in known]
        if before and node not in known:
            pending += before
        else:
            pending.pop()
            if node not in known:
                found[node] = None
    return list(found)


def copied(value: Value, copies: Copies) -> Value:
    """The value as copies of its nodes make it: without control edges, and with what was folded written out again.

    copies: those made so far, which gets the new ones.
    """
    for node in nodes_of([value], copies):
        if node.op_type == FOLDED:
            copies[node] = [node.attrs.value]
            continue
        copy = Node(node.op_type, node.name, node.index, node.attrs, node.origin, node.block, node.definition)
        copy.inputs = [copies[v.node][v.index] for v in node.inputs]
        copies[node] = [copy.add_output(output.dtype, output.shape) for output in node.outputs]
    return copies[value.node][value.index]


def computed_by_programs(values: Sequence[Value]) -> list[Value]:
    """Of these values, and of those that blocks fold others from: what it takes a program to compute.

    What blocks fold stands in it as folded.
    """
    by_blocks = [node for node in nodes_of(values) if node.block is not None and node.block.fold is not None]
    given: Copies = {
        node: [new_node(FOLDED, node, [], [(v.dtype, v.shape)], value=v).outputs[0] for v in node.outputs]
        for node in by_blocks
    }
    needed = [*values, *(value for node in by_blocks for value in node.inputs)]
    return [copied(value, given) for value in needed if value.node not in given and not is_constant(value)]


class FoldedValues:
    """What was folded for the programs of one session."""

    def __init__(self) -> None:
        self.arrays: dict[int, np.ndarray[Any, Any]] = {}
        """By what `keys_of` gives."""
        self._numbers: dict[Hashable, int] = {}
        self._next = itertools.count()

    def keys_of(self, values: Sequence[Value]) -> list[int]:
        """Equal for values that two programs compute alike: ops, attributes, and the constants behind them."""
        keys: dict[Node, int] = {}
        for node in nodes_of(values):
            keys[node] = self._number(_identity(node, [(keys[v.node], v.index) for v in node.inputs]))
        return [self._number((keys[value.node], value.index)) for value in values]

    def _number(self, identity: Hashable) -> int:
        return self._numbers.setdefault(identity, next(self._next))


def _identity(node: Node, inputs: list[tuple[int, int]]) -> Hashable:
    if is_constant(node.outputs[0]):
        made = getattr(node.attrs, "array", None)
        if made is not None:  # by a pass, which may have made another one for the same operation
            content = blake2b(made.tobytes(), digest_size=16).digest()
            return (node.outputs[0].dtype, made.shape, content)
        if node.origin is not None and node.origin.type != "Const":  # of a function: branches have the same names
            return (node.name, blake2b(node.attrs.value.SerializeToString(), digest_size=16).digest())
        return node if node.origin is None else (node.origin, node.name, node.origin.graph.rewrites)
    return (node.op_type, attributes_key(node), tuple(inputs))
