"""TensorFlow 1 without TensorFlow: `import nbtf as tf`.

The names of TensorFlow 1 that exist so far, each imported from where it is made when it is first asked for: importing
nbtf itself imports nothing. `__init__.pyi` says the same to type checkers.
"""

from nbtf.lazy import NameSpace

# Programs compare it to know which TensorFlow they run on; the package's own version is nbtf.version.NBTF_VERSION.
__version__ = "2.15.1"
VERSION = __version__

# Module -> the names of it that are TensorFlow's own at the top level.
_EXPORTS = {
    "nbtf.array.batched_gather": ("batch_gather", "gather_nd"),
    "nbtf.array.editing": ("edit_distance",),
    "nbtf.array.filling": ("fill", "one_hot", "ones", "ones_like", "range", "zeros", "zeros_like"),
    "nbtf.array.grids": ("linspace as lin_space", "linspace", "meshgrid"),
    "nbtf.array.indexing": (
        "boolean_mask", "gather", "newaxis", "slice_ as slice", "strided_slice", "where", "where_v2",
    ),
    "nbtf.array.joining": (
        "concat", "stack as pack", "pad", "parallel_stack", "split", "stack", "tile", "unstack as unpack",
        "unstack",
    ),
    "nbtf.array.masks": ("repeat", "sequence_mask"),
    "nbtf.array.moving": ("guarantee_const", "identity", "identity_n", "no_op", "stop_gradient"),
    "nbtf.array.ordering": (
        "argsort", "invert_permutation", "searchsorted", "setdiff1d", "sort", "unique", "unique_with_counts",
        "unravel_index",
    ),
    "nbtf.array.rearranging": (
        "batch_to_space", "batch_to_space_nd", "depth_to_space", "dynamic_partition", "dynamic_stitch",
        "fingerprint", "required_space_to_batch_paddings", "reverse", "reverse as reverse_v2", "reverse_sequence", "roll", "scatter_nd",
        "space_to_batch", "space_to_batch_nd", "space_to_depth", "tensor_scatter_nd_add as tensor_scatter_add",
        "tensor_scatter_nd_add", "tensor_scatter_nd_max", "tensor_scatter_nd_min", "tensor_scatter_nd_sub",
        "tensor_scatter_nd_update", "tensor_scatter_nd_sub as tensor_scatter_sub",
        "tensor_scatter_nd_update as tensor_scatter_update",
    ),
    "nbtf.array.shapes": (
        "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to", "ensure_shape", "expand_dims", "rank",
        "reshape", "shape", "shape_n", "size", "squeeze", "transpose",
    ),
    "nbtf.compat.v2_behavior": (
        "disable_eager_execution", "disable_tensor_equality", "disable_v2_behavior", "enable_eager_execution",
        "enable_tensor_equality", "enable_v2_behavior", "executing_eagerly", "executing_eagerly_outside_functions",
    ),
    "nbtf.control_flow.assertion": ("assert_v1 as Assert",),
    "nbtf.control_flow.branching": ("cond",),
    "nbtf.control_flow.calling_python": ("numpy_function", "py_func"),
    "nbtf.control_flow.casing": ("case",),
    "nbtf.control_flow.numeric_checks": ("add_check_numerics_ops",),
    "nbtf.control_flow.clock": ("timestamp",),
    "nbtf.control_flow.functional": ("foldl", "foldr", "map_fn", "scan"),
    "nbtf.control_flow.grouping": ("group", "tuple_v1 as tuple"),
    "nbtf.control_flow.looping": ("while_loop",),
    "nbtf.control_flow.printing": ("print_v1 as Print", "print_v2 as print"),
    "nbtf.control_flow.switching": ("switch_case",),
    "nbtf.control_flow.tensor_array": ("TensorArray",),
    "nbtf.control_flow.type_specs": (
        "IndexedSlicesSpec", "RaggedTensorSpec", "SparseTensorSpec", "TensorArraySpec", "type_spec_from_value",
    ),
    "nbtf.control_flow.vectorizing": ("vectorized_map",),
    "nbtf.data.optionals": ("OptionalSpec",),
    "nbtf.debugging.comparisons": (
        "assert_equal", "assert_greater", "assert_greater_equal", "assert_less", "assert_less_equal", "assert_near",
        "assert_negative", "assert_non_negative", "assert_non_positive", "assert_none_equal", "assert_positive",
    ),
    "nbtf.debugging.finiteness": ("check_numerics", "verify_tensor_all_finite"),
    "nbtf.debugging.static_checks": (
        "assert_integer", "assert_proper_iterable", "assert_rank", "assert_rank_at_least", "assert_rank_in",
        "assert_same_float_dtype", "assert_scalar", "assert_type",
    ),
    "nbtf.differentiation.custom": ("custom_gradient", "grad_pass_through", "recompute_grad"),
    "nbtf.differentiation.second_order": ("hessians",),
    "nbtf.differentiation.tape": ("GradientTape",),
    "nbtf.dtypes": (
        "QUANTIZED_DTYPES",
        "as_dtype", "bfloat16", "bool", "complex128", "complex64", "double", "DType", "float16", "float32",
        "float64", "half", "int16", "int32", "int64", "int8", "qint16", "qint32", "qint8", "quint16", "quint8",
        "resource", "string", "uint16", "uint32", "uint64", "uint8", "variant",
    ),
    "nbtf.eager.batching": ("nondifferentiable_batch_function",),
    "nbtf.eager.functions": ("py_function",),
    "nbtf.eager.tracing": ("function",),
    "nbtf.eager.wrapping": ("wrap_function",),
    "nbtf.errors": ("OpError",),
    "nbtf.graph.collections": (
        "add_to_collection", "add_to_collections", "get_collection", "get_collection_ref", "GraphKeys",
    ),
    "nbtf.graph.constant_value": ("constant_value as get_static_value",),
    "nbtf.graph.control_flow_version": (
        "control_flow_v2_enabled", "disable_control_flow_v2", "enable_control_flow_v2",
    ),
    "nbtf.graph.conversion": ("constant", "convert_to_tensor", "register_tensor_conversion_function"),
    "nbtf.graph.default_stacks": ("get_default_graph", "get_default_session", "reset_default_graph"),
    "nbtf.graph.device": ("DeviceSpec",),
    "nbtf.graph.feeding": ("placeholder", "placeholder_with_default"),
    "nbtf.graph.gradient_registry": (
        "no_gradient", "no_gradient as NoGradient", "no_gradient as NotDifferentiable", "RegisterGradient",
    ),
    "nbtf.graph.gradient_walk": ("AggregationMethod", "gradients", "UnconnectedGradients"),
    "nbtf.graph.graph": ("Graph",),
    "nbtf.graph.importer": ("import_graph_def",),
    "nbtf.graph.indexed_slices": ("convert_to_tensor_or_indexed_slices", "IndexedSlices", "IndexedSlicesValue"),
    "nbtf.graph.kinds_of_values": ("is_numeric_tensor", "is_symbolic_tensor", "is_tensor"),
    "nbtf.graph.operation": ("Operation",),
    "nbtf.graph.raw_ops": ("raw as raw_ops",),
    "nbtf.graph.scopes": (
        "colocate_with", "container", "control_dependencies", "device", "init_scope", "name_scope", "op_scope",
    ),
    "nbtf.graph.sparse_tensor": (
        "convert_to_tensor_or_sparse_tensor", "sparse_placeholder", "SparseTensor", "SparseTensorValue",
    ),
    "nbtf.graph.tensor": ("Tensor",),
    "nbtf.graph.type_spec": ("TensorSpec", "TypeSpec"),
    "nbtf.image.patches": ("extract_image_patches", "extract_volume_patches"),
    "nbtf.initializers.constants": (
        "Constant as constant_initializer", "Ones as ones_initializer", "Zeros as zeros_initializer",
    ),
    "nbtf.initializers.sampled": (
        "Orthogonal as orthogonal_initializer", "RandomNormal as random_normal_initializer",
        "RandomUniform as random_uniform_initializer", "TruncatedNormal as truncated_normal_initializer",
        "UniformUnitScaling as uniform_unit_scaling_initializer",
    ),
    "nbtf.initializers.scaling": (
        "GlorotNormal as glorot_normal_initializer", "GlorotUniform as glorot_uniform_initializer",
        "VarianceScaling as variance_scaling_initializer",
    ),
    "nbtf.io.contents": (
        "decode_base64", "decode_raw", "encode_base64", "matching_files", "parse_tensor", "read_file",
        "serialize_tensor", "write_file",
    ),
    "nbtf.io.example_parsing": (
        "decode_compressed", "decode_csv", "decode_json_example", "parse_example", "parse_single_example",
    ),
    "nbtf.io.features": ("FixedLenFeature", "FixedLenSequenceFeature", "SparseFeature", "VarLenFeature"),
    "nbtf.io.readers": (
        "FixedLengthRecordReader", "IdentityReader", "LMDBReader", "ReaderBase", "TextLineReader", "TFRecordReader",
        "WholeFileReader",
    ),
    "nbtf.io.sequence_parsing": ("parse_single_sequence_example",),
    "nbtf.libraries": ("load_file_system_library", "load_library", "load_op_library"),
    "nbtf.linalg.diagonals": (
        "tensor_diag as diag", "tensor_diag_part as diag_part", "eye", "matrix_band_part", "matrix_diag",
        "matrix_diag_part", "matrix_set_diag", "matrix_transpose", "trace",
    ),
    "nbtf.linalg.einsums": ("einsum",),
    "nbtf.linalg.factors": (
        "cholesky", "cholesky_solve", "matrix_determinant", "matrix_inverse", "matrix_solve", "matrix_solve_ls",
        "matrix_square_root", "matrix_triangular_solve", "qr", "self_adjoint_eig", "self_adjoint_eigvals", "svd",
    ),
    "nbtf.linalg.norms": ("norm",),
    "nbtf.linalg.products": ("cross", "tensordot"),
    "nbtf.logging.lines": ("get_logger",),
    "nbtf.lookup.initializing": ("initialize_all_tables", "tables_initializer"),
    "nbtf.math.accumulation": ("bincount", "cumprod", "cumsum", "histogram_fixed_width"),
    "nbtf.math.casting": (
        "bitcast", "cast", "conj", "to_bfloat16", "to_complex128", "to_complex64", "to_double", "to_float",
        "to_int32", "to_int64",
    ),
    "nbtf.math.clipping": (
        "clip_by_average_norm", "clip_by_global_norm", "clip_by_norm", "clip_by_value", "global_norm",
    ),
    "nbtf.math.complex_numbers": ("angle", "complex", "imag", "real", "saturate_cast"),
    "nbtf.math.confusion": ("confusion_matrix", "histogram_fixed_width_bins"),
    "nbtf.math.elementwise": (
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "digamma", "erf", "erfc", "exp",
        "expm1", "floor", "is_finite", "is_inf", "is_nan", "lgamma", "log", "log1p", "reciprocal", "rint", "round",
        "rsqrt", "sigmoid", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh",
    ),
    "nbtf.math.monotony": ("is_non_decreasing", "is_strictly_increasing"),
    "nbtf.math.operands": (
        "abs", "add", "atan2", "classic_div as div", "div_no_nan", "divide", "equal", "floor_div", "floordiv",
        "floormod", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_not", "logical_or",
        "logical_xor", "matmul", "maximum", "minimum", "floormod as mod", "multiply as mul", "multiply",
        "negative as neg", "negative", "not_equal", "pow", "realdiv", "scalar_mul", "squared_difference",
        "subtract as sub", "subtract", "truediv", "truncatediv", "truncatemod",
    ),
    "nbtf.math.reductions": (
        "accumulate_n", "add_n", "arg_max", "arg_min", "argmax", "argmin", "count_nonzero", "reduce_all",
        "reduce_any", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_sum",
    ),
    "nbtf.math.segments": (
        "segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum", "sparse_segment_mean",
        "sparse_segment_sqrt_n", "sparse_segment_sum", "unsorted_segment_max", "unsorted_segment_mean",
        "unsorted_segment_min", "unsorted_segment_prod", "unsorted_segment_sqrt_n", "unsorted_segment_sum",
    ),
    "nbtf.math.special_functions": ("betainc", "igamma", "igammac", "lbeta", "log_sigmoid", "polygamma", "zeta"),
    "nbtf.nn.convolutions": ("conv", "conv2d_backprop_filter_v2", "conv2d_backprop_input_v2"),
    "nbtf.nn.selection": ("approx_top_k",),
    "nbtf.quantization.conversions": (
        "dequantize", "fake_quant_with_min_max_args", "fake_quant_with_min_max_args_gradient",
        "fake_quant_with_min_max_vars", "fake_quant_with_min_max_vars_gradient",
        "fake_quant_with_min_max_vars_per_channel", "fake_quant_with_min_max_vars_per_channel_gradient", "quantize",
        "quantize_v2", "quantized_concat",
    ),
    "nbtf.queue.queues": ("FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "QueueBase", "RandomShuffleQueue"),
    "nbtf.ragged.empty_rows": ("ragged_fill_empty_rows", "ragged_fill_empty_rows_grad"),
    "nbtf.ragged.ragged_tensor": ("RaggedTensor",),
    "nbtf.random.distributions": (
        "random_gamma", "random_normal", "random_poisson", "random_uniform", "truncated_normal",
    ),
    "nbtf.random.sampling": ("multinomial", "random_crop", "random_shuffle"),
    "nbtf.random.index_shuffle": ("random_index_shuffle",),
    "nbtf.random.seeds": ("get_seed", "set_random_seed"),
    "nbtf.session": ("InteractiveSession", "Session"),
    "nbtf.session_tensors": ("delete_session_tensor", "get_session_handle", "get_session_tensor"),
    "nbtf.signal.any_axes": (
        "fftnd_op as fftnd", "ifftnd_op as ifftnd", "irfftnd_op as irfftnd", "rfftnd_op as rfftnd",
    ),
    "nbtf.signal.fourier": ("fft", "fft2d", "fft3d", "ifft", "ifft2d", "ifft3d"),
    "nbtf.sparse.arithmetic": (
        "sparse_add", "sparse_matmul", "sparse_maximum", "sparse_minimum", "sparse_reduce_max",
        "sparse_reduce_max_sparse", "sparse_reduce_sum", "sparse_reduce_sum_sparse", "sparse_softmax",
        "sparse_tensor_dense_matmul",
    ),
    "nbtf.sparse.forms": (
        "deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse", "sparse_fill_empty_rows",
        "sparse_mask", "sparse_merge", "sparse_tensor_to_dense", "sparse_to_dense", "sparse_to_indicator",
    ),
    "nbtf.sparse.rearrangement": (
        "sparse_concat", "sparse_reorder", "sparse_reset_shape", "sparse_reshape", "sparse_retain", "sparse_slice",
        "sparse_split", "sparse_transpose",
    ),
    "nbtf.strings.conversion": (
        "as_string", "string_to_hash_bucket", "string_to_hash_bucket_fast", "string_to_hash_bucket_strong",
        "string_to_number",
    ),
    "nbtf.strings.joining": ("reduce_join", "string_join"),
    "nbtf.strings.patterns": ("regex_replace",),
    "nbtf.strings.pieces": ("string_split", "string_strip", "substr"),
    "nbtf.tensor_shape": (
        "Dimension", "dimension_at_index", "dimension_value", "disable_v2_tensorshape", "enable_v2_tensorshape",
        "TensorShape",
    ),
    "nbtf.train.accumulators": (
        "ConditionalAccumulator", "ConditionalAccumulatorBase", "SparseConditionalAccumulator",
    ),
    "nbtf.sysconfig": ("CXX11_ABI_FLAG", "CXX_VERSION", "MONOLITHIC_BUILD"),
    "nbtf.variables.assigning": ("assign", "assign_add", "assign_sub", "count_up_to"),
    "nbtf.variables.creation": (
        "disable_resource_variables", "enable_resource_variables", "resource_variables_enabled",
        "variable_creator_scope",
    ),
    "nbtf.variables.critical_section": ("CriticalSection",),
    "nbtf.variables.initialization": (
        "all_variables", "assert_variables_initialized", "global_variables", "global_variables_initializer",
        "initialize_all_variables", "initialize_local_variables", "initialize_variables", "is_variable_initialized",
        "local_variables", "local_variables_initializer", "model_variables", "moving_average_variables",
        "report_uninitialized_variables", "trainable_variables", "variables_initializer",
    ),
    "nbtf.variables.modules": ("Module",),
    "nbtf.variables.partitioners": (
        "create_partitioned_variables", "fixed_size_partitioner", "min_max_variable_partitioner",
        "variable_axis_size_partitioner",
    ),
    "nbtf.variables.policies": ("VariableAggregation", "VariableSynchronization"),
    "nbtf.variables.scattering": (
        "batch_scatter_update", "scatter_add", "scatter_div", "scatter_max", "scatter_min", "scatter_mul",
        "scatter_nd_add", "scatter_nd_sub", "scatter_nd_update", "scatter_sub", "scatter_update",
    ),
    "nbtf.variables.scope_stack": ("AUTO_REUSE", "get_variable_scope", "VariableScope"),
    "nbtf.variables.scoping": (
        "get_local_variable", "get_variable", "no_regularizer", "variable_op_scope", "variable_scope",
    ),
    "nbtf.variables.templates": ("make_template",),
    "nbtf.variables.variable": ("Variable",),
    "nbtf.version": (
        "COMPILER_VERSION", "GIT_VERSION", "GRAPH_DEF_VERSION", "GRAPH_DEF_VERSION_MIN_CONSUMER",
        "GRAPH_DEF_VERSION_MIN_PRODUCER",
    ),
    "nbtf.wire.schema": (
        "AttrValue", "ConfigProto", "Event", "GPUOptions", "GraphDef", "GraphOptions", "HistogramProto",
        "LogMessage", "MetaGraphDef", "NameAttrList", "NodeDef", "OptimizerOptions", "RunMetadata", "RunOptions",
        "SessionLog", "Summary", "SummaryMetadata", "TensorInfo",
    ),
    "nbtf.wire.tensor": ("make_ndarray", "make_tensor_proto"),
}  # fmt: skip
_MODULES = (
    "app", "audio", "bitwise", "compat", "contrib", "data", "debugging", "distributions", "dtypes", "errors", "estimator",
    "feature_column", "flags", "gfile", "graph_util", "image", "initializers", "io", "layers", "linalg", "logging",
    "lookup", "losses", "manip", "math", "metrics", "nest", "nn", "profiler", "python_io", "quantization", "queue",
    "ragged", "random", "resource_loader", "saved_model", "sets", "signal", "sparse", "spectral", "strings", "summary",
    "sysconfig", "test", "train", "user_ops", "version",
)  # fmt: skip

_names = NameSpace(__name__, _EXPORTS, _MODULES, own=("VERSION", "__version__"))
__getattr__, __dir__ = _names.find, _names.list
