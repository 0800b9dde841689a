"""Elements picked by indices and put at indices: gather, scatter, partition, stitch, one-hot."""

import numpy as np

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, check_in_words, may_equal

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


@op("TensorScatterUpdate")
class TensorScatterUpdate:
    """tensor with updates put at coordinates; of several for one place the last wins."""

    kernel = "tensor_scatter_update"
    moves = ("tensor", "updates", "output")

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)


@op("TensorScatterAdd")
class TensorScatterAdd:
    """tensor with updates added at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_add"

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)


@op("TensorScatterSub")
class TensorScatterSub:
    """tensor with updates subtracted at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_sub"

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)


@op("TensorScatterMin")
class TensorScatterMin:
    """The smaller of tensor and updates at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_min"

    def shape(tensor, indices, updates, out):
        _scattered(tensor, indices, updates, out)


@op("TensorScatterMax")
class TensorScatterMax:
    """The larger of tensor and updates at coordinates: tensor [...], indices [..., k], updates -> [...]."""

    kernel = "tensor_scatter_max"

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


@op("OneHot")
class OneHot:
    """on_value where the new axis has the index, off_value elsewhere: indices [...], depth [] -> [..., depth, ...]."""

    kernel = "one_hot"
    moves = ("on_value", "off_value", "output")

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
