"""Pooling over regions of uneven sizes, drawn at random, and the gradients. Images are [N, H, W, C]."""

import numpy as np

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, check_rank, copy_dims, may_equal, product


def _pooled(value, pooling_ratio):
    """Dims of the output, and of the sequences of boundaries: one more than there are regions."""
    check_rank(value, 4)
    check(len(pooling_ratio) == 4, "pooling_ratio field must specify 4 dimensions")
    rows, columns = UNKNOWN, UNKNOWN
    for i in range(4):
        ratio = pooling_ratio[i]
        check(ratio >= 1, "pooling_ratio cannot be smaller than 1, got: {}", ratio)
    if value[1] != UNKNOWN:
        rows = int(np.float32(value[1]) / np.float32(pooling_ratio[1]))  # in TensorFlow's precision
    if value[2] != UNKNOWN:
        columns = int(np.float32(value[2]) / np.float32(pooling_ratio[2]))
    row_boundaries = UNKNOWN if rows == UNKNOWN else rows + 1
    column_boundaries = UNKNOWN if columns == UNKNOWN else columns + 1
    return ((value[0], rows, columns, value[3]), (row_boundaries,), (column_boundaries,))


@op("FractionalMaxPool")
class FractionalMaxPool:
    """value [N, H, W, C] -> the largest of each region [N, H', W', C], and where regions begin: [H' + 1], [W' + 1].

    Regions are drawn anew in every run unless deterministic. overlapping: each takes the first row and column of the
    next ones too. A NaN never wins.
    """

    kernel = "fractional_max_pool"
    stateful = True
    keeps = {"stream": 1, "entropy": 2}

    def shape(value, pooling_ratio):
        return _pooled(value, pooling_ratio)

    def gradient(op, dy, *_):
        y, rows, columns = op.outputs
        return raw.FractionalMaxPoolGrad(op.inputs[0], y, dy, rows, columns, overlapping=op.attrs.overlapping)


@op("FractionalAvgPool")
class FractionalAvgPool:
    """As FractionalMaxPool, of means; those of integers are rounded towards 0."""

    kernel = "fractional_avg_pool"
    stateful = True
    keeps = {"stream": 1, "entropy": 2}

    def shape(value, pooling_ratio):
        return _pooled(value, pooling_ratio)

    def gradient(op, dy, *_):
        _, rows, columns = op.outputs
        dims = op.inputs[0].dims
        dims = list(dims) if terms.fully_known(dims) else raw.Shape(op.inputs[0], out_type=dtypes.int64)
        return raw.FractionalAvgPoolGrad(dims, dy, rows, columns, overlapping=op.attrs.overlapping)


@op("FractionalMaxPoolGrad")
class FractionalMaxPoolGrad:
    """Each region's gradient goes to its first largest element: orig_input [N, H, W, C], out_backprop [N, H', W', C]."""

    kernel = "fractional_max_pool_grad"

    def shape(orig_input, orig_output, out_backprop, row_pooling_sequence, col_pooling_sequence, out):
        check_rank(orig_input, 4)
        check(len(out_backprop) == 4, "out_backprop must be 4-dimensional")
        check(len(orig_output) == 4, "orig_output must be 4-dimensional")
        check_rank(row_pooling_sequence, 1)
        check_rank(col_pooling_sequence, 1)
        same = may_equal(orig_input[0], out_backprop[0]) and may_equal(orig_input[3], out_backprop[3])
        for i in range(4):
            same = same and may_equal(orig_output[i], out_backprop[i])
        check(
            same, "out_backprop must have the shape of orig_output, but they are {} and {}", out_backprop, orig_output
        )
        copy_dims(orig_input, out)


@op("FractionalAvgPoolGrad")
class FractionalAvgPoolGrad:
    """Each region's gradient in equal shares: out_backprop [N, H', W', C] -> [N, H, W, C], the original shape."""

    kernel = "fractional_avg_pool_grad"
    workspace = {"sums": "float64"}

    def workspace_size(orig_input_tensor_shape: Value):
        return (product(orig_input_tensor_shape),)

    def shape(
        orig_input_tensor_shape: Value,
        orig_input_tensor_shape_dims,
        out_backprop,
        row_pooling_sequence,
        col_pooling_sequence,
        out,
    ):
        dims = orig_input_tensor_shape
        check_rank(orig_input_tensor_shape_dims, 1)
        check(len(out_backprop) == 4, "out_backprop must be 4-dimensional")
        check_rank(row_pooling_sequence, 1)
        check_rank(col_pooling_sequence, 1)
        check(len(dims) == 4, "original input tensor shape must be1-dimensional and 4 elements")
        for i in range(4):
            check(dims[i] >= 0 or dims[i] == HIDDEN, "Invalid value in tensor used for shape: {}", dims[i])
            out.append(max(dims[i], UNKNOWN))
        same = (dims[0] == HIDDEN or may_equal(dims[0], out_backprop[0])) and (
            dims[3] == HIDDEN or may_equal(dims[3], out_backprop[3])
        )
        check(same, "out_backprop must have the batch and the depth of the original input, but is {}", out_backprop)
