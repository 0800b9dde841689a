"""tf.profiler: parameters, floating-point operations, time and memory of a graph, by scope, by data flow and by op type."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.profiler.op_log import write_op_log as write_op_log
from nbtf.profiler.option_builder import ProfileOptionBuilder as ProfileOptionBuilder
from nbtf.profiler.profiling import Profiler as Profiler
from nbtf.profiler.profiling import advise as advise
from nbtf.profiler.profiling import profile as profile
from nbtf.wire.schema import AdviceProto as AdviceProto
from nbtf.wire.schema import GraphNodeProto as GraphNodeProto
from nbtf.wire.schema import MultiGraphNodeProto as MultiGraphNodeProto
from nbtf.wire.schema import OpLogProto as OpLogProto
