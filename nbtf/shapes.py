"""Shape arithmetic shared by graph building and kernels: a leaf, written in the subset of Python that Numba compiles.

A shape rule receives the dims of an input as a sequence of int (its length is the rank); an attribute as an int, a
float, a bool or a sequence of those; and, for a parameter annotated `Value`, the *elements* of an input. The same text
runs as plain Python while a graph is built and, compiled, inside the VM. It answers in one of two ways:

    return (a, b)                     fixed rank: the dims of the output, or a tuple of dims for each of several outputs
    out.append(d), or out[i].append   any rank: `out` is the Dims of the only output, or a sequence of them, one an
                                      output (list outputs count each); out.unknown_rank() gives up, at build time only

While a graph is built a dim may be UNKNOWN, an element of a Value may be HIDDEN; at run time neither occurs.
"""

from collections.abc import Sequence

UNKNOWN = -1  # a dim not known while the graph is built
HIDDEN = -(2**63)  # an element of a `Value` not known while the graph is built
MAX_RANK = 8  # as layout.MAX_RANK; both are leaves
SAME, VALID, EXPLICIT = 0, 1, 2  # codes of the attribute `padding`, in the order of its op signatures


class Value:
    """Annotation: the rule needs the elements of this input, not its dims (those are `<name>_dims`)."""


class CheckFailed(Exception):
    """A rule or kernel refused its inputs; the graph builder and the session add op and node and choose the class."""


class Dims(list[int]):
    """The dims of one output while a rule runs as plain Python; kernels have a compiled twin with these methods."""

    rank_known = True

    def unknown_rank(self) -> None:
        self.rank_known = False


def check(condition: bool, message: str, *values: object) -> None:
    """Refuse the inputs unless `condition`; compiled, only the refusal is reported and plain Python finds the words."""
    if not condition:
        raise CheckFailed(message.format(*(_written(value) for value in values)))


def _written(value: object) -> object:
    """How messages write a value: dims as TensorFlow does."""
    if isinstance(value, tuple | list):
        return "[" + ",".join("?" if dim == UNKNOWN else str(dim) for dim in value) + "]"
    return value


def at_most(size: int) -> int:
    """A dim that the kernel decides: `size` reserves the room at run time; UNKNOWN while the graph is built."""
    return UNKNOWN


# ---- rank-generic arithmetic -----------------------------------------------------------------------------------------


def product(dims: Sequence[int]) -> int:
    """Number of elements; UNKNOWN if any dim is."""
    size = 1
    for i in range(len(dims)):
        if dims[i] == UNKNOWN:
            return UNKNOWN
        size *= dims[i]
    return size


def may_equal(a: int, b: int) -> bool:
    return a == b or a == UNKNOWN or b == UNKNOWN


def merged(a: int, b: int) -> int:
    """Two statements about one dim, both true."""
    return b if a == UNKNOWN else a


def copy_dims(x: Sequence[int], out: Dims) -> None:
    for i in range(len(x)):
        out.append(x[i])


def broadcast_dim(a: int, b: int) -> int:
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    check(a == UNKNOWN or b == UNKNOWN, "Incompatible shapes: dimensions must be equal, but are {} and {}", a, b)
    return max(a, b)  # an unknown dim must turn out equal to the other, or 1


def aligned_dim(x: Sequence[int], i: int, rank: int) -> int:
    """Dim i of x once x is given leading ones up to `rank`."""
    at = i - (rank - len(x))
    return x[at] if at >= 0 else 1


def broadcast(x: Sequence[int], y: Sequence[int], out: Dims) -> None:
    rank = max(len(x), len(y))
    for i in range(rank):
        out.append(broadcast_dim(aligned_dim(x, i, rank), aligned_dim(y, i, rank)))


def broadcast3(x: Sequence[int], y: Sequence[int], w: Sequence[int], out: Dims) -> None:
    rank = max(len(x), len(y), len(w))
    for i in range(rank):
        two = broadcast_dim(aligned_dim(x, i, rank), aligned_dim(y, i, rank))
        out.append(broadcast_dim(two, aligned_dim(w, i, rank)))


def alike(x: Sequence[int], y: Sequence[int], out: Dims) -> None:
    """Two inputs of one shape."""
    fits = len(x) == len(y)
    for i in range(len(x)):
        fits = fits and may_equal(x[i], y[i])
    check(fits, "Inputs must have the same size and shape.  Input 0: {} != input 1: {}", x, y)
    for i in range(len(x)):
        out.append(merged(x[i], y[i]))


def bounded(x: Sequence[int], low: Sequence[int], high: Sequence[int], out: Dims) -> None:
    """An input and two bounds, each a scalar or of the input's shape."""
    for i in range(len(x)):
        out.append(x[i])
    fits = fits_bound(x, low) and fits_bound(x, high)
    check(
        fits,
        "clip_value_min and clip_value_max must be either of the same shape as input, or a scalar. "
        "input shape: {}clip_value_min shape: {}clip_value_max shape: {}",
        x,
        low,
        high,
    )


def fits_bound(x: Sequence[int], bound: Sequence[int]) -> bool:
    """Whether `bound` is a scalar or may have the dims of x."""
    if len(bound) == 0:
        return True
    fits = len(bound) == len(x)
    for i in range(min(len(x), len(bound))):
        fits = fits and may_equal(x[i], bound[i])
    return fits


def alike_or_scalars(x: Sequence[int], y: Sequence[int], w: Sequence[int], out: Dims) -> None:
    """Three inputs, those that are no scalars of one shape."""
    rank = max(len(x), len(y), len(w))
    check(len(x) == 0 or len(y) == 0 or fits_bound(x, y), "Shapes of a and b are inconsistent: {} vs. {}", x, y)
    check(len(x) == 0 or len(w) == 0 or fits_bound(x, w), "Shapes of a and x are inconsistent: {} vs. {}", x, w)
    check(len(y) == 0 or len(w) == 0 or fits_bound(y, w), "Shapes of b and x are inconsistent: {} vs. {}", y, w)
    for i in range(rank):
        dim = UNKNOWN
        if len(x) > 0:
            dim = x[i]
        if len(y) > 0:
            dim = merged(dim, y[i])
        if len(w) > 0:
            dim = merged(dim, w[i])
        out.append(dim)


def check_ranges(x: Sequence[int], low: Sequence[int], high: Sequence[int], axis: int) -> None:
    """Quantization takes one range, or (axis >= 0) one a slice of x along the axis."""
    check(-1 <= axis < len(x), "Axis must be at least -1 and less than {}, but is {}", len(x), axis)
    if axis == -1:
        one = may_equal(product(low), 1) and may_equal(product(high), 1)
        check(one, "the bounds of the range must be scalars, but have shapes {} and {}", low, high)
    else:
        check(len(low) == 1 and len(high) == 1, "Shape must be rank 1 but is rank {} and {}", len(low), len(high))
        check(may_equal(low[0], x[axis]), "Dimensions must be equal, but are {} and {}", low[0], x[axis])
        check(may_equal(high[0], x[axis]), "Dimensions must be equal, but are {} and {}", high[0], x[axis])


def normal_axis(axis: int, rank: int) -> int:
    check(-rank <= axis < rank, "axis {} is not in [-{}, {})", axis, rank, rank)
    return axis + rank if axis < 0 else axis


def reduced(x: Sequence[int], axes: Sequence[int], keep_dims: bool, out: Dims) -> None:
    """Dims after a reduction over `axes`; an axis named twice is refused, as in TensorFlow."""
    removed = 0  # bit set of axes
    hidden = False
    for i in range(len(axes)):
        if axes[i] == HIDDEN:
            hidden = True
        else:
            check(
                -len(x) <= axes[i] < len(x),
                "Invalid reduction dimension ({} for input with {} dimension(s)",
                axes[i],
                len(x),
            )
            bit = 1 << (axes[i] + len(x) if axes[i] < 0 else axes[i])
            check(not removed & bit, "Invalid reduction arguments: Axes contains duplicate dimension: {}", axes[i])
            removed |= bit
    if hidden and not keep_dims:
        out.unknown_rank()
        return
    for i in range(len(x)):
        gone = (removed >> i) & 1
        if keep_dims or not gone:
            out.append(1 if gone else UNKNOWN if hidden else x[i])


# ---- windows: convolution and pooling ----------------------------------------------------------------------------


def window_size(size: int, window: int, stride: int, dilation: int, padding: int, before: int, after: int) -> int:
    """Output size of a sliding window; SAME = ceil(n/s), VALID = ceil((n - extent + 1)/s), EXPLICIT pads first."""
    check(stride >= 1, "stride = {}, must be >= 1", stride)
    check(dilation >= 1, "dilation = {}, must be >= 1", dilation)
    if size == UNKNOWN or window == UNKNOWN:
        return UNKNOWN
    if padding == SAME:
        return (size + stride - 1) // stride
    extent = (window - 1) * dilation + 1
    if padding == EXPLICIT:
        check(before >= 0 and after >= 0, "explicit padding {}, {} must be >= 0", before, after)
        size += before + after
    check(extent <= size, "Computed output size would be negative: window of {} does not fit into {}", extent, size)
    return (size - extent + stride) // stride


def pad_before(size: int, window: int, stride: int, dilation: int, padding: int, before: int) -> int:
    """Rows of padding before the first; SAME puts the odd one at the end."""
    if padding == VALID:
        return 0
    if padding == EXPLICIT:
        return before
    outputs = (size + stride - 1) // stride
    return max((outputs - 1) * stride + (window - 1) * dilation + 1 - size, 0) // 2


# ---- slices ----------------------------------------------------------------------------------------------------------


def slice_start(begin: int, stride: int, size: int, masked: int) -> int:
    """First index of a range slice: negatives wrap, out of range clamps."""
    if masked:
        return 0 if stride > 0 else size - 1
    if begin < 0:
        begin += size
    return min(max(begin, 0), size) if stride > 0 else min(max(begin, -1), size - 1)


def slice_stop(end: int, stride: int, size: int, masked: int) -> int:
    if masked:
        return size if stride > 0 else -1
    if end < 0:
        end += size
    return min(max(end, 0), size) if stride > 0 else min(max(end, -1), size - 1)


def slice_length(start: int, stop: int, stride: int) -> int:
    return max((stop - start + stride - (1 if stride > 0 else -1)) // stride, 0)
