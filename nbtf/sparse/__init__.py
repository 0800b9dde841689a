"""tf.sparse: tensors of which only some elements are there."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.graph.sparse_tensor": ("SparseTensor", "sparse_placeholder as placeholder"),
    "nbtf.math.segments": (
        "sparse_segment_mean as segment_mean", "sparse_segment_sqrt_n as segment_sqrt_n",
        "sparse_segment_sum as segment_sum",
    ),
    "nbtf.sparse.arithmetic": (
        "sparse_add as add", "sparse_maximum as maximum", "sparse_minimum as minimum",
        "sparse_reduce_max as reduce_max", "sparse_reduce_max_sparse as reduce_max_sparse",
        "sparse_reduce_sum as reduce_sum", "sparse_reduce_sum_sparse as reduce_sum_sparse",
        "sparse_softmax as softmax", "sparse_tensor_dense_matmul as matmul",
        "sparse_tensor_dense_matmul as sparse_dense_matmul",
    ),
    "nbtf.sparse.counting": ("bincount", "cross", "cross_hashed"),
    "nbtf.sparse.forms": (
        "eye", "from_dense", "sparse_fill_empty_rows as fill_empty_rows", "sparse_mask as mask",
        "sparse_merge as merge", "sparse_tensor_to_dense as to_dense", "sparse_to_indicator as to_indicator",
    ),
    "nbtf.sparse.rearrangement": (
        "expand_dims", "sparse_concat as concat", "sparse_reorder as reorder", "sparse_reset_shape as reset_shape",
        "sparse_reshape as reshape", "sparse_retain as retain", "sparse_slice as slice", "sparse_split as split",
        "sparse_transpose as transpose",
    ),
    "nbtf.train.accumulators": ("SparseConditionalAccumulator",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
