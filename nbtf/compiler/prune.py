"""Graph -> nodes: what the fetches need, cut at the feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nbtf.compiler.ir import Node, Value

if TYPE_CHECKING:
    from nbtf.graph.operation import Operation
    from nbtf.graph.tensor import Tensor


_PLACEHOLDERS = frozenset(["Placeholder", "PlaceholderV2"])


class Subgraph:
    """Nodes in order of creation, with the values that are fed and fetched and the nodes that must run."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.feeds: list[Value] = []
        self.fetches: list[Value] = []
        self.targets: list[Node] = []


def prune(
    fetches: Sequence[Tensor],
    targets: Sequence[Operation],
    feeds: Sequence[Tensor],
    done: frozenset[Operation] = frozenset(),
) -> Subgraph:
    """What must run to compute `fetches` and to run `targets`; a fed tensor is cut from its op before anything else.

    done: operations that nothing has to wait for any more.
    """
    result = Subgraph()
    fed: dict[Tensor, Value] = {}
    for position, tensor in enumerate(feeds):
        node = Node("_Feed", tensor.op.name, -len(feeds) + position, SimpleNamespace(), tensor.op)
        fed[tensor] = node.add_output(tensor.dtype.base_dtype, tensor.dims)
        result.feeds.append(fed[tensor])
    needed = _reachable([t.op for t in fetches if t not in fed] + list(targets), fed, done)
    nodes = {op: node_of(op) for op in needed}

    def value(tensor: Tensor) -> Value:
        return fed[tensor] if tensor in fed else nodes[tensor.op].outputs[tensor.value_index]

    for op, node in nodes.items():
        node.inputs = [value(t) for t in op.inputs]
        node.controls = [nodes[c] for c in _waits_for(op, fed) if c not in done]
    result.nodes = [v.node for v in result.feeds] + list(nodes.values())
    result.fetches = [value(t) for t in fetches]
    result.targets = [nodes[op] for op in targets]
    return result


def _reachable(roots: Iterable[Operation], fed: dict[Tensor, Value], done: frozenset[Operation]) -> list[Operation]:
    found: set[Operation] = set()
    pending = list(roots)
    while pending:
        op = pending.pop()
        if op not in found:
            found.add(op)
            pending += [t.op for t in op.inputs if t not in fed]
            pending += [control for control in _waits_for(op, fed) if control not in done]
    return sorted(found, key=lambda op: op.index)


def _waits_for(op: Operation, fed: dict[Tensor, Value]) -> list[Operation]:
    """The control inputs that must run: who waits for a placeholder that is fed has waited."""
    return [c for c in op.control_inputs if not (c.type in _PLACEHOLDERS and c._outputs[0] in fed)]


def node_of(op: Operation) -> Node:
    """An operation as a node, not yet wired."""
    node = Node(op.type, op.name, op.index, op.attrs, op, op.block, op.definition)
    for tensor in op.outputs:
        node.add_output(tensor.dtype, tensor.dims)
    return node
