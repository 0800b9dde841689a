"""TensorFlow 1 without TensorFlow: `import nbtf as tf`.

The names of TensorFlow 1 that exist so far, each imported from where it is made when it is first asked for: importing
nbtf itself imports nothing. `__init__.pyi` says the same to type checkers.
"""

from nbtf.lazy import NameSpace

__version__ = "0.1.0.dev0"
VERSION = __version__

# Module -> the names of it that are TensorFlow's own at the top level.
_EXPORTS = {
    "nbtf.array.filling": ("fill", "one_hot", "ones", "ones_like", "range", "zeros", "zeros_like"),
    "nbtf.array.indexing": (
        "boolean_mask", "gather", "gather_nd", "newaxis", "slice_ as slice", "strided_slice", "where", "where_v2",
    ),
    "nbtf.array.joining": ("concat", "pad", "parallel_stack", "split", "stack", "tile", "unstack"),
    "nbtf.array.moving": ("guarantee_const", "identity", "identity_n", "no_op", "stop_gradient"),
    "nbtf.array.shapes": (
        "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to", "ensure_shape", "expand_dims", "rank",
        "reshape", "shape", "shape_n", "size", "squeeze", "transpose",
    ),
    "nbtf.compat.v2_behavior": ("disable_eager_execution", "disable_v2_behavior", "executing_eagerly"),
    "nbtf.control_flow.assertion": ("assert_v1 as Assert",),
    "nbtf.control_flow.branching": ("cond",),
    "nbtf.control_flow.grouping": ("group", "identity_n", "no_op", "tuple_v1 as tuple"),
    "nbtf.control_flow.looping": ("while_loop",),
    "nbtf.control_flow.printing": ("print_v1 as Print", "print_v2 as print"),
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
    "nbtf.graph.gradient_registry": (
        "RegisterGradient", "no_gradient", "no_gradient as NoGradient", "no_gradient as NotDifferentiable",
    ),
    "nbtf.graph.gradient_walk": ("AggregationMethod", "UnconnectedGradients", "gradients"),
    "nbtf.graph.graph": ("Graph",),
    "nbtf.graph.importer": ("import_graph_def",),
    "nbtf.graph.indexed_slices": ("IndexedSlices", "IndexedSlicesValue", "convert_to_tensor_or_indexed_slices"),
    "nbtf.graph.operation": ("Operation",),
    "nbtf.graph.raw_ops": ("raw as raw_ops",),
    "nbtf.graph.scopes": ("colocate_with", "container", "control_dependencies", "device", "init_scope", "name_scope"),
    "nbtf.graph.tensor": ("Tensor",),
    "nbtf.initializers.constants": ("Zeros as zeros_initializer",),
    "nbtf.initializers.scaling": (
        "GlorotNormal as glorot_normal_initializer", "GlorotUniform as glorot_uniform_initializer",
        "VarianceScaling as variance_scaling_initializer",
    ),
    "nbtf.logging.lines": ("get_logger",),
    "nbtf.lookup.initializing": ("initialize_all_tables", "tables_initializer"),
    "nbtf.math.casting": (
        "angle", "bitcast", "cast", "complex", "conj", "imag", "real", "to_bfloat16", "to_complex128", "to_complex64",
        "to_double", "to_float", "to_int32", "to_int64",
    ),
    "nbtf.math.elementwise": (
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "digamma", "erf", "erfc", "exp",
        "expm1", "floor", "is_finite", "is_inf", "is_nan", "lgamma", "log", "log1p", "reciprocal", "rint", "round",
        "rsqrt", "sigmoid", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh",
    ),
    "nbtf.math.operands": (
        "abs", "add", "atan2", "classic_div as div", "div_no_nan", "divide", "equal", "floor_div", "floordiv",
        "floormod", "floormod as mod", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_not",
        "logical_or", "logical_xor", "matmul", "maximum", "minimum", "multiply", "negative", "not_equal", "pow",
        "realdiv", "scalar_mul", "squared_difference", "subtract", "truediv", "truncatediv", "truncatemod",
    ),
    "nbtf.math.reductions": (
        "add_n", "arg_max", "arg_min", "argmax", "argmin", "count_nonzero", "reduce_all", "reduce_any",
        "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_sum",
    ),
    "nbtf.random.distributions": ("random_normal", "random_uniform", "truncated_normal"),
    "nbtf.random.seeds": ("get_seed", "set_random_seed"),
    "nbtf.session": ("InteractiveSession", "Session"),
    "nbtf.tensor_shape": ("Dimension", "TensorShape", "dimension_at_index", "dimension_value"),
    "nbtf.variables.assigning": ("assign", "assign_add", "assign_sub", "count_up_to"),
    "nbtf.variables.creation": (
        "disable_resource_variables", "enable_resource_variables", "resource_variables_enabled",
        "variable_creator_scope",
    ),
    "nbtf.variables.initialization": (
        "all_variables", "global_variables", "global_variables_initializer", "initialize_all_variables",
        "initialize_local_variables", "initialize_variables", "local_variables", "local_variables_initializer",
        "model_variables", "moving_average_variables", "trainable_variables", "variables_initializer",
    ),
    "nbtf.variables.policies": ("VariableAggregation", "VariableSynchronization"),
    "nbtf.variables.scope_stack": ("AUTO_REUSE", "VariableScope", "get_variable_scope"),
    "nbtf.variables.scoping": (
        "get_local_variable", "get_variable", "no_regularizer", "variable_op_scope", "variable_scope",
    ),
    "nbtf.variables.variable": ("Variable",),
    "nbtf.version": (
        "COMPILER_VERSION", "GIT_VERSION", "GRAPH_DEF_VERSION", "GRAPH_DEF_VERSION_MIN_CONSUMER",
        "GRAPH_DEF_VERSION_MIN_PRODUCER",
    ),
    "nbtf.wire.schema": (
        "AttrValue", "ConfigProto", "Event", "GPUOptions", "GraphDef", "GraphOptions", "HistogramProto", "LogMessage",
        "MetaGraphDef", "NameAttrList", "NodeDef", "OptimizerOptions", "RunMetadata", "RunOptions", "SessionLog",
        "Summary", "SummaryMetadata", "TensorInfo",
    ),
    "nbtf.wire.tensor": ("make_ndarray", "make_tensor_proto"),
}  # fmt: skip
_MODULES = (
    "app",
    "compat",
    "dtypes",
    "errors",
    "flags",
    "gfile",
    "graph_util",
    "initializers",
    "io",
    "logging",
    "math",
    "nest",
    "python_io",
    "random",
    "resource_loader",
    "saved_model",
    "summary",
    "sysconfig",
    "test",
    "train",
    "version",
)

_names = NameSpace(__name__, _EXPORTS, _MODULES, own=("VERSION", "__version__"))
__getattr__, __dir__ = _names.find, _names.list
