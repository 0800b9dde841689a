"""Who reads a variable that somebody else writes, where nothing in the graph says which comes first.

TensorFlow runs whatever is ready, so what lies a few ops behind the variable reads it before an update that lies behind
all of a gradient: the learning rate that is fetched with a training step is the one that the step used, and a hook
sees the global step from before it. Schedules follow, by the number of ops that a reader and a writer wait for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbtf.compiler.ir import Node, Value

OWN_MEMORY = "_ReadRef"  # what takes its output sees the variable as it is then
PASSING = ("Switch", "RefSwitch", "RefIdentity")  # their outputs are other names of what they take


def readers_and_writers(nodes: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
    """Pairs of nodes, of which the first sees the value of a variable that the second changes."""
    nodes = list(nodes)
    writers: dict[Node, list[Node]] = {}
    for node in nodes:
        if node.block is not None and node.block.writes:
            for variable in _variables(node):
                writers.setdefault(variable, []).append(node)
    if not writers:
        return
    takers: dict[Value, list[Node]] = {}
    for node in nodes:
        for value in node.inputs:
            takers.setdefault(value, []).append(node)
    for node in nodes:
        if node.block is None or node.block.writes:
            continue
        for variable in _variables(node):
            if variable in writers:
                for reader in _seers(node, takers):
                    yield from ((reader, writer) for writer in writers[variable] if writer is not reader)


def _variables(node: Node) -> list[Node]:
    """The nodes that give the handles it takes."""
    if node.op_type in PASSING:
        return []
    handles = [_origin(value.node) for value in node.inputs if value.is_handle]
    return [handle for handle in handles if handle.block is not None and handle.block.resource is not None]


def _origin(node: Node) -> Node:
    while node.op_type in PASSING:
        node = node.inputs[0].node
    return node


def _seers(node: Node, takers: dict[Value, list[Node]]) -> Iterator[Node]:
    """The node itself, or what takes the memory that it lends, under whatever name."""
    if node.op_type != OWN_MEMORY:
        yield node
        return
    values, met = list(node.outputs), set[Node]()
    for value in values:
        for taker in takers.get(value, ()):
            if taker in met:
                continue
            met.add(taker)
            if taker.op_type in (*PASSING, "Merge"):
                values += taker.outputs
            elif taker.block is not None and taker.block.alias is not None:
                values.append(taker.outputs[0])
            else:
                yield taker
