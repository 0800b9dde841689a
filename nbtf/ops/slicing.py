"""Parts of tensors and tensors from parts: slices, concat and split, padding, tiles, reversal, transposes."""

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.control_flow_nodes import output_context
from nbtf.graph.conversion import constant
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, check_in_words, may_equal, merged


def _masks(op):
    names = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    return {name: getattr(op.attrs, name) for name in names}


def _known_or_tensor(vector):
    known = constant_value(vector)
    return vector if known is None else known


MANY_PARTS = 17  # from here on one split is faster than a slice for each part


def _parts(values, axis, dy):
    """The parts of the gradient of a concatenation that belong to the values."""
    if len(values) == 1:
        return [dy]
    if isinstance(dy, IndexedSlices):
        return _parts_of_rows(values, axis, dy)
    axis = _axis_beside(dy, axis) % terms.rank(values[0])
    sizes = _shapes(values)
    if len(values) >= MANY_PARTS:
        stacked = raw.Pack(sizes, axis=1, name="stack")
        lengths = raw.Squeeze(raw.Slice(stacked, [axis, 0], [1, -1]))
        return raw.SplitV(dy, lengths, axis, num_split=len(values), name="split")
    offsets = raw.ConcatOffset(axis, sizes)
    return [raw.Slice(dy, begin, size) for begin, size in zip(offsets, sizes, strict=True)]


def _axis_beside(dy, axis):
    """The axis, as a constant of its own where it is one of another loop or branch than the gradient."""
    if axis.op.type != "Const" or output_context(axis.op) is output_context(dy.op):
        return axis
    return constant(constant_value(axis), axis.dtype)


def _shapes(values):
    """As constants if all are known; TensorFlow finds out one after the other, and so has nodes that nothing reads."""
    sizes = []
    for value in values:
        sizes.append(terms.shape(value))
        if not terms.fully_known(value.dims):
            return raw.ShapeN(values)
    return sizes


def _parts_of_rows(values, axis, dy):
    """The same of a gradient of which only some rows are there."""
    position = axis % terms.rank(values[0])
    at = constant_value(axis)
    if at is None:
        raise ValueError("Can only compute IndexedSlices gradient with statically-known concat_dim")
    if at < 0:
        if values[0].dims is None:
            raise ValueError(
                "Can only compute IndexedSlices gradient with negative concat_dim when first value rank is "
                "statically-known."
            )
        at %= len(values[0].dims)
    sizes = [terms.shape(value) for value in values]
    return _columns(sizes, axis, dy) if at > 0 else _rows(sizes, position, dy)


def _columns(sizes, axis, dy):
    """All rows, the columns of each value."""
    rank = terms.shape(sizes[0])
    mask = terms.concat([raw.Fill(raw.ExpandDims(axis, 0), 0), [1], terms.zeros(rank - axis - 1, dtypes.int32)], 0)
    begin = terms.zeros(rank, dtypes.int32)
    parts = []
    for size in sizes:
        extent = terms.concat([[-1], raw.Slice(size, [1], [-1])], 0)
        parts.append(IndexedSlices(raw.Slice(dy.values, begin, extent), dy.indices, size))
        begin = raw.AddV2(begin, size * mask, name="Add")
    return parts


def _rows(sizes, position, dy):
    """Only the rows of each value."""
    start = terms.constant(0, dy.indices.dtype)
    parts = []
    for size in sizes:
        end = start + terms.cast(terms.gather(size, position), dy.indices.dtype)
        inside = raw.LogicalAnd(raw.GreaterEqual(dy.indices, start), raw.Less(dy.indices, end))
        chosen = raw.Squeeze(raw.Where(inside), axis=[1])
        rows = terms.gather(dy.indices, chosen) - start
        parts.append(IndexedSlices(terms.gather(dy.values, chosen), rows, size))
        start = end
    return parts


PLAN_WORDS = 3 * 24  # of a strided walk, see kernels/strided.py


def _plan_words():
    return (PLAN_WORDS,)


# ---- concatenation ---------------------------------------------------------------------------------------------------


def concatenated(values, axis, out):
    rank = len(values[0])
    check_in_words(
        rank >= 1,
        "Can't concatenate scalars (use tf.stack instead)",
        "ConcatOp : Can't concatenate scalars (use tf.stack instead)",
    )
    for k in range(len(values)):
        check_in_words(
            len(values[k]) == rank,
            "Shape must be rank {} but is rank {}",
            "ConcatOp : Ranks of all input tensors should match: shape[{2}] = {3} vs. shape[{4}] = {5}",
            rank,
            len(values[k]),
            0,
            values[0],
            k,
            values[k],
        )
    known = axis != HIDDEN
    at = _concat_axis(axis, rank) if known else -1
    for i in range(rank):
        dim = values[0][i] if known else UNKNOWN
        for k in range(1, len(values)):
            if i == at:
                dim = UNKNOWN if UNKNOWN in (dim, values[k][i]) else dim + values[k][i]
            elif known:
                check_in_words(
                    may_equal(dim, values[k][i]),
                    "Dimension {0} in both shapes must be equal, but are {4} and {5}. Shapes are {1} and {3}.",
                    "ConcatOp : Dimension {} in both shapes must be equal: shape[0] = {} vs. shape[{}] = {}",
                    i,
                    values[0],
                    k,
                    values[k],
                    dim,
                    values[k][i],
                )
                dim = merged(dim, values[k][i])
        out.append(dim)


def _concat_axis(axis, rank):
    check(
        -rank <= axis < rank,
        "ConcatOp : Expected concatenating dimensions in the range [{}, {}), but got {}",
        -rank,
        rank,
        axis,
    )
    return axis + rank if axis < 0 else axis


@op("ConcatV2")
class ConcatV2:
    """Tensors joined along an axis. values N x [..., d_k, ...], axis [] -> [..., sum of d_k, ...]."""

    kernel = "concat_v2"
    moves = ("values", "output")

    def shape(values, axis: Value, axis_dims, out):
        check(len(axis) == 1, "Shape must be rank 0 but is rank {}", len(axis_dims))
        concatenated(values, axis[0], out)

    def gradient(op, dy):
        return *_parts(op.inputs[:-1], op.inputs[-1], dy), None


@op("ParallelConcat")
class ParallelConcat:
    """N slices [1, ...], one after the other: [N, ...]. The attribute `shape` is the whole shape, fully known."""

    def shape(values, shape, out):
        check(len(shape) >= 1 and shape[0] == len(values), "Values to concat and output shape must match in rank")
        for k in range(len(values)):
            check(len(values[k]) == len(shape), "All input shapes must be equal rank")
            check(may_equal(values[k][0], 1), "Size of first dimension must be 1. Input {} has {}", k, values[k])
            for i in range(1, len(shape)):
                check(may_equal(values[k][i], shape[i]), "All input shapes must match the output's, {}", shape)
        for i in range(len(shape)):
            out.append(shape[i])

    def lower(node, r):
        dtype = node.outputs[0].dtype
        axis = r.constant(np.int32(0))
        form = [(dtype, node.outputs[0].shape)]
        return r.add("ConcatV2", [*node.inputs, axis], form, N=len(node.inputs), T=dtype, Tidx=axis.dtype)


@op("Concat")
class Concat:
    """Tensors joined along an axis. concat_dim [], values N x [..., d_k, ...] -> [..., sum of d_k, ...]."""

    kernel = "concat"
    moves = ("values", "output")

    def shape(concat_dim: Value, values, concat_dim_dims, out):
        check(len(concat_dim) == 1, "Shape must be rank 0 but is rank {}", len(concat_dim_dims))
        concatenated(values, concat_dim[0], out)

    def gradient(op, dy):
        return None, *_parts(op.inputs[1:], op.inputs[0], dy)


@op("Pack")
class Pack:
    """N tensors of one shape stacked along a new axis: values N x [...] -> [..., N, ...]."""

    kernel = "pack"
    moves = ("values", "output")

    def shape(values, axis, out):
        rank = len(values[0])
        check(-rank - 1 <= axis <= rank, "Invalid axis: {}; must be in [{},{})", axis, -rank - 1, rank + 1)
        at = axis + rank + 1 if axis < 0 else axis
        for k in range(1, len(values)):
            check_in_words(
                len(values[k]) == rank,
                "Shapes must be equal rank, but are {3} and {4}",
                "Shapes of all inputs must match: values[0].shape = {} != values[{}].shape = {}",
                values[0],
                k,
                values[k],
                rank,
                len(values[k]),
            )
        for i in range(rank):
            if i == at:
                out.append(len(values))
            dim = values[0][i]
            for k in range(1, len(values)):
                check_in_words(
                    may_equal(dim, values[k][i]),
                    "Dimension {3} in both shapes must be equal, but are {4} and {5}. Shapes are {0} and {2}.",
                    "Shapes of all inputs must match: values[0].shape = {} != values[{}].shape = {}",
                    values[0],
                    k,
                    values[k],
                    i,
                    dim,
                    values[k][i],
                )
                dim = merged(dim, values[k][i])
            out.append(dim)
        if at == rank:
            out.append(len(values))

    def gradient(op, dy):
        return raw.Unpack(dy, num=op.attrs.N, axis=op.attrs.axis, name="unstack")


# ---- splitting -------------------------------------------------------------------------------------------------------


@op("Unpack")
class Unpack:
    """The slices along an axis, without it: value [..., num, ...] -> num x [...]."""

    kernel = "unpack"
    moves = ("value", "output")

    def shape(value, num, axis, out):
        rank = len(value)
        check(-rank <= axis < rank, "Invalid axis: {}; must be in [{},{})", axis, -rank, rank)
        at = axis + rank if axis < 0 else axis
        check(may_equal(value[at], num), "Input shape axis {} must equal {}, got shape {}", at, num, value)
        for k in range(num):
            for i in range(rank):
                if i != at:
                    out[k].append(value[i])

    def gradient(op, *dy):
        return raw.Pack(list(dy), axis=op.attrs.axis, name="stack")


@op("Split")
class Split:
    """Equal parts along an axis: split_dim [], value [..., d, ...] -> num_split x [..., d / num_split, ...]."""

    kernel = "split"
    moves = ("value", "output")

    def shape(split_dim: Value, value, num_split, out):
        rank = len(value)
        check(num_split > 0, "Number of ways to split should be > 0, but got {}", num_split)
        at = _split_axis(split_dim, rank)
        size = value[at] if at >= 0 else UNKNOWN
        if size != UNKNOWN:
            check(
                size % num_split == 0,
                "Number of ways to split should evenly divide the split dimension, but got split_dim {} (size = {}) "
                "and num_split {}",
                at,
                size,
                num_split,
            )
            size //= num_split
        for k in range(num_split):
            for i in range(rank):
                out[k].append(size if i == at or at < 0 else value[i])

    def gradient(op, *dy):
        return None, terms.concat(dy, op.inputs[0])


def _split_axis(split_dim, rank):
    """-1 where not known."""
    check(len(split_dim) == 1, "split_dim_tensor must have exactly one element.")
    axis = split_dim[0]
    if axis == HIDDEN:
        return -1
    check(-rank <= axis < rank, "-input rank(-{}) <= split_dim < input rank ({}), but got {}", rank, rank, axis)
    return axis + rank if axis < 0 else axis


@op("SplitV")
class SplitV:
    """Parts of given sizes along an axis; one size may be -1. value [..., d, ...] -> num_split x [..., size_k, ...]."""

    kernel = "split_v"
    moves = ("value", "output")

    def shape(value, size_splits: Value, split_dim: Value, size_splits_dims, num_split, out):
        rank = len(value)
        check(
            len(size_splits_dims) == 1 and len(size_splits) == num_split,
            "size of the split_tensor must be 1-D and have the same elements as outputs got {} elements",
            len(size_splits),
        )
        at = _split_axis(split_dim, rank)
        given, open_part, hidden = 0, -1, False
        for k in range(num_split):
            if size_splits[k] == HIDDEN:
                hidden = True
            elif size_splits[k] == -1:
                check(open_part < 0, "There can only be one -1 in the input.")
                open_part = k
            else:
                check(size_splits[k] >= 0, "Split size at index {} must be >= 0. Got: {}", k, size_splits[k])
                given += size_splits[k]
        total = value[at] if at >= 0 else UNKNOWN
        if total != UNKNOWN and not hidden:
            check(
                given <= total if open_part >= 0 else given == total,
                "Determined shape must either match input shape along split_dim exactly if fully specified, or be "
                "less than the size of the input along split_dim if not fully specified.  Got: {}",
                given,
            )
        for k in range(num_split):
            size = size_splits[k]
            if size == HIDDEN:
                size = UNKNOWN
            elif k == open_part:
                size = UNKNOWN if hidden or total == UNKNOWN else total - given
            for i in range(rank):
                out[k].append(UNKNOWN if at < 0 else size if i == at else value[i])

    def gradient(op, *dy):
        return terms.concat(dy, op.inputs[2]), None, None


# ---- slices ----------------------------------------------------------------------------------------------------------


@op("Slice")
class Slice:
    """input[begin:begin+size] on every axis; a size of -1 takes the rest. input [...], begin [r], size [r] -> size."""

    kernel = "slice_box"
    moves = ("input", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(input, begin: Value, size: Value, out):
        check(
            len(begin) == len(input) and len(size) == len(input),
            "Expected begin and size arguments to be 1-D tensors of size {}, but got shapes [{}] and [{}] instead.",
            len(input),
            len(begin),
            len(size),
        )
        for i in range(len(input)):
            if begin[i] == HIDDEN or size[i] == HIDDEN or input[i] == UNKNOWN:
                out.append(size[i] if size[i] >= 0 else UNKNOWN)
                continue
            check(0 <= begin[i] <= input[i], "Expected begin[{}] in [0, {}], but got {}", i, input[i], begin[i])
            room = input[i] - begin[i]
            check(-1 <= size[i] <= room, "Expected size[{}] in [0, {}], but got {}", i, room, size[i])
            out.append(room if size[i] == -1 else size[i])

    def gradient(op, dy):
        x, begin, _ = op.inputs
        rank = terms.rank(x)
        size = terms.shape(op.outputs[0], begin.dtype)
        column = terms.stack([rank, 1])
        before = raw.Reshape(begin, column)
        after = raw.Reshape(terms.shape(x, begin.dtype) - size - begin, column)
        return raw.Pad(dy, terms.concat([before, after], 1)), None, None


def _slice_dim(at, dims, begin, end, strides, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask):
    """(rank, dim `at`) of a strided slice of `dims`; checks the whole of the specification."""
    count = len(begin)
    check(
        len(end) == count and len(strides) == count and count < 32,
        "Expected begin, end, and strides to be 1D equal size tensors, but got shapes [{}], [{}], and [{}] instead.",
        count,
        len(end),
        len(strides),
    )
    check(ellipsis_mask & (ellipsis_mask - 1) == 0, "Multiple ellipses in slice spec not allowed")
    rank, axis, found = 0, 0, UNKNOWN
    for i in range(count):
        if (ellipsis_mask >> i) & 1:
            span = shapes.ellipsis_span(len(dims) - axis, count - i - 1, new_axis_mask >> (i + 1))
            if rank <= at < rank + span:
                found = dims[axis + at - rank]
            axis += span
            rank += span
        elif (new_axis_mask >> i) & 1:
            if rank == at:
                found = 1
            rank += 1
        else:
            check(axis < len(dims), "Index out of range using input dim {}; input has only {} dims", axis, len(dims))
            check(strides[i] != 0, "strides[{}] must be non-zero", i)
            if (shrink_axis_mask >> i) & 1:
                _check_index(dims[axis], begin[i], strides[i], axis)
            else:
                if rank == at:
                    masks = (begin_mask >> i) & 1, (end_mask >> i) & 1
                    found = _range_length(dims[axis], begin[i], end[i], strides[i], masks[0], masks[1])
                rank += 1
            axis += 1
    if rank <= at:
        found = dims[axis + at - rank]
    return rank + len(dims) - axis, found


def _check_index(size, index, stride, axis):
    check(stride > 0 or stride == HIDDEN, "only stride 1 allowed on non-range indexing.")
    check(
        index == HIDDEN or size == UNKNOWN or -size <= index < size,
        "slice index {} of dimension {} out of bounds.",
        index,
        axis,
    )


def _range_length(size, begin, end, stride, begin_masked, end_masked):
    known = (begin_masked or begin != HIDDEN) and (end_masked or end != HIDDEN)
    if stride == HIDDEN or size == UNKNOWN or not known:
        return UNKNOWN
    start = shapes.slice_start(begin, stride, size, begin_masked)
    stop = shapes.slice_stop(end, stride, size, end_masked)
    return shapes.slice_length(start, stop, stride)


@op("StridedSlice")
class StridedSlice:
    """input[begin:end:strides]; masks say which bounds to ignore, which axes to drop, to insert, or to take whole."""

    kernel = "strided_slice"
    moves = ("input", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(
        input,
        begin: Value,
        end: Value,
        strides: Value,
        begin_mask,
        end_mask,
        ellipsis_mask,
        new_axis_mask,
        shrink_axis_mask,
        out,
    ):
        masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
        rank = _slice_dim(-1, input, begin, end, strides, *masks)[0]
        for i in range(rank):
            out.append(_slice_dim(i, input, begin, end, strides, *masks)[1])

    def gradient(op, dy):
        x, *bounds = op.inputs
        dims = terms.shape(x, bounds[0].dtype)
        operands = [_known_or_tensor(vector) for vector in (dims, *bounds)]
        return raw.StridedSliceGrad(*operands, dy, **_masks(op)), None, None, None


@op("StridedSliceGrad")
class StridedSliceGrad:
    """Zeros of `shape` with dy where StridedSlice would have read: dy [the slice's dims] -> shape."""

    kernel = "strided_slice_grad"
    moves = ("dy", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(
        shape: Value,
        begin: Value,
        end: Value,
        strides: Value,
        dy,
        begin_mask,
        end_mask,
        ellipsis_mask,
        new_axis_mask,
        shrink_axis_mask,
        out,
    ):
        for i in range(len(shape)):
            check(shape[i] >= 0 or shape[i] == HIDDEN, "Dimension {} must be >= 0", shape[i])
            out.append(max(shape[i], UNKNOWN))
        masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
        rank = _slice_dim(-1, out, begin, end, strides, *masks)[0]
        check(len(dy) == rank, "shape of dy was {} instead of one of rank {}", dy, rank)
        for i in range(rank):
            dim = _slice_dim(i, out, begin, end, strides, *masks)[1]
            check(may_equal(dy[i], dim), "shape of dy was {}, dimension {} must be {}", dy, i, dim)

    def gradient(op, dy):
        return None, None, None, None, raw.StridedSlice(dy, *op.inputs[1:4], **_masks(op))


@op("TensorStridedSliceUpdate")
class TensorStridedSliceUpdate:
    """A copy of input with value where StridedSlice would have read: value broadcasts from the right to the slice."""

    kernel = "tensor_strided_slice_update"
    moves = ("input", "value", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(
        input,
        begin: Value,
        end: Value,
        strides: Value,
        value,
        begin_mask,
        end_mask,
        ellipsis_mask,
        new_axis_mask,
        shrink_axis_mask,
        out,
    ):
        masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
        rank = _slice_dim(-1, input, begin, end, strides, *masks)[0]
        check(len(value) == rank, "shape of value was {} instead of one of rank {}", value, rank)
        for i in range(rank):
            dim = _slice_dim(i, input, begin, end, strides, *masks)[1]
            check(may_equal(value[i], dim), "shape of value was {}, dimension {} must be {}", value, i, dim)
        shapes.copy_dims(input, out)

    def gradient(op, dy):
        _, *bounds, value = op.inputs
        d_value = raw.StridedSlice(dy, *bounds, **_masks(op))
        dx = raw.TensorStridedSliceUpdate(dy, *bounds, terms.zeros_like(d_value), **_masks(op))
        dims = terms.shape(d_value), terms.shape(value)
        _, axes = raw.BroadcastGradientArgs(*dims)
        return dx, None, None, None, raw.Reshape(terms.reduce_sum(d_value, axes, keepdims=True), dims[1])
