"""Reductions over segments: rows of the data that share a segment id."""

from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal

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


@op("SegmentProd")
class SegmentProd:
    """Product of the rows of each segment, as SegmentSum; 1 where there is none."""

    kernel = "segment_prod"
    shape = _segments


@op("SegmentMin")
class SegmentMin:
    """Minimum of the rows of each segment, as SegmentSum; 0 where there is none."""

    kernel = "segment_min"
    shape = _segments


@op("SegmentMax")
class SegmentMax:
    """Maximum of the rows of each segment, as SegmentSum; 0 where there is none."""

    kernel = "segment_max"
    shape = _segments


@op("SegmentMean")
class SegmentMean:
    """Mean of the rows of each segment, as SegmentSum; integers truncate; 0 where there is none."""

    kernel = "segment_mean"
    shape = _segments


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


@op("UnsortedSegmentProd")
class UnsortedSegmentProd:
    """Product of the rows of each id, as UnsortedSegmentSum; 1 where there is none."""

    kernel = "unsorted_segment_prod"
    shape = _numbered_segments


@op("UnsortedSegmentMin")
class UnsortedSegmentMin:
    """Minimum of the rows of each id, as UnsortedSegmentSum; the largest finite number where there is none."""

    kernel = "unsorted_segment_min"
    shape = _numbered_segments


@op("UnsortedSegmentMax")
class UnsortedSegmentMax:
    """Maximum of the rows of each id, as UnsortedSegmentSum; the lowest finite number where there is none."""

    kernel = "unsorted_segment_max"
    shape = _numbered_segments


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


@op("SparseSegmentSumWithNumSegments")
class SparseSegmentSumWithNumSegments:
    """SparseSegmentSum into num_segments rows."""

    kernel = "sparse_segment_sum"
    shape = _picked_numbered


@op("SparseSegmentMean")
class SparseSegmentMean:
    """Mean of the rows data[indices] of each segment: data [R, ...], indices, segment_ids [N], rising -> [last id + 1, ...]."""

    kernel = "sparse_segment_mean"
    shape = _picked


@op("SparseSegmentMeanWithNumSegments")
class SparseSegmentMeanWithNumSegments:
    """SparseSegmentMean into num_segments rows."""

    kernel = "sparse_segment_mean"
    shape = _picked_numbered


@op("SparseSegmentSqrtN")
class SparseSegmentSqrtN:
    """Sum over the root of their number of the rows data[indices] of each segment: data [R, ...], indices, segment_ids [N], rising -> [last id + 1, ...]."""

    kernel = "sparse_segment_sqrt_n"
    shape = _picked


@op("SparseSegmentSqrtNWithNumSegments")
class SparseSegmentSqrtNWithNumSegments:
    """SparseSegmentSqrtN into num_segments rows."""

    kernel = "sparse_segment_sqrt_n"
    shape = _picked_numbered


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
