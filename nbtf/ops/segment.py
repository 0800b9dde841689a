"""Reductions over segments: rows of the data that share a segment id."""

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, at_most, check, may_equal


def _rows_of_segments(x, ids, clipped=None, inside=None):
    """The row of each element's segment, zeros where its id is negative; what it takes to ask again."""
    if clipped is None:
        clipped = raw.Maximum(ids, terms.zeros_like(ids))
    rows = terms.gather(x, clipped)
    if inside is None:
        inside = raw.GreaterEqual(ids, 0)
        own = terms.shape(inside)
        missing = terms.rank(rows) - terms.rank(inside)
        inside = raw.Reshape(inside, terms.concat([own, terms.ones([missing], own.dtype)], 0))
        inside = raw.LogicalAnd(inside, terms.ones_like(rows, dtypes.bool), name="and")
    return raw.SelectV2(inside, rows, terms.zeros_like(rows)), clipped, inside


def _shared_by_extrema(op, dy):
    """The gradient of SegmentMin and Max: equal elements share it."""
    x, ids = op.inputs
    zeros = terms.zeros_like(x, x.dtype)
    selected = raw.Equal(x, terms.gather(op.outputs[0], ids))
    count = raw.SegmentSum(terms.cast(selected, dy.dtype), ids)
    shares = terms.gather(dy / count, ids)
    return raw.SelectV2(selected, shares, zeros), None


def _shared_by_unsorted_extrema(op, dy):
    """The gradient of UnsortedSegmentMin and Max."""
    x, ids, count = op.inputs
    extremes, clipped, inside = _rows_of_segments(op.outputs[0], ids)
    selected = raw.LogicalAnd(raw.Equal(x, extremes), inside)
    counts = raw.UnsortedSegmentSum(terms.cast(selected, dy.dtype), ids, count)
    shares, _, _ = _rows_of_segments(dy / counts, None, clipped, inside)
    zeros = terms.zeros_like(shares)
    return raw.SelectV2(selected, shares, zeros), None, None


def _of_products(op, dy, segment_sum, segment_prod, gather, gather_gradient, zeros_divide=True):
    """The product of all other elements of the segment: the product divided by the element, unless that is zero."""
    x = op.inputs[0]
    is_zero = raw.Equal(x, 0)
    zero_count = segment_sum(terms.cast(is_zero, dtypes.int32))
    dy = raw.SelectV2(raw.Greater(zero_count, 1), terms.zeros_like(dy), dy)
    without_zeros = raw.SelectV2(is_zero, terms.ones_like(x), x)
    products, others = gather(op.outputs[0], segment_prod(without_zeros))
    derivative = raw.SelectV2(is_zero, others, products / (x if zeros_divide else without_zeros))
    return gather_gradient(dy) * derivative


def _of_sparse_segments(grad_op):
    def gradient(op, dy):
        data, indices, ids = op.inputs[:3]
        dims = terms.shape(data)
        if op.get_attr("sparse_gradient"):
            rows, places = getattr(raw, f"{grad_op}V2")(dy, indices, ids, dims[0])
            return IndexedSlices(rows, places, dims), *[None] * (len(op.inputs) - 1)
        return getattr(raw, grad_op)(dy, indices, ids, dims[0]), *[None] * (len(op.inputs) - 1)

    return gradient


# ---- sorted ids ------------------------------------------------------------------------------------------------------


def _segments(data, segment_ids: Value, segment_ids_dims, out):
    check(len(data) >= 1, "input must be at least rank 1")
    check(len(segment_ids_dims) == 1, "segment_ids should be a vector.")
    check(may_equal(data[0], segment_ids_dims[0]), "segment_ids should be the same size as dimension 0 of input.")
    last = segment_ids[len(segment_ids) - 1] if len(segment_ids) > 0 else -1
    check(last >= 0 or last == HIDDEN or len(segment_ids) == 0, "segment ids must be >= 0")
    out.append(UNKNOWN if last == HIDDEN else last + 1)
    for i in range(1, len(data)):
        out.append(data[i])


@op("SegmentSum")
class SegmentSum:
    """Sum of the rows of each segment: data [N, ...], segment_ids [N], rising -> [last id + 1, ...]; 0 where there is none."""

    kernel = "segment_sum"
    shape = _segments

    def gradient(op, dy):
        return terms.gather(dy, op.inputs[1]), None


@op("SegmentProd")
class SegmentProd:
    """Product of the rows of each segment, as SegmentSum; 1 where there is none."""

    kernel = "segment_prod"
    shape = _segments

    def gradient(op, dy):
        ids = op.inputs[1]
        dx = _of_products(
            op,
            dy,
            lambda x: raw.SegmentSum(x, ids),
            lambda x: raw.SegmentProd(x, ids),
            lambda x, y: (terms.gather(x, ids), terms.gather(y, ids)),
            lambda x: terms.gather(x, ids),
            zeros_divide=False,
        )
        return dx, None


@op("SegmentMin")
class SegmentMin:
    """Minimum of the rows of each segment, as SegmentSum; 0 where there is none."""

    kernel = "segment_min"
    shape = _segments
    gradient = _shared_by_extrema


@op("SegmentMax")
class SegmentMax:
    """Maximum of the rows of each segment, as SegmentSum; 0 where there is none."""

    kernel = "segment_max"
    shape = _segments
    gradient = _shared_by_extrema


@op("SegmentMean")
class SegmentMean:
    """Mean of the rows of each segment, as SegmentSum; integers truncate; 0 where there is none."""

    kernel = "segment_mean"
    shape = _segments

    def gradient(op, dy):
        x, ids = op.inputs
        rank = terms.rank(x)
        own = terms.concat([terms.shape(ids), terms.ones(raw.ExpandDims(rank - 1, 0), dtypes.int32)], 0)
        scaled = dy / raw.SegmentSum(terms.ones(own, dy.dtype), ids)
        return terms.gather(scaled, ids), None


# ---- ids in any order ------------------------------------------------------------------------------------------------


def _numbered_segments(data, segment_ids, num_segments: Value, num_segments_dims, out):
    check(len(num_segments_dims) == 0, "num_segments should be a scalar, not shape {}", num_segments_dims)
    begins = len(data) >= len(segment_ids)
    check(begins, "data.shape = {} does not start with segment_ids.shape = {}", data, segment_ids)
    for i in range(len(segment_ids)):
        check(
            may_equal(data[i], segment_ids[i]),
            "data.shape = {} does not start with segment_ids.shape = {}",
            data,
            segment_ids,
        )
    count = num_segments[0]
    check(count >= 0 or count == HIDDEN, "Input num_segments == {} must not be negative.", count)
    out.append(max(count, UNKNOWN))
    for i in range(len(segment_ids), len(data)):
        out.append(data[i])


@op("UnsortedSegmentSum")
class UnsortedSegmentSum:
    """Sum of the rows of each id: data [ids..., rest...], segment_ids [ids...] -> [num_segments, rest...]. Negative ids drop out."""

    kernel = "unsorted_segment_sum"
    shape = _numbered_segments

    def gradient(op, dy):
        return _rows_of_segments(dy, op.inputs[1])[0], None, None


@op("UnsortedSegmentProd")
class UnsortedSegmentProd:
    """Product of the rows of each id, as UnsortedSegmentSum; 1 where there is none."""

    kernel = "unsorted_segment_prod"
    shape = _numbered_segments

    def gradient(op, dy):
        _, ids, count = op.inputs
        clipped = []

        def gather(x, y):
            clipped.append(raw.Maximum(ids, terms.zeros_like(ids)))
            return terms.gather(x, clipped[0]), terms.gather(y, clipped[0])

        dx = _of_products(
            op,
            dy,
            lambda x: raw.UnsortedSegmentSum(x, ids, count),
            lambda x: raw.UnsortedSegmentProd(x, ids, count),
            gather,
            lambda x: _rows_of_segments(x, ids, clipped[0])[0],
        )
        return dx, None, None


@op("UnsortedSegmentMin")
class UnsortedSegmentMin:
    """Minimum of the rows of each id, as UnsortedSegmentSum; the largest finite number where there is none."""

    kernel = "unsorted_segment_min"
    shape = _numbered_segments
    gradient = _shared_by_unsorted_extrema


@op("UnsortedSegmentMax")
class UnsortedSegmentMax:
    """Maximum of the rows of each id, as UnsortedSegmentSum; the lowest finite number where there is none."""

    kernel = "unsorted_segment_max"
    shape = _numbered_segments
    gradient = _shared_by_unsorted_extrema


# ---- rows picked by index --------------------------------------------------------------------------------------------


def _picked(data, indices, segment_ids: Value, segment_ids_dims, out):
    check(len(data) >= 1, "Shape must be at least rank 1 but is rank 0")
    check(len(indices) == 1, "indices should be a vector.")
    check(len(segment_ids_dims) == 1, "segment_ids should be a vector.")
    check(may_equal(indices[0], segment_ids_dims[0]), "segment_ids and indices should have same size.")
    last = segment_ids[len(segment_ids) - 1] if len(segment_ids) > 0 else -1
    check(last >= 0 or last == HIDDEN or len(segment_ids) == 0, "segment ids must be >= 0")
    out.append(UNKNOWN if last == HIDDEN else last + 1)
    for i in range(1, len(data)):
        out.append(data[i])


def _picked_numbered(data, indices, segment_ids: Value, segment_ids_dims, num_segments: Value, num_segments_dims, out):
    check(len(data) >= 1, "Shape must be at least rank 1 but is rank 0")
    check(len(indices) == 1, "indices should be a vector.")
    check(len(segment_ids_dims) == 1, "segment_ids should be a vector.")
    check(may_equal(indices[0], segment_ids_dims[0]), "segment_ids and indices should have same size.")
    check(len(num_segments_dims) == 0, "num_segments should be a scalar, not shape {}", num_segments_dims)
    count = num_segments[0]
    check(count >= 0 or count == HIDDEN, "Cannot specify a negative value for num_segments")
    last = segment_ids[len(segment_ids) - 1] if len(segment_ids) > 0 else -1
    check(last < count or count == HIDDEN, "segment ids must be < num_segments")
    out.append(max(count, UNKNOWN))
    for i in range(1, len(data)):
        out.append(data[i])


@op("SparseSegmentSum")
class SparseSegmentSum:
    """Sum of the rows data[indices] of each segment: data [R, ...], indices, segment_ids [N], rising -> [last id + 1, ...]."""

    kernel = "sparse_segment_sum"
    shape = _picked
    gradient = _of_sparse_segments("SparseSegmentSumGrad")


@op("SparseSegmentSumWithNumSegments")
class SparseSegmentSumWithNumSegments:
    """SparseSegmentSum into num_segments rows."""

    kernel = "sparse_segment_sum"
    shape = _picked_numbered
    gradient = _of_sparse_segments("SparseSegmentSumGrad")


@op("SparseSegmentMean")
class SparseSegmentMean:
    """Mean of the rows data[indices] of each segment: data [R, ...], indices, segment_ids [N], rising -> [last id + 1, ...]."""

    kernel = "sparse_segment_mean"
    shape = _picked
    gradient = _of_sparse_segments("SparseSegmentMeanGrad")


@op("SparseSegmentMeanWithNumSegments")
class SparseSegmentMeanWithNumSegments:
    """SparseSegmentMean into num_segments rows."""

    kernel = "sparse_segment_mean"
    shape = _picked_numbered
    gradient = _of_sparse_segments("SparseSegmentMeanGrad")


@op("SparseSegmentSqrtN")
class SparseSegmentSqrtN:
    """Sum over the root of their number of the rows data[indices] of each segment: data [R, ...], indices, segment_ids [N], rising -> [last id + 1, ...]."""

    kernel = "sparse_segment_sqrt_n"
    shape = _picked
    gradient = _of_sparse_segments("SparseSegmentSqrtNGrad")


@op("SparseSegmentSqrtNWithNumSegments")
class SparseSegmentSqrtNWithNumSegments:
    """SparseSegmentSqrtN into num_segments rows."""

    kernel = "sparse_segment_sqrt_n"
    shape = _picked_numbered
    gradient = _of_sparse_segments("SparseSegmentSqrtNGrad")


# ---- and back --------------------------------------------------------------------------------------------------------


def _spread(grad, indices, segment_ids, output_dim0: Value, output_dim0_dims, out):
    check(len(grad) >= 1, "Shape must be at least rank 1 but is rank 0")
    check(len(indices) == 1, "indices should be a vector.")
    check(len(segment_ids) == 1, "segment_ids should be a vector.")
    check(may_equal(indices[0], segment_ids[0]), "segment_ids and indices should have same size.")
    check(len(output_dim0_dims) == 0, "output_dim0 should be a scalar.")
    check(output_dim0[0] >= 0 or output_dim0[0] == HIDDEN, "output_dim0 = {} must not be negative", output_dim0[0])
    out.append(max(output_dim0[0], UNKNOWN))
    for i in range(1, len(grad)):
        out.append(grad[i])


def _counts(grad):
    return (grad[0],)


@op("SparseSegmentSumGrad")
class SparseSegmentSumGrad:
    """Gradient of SparseSegmentSum for its data: grad [S, ...], indices, segment_ids [N] -> [output_dim0, ...]."""

    kernel = "sparse_segment_sum_grad"
    shape = _spread
    workspace = {"counts": "int64"}
    workspace_size = _counts


@op("SparseSegmentMeanGrad")
class SparseSegmentMeanGrad:
    """Gradient of SparseSegmentMean for its data: grad [S, ...], indices, segment_ids [N] -> [output_dim0, ...]."""

    kernel = "sparse_segment_mean_grad"
    shape = _spread
    workspace = {"counts": "int64"}
    workspace_size = _counts


@op("SparseSegmentSqrtNGrad")
class SparseSegmentSqrtNGrad:
    """Gradient of SparseSegmentSqrtN for its data: grad [S, ...], indices, segment_ids [N] -> [output_dim0, ...]."""

    kernel = "sparse_segment_sqrt_n_grad"
    shape = _spread
    workspace = {"counts": "int64"}
    workspace_size = _counts


def _spread_sorted(grad, indices, segment_ids, dense_output_dim0, out):
    check(len(grad) >= 1, "Shape must be at least rank 1 but is rank 0")
    check(len(indices) == 1, "indices should be a vector.")
    check(len(segment_ids) == 1, "segment_ids should be a vector.")
    check(may_equal(indices[0], segment_ids[0]), "segment_ids and indices should have same size.")
    check(len(dense_output_dim0) == 0, "output_dim0 should be a scalar.")
    out[0].append(at_most(indices[0]))
    for i in range(1, len(grad)):
        out[0].append(grad[i])
    out[1].append(at_most(indices[0]))


def _counts_and_order(grad, indices):
    return (grad[0], indices[0])


@op("SparseSegmentSumGradV2")
class SparseSegmentSumGradV2:
    """The rows of SparseSegmentSumGrad that are not zero: grad [S, ...], indices, segment_ids [N] -> [U, ...], rows [U]."""

    kernel = "sparse_segment_sum_grad_v2"
    shape = _spread_sorted
    shrinks = ("output", "sorted_unique_indices")
    workspace = {"counts": "int64", "order": "int64"}
    workspace_size = _counts_and_order


@op("SparseSegmentMeanGradV2")
class SparseSegmentMeanGradV2:
    """The rows of SparseSegmentMeanGrad that are not zero: grad [S, ...], indices, segment_ids [N] -> [U, ...], rows [U]."""

    kernel = "sparse_segment_mean_grad_v2"
    shape = _spread_sorted
    shrinks = ("output", "sorted_unique_indices")
    workspace = {"counts": "int64", "order": "int64"}
    workspace_size = _counts_and_order


@op("SparseSegmentSqrtNGradV2")
class SparseSegmentSqrtNGradV2:
    """The rows of SparseSegmentSqrtNGrad that are not zero: grad [S, ...], indices, segment_ids [N] -> [U, ...], rows [U]."""

    kernel = "sparse_segment_sqrt_n_grad_v2"
    shape = _spread_sorted
    shrinks = ("output", "sorted_unique_indices")
    workspace = {"counts": "int64", "order": "int64"}
    workspace_size = _counts_and_order
