"""What RunMetadata tells of a traced run: the nodes that ran, when, and what came out, as TensorFlow's profilers read it."""

from __future__ import annotations

import math
from typing import Any

from nbtf.compiler.ir import Node, Value
from nbtf.tensor_shape import TensorShape
from nbtf.vm.trace import Event, Trace
from nbtf.wire import schema
from nbtf.wire.shape_proto import from_shape

DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"


def step_stats(trace: Trace) -> Any:
    """A StepStats with a NodeExecStats for each node that ran, in order.

    Nodes are those that the compiler made of the graph's: fused ones bear the name of the first. Shapes of outputs are
    the last ones, where a loop computed several.
    """
    stats = schema.StepStats()
    device = stats.dev_stats.add(device=DEVICE)
    device.thread_names[0] = "nbtf"
    for event in trace.events:
        if event.instruction.node is not None:  # jumps have none
            _add(device.node_stats.add(), event, event.instruction.node, trace)
    return stats


def _add(stats: Any, event: Event, node: Node, trace: Trace) -> None:
    stats.node_name = node.name
    stats.timeline_label = f"{node.name} = {node.op_type}({', '.join(_name(value) for value in node.inputs)})"
    for unit, nanoseconds in (("micros", 1000), ("nanos", 1)):
        begin, prepared, end = (time // nanoseconds for time in (event.begin, event.prepared, event.end))
        setattr(stats, f"scheduled_{unit}", begin)
        setattr(stats, f"all_start_{unit}", begin)
        setattr(stats, f"op_start_rel_{unit}", prepared - begin)
        setattr(stats, f"op_end_rel_{unit}", end - begin)
        setattr(stats, f"all_end_rel_{unit}", end - begin)
    for index, (value, shape) in enumerate(zip(node.outputs, trace.shapes(event.instruction)[1], strict=False)):
        description = stats.output.add(slot=index).tensor_description
        description.dtype = value.dtype.as_datatype_enum
        description.shape.CopyFrom(from_shape(TensorShape(shape)))
        description.allocation_description.allocator_name = "cpu"
        description.allocation_description.requested_bytes = math.prod(shape) * value.dtype.itemsize


def _name(value: Value) -> str:
    return f"{value.node.name}:{value.index}" if value.index else value.node.name
