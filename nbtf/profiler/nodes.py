"""What a profile counts: of each operation, and of what a view puts below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from nbtf.tensor_shape import TensorShape

MEASURES = (
    "run_count",
    "exec_micros",
    "accelerator_exec_micros",
    "cpu_exec_micros",
    "requested_bytes",
    "peak_bytes",
    "residual_bytes",
    "output_bytes",
    "parameters",
    "float_ops",
)
"""Fields of GraphNodeProto; with "total_" before them those of a node and what is below it."""
ROOT = "_TFProfRoot"
SCOPE = "_kTFScopeParent"
"""The type of scopes that no operation has the name of."""
FLOW = "_TFGraphParent"
"""The type of the root of data flow."""
Counts = dict[str, int]


class Facts:
    """What is known of one operation, or of a scope."""

    def __init__(self, name: str, op_type: str) -> None:
        self.name = name
        self.types = {op_type}
        self.op_type = op_type
        self.shape: list[int] = []
        """Of a variable or placeholder; -1 for what is not known; [1] of a scalar."""
        self.inputs: list[str] = []
        """Names of the operations it reads, then of those it waits for, as they stand in a GraphDef."""
        self.input_shapes: dict[int, list[int] | None] = {}
        self.devices: list[str] = []
        self.lines: list[tuple[str, int, str]] = []
        """File, line number and function of the calls that made it."""
        self.counts: Counts = dict.fromkeys(MEASURES, 0)


def facts_of(graph: Any, op_log: Any, runs: Sequence[Any]) -> dict[str, Facts]:
    """The operations of a graph by name. runs: RunMetadata of steps, of which the means are taken."""
    found = {op.name: _of_operation(op) for op in graph.get_operations()}
    for entry in op_log.log_entries:
        facts = found.get(entry.name)
        if facts is not None:
            facts.types.update(entry.types)
            facts.counts["float_ops"] = entry.float_ops
            texts = op_log.id_to_string
            facts.lines = [
                (trace.file or texts[trace.file_id], trace.lineno, trace.function or texts[trace.function_id])
                for trace in entry.code_def.traces
            ]
    for run in runs:
        for device in run.step_stats.dev_stats:
            for stats in device.node_stats:
                name = stats.node_name.partition(":")[0]
                if name not in (
                    "_SOURCE",
                    "_SINK",
                ):  # else what an optimizer put into the graph is a node of a type of its own
                    _add_run(found.setdefault(name, Facts(name, name)), device.device, stats)
    for facts in found.values():
        for name in MEASURES[1:8]:
            facts.counts[name] //= max(len(runs), 1)
    return found


def _of_operation(op: Any) -> Facts:
    facts = Facts(op.name, op.type)
    attr = op.node_def.attr
    if "shape" in attr and attr["shape"].HasField("shape") and not attr["shape"].shape.unknown_rank:
        facts.shape = [dim.size for dim in attr["shape"].shape.dim] or [1]
        if min(facts.shape) >= 0:
            size = 1
            for dim in facts.shape:
                size *= dim
            facts.counts["parameters"] = size
    sources = [tensor.op for tensor in op.inputs] + sorted(op.control_inputs, key=lambda control: control.name)
    facts.inputs = [source.name for source in sources]
    for i, source in enumerate(sources):
        # of an operation with several outputs, TensorFlow's profiler takes the first
        shape = source.outputs[0].shape if source.outputs else TensorShape(None)
        known = shape.ndims is not None
        facts.input_shapes[i] = ([-1 if dim is None else dim for dim in shape.as_list()] or [1]) if known else None
    return facts


def _add_run(facts: Facts, device: str, stats: Any) -> None:
    device = device.lower()
    if not re.search(r"/(device:)?(cpu|gpu):\d+$", device):
        return  # streams of an accelerator, which tell of the same ops once more
    if device not in facts.devices:
        facts.devices.append(device)
        facts.types.add(device)
    micros = max(stats.op_end_rel_micros, 1)  # what took no whole microsecond counts as one
    memory = stats.memory_stats
    outputs = {  # one buffer may be several outputs
        output.slot: max(
            output.tensor_description.allocation_description.requested_bytes,
            output.tensor_description.allocation_description.allocated_bytes,
        )
        for output in stats.output
    }
    kept = memory.persistent_memory_size
    for name, count in {
        "run_count": 1,
        "exec_micros": micros,
        "cpu_exec_micros": micros,
        "requested_bytes": sum(used.total_bytes for used in stats.memory) + kept + memory.temp_memory_size,
        "peak_bytes": sum(used.peak_bytes for used in stats.memory) + kept + memory.temp_memory_size,
        "residual_bytes": sum(used.live_bytes for used in stats.memory) + kept,
        "output_bytes": sum(outputs.values()),
    }.items():
        facts.counts[name] += count


class ProfileNode:
    """An operation, a scope or an op type in a view."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.children: list[ProfileNode] = []
        self.shown: list[ProfileNode] = []
        self.is_counted = False
        self.counts = facts.counts
        self.reset()

    @property
    def name(self) -> str:
        return self.facts.name

    def reset(self) -> None:
        self.totals: Counts = dict.fromkeys(MEASURES, 0)
        self.definitions = 0

    def add_self(self) -> None:
        self.definitions += 1
        for name in MEASURES:
            self.totals[name] += self.counts[name]

    def add(self, child: ProfileNode) -> None:
        self.definitions += child.definitions
        for name in MEASURES:
            self.totals[name] += child.totals[name]

    def count_shown(self, children: list[ProfileNode], only_shown: bool) -> None:
        """Takes the nodes that are shown below it; with only_shown, its totals are theirs and its own."""
        self.shown = children
        if only_shown:
            self.reset()
            self.add_self()
            for child in children:
                self.add(child)


class Selection:
    """The options that say which nodes count and which are shown."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options

    def counts(self, types: Iterable[str]) -> bool:
        regexes = self._options["account_type_regexes"]
        return list(regexes) == [".*"] or any(_matches(one, regexes) for one in types)

    def shows(self, node: ProfileNode, depth: int) -> bool:
        options, totals = self._options, node.totals
        enough = (
            totals["requested_bytes"] >= options["min_bytes"]
            and totals["peak_bytes"] >= options.get("min_peak_bytes", 0)
            and totals["residual_bytes"] >= options.get("min_residual_bytes", 0)
            and totals["output_bytes"] >= options.get("min_output_bytes", 0)
            and totals["exec_micros"] >= options["min_micros"]
            and totals["accelerator_exec_micros"] >= options.get("min_accelerator_micros", 0)
            and totals["cpu_exec_micros"] >= options.get("min_cpu_micros", 0)
            and node.counts["parameters"] >= options["min_params"]
            and node.counts["float_ops"] >= options["min_float_ops"]
            and node.counts["run_count"] >= options["min_occurrence"]
            and depth <= options["max_depth"]
        )
        name = node.name
        shown = _matches(name, options["show_name_regexes"])
        return enough and shown and not _matches(name, options["hide_name_regexes"])

    def ends(self, node: ProfileNode, depth: int) -> bool:
        """Whether nothing below the node is shown."""
        return depth > self._options["max_depth"] or _matches(node.name, self._options["trim_name_regexes"])

    def starts(self, node: ProfileNode) -> bool:
        return _matches(node.name, self._options["start_name_regexes"])

    @property
    def starts_anywhere(self) -> bool:
        return list(self._options["start_name_regexes"]) == [".*"]

    @property
    def only_shown(self) -> bool:
        return bool(self._options["account_displayed_op_only"])

    def in_order(self, nodes: list[ProfileNode]) -> list[ProfileNode]:
        order = self._options["order_by"]
        if order == "name":
            return sorted(nodes, key=lambda node: node.name.encode())
        return sorted(nodes, key=lambda node: -node.totals[ORDERS[order]])


ORDERS = {
    "bytes": "requested_bytes",
    "peak_bytes": "peak_bytes",
    "residual_bytes": "residual_bytes",
    "output_bytes": "output_bytes",
    "micros": "exec_micros",
    "accelerator_micros": "accelerator_exec_micros",
    "cpu_micros": "cpu_exec_micros",
    "params": "parameters",
    "float_ops": "float_ops",
    "occurrence": "run_count",
}
"""Attribute of the option `order_by` -> what is compared."""


def _matches(name: str, regexes: Sequence[str]) -> bool:
    return any(regex == ".*" or re.fullmatch(regex, name) for regex in regexes)
