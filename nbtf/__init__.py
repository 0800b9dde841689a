"""TensorFlow 1 without TensorFlow: `import nbtf as tf`.

The names of TensorFlow 1 that exist so far, each imported from where it is made when it is first asked for: importing
nbtf itself imports nothing. `__init__.pyi` says the same to type checkers.
"""

from nbtf.lazy import NameSpace

__version__ = "0.1.0.dev0"
VERSION = __version__

# Module -> the names of it that are TensorFlow's own at the top level.
_EXPORTS = {
    "nbtf.compat.v2_behavior": ("disable_eager_execution", "disable_v2_behavior", "executing_eagerly"),
    "nbtf.dtypes": (
        "DType", "as_dtype", "bfloat16", "bool", "complex128", "complex64", "double", "float16", "float32", "float64",
        "half", "int16", "int32", "int64", "int8", "qint16", "qint32", "qint8", "quint16", "quint8", "resource",
        "string", "uint16", "uint32", "uint64", "uint8", "variant",
    ),
    "nbtf.errors": ("OpError",),
    "nbtf.graph.collections": (
        "GraphKeys", "add_to_collection", "add_to_collections", "get_collection", "get_collection_ref",
    ),
    "nbtf.graph.conversion": ("constant", "convert_to_tensor", "register_tensor_conversion_function"),
    "nbtf.graph.default_stacks": ("get_default_graph", "get_default_session", "reset_default_graph"),
    "nbtf.graph.device": ("DeviceSpec",),
    "nbtf.graph.feeding": ("placeholder", "placeholder_with_default"),
    "nbtf.graph.graph": ("Graph",),
    "nbtf.graph.importer": ("import_graph_def",),
    "nbtf.graph.operation": ("Operation",),
    "nbtf.graph.raw_ops": ("raw as raw_ops",),
    "nbtf.graph.scopes": ("colocate_with", "container", "control_dependencies", "device", "name_scope"),
    "nbtf.graph.tensor": ("Tensor",),
    "nbtf.session": ("InteractiveSession", "Session"),
    "nbtf.tensor_shape": ("Dimension", "TensorShape", "dimension_at_index", "dimension_value"),
    "nbtf.wire.schema": (
        "AttrValue", "ConfigProto", "Event", "GPUOptions", "GraphDef", "GraphOptions", "HistogramProto", "LogMessage",
        "MetaGraphDef", "NameAttrList", "NodeDef", "OptimizerOptions", "RunMetadata", "RunOptions", "SessionLog",
        "Summary", "SummaryMetadata", "TensorInfo",
    ),
    "nbtf.wire.tensor": ("make_ndarray", "make_tensor_proto"),
}  # fmt: skip
_MODULES = ("compat", "dtypes", "errors", "graph_util", "io", "saved_model", "train")

_names = NameSpace(__name__, _EXPORTS, _MODULES, own=("VERSION", "__version__"))
__getattr__, __dir__ = _names.find, _names.list
