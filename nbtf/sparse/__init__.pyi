"""tf.sparse: tensors of which only some elements are there."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.graph.sparse_tensor import SparseTensor as SparseTensor
from nbtf.graph.sparse_tensor import sparse_placeholder as placeholder
from nbtf.math.segments import sparse_segment_mean as segment_mean
from nbtf.math.segments import sparse_segment_sqrt_n as segment_sqrt_n
from nbtf.math.segments import sparse_segment_sum as segment_sum
from nbtf.sparse.arithmetic import sparse_add as add
from nbtf.sparse.arithmetic import sparse_maximum as maximum
from nbtf.sparse.arithmetic import sparse_minimum as minimum
from nbtf.sparse.arithmetic import sparse_reduce_max as reduce_max
from nbtf.sparse.arithmetic import sparse_reduce_max_sparse as reduce_max_sparse
from nbtf.sparse.arithmetic import sparse_reduce_sum as reduce_sum
from nbtf.sparse.arithmetic import sparse_reduce_sum_sparse as reduce_sum_sparse
from nbtf.sparse.arithmetic import sparse_softmax as softmax
from nbtf.sparse.arithmetic import sparse_tensor_dense_matmul as matmul
from nbtf.sparse.arithmetic import sparse_tensor_dense_matmul as sparse_dense_matmul
from nbtf.sparse.counting import bincount as bincount
from nbtf.sparse.counting import cross as cross
from nbtf.sparse.counting import cross_hashed as cross_hashed
from nbtf.sparse.forms import eye as eye
from nbtf.sparse.forms import from_dense as from_dense
from nbtf.sparse.forms import sparse_fill_empty_rows as fill_empty_rows
from nbtf.sparse.forms import sparse_mask as mask
from nbtf.sparse.forms import sparse_merge as merge
from nbtf.sparse.forms import sparse_tensor_to_dense as to_dense
from nbtf.sparse.forms import sparse_to_indicator as to_indicator
from nbtf.sparse.rearrangement import expand_dims as expand_dims
from nbtf.sparse.rearrangement import sparse_concat as concat
from nbtf.sparse.rearrangement import sparse_reorder as reorder
from nbtf.sparse.rearrangement import sparse_reset_shape as reset_shape
from nbtf.sparse.rearrangement import sparse_reshape as reshape
from nbtf.sparse.rearrangement import sparse_retain as retain
from nbtf.sparse.rearrangement import sparse_slice as slice
from nbtf.sparse.rearrangement import sparse_split as split
from nbtf.sparse.rearrangement import sparse_transpose as transpose
from nbtf.train.accumulators import SparseConditionalAccumulator as SparseConditionalAccumulator
