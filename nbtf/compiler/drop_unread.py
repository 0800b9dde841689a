"""What is computed only to be waited for, as the gradient for an input in a training step: others wait for its inputs.

TensorFlow's rewriter does the same, so an error that such a node alone would raise is not raised there either. Ops that
are there to raise errors stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nbtf.compiler.ir import Node, Value
from nbtf.compiler.purity import is_pure

_CHECKS = frozenset({"CheckNumerics", "CheckNumericsV2", "EnsureShape"})


def drop_unread(nodes: list[Node], fetched: Sequence[Value]) -> list[Node]:
    """The nodes without pure ones that nobody reads and something waits for."""
    readers = Counter(value.node for node in nodes for value in node.inputs)
    readers.update(value.node for value in fetched)
    awaited = {control for node in nodes for control in node.controls}
    instead: dict[Node, list[Node]] = {}
    for node in reversed(nodes):  # readers first: with them, what they read may go
        if node in awaited and not readers[node] and is_pure(node) and node.op_type not in _CHECKS:
            sources = [value.node for value in node.inputs]
            readers.subtract(sources)
            awaited.update(sources)
            instead[node] = list(dict.fromkeys([*sources, *node.controls]))
    for node in nodes:
        if any(control in instead for control in node.controls):
            node.controls = _waits_for(node, instead)
    return [node for node in nodes if node not in instead]


def _waits_for(node: Node, instead: dict[Node, list[Node]]) -> list[Node]:
    """What the node waits for in the end, in order."""
    seen: dict[Node, None] = {}
    pending = node.controls[::-1]
    while pending:
        control = pending.pop()
        if control not in seen:
            seen[control] = None
            pending += reversed(instead.get(control, ()))
    return [control for control in seen if control not in instead]
