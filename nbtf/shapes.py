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
from typing import Any

UNKNOWN = -1  # a dim not known while the graph is built
UNKNOWN_RANK = -2  # the only dim of an attribute of type shape whose rank is not known
HIDDEN = -(2**63)  # an element of a `Value` not known while the graph is built
MAX_RANK = 8  # as layout.MAX_RANK; both are leaves
SAME, VALID, EXPLICIT = 0, 1, 2  # codes of the attribute `padding`, in the order of its op signatures


class Value:
    """Annotation: the rule needs the elements of this input, not its dims (those are `<name>_dims`)."""


class CheckFailed(Exception):
    """A rule or kernel refused its inputs; the graph builder and the session add op and node and choose the class."""


class NotSupported(CheckFailed):
    """TensorFlow has no implementation of this on the CPU."""


class PreconditionFailed(CheckFailed):
    """What TensorFlow calls a failed precondition."""


class RefusedInWords(CheckFailed):
    """A refusal for which TensorFlow has other words while a graph is built; the message is that of a run."""

    def __init__(self, built: str, message: str) -> None:
        super().__init__(message)
        self.built = built


class Dims(list[int]):
    """The dims of one output while a rule runs as plain Python; kernels have a compiled twin with these methods."""

    rank_known = True

    def unknown_rank(self) -> None:
        self.rank_known = False


class _Elements:
    """Elements of an array within a message: [1, 2] by itself, joined by the format if there is one, as in "{:,}"."""

    def __init__(self, values: list[object], text: str = "") -> None:
        self.values = values
        self.text = text or str(values)

    def __format__(self, separator: str) -> str:
        return separator.join(map(str, self.values)) if separator else self.text


def _text(value: Any) -> object:
    """Dims as TensorFlow writes them: [2,?,3]; elements of an array as a list."""
    if hasattr(value, "tolist"):
        plain = value.tolist()
        return _Elements(plain) if isinstance(plain, list) else plain
    if not isinstance(value, list | tuple):
        return value
    words = ["?" if dim == UNKNOWN else str(dim) for dim in value]
    return _Elements(list(value), "[" + ",".join(words) + "]")


def _worded(message: str, values: Sequence[Any]) -> str:
    return message.format(*[_text(value) for value in values])


def check(condition: bool, message: str, *values: object) -> None:
    """Refuse the inputs unless `condition`; compiled, only the refusal is reported and plain Python finds the words.

    In the message of a kernel "{{node}}" stands for the name of the node.
    """
    if not condition:
        raise CheckFailed(_worded(message, values))


def supported(condition: bool, message: str, *values: object) -> None:
    """As check, where TensorFlow answers that it has no implementation."""
    if not condition:
        raise NotSupported(_worded(message, values))


def precondition(condition: bool, message: str, *values: object) -> None:
    """As check, where TensorFlow speaks of a failed precondition."""
    if not condition:
        raise PreconditionFailed(_worded(message, values))


def check_in_words(condition: bool, built: str, message: str, *values: object) -> None:
    """As check, with other words (`built`) while a graph is built; both may name all values: "{0}", "{1}"."""
    if not condition:
        raise RefusedInWords(_worded(built, values), _worded(message, values))


def coordinates(position: int, dims: Sequence[int]) -> object:
    """Where element `position` of a tensor stands, as text for a message: "[1,0]", or nothing for a scalar."""
    found: list[int] = []
    for dim in reversed(dims):
        found.insert(0, position % dim)
        position //= dim
    return _text(found) if found else ""


def leading(dims: Sequence[int], count: int) -> object:
    """The first `count` dims, for a message."""
    return tuple(dims[:count])


def at_most(size: int) -> int:
    """A dim that the kernel decides: `size` reserves the room at run time; UNKNOWN while the graph is built."""
    return UNKNOWN


# ---- words of string attributes --------------------------------------------------------------------------------------

INTERPOLATIONS = tuple(b"NEAREST|BILINEAR|")
FILL_MODES = tuple(b"CONSTANT|REFLECT|WRAP|NEAREST|")
FILTERS = tuple(b"lanczos1|lanczos3|lanczos5|gaussian|box|triangle|keyscubic|mitchellcubic|")
"""Bytes of what an attribute may be, each with a bar behind it."""


def place_of(text: Sequence[int], words: Sequence[int]) -> int:
    """Which of the words a string attribute, its bytes, is; -1 for none."""
    place, at, fits = 0, 0, True
    for i in range(len(words)):
        if words[i] == 124:
            if fits and at == len(text):
                return place
            place, at, fits = place + 1, 0, True
        else:
            fits = fits and at < len(text) and text[at] == words[i]
            at += 1
    return -1


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
    check(a == UNKNOWN or b == UNKNOWN, "Dimensions must be equal, but are {} and {}", a, b)
    return max(a, b)  # an unknown dim must turn out equal to the other, or 1


def aligned_dim(x: Sequence[int], i: int, rank: int) -> int:
    """Dim i of x once x is given leading ones up to `rank`."""
    at = i - (rank - len(x))
    return x[at] if at >= 0 else 1


def broadcast(x: Sequence[int], y: Sequence[int], out: Dims) -> None:
    rank = max(len(x), len(y))
    for i in range(rank):
        a, b = aligned_dim(x, i, rank), aligned_dim(y, i, rank)
        check_in_words(
            may_equal(a, b) or a == 1 or b == 1,
            "Dimensions must be equal, but are {0} and {1}",
            "Incompatible shapes: {2} vs. {3}",
            a,
            b,
            x,
            y,
        )
        out.append(broadcast_dim(a, b))


def broadcast3(x: Sequence[int], y: Sequence[int], w: Sequence[int], out: Dims) -> None:
    rank = max(len(x), len(y), len(w))
    for i in range(rank):
        a, b, c = aligned_dim(x, i, rank), aligned_dim(y, i, rank), aligned_dim(w, i, rank)
        check_broadcast3(a, b, x, y, w)
        two = broadcast_dim(a, b)
        check_broadcast3(two, c, x, y, w)
        out.append(broadcast_dim(two, c))


def check_broadcast3(a: int, b: int, condition: Sequence[int], t: Sequence[int], e: Sequence[int]) -> None:
    """Refuse two dims of a choice, SelectV2, that do not broadcast."""
    check_in_words(
        may_equal(a, b) or a == 1 or b == 1,
        "Dimensions must be equal, but are {0} and {1}",
        "condition {2}, then {3}, and else {4} must be broadcastable",
        a,
        b,
        condition,
        t,
        e,
    )


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


def check_rank(x: Sequence[int], rank: int) -> None:
    check(len(x) == rank, "Shape must be rank {} but is rank {}", rank, len(x))


def equal_dims(a: int, b: int) -> int:
    """One dim that two inputs both tell."""
    check(may_equal(a, b), "Dimensions must be equal, but are {} and {}", a, b)
    return merged(a, b)


def equal_rows(matrix: Sequence[int], vector: Sequence[int]) -> int:
    """Rows of a matrix that a vector goes along with."""
    check_rank(matrix, 2)
    check_rank(vector, 1)
    return equal_dims(matrix[0], vector[0])


def window_size(size: int, window: int, stride: int, dilation: int, padding: int, before: int, after: int) -> int:
    """Output size of a sliding window; SAME = ceil(n/s), VALID = ceil((n - extent + 1)/s), EXPLICIT pads first."""
    check(stride >= 1, "Stride must be > 0, but got {}", stride)
    check(dilation >= 1, "Dilation rate must be >= 1, but got {}", dilation)
    largest = (1 << 31) - 1  # products of any two stay within 64 bits
    check(stride <= largest and dilation <= largest and window <= largest, "Window, stride or dilation too large")
    if size == UNKNOWN or (window == UNKNOWN and padding != SAME):
        return UNKNOWN
    if padding == SAME:
        return (size + stride - 1) // stride
    extent = (window - 1) * dilation + 1
    size += before + after
    check(extent <= size, "Negative dimension size caused by subtracting {} from {}", extent, size)
    return (size - extent + stride) // stride


def padding_at(paddings: Sequence[int], padding: int, index: int) -> int:
    """One of the `explicit_paddings`: two an axis, before and after; 0 unless the padding is EXPLICIT."""
    return paddings[index] if padding == EXPLICIT else 0


def check_explicit_paddings(paddings: Sequence[int], padding: int, channel_axis: int) -> None:
    if padding != EXPLICIT:
        check(len(paddings) == 0, "explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT")
        return
    check(len(paddings) == 8, "explicit_paddings attribute must contain 8 values, but got: {}", len(paddings))
    for i in range(8):
        check(0 <= paddings[i] < 1 << 31, "All elements of explicit_paddings must be nonnegative")
        check(
            paddings[i] == 0 or (i // 2 != 0 and i // 2 != channel_axis),
            "Nonzero explicit padding in the batch or depth dimensions is not supported",
        )


def window2d(
    input: Sequence[int],
    window: tuple[int, int],
    channels: int,
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    channels_first: int,
) -> tuple[int, int, int, int]:
    """Output dims of a window (rows, columns) that slides over images of either format."""
    rows = 2 if channels_first else 1
    check_explicit_paddings(explicit_paddings, padding, 1 if channels_first else 3)
    top, bottom = padding_at(explicit_paddings, padding, 2 * rows), padding_at(explicit_paddings, padding, 2 * rows + 1)
    left, right = (
        padding_at(explicit_paddings, padding, 2 * rows + 2),
        padding_at(explicit_paddings, padding, 2 * rows + 3),
    )
    height = window_size(input[rows], window[0], strides[rows], dilations[rows], padding, top, bottom)
    width = window_size(input[rows + 1], window[1], strides[rows + 1], dilations[rows + 1], padding, left, right)
    if channels_first:
        return (input[0], channels, height, width)
    return (input[0], height, width, channels)


def window3d(
    input: Sequence[int],
    window: tuple[int, int, int],
    channels: int,
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: int,
    channels_first: int,
) -> tuple[int, int, int, int, int]:
    """Output dims of a window (planes, rows, columns) that slides over volumes of either format."""
    at = 2 if channels_first else 1
    planes = window_size(input[at], window[0], strides[at], dilations[at], padding, 0, 0)
    height = window_size(input[at + 1], window[1], strides[at + 1], dilations[at + 1], padding, 0, 0)
    width = window_size(input[at + 2], window[2], strides[at + 2], dilations[at + 2], padding, 0, 0)
    if channels_first:
        return (input[0], channels, planes, height, width)
    return (input[0], planes, height, width, channels)


def given_dim(size: int) -> int:
    """A dim that an element asks for; UNKNOWN where it is hidden."""
    check(size >= 0 or size == HIDDEN, "Dimension {} must be >= 0", size)
    return max(size, UNKNOWN)


def given_dims4(sizes: Sequence[int]) -> tuple[int, int, int, int]:
    check(len(sizes) == 4, "Shape must be rank 4 but is rank {}", len(sizes))
    return (given_dim(sizes[0]), given_dim(sizes[1]), given_dim(sizes[2]), given_dim(sizes[3]))


def given_dims5(sizes: Sequence[int]) -> tuple[int, int, int, int, int]:
    check(len(sizes) == 5, "Shape must be rank 5 but is rank {}", len(sizes))
    return (
        given_dim(sizes[0]),
        given_dim(sizes[1]),
        given_dim(sizes[2]),
        given_dim(sizes[3]),
        given_dim(sizes[4]),
    )


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


def ellipsis_span(axes: int, entries: int, new_axes: int) -> int:
    """Axes that an ellipsis stands for: what the `entries` after it leave of `axes`; new_axes: bit set of those that
    consume none."""
    for i in range(entries):
        axes -= 1 - ((new_axes >> i) & 1)
    return max(axes, 0)


# ---- Einsum: its equation as character codes ---------------------------------------------------------------------------

_COMMA, _DASH, _DOT, _ARROW = 44, 45, 46, 62
_DOTS = 256  # codes of the axes behind "...", counted from the last


def einsum_check(equation: Sequence[int], inputs: int) -> None:
    """The form of the equation: one "->", as many subscripts as inputs, no output label that no input has."""
    arrows, operands = 0, 1
    for i in range(len(equation)):
        if equation[i] == _ARROW and i > 0 and equation[i - 1] == _DASH:
            arrows += 1
        elif equation[i] == _COMMA:
            operands += 1
    check(arrows == 1, "Expecting exactly one '->' in einsum equation")
    check(operands <= 2, "Expecting 1 or 2 input subscripts in equation but got: {}", operands)
    check(operands == inputs, "Expected {} inputs for equation but got: {}", operands, inputs)
    start = 0
    for _ in range(inputs):
        start = einsum_stop(equation, start) + 1
    for i in range(start + 1, len(equation)):
        found = equation[i] == _DOT
        for j in range(start - 1):
            found = found or equation[j] == equation[i]
        check(found, "Einsum output subscripts have a label which is not present in the input subscripts")


def einsum_stop(equation: Sequence[int], start: int) -> int:
    """Where the subscript that begins at `start` ends."""
    for i in range(start, len(equation)):
        if equation[i] == _COMMA or equation[i] == _DASH:
            return i
    return len(equation)


def einsum_letters(equation: Sequence[int], start: int, stop: int) -> int:
    count = 0
    for i in range(start, stop):
        count += equation[i] != _DOT
    return count


def einsum_has_dots(equation: Sequence[int], start: int, stop: int) -> bool:
    return einsum_letters(equation, start, stop) < stop - start


def einsum_label(equation: Sequence[int], start: int, stop: int, rank: int, axis: int) -> int:
    """Code of the label of an axis; an axis behind "..." has a code that counts from the right, as broadcasting does."""
    wide = rank - einsum_letters(equation, start, stop)
    at, i = 0, start
    while i < stop:
        if equation[i] == _DOT:
            if axis < at + wide:
                return _DOTS + at + wide - 1 - axis
            at += wide
            i += 3
        else:
            if at == axis:
                return equation[i]
            at += 1
            i += 1
    return UNKNOWN


def einsum_dim(inputs: Sequence[Sequence[int]], equation: Sequence[int], label: int) -> int:
    """Size of a label, on which all inputs must agree; behind "..." a 1 broadcasts."""
    found, seen, start = 1, False, 0
    for k in range(len(inputs)):
        stop = einsum_stop(equation, start)
        for axis in range(len(inputs[k])):
            if einsum_label(equation, start, stop, len(inputs[k]), axis) == label:
                dim = inputs[k][axis]
                if not seen:
                    found = dim
                elif label >= _DOTS:
                    found = broadcast_dim(found, dim)
                else:
                    check(may_equal(found, dim), "Dimensions must be equal, but are {} and {}", found, dim)
                    found = merged(found, dim)
                seen = True
        start = stop + 1
    return found
