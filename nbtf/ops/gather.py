"""Elements picked by indices and put at indices: gather, scatter, partition, stitch, one-hot."""

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, check_in_words, may_equal


def _dims(params):
    """The shape, worked out where a large tensor is."""
    with params.graph.colocate_with(params.op):
        return terms.cast(terms.shape(params, dtypes.int64), dtypes.int32)


def _gathered_rows(dims, indices, dy):
    """The rows of the gradient that were gathered."""
    count = raw.ExpandDims(terms.size(indices), 0)
    values_shape = terms.concat([count, dims[1:]], 0)
    values = raw.Reshape(terms.dense(dy), values_shape)
    return IndexedSlices(values, raw.Reshape(indices, count), dims)


def _scattered_along(op, params, indices, axis, dy):
    """The gradient of a gather along any axis: that axis becomes the first after the batch axes, and moves back."""
    dims = _dims(params)
    raw.ExpandDims(terms.size(indices), 0)  # nothing reads it: TensorFlow's graphs have it for gathers of rows
    batch = op.attrs.batch_dims
    if batch < 0:
        batch += len(indices.dims)
    outer, inner = dims[:axis], dims[axis:][1:]
    values_shape = terms.concat([outer, [-1], inner], 0)
    rank, outer_rank = terms.size(values_shape), terms.size(outer)
    batches = raw.Range(0, batch, 1, name="range")
    between = raw.Range(batch, outer_rank, 1, name="range")
    rest = raw.Range(outer_rank + 1, rank, 1, name="range")
    values = raw.Reshape(terms.dense(dy), values_shape)
    to_front = terms.concat([batches, [outer_rank], between, rest], 0)
    values = terms.transpose(values, to_front)
    front_dims = terms.gather(dims, to_front)
    result = _scattered_batches(front_dims, values, indices, batch, dims[axis])
    back = terms.concat([batches, between + 1, [batch], rest], 0)
    return terms.transpose(result, back)


def _scattered_batches(dims, values, indices, batch, rows):
    """Sums of values [batches, n, ...] over equal indices: [batches, rows, ...]."""
    count = raw.ExpandDims(terms.size(indices), 0)
    if not batch:
        return raw.UnsortedSegmentSum(values, raw.Reshape(indices, count), rows)
    values_shape = terms.shape(values)
    outer, inner = values_shape[:batch], values_shape[batch:][1:]
    batch_size = raw.Prod(outer, [0])
    flat = terms.concat([[-1], inner], 0)
    rows *= batch_size
    indices = _batch_indices(dims, indices, batch)
    values = raw.Reshape(values, flat)
    result = raw.UnsortedSegmentSum(values, raw.Reshape(indices, count), rows)
    return raw.Reshape(result, terms.concat([outer, flat], 0))


def _batch_indices(dims, indices, batch):
    """Indices into all batches laid one after the other."""
    dtype = indices.dtype.base_dtype
    dims = terms.cast(dims, dtype)
    stride = terms.ones((), dtype)
    result = indices
    for axis in range(batch, 0, -1):
        length = dims[axis - 1]
        stride *= dims[axis]
        start, step = terms.zeros((), dtype), terms.ones((), dtype)
        offsets = raw.Range(start, length, step, name="range")
        offsets *= stride
        before = raw.Tile([1], [axis - 1])
        after = raw.Tile([1], [terms.rank(indices) - axis])
        result += raw.Reshape(offsets, terms.concat([before, [length], after], 0))
    return result


def _shared_by_extreme_updates(op, dy):
    """The gradient of TensorScatterMin and Max: what is equal to the result shares it."""
    x, indices, updates = op.inputs
    z = op.outputs[0]
    of_x = terms.cast(raw.Equal(x, z), dy.dtype)
    of_updates = terms.cast(raw.Equal(updates, raw.GatherNd(z, indices)), dy.dtype)
    all_updates = raw.ScatterNd(indices, of_updates, terms.shape(x, indices.dtype))
    count = of_x + all_updates
    dx = dy * of_x / count
    return dx, None, raw.GatherNd(dy / count, indices) * of_updates


# ---- gather ----------------------------------------------------------------------------------------------------------


@op("Gather")
class Gather:
    """Rows of params: params [n, ...], indices [...] -> indices.shape + params.shape[1:]."""

    kernel = "gather"
    moves = ("params", "output")

    def shape(params, indices, out):
        check(len(params) >= 1, "params must be at least 1 dimensional")
        shapes.copy_dims(indices, out)
        for i in range(1, len(params)):
            out.append(params[i])

    def gradient(op, dy):
        params, indices = op.inputs
        with op.graph.colocate_with(params.op):
            dims = terms.shape(params)
        return _gathered_rows(dims, indices, dy), None


@op("GatherV2")
class GatherV2:
    """Slices of params along axis; the leading batch_dims axes go together.

    params [b..., p..., n, q...], indices [b..., i...], axis [] -> [b..., p..., i..., q...].
    """

    kernel = "gather_v2"
    moves = ("params", "output")

    def shape(params, indices, axis: Value, batch_dims, out):
        rank = len(params)
        check(rank >= 1, "params must be at least 1 dimensional")
        check(len(axis) == 1, "axis must be scalar")
        check(
            -len(indices) <= batch_dims <= len(indices),
            "Expected batch_dims in the range [{}, {}], but got {}",
            -len(indices),
            len(indices),
            batch_dims,
        )
        batch = batch_dims + len(indices) if batch_dims < 0 else batch_dims
        check(batch < rank, "batch_dims ({}) must be less than rank(params) ({}).", batch, rank)
        for i in range(batch):
            check(
                may_equal(params[i], indices[i]),
                "params.shape[{}]: {} should be equal to indices.shape[{}]: {}",
                i,
                params[i],
                i,
                indices[i],
            )
        if axis[0] == HIDDEN:
            for _ in range(rank + len(indices) - 1 - batch):
                out.append(UNKNOWN)
            return
        check_in_words(
            -rank <= axis[0] < rank,
            "Shape must be at least rank {3} but is rank {1}",
            "Expected axis in the range [{}, {}), but got {}",
            -rank,
            rank,
            axis[0],
            axis[0] + 1 if axis[0] >= 0 else -axis[0],
        )
        at = axis[0] + rank if axis[0] < 0 else axis[0]
        check(batch <= at, "batch_dims ({}) must be less than or equal to axis ({}).", batch, at)
        for i in range(at):
            out.append(params[i])  # TensorFlow looks at params only, even where only indices tell a batch dim
        for i in range(batch, len(indices)):
            out.append(indices[i])
        for i in range(at + 1, rank):
            out.append(params[i])

    def gradient(op, dy):
        params, indices, axis = op.inputs
        if constant_value(axis) == 0:
            return _gathered_rows(_dims(params), indices, dy), None, None
        return _scattered_along(op, params, indices, axis, dy), None, None


@op("GatherNd")
class GatherNd:
    """Slices of params at coordinates: params [...], indices [..., k] -> indices.shape[:-1] + params.shape[k:]."""

    kernel = "gather_nd"
    moves = ("params", "output")

    def shape(params, indices, out):
        check(len(params) >= 1, "params must be at least a vector")
        check(len(indices) >= 1, "indices must be at least a vector")
        depth = indices[-1]
        if depth == UNKNOWN:
            out.unknown_rank()
            return
        check(
            depth <= len(params),
            "indices.shape[-1] must be <= params.rank, but saw indices shape: {} and params shape: {}",
            indices,
            params,
        )
        for i in range(len(indices) - 1):
            out.append(indices[i])
        for i in range(depth, len(params)):
            out.append(params[i])

    def gradient(op, dy):
        params, indices = op.inputs
        dims = terms.shape(params, indices.dtype)
        if indices.dims is not None and len(indices.dims) == 2 and indices.dims[-1] == 1:
            return IndexedSlices(dy, raw.Squeeze(indices, axis=[-1]), dims), None
        return raw.ScatterNd(indices, dy, dims), None


# ---- scatter ---------------------------------------------------------------------------------------------------------


def _check_updates(indices, updates, target):
    """updates must be indices.shape[:-1] + target.shape[indices.shape[-1]:]."""
    check(len(indices) >= 1, "Indices shape must have rank at least one. Found: {}", indices)
    depth, outer = indices[-1], len(indices) - 1
    if depth == UNKNOWN:
        return
    check(depth <= len(target), "The inner dimension of indices must be <= {}, but is {}", len(target), depth)
    fits = len(updates) == outer + len(target) - depth
    for i in range(outer):
        fits = fits and may_equal(indices[i], updates[i])
    check(
        fits,
        "Dimensions [0,{}) of indices[shape={}] must match dimensions [0,{}) of updates[shape={}]",
        outer,
        indices,
        outer,
        updates,
    )
    for i in range(depth, len(target)):
        check(
            may_equal(updates[outer + i - depth], target[i]),
            "Dimensions [{},{}) of input[shape={}] must match dimensions [{},{}) of updates[shape={}]",
            depth,
            len(target),
            target,
            outer,
            len(updates),
            updates,
        )


def _scatter_strings(call, indices, updates, shape):
    """Strings that meet at one place are joined, as in TensorFlow."""
    result = np.full(tuple(shape), b"", object)
    for place in np.ndindex(indices.shape[:-1]):
        at = tuple(indices[place])
        check(
            all(0 <= i < size for i, size in zip(at, result.shape, strict=False)),
            "indices{} = {} does not index into shape {}",
            list(place),
            indices[place],
            list(shape),
        )
        result[at] = result[at] + updates[place]
    return result


@op("ScatterNd")
class ScatterNd:
    """Zeros with updates added at coordinates: indices [..., k], updates [..., shape[k:]], shape [r] -> shape."""

    kernel = "scatter_nd"
    host = _scatter_strings

    def shape(indices, updates, shape: Value, out):
        for i in range(len(shape)):
            check(shape[i] >= 0 or shape[i] == HIDDEN, "Dimension {} must be >= 0", shape[i])
            out.append(max(shape[i], UNKNOWN))
        _check_updates(indices, updates, out)

    def gradient(op, dy):
        return None, raw.GatherNd(dy, op.inputs[0]), None


def _scattered(tensor, indices, updates, out):
    check(len(tensor) >= 1, "Tensor must be at least 1-D, but is of shape {}", tensor)
    _check_updates(indices, updates, tensor)
    shapes.copy_dims(tensor, out)


@op("ScatterNdNonAliasingAdd")
class ScatterNdNonAliasingAdd:
    """input with updates added at coordinates: input [...], indices [..., k], updates -> [...]."""

    kernel = "scatter_nd_non_aliasing_add"

    def shape(input, indices, updates, out):
        _scattered(input, indices, updates, out)

    def gradient(op, dy):
        return dy, None, raw.GatherNd(dy, op.inputs[1])


@op("TensorScatterUpdate")
class TensorScatterUpdate:
    """tensor with updates put at coordinates; of several for one place the last wins."""

    kernel = "tensor_scatter_update"
    moves = ("tensor", "updates", "output")

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)

    def gradient(op, dy):
        _, indices, updates = op.inputs
        d_updates = raw.GatherNd(dy, indices)
        dx = raw.TensorScatterUpdate(raw.Identity(dy), indices, terms.zeros_like(updates, dy.dtype))
        return dx, None, d_updates


@op("TensorScatterAdd")
class TensorScatterAdd:
    """tensor with updates added at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_add"

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)

    def gradient(op, dy):
        d_updates = raw.GatherNd(dy, op.inputs[1])
        return raw.Identity(dy), None, d_updates


@op("TensorScatterSub")
class TensorScatterSub:
    """tensor with updates subtracted at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_sub"

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)

    def gradient(op, dy):
        d_updates = raw.GatherNd(dy, op.inputs[1])
        return raw.Identity(dy), None, -d_updates


@op("TensorScatterMin")
class TensorScatterMin:
    """The smaller of tensor and updates at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_min"
    gradient = _shared_by_extreme_updates

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)


@op("TensorScatterMax")
class TensorScatterMax:
    """The larger of tensor and updates at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_max"
    gradient = _shared_by_extreme_updates

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)


# ---- partition and stitch --------------------------------------------------------------------------------------------


def _partition_counts(num_partitions):
    return (num_partitions,)


@op("DynamicPartition")
class DynamicPartition:
    """data [p..., d...], partitions [p...] -> num_partitions x [number of its entries, d...], in order."""

    kernel = "dynamic_partition"
    moves = ("data", "outputs")
    workspace = {"starts": "int64"}
    workspace_size = _partition_counts

    def shape(data, partitions: Value, partitions_dims, num_partitions, out):
        rank = len(partitions_dims)
        fits = len(data) >= rank
        for i in range(rank):
            fits = fits and may_equal(data[i], partitions_dims[i])
        check(
            fits,
            "data.shape must start with partitions.shape, got data.shape = {}, partitions.shape = {}",
            data,
            partitions_dims,
        )
        hidden = False
        for k in range(num_partitions):
            out[k].append(0)
            for i in range(rank, len(data)):
                out[k].append(data[i])
        for i in range(len(partitions)):
            k = partitions[i]
            if k == HIDDEN:
                hidden = True
                continue
            check(
                0 <= k < num_partitions,
                "partitions{} = {} is not in [0, {})",
                shapes.coordinates(i, partitions_dims),
                k,
                num_partitions,
            )
            out[k][0] += 1
        if hidden:
            for k in range(num_partitions):
                out[k][0] = UNKNOWN

    def gradient(op, *dy):
        data, partitions = op.inputs
        dims = terms.shape(partitions)
        positions = raw.Reshape(raw.Range(0, terms.reduce_prod(dims), 1, name="range"), dims)
        parts = raw.DynamicPartition(positions, partitions, num_partitions=op.attrs.num_partitions)
        return terms.reshaped_like(raw.ParallelDynamicStitch(parts, list(dy)), data), None


@op("DynamicStitch", "ParallelDynamicStitch")
class DynamicStitch:
    """merged[indices[k][i]] = data[k][i]; of several for one place the last wins, and a place with none is zero.

    indices N x [i_k...], data N x [i_k..., d...] -> [largest index + 1, d...].
    """

    kernel = "dynamic_stitch"
    moves = ("data", "merged")

    def shape(indices: Value, data, indices_dims, out):
        size, first = 0, len(indices_dims[0])
        for k in range(len(indices)):
            rank = len(indices_dims[k])
            fits = len(data[k]) - rank == len(data[0]) - first and len(data[k]) >= rank
            for i in range(rank):
                fits = fits and may_equal(data[k][i], indices_dims[k][i])
            for i in range(len(data[k]) - rank):
                fits = fits and may_equal(data[k][rank + i], data[0][first + i])
            check(
                fits,
                "data[{}].shape = {} does not start with indices[{}].shape = {}, or does not end as data[0].shape = {}",
                k,
                data[k],
                k,
                indices_dims[k],
                data[0],
            )
            for i in range(len(indices[k])):
                check(indices[k][i] >= 0 or indices[k][i] == HIDDEN, "indices[{}] is out of range", i)
                if indices[k][i] == HIDDEN:
                    size = UNKNOWN
                elif size != UNKNOWN:
                    size = max(size, indices[k][i] + 1)
        out.append(size)
        for i in range(first, len(data[0])):
            out.append(data[0][i])

    def gradient(op, dy):
        count = len(op.inputs) // 2
        indices = [terms.cast(one, dtypes.int32) for one in op.inputs[:count]]
        if isinstance(dy, IndexedSlices):
            dy = raw.UnsortedSegmentSum(dy.values, dy.indices, terms.shape(op.outputs[0])[0])
        return *[None] * count, *[terms.gather(dy, one) for one in indices]


@op("OneHot")
class OneHot:
    """on_value where the new axis has the index, off_value elsewhere: indices [...], depth [] -> [..., depth, ...]."""

    kernel = "one_hot"
    moves = ("on_value", "off_value", "output")
    gradient = NOT_DIFFERENTIABLE

    def shape(indices, depth: Value, on_value, off_value, axis, out):
        rank = len(indices)
        check(
            -1 <= axis <= rank,
            "Expected axis to be -1 or between [0, {}).  But received: {}",
            rank + 1,
            axis,
        )
        check(len(depth) == 1, "depth must be a scalar, but got {} elements", len(depth))
        check(depth[0] >= 0 or depth[0] == HIDDEN, "depth must be non-negative, got: {}", depth[0])
        check(len(on_value) == 0, "on_value must be a scalar, but got: {}", on_value)
        check(len(off_value) == 0, "off_value must be a scalar, but got: {}", off_value)
        at = rank if axis < 0 else axis
        for i in range(rank):
            if i == at:
                out.append(max(depth[0], UNKNOWN))
            out.append(indices[i])
        if at == rank:
            out.append(max(depth[0], UNKNOWN))
