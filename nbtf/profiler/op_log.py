"""What a profile knows of operations beyond the graph: float operations, types, and where the program made them."""

from __future__ import annotations

import os
from typing import Any

from nbtf.graph.collections import GraphKeys
from nbtf.graph.default_stacks import get_default_graph
from nbtf.logging.lines import warning
from nbtf.profiler.float_ops import float_ops
from nbtf.wire import schema

TRAINABLE_VARIABLES = "_trainable_variables"
"""The type that trainable variables have in a profile."""
FILE_NAME = "tfprof_log"


def write_op_log(graph: Any, log_dir: str, op_log: Any = None, run_meta: Any = None, add_trace: bool = True) -> None:
    """Writes the OpLogProto of a graph, merged with `op_log`, to the file tfprof_log in a folder, which is made.

    add_trace: also where the program made each operation. run_meta: ignored; shapes come from the graph.
    """
    os.makedirs(log_dir, exist_ok=True)
    log = merged_op_log(graph or get_default_graph(), op_log, add_trace=add_trace)
    with open(os.path.join(log_dir, FILE_NAME), "wb") as file:
        file.write(log.SerializeToString())


def merged_op_log(graph: Any, op_log: Any = None, *, add_trace: bool = True) -> Any:
    """The log of a graph's operations; what `op_log` says of one comes before what the graph says."""
    own = _of_graph(graph, add_trace)
    made = schema.OpLogProto()
    if op_log is None:
        made.CopyFrom(own)
        return made
    made.ParseFromString(op_log.SerializeToString())  # of any descriptor pool
    offset = max(made.id_to_string, default=0)
    for number, text in own.id_to_string.items():
        made.id_to_string[number + offset] = text
    given = {entry.name: entry for entry in made.log_entries}
    for entry in own.log_entries:
        for trace in entry.code_def.traces:
            trace.file_id, trace.function_id = trace.file_id + offset, trace.function_id + offset
        if entry.name not in given:
            made.log_entries.add().CopyFrom(entry)
            continue
        known = given[entry.name]
        known.types.extend(entry.types)
        known.float_ops = known.float_ops or entry.float_ops
        if entry.HasField("code_def") and not known.HasField("code_def"):
            known.code_def.CopyFrom(entry.code_def)
    return made


def _of_graph(graph: Any, add_trace: bool) -> Any:
    log = schema.OpLogProto()
    texts: dict[str, int] = {}
    trainable = {variable.op.name for variable in graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)}
    unknown = 0
    for op in graph.get_operations():
        count = float_ops(op)
        unknown += count is None
        if not count and not add_trace and op.name not in trainable:
            continue
        entry = log.log_entries.add(name=op.name, float_ops=count or 0)
        if op.name in trainable:
            entry.types.append(TRAINABLE_VARIABLES)
        if add_trace:
            for frame in op.traceback:
                entry.code_def.traces.add(
                    file_id=texts.setdefault(frame.filename, len(texts) + 1),
                    lineno=frame.lineno or 0,
                    function_id=texts.setdefault(frame.name, len(texts) + 1),
                    func_start_line=-1,
                )
    for text, number in texts.items():
        log.id_to_string[number] = text
    if unknown:
        warning("%d ops have no float operations in the profile, because their shapes are not known", unknown)
    return log
