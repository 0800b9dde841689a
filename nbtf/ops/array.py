"""Constants, placeholders, shapes and slices; what moves elements without computing."""

from nbtf import shapes
from nbtf.errors import InvalidArgumentError
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check


@op("Const")
class Const:
    """The tensor in its attribute `value`."""

    source = True


def _unfed(call):
    """A placeholder that runs was not fed."""
    shape = call.attrs.shape
    dims = "<unknown>" if shape.ndims is None else "[" + ",".join("?" if d is None else str(d) for d in shape.as_list()) + "]"
    name, dtype = call.node.name, call.attrs.dtype.name.replace("float32", "float").replace("float64", "double")
    with_shape = f" and shape {dims}" if shape.ndims else ""
    raise InvalidArgumentError(
        None, call.node.origin, f"You must feed a value for placeholder tensor '{name}' with dtype {dtype}{with_shape}"
    )


@op("Placeholder", "PlaceholderV2")
class Placeholder:
    """A tensor that must be fed."""

    host = _unfed


@op("Identity", "StopGradient", "PreventGradient", "PlaceholderWithDefault", "Snapshot")
class Identity:
    """The input under another name."""

    alias = 0

    def shape(input, out):
        shapes.copy_dims(input, out)


@op("Shape")
class Shape:
    """Dims of the input as a vector."""

    kernel = "shape"
    moves = ("input",)

    def shape(input):
        return (len(input),)


@op("Reshape")
class Reshape:
    """Same elements, other dims; one -1 is inferred. Shares the buffer of its input."""

    shares = ("output", "tensor")

    def shape(tensor, shape: Value, out):
        given, open_axis, inferred, hidden = 1, -1, 0, 0
        for i in range(len(shape)):
            out.append(shape[i])
            if shape[i] < 0:
                check(shape[i] == -1 or shape[i] == HIDDEN, "Size {} must be non-negative, not {}", i, shape[i])
                inferred += shape[i] == -1
                hidden += shape[i] == HIDDEN
                out[i] = UNKNOWN
                open_axis = i
            else:
                given *= shape[i]
        check(inferred <= 1, "Only one input size may be -1, not both")
        size = shapes.product(tensor)
        if size != UNKNOWN and inferred + hidden <= 1:
            if open_axis >= 0:
                check(
                    given > 0 and size % given == 0,
                    "Input to reshape is a tensor with {} values, but the requested shape requires a multiple of {}",
                    size,
                    given,
                )
                out[open_axis] = size // given
            else:
                check(
                    given == size,
                    "Input to reshape is a tensor with {} values, but the requested shape has {}",
                    size,
                    given,
                )


@op("StridedSlice")
class StridedSlice:
    """input[begin:end:strides]; masks say which bounds to ignore and which axes to drop."""

    kernel = "strided_slice"
    moves = ("input", "output")

    def shape(input, begin: Value, end: Value, strides: Value, begin_mask, end_mask, shrink_axis_mask, out):
        check(len(begin) <= len(input), "Index out of range using input dim {}; input has only {} dims", len(begin), len(input))
        for i in range(len(input)):
            if i < len(begin) and (shrink_axis_mask >> i) & 1:
                check(
                    begin[i] == HIDDEN or input[i] == UNKNOWN or -input[i] <= begin[i] < input[i],
                    "slice index {} of dimension {} out of bounds",
                    begin[i],
                    i,
                )
                continue
            out.append(input[i])
            if i < len(begin):
                whole = (begin_mask >> i) & 1 and (end_mask >> i) & 1
                known = whole or (begin[i] != HIDDEN and end[i] != HIDDEN)
                out[-1] = UNKNOWN
                if strides[i] != HIDDEN and input[i] != UNKNOWN and known:
                    check(strides[i] != 0, "strides[{}] must be non-zero", i)
                    start = shapes.slice_start(begin[i], strides[i], input[i], (begin_mask >> i) & 1)
                    stop = shapes.slice_stop(end[i], strides[i], input[i], (end_mask >> i) & 1)
                    out[-1] = shapes.slice_length(start, stop, strides[i])


@op("Pack")
class Pack:
    """N tensors of one shape stacked along a new axis: values N x [...] -> [..., N, ...]."""

    kernel = "pack"
    moves = ("values", "output")

    def shape(values, axis, out):
        rank = len(values[0])
        check(-rank - 1 <= axis <= rank, "axis = {} not in [{}, {})", axis, -rank - 1, rank + 1)
        at = axis + rank + 1 if axis < 0 else axis
        for k in range(1, len(values)):
            check(len(values[k]) == rank, "Shapes of all inputs must match: values[0] has rank {}, values[{}] {}", rank, k, len(values[k]))
        for i in range(rank):
            if i == at:
                out.append(len(values))
            dim = values[0][i]
            for k in range(1, len(values)):
                check(shapes.may_equal(dim, values[k][i]), "Shapes of all inputs must match: dimension {} is {} and {}", i, dim, values[k][i])
                dim = shapes.merged(dim, values[k][i])
            out.append(dim)
        if at == rank:
            out.append(len(values))
