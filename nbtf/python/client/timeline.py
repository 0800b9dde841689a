"""Traces of runs for chrome://tracing and Perfetto, made of the StepStats that RunMetadata brings back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_LABEL = re.compile(r"(\S+) = (\S+)\((.*)\)$")
_ALLOCATORS = 0  # the process under which memory is shown


class AllocationMaximum(NamedTuple):
    """The most that an allocator's tensors took at once: when (microseconds), how many bytes, and their names."""

    timestamp: int
    num_bytes: int
    tensors: set[str]


class ChromeTrace:
    """The events of a trace."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self._events = events

    def format_to_string(self, pretty: bool = False) -> str:
        """The JSON text, `pretty` with indented lines."""
        form: dict[str, Any] = {"indent": 4, "separators": (",", ": ")} if pretty else {}
        return json.dumps({"traceEvents": self._events}, **form)


class StepStatsAnalysis(NamedTuple):
    """allocator_maximums: allocator name -> AllocationMaximum."""

    chrome_trace: ChromeTrace
    allocator_maximums: dict[str, AllocationMaximum]


class Timeline:
    """A trace of one run, for a viewer.

    options, metadata = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), tf.RunMetadata()
    session.run(fetches, options=options, run_metadata=metadata)
    text = Timeline(metadata.step_stats).generate_chrome_trace_format()
    """

    def __init__(self, step_stats: Any, graph: Any = None) -> None:
        """step_stats: a StepStats, of nbtf or of TensorFlow. graph: unused, as names and inputs are in step_stats."""
        self._step_stats = step_stats

    def generate_chrome_trace_format(
        self, show_dataflow: bool = True, show_memory: bool = False, op_time: str = "schedule"
    ) -> str:
        """The trace as JSON text: a process a device, a row for each op that runs beside others.

        show_dataflow: arrows from op to op where the rows differ. show_memory: the tensors alive, and their bytes.
        op_time: "schedule", "gpu" or "all", which are the same where ops are done when they return.
        """
        return self.analyze_step_stats(show_dataflow, show_memory, op_time).chrome_trace.format_to_string(pretty=True)

    def analyze_step_stats(
        self, show_dataflow: bool = True, show_memory: bool = True, op_time: str = "schedule"
    ) -> StepStatsAnalysis:
        """The trace, and the most memory that each allocator's tensors took."""
        processes, ops, tensors = _read(self._step_stats)
        events = [_process(_ALLOCATORS, "Allocators")]
        for compute, device in processes:
            events += [_process(compute, f"{device} Compute"), _process(compute + 1, f"{device} Tensors")]
        if show_memory:
            for tensor in tensors.values():
                events += tensor.made()
        arrow = 0
        for op in ops:
            events.append(op.event())
            for name in op.inputs:
                source = tensors[name].maker if name in tensors else None
                if show_dataflow and source is not None and (source.pid, source.row) != (op.pid, op.row):
                    events += _arrow(arrow, name, source, op)
                    arrow += 1
        if show_memory:
            events += [tensor.freed() for tensor in tensors.values()]
        counters, maximums = _memory(tensors)
        if show_memory:
            events += counters
        return StepStatsAnalysis(ChromeTrace(events), maximums)


@dataclass
class _Op:
    """A node's run, in microseconds."""

    pid: int
    name: str
    kind: str
    inputs: list[str]
    begin: int
    end: int
    row: int = 0

    def event(self) -> dict[str, Any]:
        arguments = {"name": self.name, "op": self.kind}
        arguments |= {f"input{i}": name for i, name in enumerate(self.inputs)}
        return {
            **_head("X", "Op", self.kind, self.pid, self.row, self.begin),
            "dur": self.end - self.begin,
            "args": arguments,
        }


@dataclass
class _Tensor:
    number: int
    name: str
    maker: _Op
    allocator: str
    size: int
    description: str
    uses: list[int] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.maker.pid + 1

    @property
    def death(self) -> int:
        return max(self.uses, default=self.maker.end)

    def made(self) -> Iterator[dict[str, Any]]:
        yield _head("N", "Tensor", self.name, self.pid, self.maker.row, self.maker.begin) | {"id": self.number}
        snapshot = {"snapshot": {"tensor_description": self.description}}
        head = _head("O", "Tensor", self.name, self.pid, self.maker.row, self.maker.end - 1)
        yield head | {"id": self.number, "args": snapshot}

    def freed(self) -> dict[str, Any]:
        return _head("D", "Tensor", self.name, self.pid, 0, self.death) | {"id": self.number}


def _read(step_stats: Any) -> tuple[list[tuple[int, str]], list[_Op], dict[str, _Tensor]]:
    """Processes as (number, device), what ran on them in order, and what it made."""
    processes = [(1 + 2 * i, device.device) for i, device in enumerate(step_stats.dev_stats)]
    ops: list[_Op] = []
    tensors: dict[str, _Tensor] = {}
    for (pid, _), device in zip(processes, step_stats.dev_stats, strict=True):
        free: list[int] = []  # when each row is
        for stats in device.node_stats:
            kind, inputs = _parsed(stats)
            begin = stats.all_start_micros
            op = _Op(pid, stats.node_name, kind, inputs, begin, begin + stats.all_end_rel_micros)
            op.row = next((row for row, time in enumerate(free) if time <= begin), len(free))
            free[op.row : op.row + 1] = [op.end]
            ops.append(op)
            for index, output in enumerate(stats.output):  # a slot does not count here: the names are TensorFlow's
                name = f"{stats.node_name}:{index}" if index else stats.node_name
                described = output.tensor_description
                facts = described.allocation_description
                text = str(described).replace('"', "")
                tensors[name] = _Tensor(len(tensors), name, op, facts.allocator_name, facts.requested_bytes, text)
    for op in ops:
        for name in op.inputs:
            if name in tensors:
                tensors[name].uses.append(op.end - 1)
    return processes, ops, tensors


def _parsed(stats: Any) -> tuple[str, list[str]]:
    """The op's type and the names of its inputs, from a label "name = Type(input, input)"."""
    label = _LABEL.match(stats.timeline_label)
    if label is None:
        return ("RecvTensor" if stats.node_name == "RecvTensor" else "unknown"), []
    return label[2], label[3].split(", ") if label[3] else []


def _memory(tensors: dict[str, _Tensor]) -> tuple[list[dict[str, Any]], dict[str, AllocationMaximum]]:
    """Counters of the bytes alive, an event a change, and the most of each allocator."""
    counters: list[dict[str, Any]] = []
    maximums: dict[str, AllocationMaximum] = {}
    for allocator in sorted({tensor.allocator for tensor in tensors.values()}):
        own = [tensor for tensor in tensors.values() if tensor.allocator == allocator]
        changes = [(t.maker.begin, t.size, t.name) for t in own] + [(t.death, -t.size, t.name) for t in own]
        total = 0
        alive: set[str] = set()
        for time, size, name in sorted(changes):
            total += size
            (alive.add if size >= 0 else alive.discard)(name)
            if allocator not in maximums or total > maximums[allocator].num_bytes:
                maximums[allocator] = AllocationMaximum(time, total, set(alive))
            counters.append(_head("C", "Memory", allocator, _ALLOCATORS, 0, time) | {"args": {allocator: total}})
    return counters, maximums


def _arrow(number: int, name: str, source: _Op, target: _Op) -> list[dict[str, Any]]:
    return [
        _head("s", "DataFlow", name, source.pid, source.row, source.end) | {"id": number},
        _head("t", "DataFlow", name, target.pid, target.row, target.begin) | {"id": number},
    ]


def _process(pid: int, name: str) -> dict[str, Any]:
    return {"name": "process_name", "ph": "M", "pid": pid, "args": {"name": name}}


def _head(phase: str, category: str, name: str, pid: int, row: int, time: int) -> dict[str, Any]:
    return {"ph": phase, "cat": category, "name": name, "pid": pid, "tid": row, "ts": time}
