"""tf.test: a TestCase that knows tensors, gradients by differences, benchmarks."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.test.benchmark import Benchmark as Benchmark
from nbtf.test.benchmark import StubOutForTesting as StubOutForTesting
from nbtf.test.benchmark import benchmark_config as benchmark_config
from nbtf.test.gradient_checking import compute_gradient as compute_gradient
from nbtf.test.gradient_checking import compute_gradient_error as compute_gradient_error
from nbtf.test.running import assert_equal_graph_def as assert_equal_graph_def
from nbtf.test.running import disable_with_predicate as disable_with_predicate
from nbtf.test.running import get_temp_dir as get_temp_dir
from nbtf.test.running import gpu_device_name as gpu_device_name
from nbtf.test.running import is_built_with_cuda as is_built_with_cuda
from nbtf.test.running import is_built_with_gpu_support as is_built_with_gpu_support
from nbtf.test.running import is_built_with_rocm as is_built_with_rocm
from nbtf.test.running import is_built_with_xla as is_built_with_xla
from nbtf.test.running import is_gpu_available as is_gpu_available
from nbtf.test.running import main as main
from nbtf.test.running import test_src_dir_path as test_src_dir_path
from nbtf.test.switching import create_local_cluster as create_local_cluster
from nbtf.test.switching import with_eager_op_as_function as with_eager_op_as_function
from nbtf.test.test_case import TestCase as TestCase
from unittest import mock as mock
