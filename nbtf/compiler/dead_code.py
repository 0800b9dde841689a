"""What nobody needs any more, once a pass has made others read something else.

A run starts with what its fetches and targets need and nothing more, see prune.py. So only those nodes are looked at that
lost a reader; a target that nothing reads is never one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from nbtf.compiler.folding import FOLDED
from nbtf.compiler.ir import Node, Value, is_constant
from nbtf.compiler.purity import is_pure


def sweep(
    nodes: list[Node], fetched: Sequence[Value], suspects: Iterable[Node], also: Container[str] = ()
) -> list[Node]:
    """The nodes without those of `suspects`, and of what only they read, that no node reads or waits for.

    also: op types that may go although they are not pure, since whoever asks knows that nobody misses them.
    """
    users = Counter(source for node in nodes for source in _sources(node))
    kept = {value.node for value in fetched}
    dead: set[Node] = set()
    pending = list(suspects)
    while pending:
        node = pending.pop()
        if node in dead or node in kept or users[node] or not (_may_go(node) or node.op_type in also):
            continue
        dead.add(node)
        for source in _sources(node):
            users[source] -= 1
            pending.append(source)
    return [node for node in nodes if node not in dead]


def _sources(node: Node) -> list[Node]:
    return [*(value.node for value in node.inputs), *node.controls]


def _may_go(node: Node) -> bool:
    return is_pure(node) or node.op_type == FOLDED or (bool(node.outputs) and is_constant(node.outputs[0]))
