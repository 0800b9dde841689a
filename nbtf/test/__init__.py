"""tf.test: a TestCase that knows tensors, gradients by differences, benchmarks."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.test.benchmark": ("Benchmark", "StubOutForTesting", "benchmark_config"),
    "nbtf.test.gradient_checking": ("compute_gradient", "compute_gradient_error"),
    "nbtf.test.running": (
        "assert_equal_graph_def",
        "disable_with_predicate",
        "get_temp_dir",
        "gpu_device_name",
        "is_built_with_cuda",
        "is_built_with_gpu_support",
        "is_built_with_rocm",
        "is_built_with_xla",
        "is_gpu_available",
        "main",
        "test_src_dir_path",
    ),
    "nbtf.test.switching": ("create_local_cluster", "with_eager_op_as_function"),
    "nbtf.test.test_case": ("TestCase",),
    "unittest": ("mock",),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
