"""Graph -> Program: the passes in order."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nbtf import collector, dtypes
from nbtf.compiler.emit import emit, spread_arguments
from nbtf.compiler.folding import nodes_of
from nbtf.compiler.frames import check_frames
from nbtf.compiler.inline import inline
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.optimize import Pass, enabled_passes, optimize
from nbtf.compiler.program import Program
from nbtf.compiler.prune import prune
from nbtf.compiler.references import own_strings, read_references
from nbtf.compiler.rewriter import lower
from nbtf.compiler.schedule import ScheduleError, schedule
from nbtf.compiler.waiting import split_waiting
from nbtf.compiler.widen import widen
from nbtf.errors import InternalError, InvalidArgumentError, UnimplementedError

if TYPE_CHECKING:
    from nbtf.graph.graph import Graph
    from nbtf.graph.operation import Operation
    from nbtf.graph.tensor import Tensor


@collector.paused()
def compile_program(
    graph: Graph,
    fetches: Sequence[Tensor],
    targets: Sequence[Operation],
    feeds: Sequence[Tensor],
    passes: tuple[Pass, ...] | None = None,
    done: frozenset[Operation] = frozenset(),
) -> Program:
    """The program that computes `fetches` and runs `targets`; names everything that cannot run at once.

    passes: the optional ones to run; by default those that the environment leaves on. done: operations that an earlier
    part of the same run has executed, whose outputs are fed as far as they are needed.
    """
    part = prune(fetches, targets, feeds, done)
    return _compile_nodes(graph, part.nodes, part.feeds, part.fetches, passes)


@collector.paused()
def compile_call(graph: Graph, call: Node, passes: tuple[Pass, ...] | None = None) -> Program:
    """The program of one function call by itself, fed its inputs, in order; calls of itself stay recursive."""
    feeds = []
    for position, value in enumerate(call.inputs):
        node = Node("_Feed", f"{call.name}/argument_{position}", position, SimpleNamespace(), call.origin)
        feeds.append(node.add_output(value.dtype, value.shape))
        feeds[-1].is_handle = value.is_handle
    alone = Node(call.op_type, call.name, len(feeds), call.attrs, call.origin, call.block, call.definition)
    alone.inputs = list(feeds)
    for value in call.outputs:
        alone.add_output(value.dtype, value.shape).is_handle = value.is_handle
    return _compile_nodes(graph, [*(feed.node for feed in feeds), alone], feeds, list(alone.outputs), passes)


@collector.paused()
def compile_folded(values: list[Value]) -> Program:
    """The program that computes these values, which depend on constants only."""
    items, guards, _ = schedule(nodes_of(values))
    return emit(items, guards, [], values)


def _compile_nodes(
    graph: Graph, nodes: list[Node], feeds: list[Value], fetched: list[Value], passes: tuple[Pass, ...] | None
) -> Program:
    check_frames(nodes)
    nodes, fetched = inline(nodes, fetched, graph)
    refuse_unsupported(nodes)
    nodes, fetched = read_references(nodes, fetched)
    nodes, fetched = lower(nodes, fetched)
    refuse_unsupported(nodes, lowered=True)
    nodes = own_strings(nodes)
    nodes = widen(nodes)
    nodes = optimize(nodes, fetched, enabled_passes() if passes is None else passes)
    nodes = split_waiting(nodes)
    try:
        items, guards, repeated = schedule(nodes)
    except ScheduleError as error:
        message = f"{error.node.op_type} '{error.node.name}': {error.message}"
        raise InvalidArgumentError(None, error.node.origin, message) from None
    for position, value in enumerate(fetched):
        if value.node in repeated:
            raise InternalError(None, value.node.origin, f"Retval[{position}] has already been set.")
    return emit(items, guards, feeds, fetched)


def refuse_unsupported(nodes: Sequence[Node], *, lowered: bool = False) -> None:
    """Every op that cannot run, with its nodes, in one error."""
    reasons: dict[str, list[Node]] = {}
    for node in nodes:
        reason = unsupported(node, lowered)
        if reason:
            reasons.setdefault(reason, []).append(node)
    if not reasons:
        return
    lines = [f"{reason}: {_names(found)}" for reason, found in sorted(reasons.items())]
    first = min((found[0] for found in reasons.values()), key=lambda node: node.index)
    raise UnimplementedError(None, first.origin, "nbtf cannot run this graph:\n  " + "\n  ".join(lines))


def unsupported(node: Node, lowered: bool) -> str | None:
    """Why this node cannot run, or None. What a node that may be lowered needs is known only after that."""
    block = node.block
    if node.op_type == "_Feed":
        return None
    if block is None:
        return f"no kernel for op {node.op_type}"
    if block.host or not (block.kernel or block.rule) or (block.lower and not lowered):
        return None
    arguments = spread_arguments(node, outputs=False)
    for value, argument in zip(node.inputs, arguments, strict=True):
        if value.dtype in (dtypes.string, dtypes.variant) and argument.name not in block.moves:
            return f"no kernel for op {node.op_type} with {argument.name} of dtype {value.dtype.name}"
    return None


def _names(nodes: Sequence[Node]) -> str:
    names = ", ".join(f"'{node.name}'" for node in nodes[:20])
    return names if len(nodes) <= 20 else f"{names} and {len(nodes) - 20} more"
