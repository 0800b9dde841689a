"""tf.contrib.util: constants and arrays, and the signatures that a graph uses."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.graph.constant_value import constant_value as constant_value
from nbtf.graph.op_list import stripped_op_list as stripped_op_list_for_graph
from nbtf.wire.tensor import make_ndarray as make_ndarray
from nbtf.wire.tensor import make_tensor_proto as make_tensor_proto
