"""Where the time of a run goes: tables by op type and by node, from traces of some runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbtf.vm.trace import Event, Trace

_MOST_NODES = 20


@dataclass
class Entry:
    """What the runs of one op type, or of one node, add up to. `bytes` are those of inputs and outputs."""

    name: str
    op: str
    calls: int = 0
    seconds: float = 0.0
    flops: int = 0
    bytes: int = 0


def fastest_trace(trace: Callable[[], Trace], runs: int) -> Trace:
    """The fastest of some runs, each instruction as fast as in any of them where all ran the same ones."""
    traces = sorted((trace() for _ in range(runs)), key=_seconds)
    ran = [[event.instruction for event in each.events] for each in traces]
    if all(instructions == ran[0] for instructions in ran):
        columns = zip(*(each.events for each in traces), strict=True)
        traces[0].events = [min(column, key=lambda event: event.seconds) for column in columns]
    return traces[0]


def _seconds(trace: Trace) -> float:
    return sum(event.seconds for event in trace.events)


def by_op(trace: Trace) -> list[Entry]:
    """An entry an op type, the slowest first. Jumps of control flow are one."""
    return _entries(trace, _op_type)


def by_node(trace: Trace) -> list[Entry]:
    """An entry a node, the slowest first."""
    return _entries(trace, lambda event: event.instruction.node.name if event.instruction.node else "")


def _op_type(event: Event) -> str:
    return event.instruction.node.op_type if event.instruction.node else "(jumps)"


def _entries(trace: Trace, key: Callable[[Event], str]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for event in trace.events:
        name = key(event)
        entry = found.setdefault(name, Entry(name, _op_type(event)))
        entry.calls += 1
        entry.seconds += event.seconds
        entry.flops += trace.flops(event.instruction)
        entry.bytes += trace.bytes_moved(event.instruction)
    return sorted(found.values(), key=lambda entry: -entry.seconds)


def facts(trace: Trace) -> dict[str, Any]:
    """Both tables, for JSON."""
    return {"ops": [vars(entry) for entry in by_op(trace)], "nodes": [vars(entry) for entry in by_node(trace)]}


def report(trace: Trace) -> list[str]:
    """Both tables as text, of the nodes only the slowest."""
    total = _seconds(trace)
    nodes = by_node(trace)
    lines = [
        f"profile: {1e3 * total:.3f} ms, each node as fast as in any of a few runs",
        "",
        *_table(by_op(trace), total, lambda entry: entry.name),
    ]
    lines += ["", f"the slowest of {len(nodes)} nodes", "", *_table(nodes[:_MOST_NODES], total, _node_title)]
    return lines


def _node_title(entry: Entry) -> str:
    return f"{entry.op} {entry.name}" if entry.name else entry.op


def _table(entries: Sequence[Entry], total: float, title: Callable[[Entry], str]) -> list[str]:
    lines = [f"{'calls':>7} {'ms':>9} {'share':>6} {'GFLOP/s':>8} {'MB':>9} {'GB/s':>6}  op"]
    for entry in entries:
        seconds = entry.seconds or 1e-9
        rate = f"{entry.flops / seconds / 1e9:.1f}" if entry.flops else "-"
        lines.append(
            f"{entry.calls:7} {1e3 * entry.seconds:9.3f} {entry.seconds / (total or 1):6.1%} {rate:>8} "
            f"{entry.bytes / 1e6:9.2f} {entry.bytes / seconds / 1e9:6.1f}  {title(entry)}"
        )
    return lines
