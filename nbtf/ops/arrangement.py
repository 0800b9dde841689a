"""Tensors from the same elements elsewhere: padding, tiles, reversal, rolls, transposes, broadcasts."""

from nbtf import shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.ops.slicing import _plan_words
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal


def _cut_out(op, dy):
    """What the padding surrounds."""
    x, paddings = op.inputs[:2]
    before = raw.Slice(paddings, [0, 0], terms.stack([terms.rank(x), 1]))
    begin = raw.Reshape(before, [-1])
    return raw.Slice(dy, begin, terms.shape(x, begin.dtype)), None


# ---- padding ---------------------------------------------------------------------------------------------------------


def _padded(input, paddings, paddings_dims, out):
    check(
        len(paddings_dims) == 2 and may_equal(paddings_dims[1], 2),
        "paddings must be a matrix with 2 columns: {}",
        paddings_dims,
    )
    check(
        may_equal(paddings_dims[0], len(input)),
        "The first dimension of paddings must be the rank of inputs{} {}",
        paddings_dims,
        input,
    )
    for i in range(len(input)):
        before, after = paddings[2 * i], paddings[2 * i + 1]
        check(
            (before >= 0 or before == HIDDEN) and (after >= 0 or after == HIDDEN),
            "Paddings must be non-negative: {} {}",
            before,
            after,
        )
        known = before != HIDDEN and after != HIDDEN and input[i] != UNKNOWN
        out.append(before + input[i] + after if known else UNKNOWN)


@op("Pad")
class Pad:
    """input [...] with paddings [r, 2] zeros before and after each axis."""

    kernel = "pad"
    moves = ("input", "output")
    gradient = _cut_out

    def shape(input, paddings: Value, paddings_dims, out):
        _padded(input, paddings, paddings_dims, out)


@op("PadV2")
class PadV2:
    """input [...] with paddings [r, 2] times constant_values [] before and after each axis."""

    kernel = "pad_v2"
    moves = ("input", "constant_values", "output")

    def shape(input, paddings: Value, constant_values, paddings_dims, out):
        check(len(constant_values) == 0, "constant_values must be a scalar. Found: {}", constant_values)
        _padded(input, paddings, paddings_dims, out)

    def gradient(op, dy):
        return *_cut_out(op, dy), None


@op("MirrorPad")
class MirrorPad:
    """input [...] with its own elements mirrored into paddings [r, 2]; REFLECT leaves the border element single."""

    kernel = "mirror_pad"
    moves = ("input", "output")

    def shape(input, paddings: Value, paddings_dims, mode, out):
        _padded(input, paddings, paddings_dims, out)
        for i in range(len(input)):
            if input[i] != UNKNOWN:
                _check_mirror(input[i], paddings[2 * i], paddings[2 * i + 1], mode)

    def gradient(op, dy):
        return raw.MirrorPadGrad(dy, op.inputs[1], mode=op.attrs.mode), None


def _check_mirror(size, before, after, mode):
    if mode:
        check(
            before <= size and after <= size,
            "paddings must be no greater than the dimension size: {}, {} greater than {}",
            before,
            after,
            size,
        )
    else:
        check(
            (max(before, 0) < size and max(after, 0) < size) or max(before, after) <= 0,
            "paddings must be less than the dimension size: {}, {} not less than {}",
            before,
            after,
            size,
        )


@op("MirrorPadGrad")
class MirrorPadGrad:
    """Adds up what MirrorPad copied: input [the padded dims] -> [the dims without paddings]."""

    kernel = "mirror_pad_grad"

    def shape(input, paddings: Value, paddings_dims, mode, out):
        check(
            len(paddings_dims) == 2 and may_equal(paddings_dims[0], len(input)) and may_equal(paddings_dims[1], 2),
            "paddings must be a matrix with 2 columns: {}",
            paddings_dims,
        )
        for i in range(len(input)):
            before, after = paddings[2 * i], paddings[2 * i + 1]
            if before == HIDDEN or after == HIDDEN or input[i] == UNKNOWN:
                out.append(UNKNOWN)
                continue
            check(before >= 0 and after >= 0, "Paddings must be non-negative: {}, {}", before, after)
            size = input[i] - before - after
            check(size >= 0, "paddings {} and {} leave nothing of dimension {}", before, after, input[i])
            _check_mirror(size, before, after, mode)
            out.append(size)

    def gradient(op, dy):
        return raw.MirrorPad(dy, op.inputs[1], mode=op.attrs.mode), None


# ---- repetition ------------------------------------------------------------------------------------------------------


@op("Tile")
class Tile:
    """input repeated multiples[i] times along axis i: [d_i] -> [d_i * multiples_i]."""

    kernel = "tile"
    moves = ("input", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(input, multiples: Value, multiples_dims, out):
        check(len(multiples_dims) == 1, "Expected multiples to be 1-D, but got shape {}", multiples_dims)
        check(
            len(multiples) == len(input),
            "Expected multiples argument to be a vector of length {} but got length {}",
            len(input),
            len(multiples),
        )
        for i in range(len(input)):
            check(
                multiples[i] >= 0 or multiples[i] == HIDDEN, "Expected multiples[{}] >= 0, but got {}", i, multiples[i]
            )
            out.append(UNKNOWN if multiples[i] == HIDDEN or input[i] == UNKNOWN else input[i] * multiples[i])

    def gradient(op, dy):
        x, multiples = op.inputs
        own = terms.shape(x, multiples.dtype)
        split = raw.Reshape(terms.transpose(terms.stack([multiples, own])), [-1])
        copies = raw.Range(0, terms.size(split), 2, name="range")
        dx = terms.reduce_sum(raw.Reshape(terms.dense(dy), split), copies)
        dx.set_shape(x.shape)
        return dx, None


@op("BroadcastTo")
class BroadcastTo:
    """input repeated along axes of one element, and along new leading axes, up to `shape`."""

    kernel = "broadcast_to"
    moves = ("input", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(input, shape: Value, out):
        new = len(shape) - len(input)
        check(new >= 0, "Rank of input ({}) must be no greater than rank of output shape ({}).", len(input), len(shape))
        for i in range(len(shape)):
            check(shape[i] >= 0 or shape[i] == HIDDEN, "Invalid value in tensor used for shape: {}", shape[i])
            dim = max(shape[i], UNKNOWN)
            size = input[i - new] if i >= new else 1
            check(
                size in (1, UNKNOWN, dim) or dim == UNKNOWN,
                "Incompatible shapes: dimension {} of input is {}, and {} of the shape to broadcast to",
                i - new,
                size,
                dim,
            )
            out.append(size if dim == UNKNOWN and size > 1 else dim)

    def gradient(op, dy):
        x, to = op.inputs
        own = terms.shape(x, to.dtype)
        known = constant_value(to)
        if known is not None:
            to = terms.constant(known, to.dtype)
        _, axes = raw.BroadcastGradientArgs(to, own)
        return raw.Reshape(terms.reduce_sum(dy, axes, keepdims=True), own), None


# ---- order -----------------------------------------------------------------------------------------------------------


def _transposed(x, perm, out):
    rank = len(x)
    check(
        len(perm) == rank,
        "transpose expects a vector of size {}. But input(1) is a vector of size {}",
        rank,
        len(perm),
    )
    seen, hidden = 0, False
    for i in range(rank):
        if perm[i] == HIDDEN:
            out.append(UNKNOWN)
            hidden = True
            continue
        check(0 <= perm[i] < rank, "{} is out of range [0 .. {})", perm[i], rank)
        seen |= 1 << perm[i]
        out.append(x[perm[i]])
    for i in range(rank):
        check(hidden or (seen >> i) & 1, "{} is missing from {{{:,}}}.", i, perm)


@op("Transpose")
class Transpose:
    """Axes in another order: x [d_0, ...], perm [r] -> [d_perm[0], ...]."""

    kernel = "transpose"
    moves = ("x", "y")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(x, perm: Value, out):
        _transposed(x, perm, out)

    def gradient(op, dy):
        return terms.transpose(dy, raw.InvertPermutation(op.inputs[1])), None


@op("ConjugateTranspose")
class ConjugateTranspose:
    """Transpose of the complex conjugate."""

    def shape(x, perm: Value, out):
        _transposed(x, perm, out)

    def lower(node, r):
        x, perm = node.inputs
        form = [(x.dtype, node.outputs[0].shape)]
        moved = r.add("Transpose", [x, perm], form, T=x.dtype, Tperm=perm.dtype)
        return r.add("Conj", moved, form, T=x.dtype) if x.dtype.is_complex else moved

    def gradient(op, dy):
        back = raw.InvertPermutation(op.inputs[1])
        return raw.ConjugateTranspose(dy, back, name="transpose"), None


@op("Reverse")
class Reverse:
    """Elements in reverse along the axes where dims [r] is true."""

    kernel = "reverse"
    moves = ("tensor", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(tensor, dims, out):
        check(
            len(dims) == 1 and may_equal(dims[0], len(tensor)),
            "'dims' must have the same number of values as 'input' has dimensions. 'input' has {} 'dims' has {}",
            len(tensor),
            dims,
        )
        shapes.copy_dims(tensor, out)

    def gradient(op, dy):
        return raw.Reverse(dy, op.inputs[1]), None


@op("ReverseV2")
class ReverseV2:
    """Elements in reverse along the axes in axis [n]."""

    kernel = "reverse_v2"
    moves = ("tensor", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(tensor, axis: Value, out):
        seen, rank = 0, len(tensor)
        for i in range(len(axis)):
            if axis[i] != HIDDEN:
                check(-rank <= axis[i] < rank, "'axis'[{}] = {} is out of valid range [0, {}", i, axis[i], rank - 1)
                at = axis[i] + rank if axis[i] < 0 else axis[i]
                check(not (seen >> at) & 1, "axis {} specified more than once.", at)
                seen |= 1 << at
        shapes.copy_dims(tensor, out)

    def gradient(op, dy):
        return raw.ReverseV2(dy, op.inputs[1]), None


@op("ReverseSequence")
class ReverseSequence:
    """The first seq_lengths[b] elements along seq_dim in reverse, for each b along batch_dim; the rest as it is."""

    kernel = "reverse_sequence"
    moves = ("input", "output")

    def shape(input, seq_lengths, seq_dim, batch_dim, out):
        check(len(seq_lengths) == 1, "seq_lens input must be 1-dim, not {}", len(seq_lengths))
        check(batch_dim != seq_dim, "batch_dim == seq_dim == {}", seq_dim)
        check(0 <= seq_dim < len(input), "seq_dim must be < input rank ( {} vs. {})", seq_dim, len(input))
        check(0 <= batch_dim < len(input), "batch_dim must be < input rank ( {} vs. {})", batch_dim, len(input))
        check(
            may_equal(seq_lengths[0], input[batch_dim]),
            "Length of seq_lens != input.dims({}), ({} vs. {})",
            batch_dim,
            seq_lengths[0],
            input[batch_dim],
        )
        shapes.copy_dims(input, out)
        out[batch_dim] = shapes.merged(input[batch_dim], seq_lengths[0])

    def gradient(op, dy):
        return raw.ReverseSequence(dy, op.inputs[1], seq_dim=op.attrs.seq_dim, batch_dim=op.attrs.batch_dim), None


@op("Roll")
class Roll:
    """Elements moved on by shift along each axis, what leaves at the end coming in at the start."""

    kernel = "roll"
    moves = ("input", "output")

    def shape(input, shift, axis: Value, axis_dims, out):
        check(len(input) >= 1, "input must be 1-D or higher")
        check(len(shift) <= 1, "shift must be a scalar or a 1-D vector. Found: {}", shift)
        check(len(axis_dims) <= 1, "axis must be a scalar or a 1-D vector. Found: {}", axis_dims)
        count = shift[0] if len(shift) else 1
        check(may_equal(count, len(axis)), "shift and axis must have the same size")
        for i in range(len(axis)):
            check(
                axis[i] == HIDDEN or -len(input) <= axis[i] < len(input),
                "axis {} is out of range",
                axis[i],
            )
        shapes.copy_dims(input, out)

    def gradient(op, dy):
        _, shift, axis = op.inputs
        return raw.Roll(dy, -shift, axis), None, None
