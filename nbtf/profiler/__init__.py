"""tf.profiler: parameters, floating-point operations, time and memory of a graph, by scope, by data flow and by op type."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.profiler.op_log": ("write_op_log",),
    "nbtf.profiler.option_builder": ("ProfileOptionBuilder",),
    "nbtf.profiler.profiling": ("Profiler", "advise", "profile"),
    "nbtf.wire.schema": ("AdviceProto", "GraphNodeProto", "MultiGraphNodeProto", "OpLogProto"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
