"""tf.contrib.util: constants and arrays, and the signatures that a graph uses."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.graph.constant_value": ("constant_value",),
    "nbtf.graph.op_list": ("stripped_op_list as stripped_op_list_for_graph",),
    "nbtf.wire.tensor": ("make_ndarray", "make_tensor_proto"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
