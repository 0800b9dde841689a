"""Reductions over any axes, extremes along one axis, scans, selection and counting."""

import math

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.ops import derivatives
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal


def _spread(op, dy):
    """The gradient of a sum: dy for each of the summands."""
    x = op.inputs[0]
    axes = None if x.dims is None else constant_value(op.inputs[1])
    if axes is not None:
        if np.array_equal(axes, np.arange(len(x.dims))):
            dy = raw.Reshape(dy, [1] * len(x.dims))
            repeated = terms.constant(list(x.dims), dtypes.int32) if terms.fully_known(x.dims) else terms.shape(x)
            return raw.Tile(dy, repeated), None
        if terms.fully_known(x.dims):
            kept, repeats = _repeats(op.graph, x.dims, tuple(axes.reshape(-1).tolist()))
            return raw.Tile(raw.Reshape(dy, list(kept)), list(repeats)), None
    dims = terms.shape(x)
    if not op.attrs.keep_dims:
        with op.graph.colocate_with(dims.op):
            kept = terms.reduced_shape(dims, op.inputs[1])
        dy = raw.Reshape(dy, kept)
    return raw.BroadcastTo(dy, dims), None


def _repeats(graph, dims, axes):
    """Dims with ones at `axes`, and how often each axis is to be repeated to get `dims` back.

    TensorFlow works the second out with operations, once a graph and shape: they are in its graphs, and so in these.
    """
    known = graph._reduced_shapes.get((dims, axes))
    if known is None:
        kept = np.array(dims, np.int32)
        kept[list(axes)] = 1
        _ = np.array(dims, np.int32) // raw.Maximum(kept, 1)
        repeats = np.array(dims, np.int32) // np.maximum(kept, 1)
        known = graph._reduced_shapes[dims, axes] = tuple(kept.tolist()), tuple(repeats.tolist())
    return known


def _shared_by_extrema(op, dy):
    """The gradient of Max and Min: to the extreme element, in equal parts to several of them."""
    x, axes = op.inputs
    z = op.outputs[0]
    dims = terms.shape(x)
    if not op.attrs.keep_dims:
        kept = terms.reduced_shape(dims, axes)
        z = raw.Reshape(z, kept)
        dy = raw.Reshape(dy, kept)
    else:
        kept = terms.shape(z)
    indicators = terms.cast(raw.Equal(z, x), dy.dtype)
    selected = raw.Reshape(terms.reduce_sum(indicators, axes), kept)
    return indicators / selected * dy, None


def _to_chosen(op, dy):
    """The gradient of TopK: to the elements that were chosen."""
    x, indices = op.inputs[0], op.outputs[1]
    dims, index_dims = terms.shape(x), terms.shape(indices)
    k = terms.gather(terms.cast(index_dims, dtypes.int64), terms.size(index_dims) - 1)
    rows = raw.Reshape(indices, terms.stack([-1, k]))
    width = terms.gather(terms.cast(dims, dtypes.int64), terms.size(dims) - 1)
    count = terms.shape(rows)[0]
    starts = terms.sequence(0, terms.cast(count, dtypes.int64) * width, width)
    flat = raw.Reshape(rows + terms.cast(raw.ExpandDims(starts, -1), dtypes.int32), [-1])
    scattered = raw.ScatterNd(raw.ExpandDims(flat, -1), raw.Reshape(dy, [-1]), [terms.reduce_prod(dims)])
    return raw.Reshape(scattered, dims)


# ---- reductions over any axes ----------------------------------------------------------------------------------------


def _reduced(input, reduction_indices: Value, keep_dims, out):
    shapes.reduced(input, reduction_indices, keep_dims, out)


def _plan_size(input):
    return (2 * shapes.MAX_RANK,)


@op("Sum")
class Sum:
    """Sum over the axes in reduction_indices; 0 over no elements. Integers wrap."""

    kernel = "sum"
    shape = _reduced
    workspace = {"plan": "int64"}
    each_thread = ("plan",)
    workspace_size = _plan_size
    gradient = _spread


@op("Prod")
class Prod:
    """Product over the axes in reduction_indices; 1 over no elements. Integers wrap."""

    kernel = "prod"
    shape = _reduced
    workspace = {"plan": "int64"}
    each_thread = ("plan",)
    workspace_size = _plan_size

    def gradient(op, dy):
        x, axes = op.inputs
        dims = terms.shape(x)
        axes = raw.Reshape(axes, [-1])
        if not op.attrs.keep_dims:
            dy = raw.Reshape(dy, terms.reduced_shape(dims, op.inputs[1]))
        dy = raw.BroadcastTo(dy, dims)
        # reduced axes first, as one: then products of all other entries are two cumulative products, zeros or not
        with op.graph.device("/cpu:0"):
            rank = terms.rank(x)
            axes = (axes + rank) % rank
            reduced = terms.cast(axes, dtypes.int32)
            positions = raw.Range(0, rank, 1, name="range")
            others, _ = raw.ListDiff(positions, reduced, dtypes.int32)
            perm = terms.concat([reduced, others], 0)
            reduced_count = terms.reduce_prod(terms.gather(dims, reduced))
            other_count = terms.reduce_prod(terms.gather(dims, others))
        permuted = terms.transpose(x, perm)
        permuted_shape = terms.shape(permuted)
        rows = raw.Reshape(permuted, (reduced_count, other_count))
        before = raw.Cumprod(rows, 0, exclusive=True)
        after = raw.Cumprod(rows, 0, exclusive=True, reverse=True)
        rest = raw.Reshape(terms.conj(before) * terms.conj(after), permuted_shape)
        return raw.Reshape(dy * terms.transpose(rest, raw.InvertPermutation(perm)), dims), None


@op("Max")
class Max:
    """Maximum over the axes in reduction_indices; over no elements -inf or the smallest integer. A NaN sticks."""

    kernel = "max_over"
    shape = _reduced
    workspace = {"plan": "int64"}
    each_thread = ("plan",)
    workspace_size = _plan_size
    gradient = _shared_by_extrema


@op("Min")
class Min:
    """Minimum over the axes in reduction_indices; over no elements inf or the largest integer. A NaN sticks."""

    kernel = "min_over"
    shape = _reduced
    workspace = {"plan": "int64"}
    each_thread = ("plan",)
    workspace_size = _plan_size
    gradient = _shared_by_extrema


@op("All")
class All:
    """Whether all elements along the axes in reduction_indices are true."""

    kernel = "all_over"
    shape = _reduced
    workspace = {"plan": "int64"}
    each_thread = ("plan",)
    workspace_size = _plan_size


@op("Any")
class Any:
    """Whether any element along the axes in reduction_indices is true."""

    kernel = "any_over"
    shape = _reduced
    workspace = {"plan": "int64"}
    each_thread = ("plan",)
    workspace_size = _plan_size


@op("EuclideanNorm")
class EuclideanNorm:
    """Square root of the sum of |x|^2 over the axes in reduction_indices; for integers the squares wrap first."""

    kernel = "euclidean_norm"
    shape = _reduced
    workspace = {"plan": "int64"}
    each_thread = ("plan",)
    workspace_size = _plan_size

    def gradient(op, dy):
        x, axes = op.inputs
        norm = op.outputs[0]
        if not op.attrs.keep_dims:
            kept = terms.reduced_shape(terms.shape(x), axes)
            norm = raw.Reshape(norm, kept)
            dy = raw.Reshape(dy, kept)
        return raw.RealDiv(x, norm / dy, name="truediv"), None


@op("Mean")
class Mean:
    """Mean over the axes in reduction_indices; integers truncate; over no elements NaN, or 0 of integers."""

    kernel = "mean"
    shape = _reduced
    workspace = {"plan": "int64", "wide": "int64"}
    each_thread = ("plan",)

    def workspace_size(input, reduction_indices: Value, T):
        # DataTypes that are summed in 64 bits: int32, uint8, int16, int8, uint16, uint32
        narrow = T == 3 or T == 4 or T == 5 or T == 6 or T == 17 or T == 22
        kept = 1
        for i in range(len(input)):
            gone = False
            for k in range(len(reduction_indices)):
                gone = gone or reduction_indices[k] == i or reduction_indices[k] + len(input) == i
            if not gone:
                kept *= input[i]
        return (2 * shapes.MAX_RANK, kept if narrow else 0)

    def gradient(op, dy):
        x, axes = op.inputs
        total = _spread(op, dy)[0]
        if terms.fully_known(x.dims) and terms.fully_known(op.outputs[0].dims):
            count = math.prod(x.dims) // max(math.prod(op.outputs[0].dims), 1)
            return total / terms.cast(terms.constant(count, total.dtype), total.dtype), None
        dims = terms.shape(x)
        rank = terms.size(dims)
        axes = (axes + rank) % rank
        count = terms.reduce_prod(terms.gather(dims, axes))
        return total / terms.cast(count, total.dtype), None


# ---- extremes along one axis -----------------------------------------------------------------------------------------


def _without_axis(input, dimension: Value, dimension_dims, out):
    check(len(dimension_dims) == 0, "dim must be a scalar, but received tensor of shape: {}", dimension_dims)
    if dimension[0] != HIDDEN:
        rank = len(input)
        check(
            -rank <= dimension[0] < rank,
            "Expected dimension in the range [{}, {}), but got {}",
            -rank,
            rank,
            dimension[0],
        )
        axis = shapes.normal_axis(dimension[0], rank)
        check(input[axis] != 0, "Reduction axis {} is empty in shape {}", axis, input)
    shapes.reduced(input, dimension, False, out)


@op("ArgMax")
class ArgMax:
    """Index of the first maximum along the axis `dimension`: input [..., N, ...] -> output [..., ...] without the axis.

    A NaN is never the maximum; index 0 where there is nothing else.
    """

    kernel = "argmax"
    shape = _without_axis
    gradient = derivatives.no_operand


@op("ArgMin")
class ArgMin:
    """Index of the first minimum along the axis `dimension`, as ArgMax."""

    kernel = "argmin"
    shape = _without_axis
    gradient = derivatives.no_operand


# ---- scans -----------------------------------------------------------------------------------------------------------


def _scanned(x, axis: Value, axis_dims, out):
    check(len(axis_dims) == 0, "ScanOp: axis must be a scalar, not {}", axis_dims)
    rank = len(x)
    check(
        axis[0] == HIDDEN or -rank <= axis[0] < rank,
        "ScanOp: Expected scan axis in the range [{}, {}), but got {}",
        -rank,
        rank,
        axis[0],
    )
    shapes.copy_dims(x, out)


@op("Cumsum")
class Cumsum:
    """Running sums along an axis: x [...] -> out [...]; exclusive leaves out the element itself, reverse runs back."""

    kernel = "cumsum"
    shape = _scanned

    def gradient(op, dy):
        back = raw.Cumsum(dy, op.inputs[1], exclusive=op.attrs.exclusive, reverse=not op.attrs.reverse)
        return back, None


@op("Cumprod")
class Cumprod:
    """Running products along an axis, as Cumsum."""

    kernel = "cumprod"
    shape = _scanned

    def gradient(op, dy):
        x, axis = op.inputs
        product = raw.Cumprod(x, axis, exclusive=op.attrs.exclusive, reverse=op.attrs.reverse)
        total = raw.Cumsum(product * dy, axis, exclusive=op.attrs.exclusive, reverse=not op.attrs.reverse)
        return raw.DivNoNan(total, x, name="div_no_nan"), None


@op("CumulativeLogsumexp")
class CumulativeLogsumexp:
    """log of the running sums of exp(x) along an axis, as Cumsum; -inf before the first element."""

    kernel = "cumulative_logsumexp"
    shape = _scanned

    def gradient(op, dy):
        """In logarithms, of positive and of negative gradients apart."""
        x, axis = op.inputs
        lowest = float(np.finfo(dy.dtype.as_numpy_dtype).min)
        positive = raw.SelectV2(raw.Greater(dy, 0), raw.Log(dy), lowest)
        negative = raw.SelectV2(raw.Less(dy, 0), raw.Log(-dy), lowest)

        def part(log_dy):
            total = raw.CumulativeLogsumexp(
                log_dy - op.outputs[0], axis, exclusive=op.attrs.exclusive, reverse=not op.attrs.reverse
            )
            return raw.Exp(total + x)

        return part(positive) - part(negative), None


# ---- selection -------------------------------------------------------------------------------------------------------


@op("TopK")
class TopK:
    """The k largest of each row, as TopKV2 with k an attribute."""

    kernel = "top_k"

    def shape(input, k, out):
        rank = len(input)
        check(rank >= 1, "input must be >= 1-D, got shape {}", input)
        last = input[rank - 1]
        check(last == UNKNOWN or last >= k, "input must have at least k columns. Had {}, needed {}", last, k)
        for i in range(rank - 1):
            out[0].append(input[i])
            out[1].append(input[i])
        out[0].append(k)
        out[1].append(k)

    def gradient(op, dy, _):
        return _to_chosen(op, dy)


@op("TopKV2")
class TopKV2:
    """The k largest of each row, falling, and where they were: input [..., N] -> values, indices [..., k].

    Equal values keep their order; a NaN comes last. Rows are sorted whatever the attribute `sorted` says.
    """

    kernel = "top_k_v2"

    def shape(input, k: Value, k_dims, out):
        rank = len(input)
        check(len(k_dims) == 0, "k must be scalar, got shape {}", k_dims)
        check(rank >= 1, "input must be >= 1-D, got shape {}", input)
        last, wanted = input[rank - 1], k[0]
        check(wanted >= 0 or wanted == HIDDEN, "Need k >= 0, got {}", wanted)
        check(last == UNKNOWN or last >= wanted, "input must have at least k columns. Had {}, needed {}", last, wanted)
        for i in range(rank - 1):
            out[0].append(input[i])
            out[1].append(input[i])
        out[0].append(max(wanted, UNKNOWN))
        out[1].append(max(wanted, UNKNOWN))

    def gradient(op, dy, _):
        return _to_chosen(op, dy), terms.zeros([], dtypes.int32)


@op("NthElement")
class NthElement:
    """The n-th smallest (from 0) of each row, or largest with `reverse`: input [..., N] -> values [...]."""

    kernel = "nth_element"
    workspace = {"picked": "int64"}

    def shape(input, n: Value, n_dims, out):
        rank = len(input)
        check(len(n_dims) == 0, "N must be scalar but has rank {}", len(n_dims))
        check(n[0] >= 0 or n[0] == HIDDEN, "n must be non-negative but is {}", n[0])
        check(rank >= 1, "Input must be at least rank 1 but is rank 0")
        last = input[rank - 1]
        check(last == UNKNOWN or last > n[0], "Input must have last dimension > n = {}", n[0])
        for i in range(rank - 1):
            out.append(input[i])

    def workspace_size(n: Value):
        return (n[0] + 1,)

    def gradient(op, dy):
        x, z = op.inputs[0], op.outputs[0]
        indicators = terms.cast(raw.Equal(raw.ExpandDims(z, -1), x), dy.dtype)
        dy = raw.ExpandDims(dy, -1)
        selected = raw.ExpandDims(terms.reduce_sum(indicators, -1), -1)
        return indicators / selected * dy, None


# ---- counting --------------------------------------------------------------------------------------------------------


@op("Bincount")
class Bincount:
    """How often each of 0 .. size-1 stands in arr, or the sum of the weights there: -> bins [size]. The rest is ignored."""

    kernel = "bincount"

    def shape(arr, size: Value, size_dims, weights):
        check(len(size_dims) == 0, "Shape must be rank 0 but is rank {}", len(size_dims))
        check(size[0] >= 0 or size[0] == HIDDEN, "size ({}) must be non-negative", size[0])
        count, weighted = shapes.product(arr), shapes.product(weights)
        check(weighted == 0 or may_equal(count, weighted), "Input indices and weights must have the same size.")
        return (max(size[0], UNKNOWN),)


@op("DenseBincount")
class DenseBincount:
    """Bincount of a vector, or of each row of a matrix: input [(N,) M] -> output [(N,) size]; binary: 1 where any."""

    kernel = "dense_bincount"

    def shape(input, size: Value, size_dims, weights, out):
        check(len(input) <= 2, "Shape must be at most rank 2 but is rank {}", len(input))
        check(len(size_dims) == 0, "Shape must be rank 0 but is rank {}", len(size_dims))
        check(size[0] >= 0 or size[0] == HIDDEN, "size ({}) must be non-negative", size[0])
        count, weighted = shapes.product(input), shapes.product(weights)
        check(
            weighted == 0 or may_equal(count, weighted),
            "`weights` must be the same shape as `arr` or a length-0 `Tensor`, in which case it acts as all weights "
            "equal to 1. Received {}",
            weights,
        )
        if len(input) == 2:
            out.append(input[0])
        out.append(max(size[0], UNKNOWN))


@op("HistogramFixedWidth")
class HistogramFixedWidth:
    """Counts of values in nbins equal parts of value_range; what lies outside counts in the first or last. -> [nbins]."""

    kernel = "histogram_fixed_width"

    def shape(values, value_range: Value, value_range_dims, nbins: Value, nbins_dims):
        check(
            len(value_range_dims) == 1 and may_equal(value_range_dims[0], 2),
            "value_range should be a vector of 2 elements.",
        )
        check(len(nbins_dims) == 0, "nbins should be a scalar.")
        check(nbins[0] > 0 or nbins[0] == HIDDEN, "nbins should be a positive number, but got '{}'", nbins[0])
        low, high = value_range[0], value_range[1]
        check(
            low == HIDDEN or high == HIDDEN or low < high,
            "value_range should satisfy value_range[0] < value_range[1], but got '[{}, {}]'",
            low,
            high,
        )
        return (max(nbins[0], UNKNOWN),)


@op("Bucketize")
class Bucketize:
    """Number of boundaries not above each element; boundaries must not fall. input [...] -> output [...]."""

    kernel = "bucketize"

    def shape(input, boundaries, out):
        for i in range(1, len(boundaries)):
            check(boundaries[i - 1] <= boundaries[i], "Expected sorted boundaries")
        shapes.copy_dims(input, out)


# ---- vectors of three ------------------------------------------------------------------------------------------------


@op("Cross")
class Cross:
    """Cross product of the vectors of three on the last axis: a, b [..., 3] -> product [..., 3]."""

    kernel = "cross"

    def shape(a, b, out):
        rank = len(a)
        check(rank >= 1, "Input must be at least 1D{}", a)
        check(len(b) == rank, "Both inputs must be of same shape: {} vs. {}", a, b)
        for i in range(rank):
            check(may_equal(a[i], b[i]), "Both inputs must be of same shape: {} vs. {}", a, b)
            out.append(shapes.merged(a[i], b[i]))
        check(may_equal(out[-1], 3), "Cross-products are only defined for 3-element vectors.")

    def gradient(op, dz):
        x, y = op.inputs
        return raw.Cross(y, dz), raw.Cross(dz, x)
