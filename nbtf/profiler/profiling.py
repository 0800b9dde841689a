"""tf.profiler.profile, Profiler and advise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from nbtf.errors import InvalidArgumentError, UnimplementedError
from nbtf.graph.default_stacks import get_default_graph
from nbtf.profiler import tables, views
from nbtf.profiler.nodes import MEASURES, ORDERS, Facts, ProfileNode, Selection, facts_of
from nbtf.profiler.op_log import merged_op_log
from nbtf.profiler.option_builder import Options, ProfileOptionBuilder
from nbtf.wire import schema

_View = Callable[[dict[str, Facts], Selection], ProfileNode]
_VIEWS: dict[str, _View] = {
    "scope": views.by_scope,
    "graph": views.by_flow,
    "op": views.by_type,
    "code": views.by_line,
}
_OF_TYPES = ("op", "code")
"""Views whose result is a MultiGraphNodeProto."""


def profile(graph: Any = None, run_meta: Any = None, op_log: Any = None, cmd: str = "scope", options: Any = 0) -> Any:
    """Counts what the operations of a graph have, shows it as a table, and returns it.

    cmd: how operations are put together: by "scope" or along data flow ("graph"), as a GraphNodeProto; by op type ("op")
    or by the line of the program that made them ("code"), as a MultiGraphNodeProto. options: as ProfileOptionBuilder
    makes them; else the parameters of trainable variables. op_log: an OpLogProto with float operations and types of
    operations. run_meta: RunMetadata with the trace of a run, for time and memory.

    Raises InvalidArgumentError for another cmd or option, UnimplementedError for output as a timeline or for pprof.
    """
    profiler = Profiler(graph, op_log)
    if run_meta is not None:
        profiler.add_step(0, run_meta)
    return profiler._profile(cmd, options or ProfileOptionBuilder.trainable_variables_parameter())


def advise(graph: Any = None, run_meta: Any = None, options: Any = 0) -> Any:
    """What a profile says of the time of a run: an AdviceProto with the reports of each checker, which are also printed.

    options: checker -> its options; all where there are none. Without run_meta there is nothing to report.
    """
    profiler = Profiler(graph)
    if run_meta is not None:
        profiler.add_step(0, run_meta)
    return profiler.advise(options)


class Profiler:
    """Profiles of one graph over several steps.

        profiler = Profiler(session.graph)
        profiler.add_step(step, run_metadata)
        profiler.profile_operations(options)

    Counts of time and memory are means of the steps, or of the one that the option `step` names.
    """

    def __init__(self, graph: Any = None, op_log: Any = None) -> None:
        """graph: the default graph if None. op_log: an OpLogProto."""
        self._graph = get_default_graph() if graph is None else graph
        self._given_log = op_log
        self._steps: dict[int, Any] = {}

    def add_step(self, step: int, run_meta: Any) -> None:
        """The RunMetadata of a step."""
        own = schema.RunMetadata()
        own.ParseFromString(run_meta.SerializeToString())  # of any descriptor pool
        self._steps[step] = own

    def profile_python(self, options: Options) -> Any:
        """By lines of the program: a MultiGraphNodeProto."""
        return self._profile("code", options)

    def profile_operations(self, options: Options) -> Any:
        """By op types: a MultiGraphNodeProto."""
        return self._profile("op", options)

    def profile_name_scope(self, options: Options) -> Any:
        """By scopes: a GraphNodeProto."""
        return self._profile("scope", options)

    def profile_graph(self, options: Options) -> Any:
        """Along data flow: a GraphNodeProto."""
        return self._profile("graph", options)

    def serialize_to_string(self) -> bytes:
        """What is known of each operation, as a ProfileProto."""
        made = schema.ProfileProto(has_trace=True, steps=sorted(self._steps))
        facts = self._facts(-1)
        numbers = {name: i for i, name in enumerate(facts)}
        for name, one in facts.items():
            node = made.nodes[numbers[name]]
            node.id, node.name, node.op = numbers[name], name, one.op_type
            node.float_ops = one.counts["float_ops"]
            node.shape.extend(one.shape)
            node.op_types.extend(sorted(one.types))
            node.canonical_device = one.devices[0] if one.devices else ""
            for i, source in enumerate(one.inputs):
                node.inputs[i] = numbers[source]
            for i, shape in one.input_shapes.items():
                node.input_shapes[i].int64_values.extend(shape or ())
        data: bytes = made.SerializeToString()
        return data

    def advise(self, options: Any = None) -> Any:
        """As tf.profiler.advise, of the steps added."""
        checkers = (
            list(options)
            if options
            else ["OperationChecker", "ExpensiveOperationChecker", "AcceleratorUtilizationChecker"]
        )
        advice = schema.AdviceProto()
        for name in checkers:
            reports = _expensive_operations(self._facts(-1)) if name == "ExpensiveOperationChecker" else []
            advice.checkers[name].reports.extend(reports)
            sys.stdout.write("\n".join([f"\n{name}:", *reports, ""]))
        return advice

    def _facts(self, step: int) -> dict[str, Facts]:
        if step >= 0 and step not in self._steps:
            raise InvalidArgumentError(None, None, f"there is no step {step}; steps: {sorted(self._steps)}")
        runs = [self._steps[step]] if step >= 0 else list(self._steps.values())
        return facts_of(self._graph, merged_op_log(self._graph, self._given_log), runs)

    def _profile(self, cmd: str, options: Mapping[str, Any]) -> Any:
        if cmd not in _VIEWS:
            raise InvalidArgumentError(None, None, f"unknown cmd: {cmd}")
        options = {**ProfileOptionBuilder().build(), **options}
        _check(options)
        root = _VIEWS[cmd](self._facts(options["step"]), Selection(options))
        table = (tables.type_table if cmd == "op" else tables.tree_table)(root, options["select"])
        _write(table, options)
        return _types_proto(root) if cmd in _OF_TYPES else _tree_proto(root)


def _check(options: Mapping[str, Any]) -> None:
    for name in options["select"]:
        if name not in tables.SELECTABLE:
            raise InvalidArgumentError(None, None, f"select: {name} is none of {', '.join(tables.SELECTABLE)}")
    if options["order_by"] not in ("name", *ORDERS):
        raise InvalidArgumentError(None, None, f"order_by: {options['order_by']} is none of name, {', '.join(ORDERS)}")
    kind = options["output"].partition(":")[0]
    if kind in ("timeline", "pprof"):
        raise UnimplementedError(None, None, f"output: profiles are not written as {kind}")
    if kind not in ("none", "stdout", "file"):
        raise InvalidArgumentError(None, None, f"output: {options['output']} is none of none, stdout, file:outfile=...")


def _write(table: str, options: Mapping[str, Any]) -> None:
    kind, _, place = options["output"].partition(":")
    report = f"\nProfile:\n{table}"
    if kind == "file":
        with open(place.removeprefix("outfile="), "w", encoding="utf-8") as file:
            file.write(report)
    elif kind == "stdout":
        sys.stdout.write(f"\n{'Options':=^61}\n{tables.options_text(dict(options))}\n{'Model Analysis Report':=^61}\n")
        sys.stdout.write(f"{report}\n{'End of Report':=^61}\n")


# ---- messages --------------------------------------------------------------------------------------------------------


def _fill(message: Any, node: ProfileNode) -> None:
    message.name = node.name
    for measure in MEASURES:
        if measure in message.DESCRIPTOR.fields_by_name:
            setattr(message, measure, node.counts[measure])
            setattr(message, f"total_{measure}", node.totals[measure])


def _fill_graph_node(message: Any, node: ProfileNode) -> None:
    _fill(message, node)
    message.total_definition_count = node.definitions
    message.devices.extend(node.facts.devices)
    for i, shape in node.facts.input_shapes.items():
        if shape is None:
            message.input_shapes[i].unknown_rank = True
        for dim in shape or ():
            message.input_shapes[i].dim.add(size=dim)


def _tree_proto(root: ProfileNode) -> Any:
    made = schema.GraphNodeProto()
    pending = [(root, made)]
    while pending:
        node, message = pending.pop()
        _fill_graph_node(message, node)
        pending += [(child, message.children.add()) for child in node.shown]
    return made


def _types_proto(root: ProfileNode) -> Any:
    made = schema.MultiGraphNodeProto()
    pending = [(root, made)]
    while pending:
        node, message = pending.pop()
        _fill(message, node)
        for member in node.members if isinstance(node, views.TypeNode) else ():
            _fill_graph_node(message.graph_nodes.add(), member)
        pending += [(child, message.children.add()) for child in node.shown]
    return made


# ---- advice ----------------------------------------------------------------------------------------------------------


def _expensive_operations(facts: dict[str, Facts]) -> list[str]:
    """The op types that take most time, three at most."""
    options = ProfileOptionBuilder(ProfileOptionBuilder.time_and_memory(min_bytes=0)).build()
    root = node = views.by_type(facts, Selection(options))
    lines: list[str] = []
    while node.shown and len(lines) < 3:
        (node,) = node.shown
        total, cpu, accelerator = (
            node.counts[name] for name in ("exec_micros", "cpu_exec_micros", "accelerator_exec_micros")
        )
        part = 100 * total / root.totals["exec_micros"]
        lines.append(
            f"top {len(lines) + 1} operation type: {node.name}, cpu: {tables.time_text(cpu)}, accelerator: "
            f"{tables.time_text(accelerator)}, total: {tables.time_text(total)} ({part:.2f}%)"
        )
    return ["\n".join(lines)] if lines else []
