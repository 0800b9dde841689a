"""Constants, placeholders, shapes, and tensors made from them."""

import numpy as np

from nbtf import dtypes, shapes
from nbtf.errors import InvalidArgumentError
from nbtf.graph import gradient_terms as terms
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import HIDDEN, UNKNOWN, UNKNOWN_RANK, Value, check, check_in_words, may_equal


def _passed_on(op, *dy):
    return list(dy)


def _disabled(op, dy):
    raise LookupError(f"Gradient explicitly disabled. Reason: {op.attrs.protos['message'].s!r}")


MAX_ELEMENTS = 2**63 - 1


@op("Const")
class Const:
    """The tensor in its attribute `value`."""

    source = True
    gradient = NOT_DIFFERENTIABLE


@op("_Folded")
class Folded:
    """What depends on constants only, computed before the first run: see nbtf/compiler/folding.py."""

    source = True


def _unfed(call):
    """A placeholder that runs was not fed."""
    shape = call.attrs.shape
    dims = (
        "<unknown>"
        if shape.ndims is None
        else "[" + ",".join("?" if d is None else str(d) for d in shape.as_list()) + "]"
    )
    name, dtype = call.node.name, call.attrs.dtype.name.replace("float32", "float").replace("float64", "double")
    with_shape = f" and shape {dims}" if shape.ndims else ""
    raise InvalidArgumentError(
        None, call.node.origin, f"You must feed a value for placeholder tensor '{name}' with dtype {dtype}{with_shape}"
    )


@op("Placeholder", "PlaceholderV2")
class Placeholder:
    """A tensor that must be fed."""

    host = _unfed


@op("Identity", "StopGradient", "PreventGradient", "PlaceholderWithDefault", "Snapshot", "GuaranteeConst")
class Identity:
    """The input under another name."""

    alias = 0
    gradient = {
        "Identity": _passed_on,
        "StopGradient": NOT_DIFFERENTIABLE,
        "PreventGradient": _disabled,
        "PlaceholderWithDefault": _passed_on,
    }

    def shape(input, out):
        shapes.copy_dims(input, out)


@op("IdentityN")
class IdentityN:
    """The inputs under other names; tensors of any dtypes."""

    gradient = _passed_on

    def shape(input, out):
        for i in range(len(input)):
            shapes.copy_dims(input[i], out[i])

    def lower(node, r):
        return node.inputs


@op("DeepCopy")
class DeepCopy:
    """A copy of x: of a variable's value, one that later writes do not change."""

    kernel = "deep_copy"
    moves = ("x", "y")
    stateful = True

    def shape(x, out):
        shapes.copy_dims(x, out)


@op("Empty")
class Empty:
    """A tensor of the given shape; zeros, whether or not `init` asks for them. shape [r] -> shape."""

    kernel = "empty"
    moves = ("output",)

    def shape(shape: Value, out):
        _dims_from(shape, out)


def _dims_from(shape, out):
    size = 1
    for i in range(len(shape)):
        check(shape[i] >= 0 or shape[i] == HIDDEN, "Dimension {} must be >= 0", shape[i])
        if shape[i] > 0:
            check(size <= MAX_ELEMENTS // shape[i], "Shape [{:,}] would have more than 2**63 - 1 elements", shape)
            size *= shape[i]
        out.append(max(shape[i], UNKNOWN))


# ---- dims as tensors -------------------------------------------------------------------------------------------------


@op("Shape")
class Shape:
    """Dims of the input as a vector: [...] -> [r]."""

    kernel = "shape"
    moves = ("input",)
    gradient = NOT_DIFFERENTIABLE

    def shape(input):
        return (len(input),)


@op("ShapeN")
class ShapeN:
    """Dims of each input as a vector: N x [...] -> N x [r]."""

    gradient = NOT_DIFFERENTIABLE

    def shape(input, out):
        for i in range(len(input)):
            out[i].append(len(input[i]))

    def lower(node, r):
        out_type = node.attrs.out_type
        return [
            r.add("Shape", [value], [(out_type, output.shape)], T=value.dtype, out_type=out_type)[0]
            for value, output in zip(node.inputs, node.outputs, strict=True)
        ]


@op("Size")
class Size:
    """Number of elements: [...] -> []."""

    kernel = "size"
    moves = ("input",)
    gradient = NOT_DIFFERENTIABLE

    def shape(input):
        return ()


@op("Rank")
class Rank:
    """Number of axes: [...] -> []."""

    kernel = "rank"
    moves = ("input",)
    gradient = NOT_DIFFERENTIABLE

    def shape(input):
        return ()


@op("ConcatOffset")
class ConcatOffset:
    """Where each of N shapes begins in their concatenation: concat_dim [], shape N x [r] -> N x [r]."""

    kernel = "concat_offset"
    gradient = NOT_DIFFERENTIABLE

    def shape(concat_dim: Value, shape: Value, out):
        rank = len(shape[0])
        check(len(concat_dim) == 1, "Concat dim tensor should be a scalar integer")
        axis = concat_dim[0]
        check(
            axis == HIDDEN or -rank <= axis < rank,
            "Concat dim is out of range: {} vs. {}",
            axis,
            rank,
        )
        for k in range(len(shape)):
            check(len(shape[k]) == rank, "input {} should contain {} elements, but got {}", k, rank, len(shape[k]))
            for i in range(rank):
                check(
                    axis in (HIDDEN, i, i - rank) or HIDDEN in (shape[k][i], shape[0][i]) or shape[k][i] == shape[0][i],
                    "All dimensions except {} must match. Input {} has shape {} and doesn't match input 0 with shape "
                    "{}.",
                    axis,
                    k,
                    shape[k],
                    shape[0],
                )
            out[k].append(rank)


@op("BroadcastArgs")
class BroadcastArgs:
    """The shape that two shapes broadcast to: s0 [a], s1 [b] -> [max(a, b)]."""

    kernel = "broadcast_args"

    def shape(s0, s1):
        check(len(s0) == 1 and len(s1) == 1, "In[0] and In[1] must be vectors, ranks are {} and {}", len(s0), len(s1))
        return (UNKNOWN if UNKNOWN in (s0[0], s1[0]) else max(s0[0], s1[0]),)


@op("BroadcastGradientArgs")
class BroadcastGradientArgs:
    """The axes over which the gradient of each operand is summed: s0 [a], s1 [b] -> r0 [?], r1 [?]."""

    kernel = "broadcast_gradient_args"
    shrinks = ("r0", "r1")
    gradient = NOT_DIFFERENTIABLE

    def shape(s0, s1):
        check(len(s0) == 1 and len(s1) == 1, "In[0] and In[1] must be vectors, ranks are {} and {}", len(s0), len(s1))
        most = shapes.at_most(max(s0[0], s1[0]))
        return ((most,), (most,))


@op("InvertPermutation")
class InvertPermutation:
    """y[x[i]] = i: x [n] -> [n]."""

    kernel = "invert_permutation"
    gradient = NOT_DIFFERENTIABLE

    def shape(x):
        check(len(x) == 1, "invert_permutation expects a 1D vector.")
        return (x[0],)


@op("UnravelIndex")
class UnravelIndex:
    """Coordinates of flat indices in a tensor of shape `dims`: indices [n] or [], dims [r] -> [r, n] or [r]."""

    kernel = "unravel_index"

    def shape(indices, dims, out):
        check(len(dims) == 1, "The indices can only be scalar or vector, got {}", dims)
        check(len(indices) <= 1, "The indices can only be scalar or vector, got {}", indices)
        out.append(dims[0])
        if len(indices) == 1:
            out.append(indices[0])


# ---- other dims, same elements ---------------------------------------------------------------------------------------


def reshaped(tensor, shape: Value, shape_dims, out):
    check(
        len(shape_dims) == 1 or (len(shape) == 1 and shape[0] in (-1, HIDDEN)),
        "sizes input must be 1-D, not {}",
        shape_dims,
    )
    given, open_axis, inferred, hidden, has_zero = 1, -1, 0, 0, False
    for i in range(len(shape)):
        out.append(shape[i])
        if shape[i] < 0:
            check(shape[i] == -1 or shape[i] == HIDDEN, "Size {} must be non-negative, not {}", i, shape[i])
            check(
                shape[i] == HIDDEN or not inferred,
                "Only one input size may be -1, not both {} and {}",
                open_axis,
                i,
            )
            inferred += shape[i] == -1
            hidden += shape[i] == HIDDEN
            out[i] = UNKNOWN
            open_axis = i
        elif shape[i] == 0:
            has_zero = True
        else:
            check(given <= MAX_ELEMENTS // shape[i], "Shape {} has too many elements", shape)
            given *= shape[i]
    size = shapes.product(tensor)
    if size == UNKNOWN or inferred + hidden > 1:
        return
    if open_axis >= 0:
        # where a 0 is asked for, only what is not 0 is divided, as in TensorFlow: [0, 6] to [0, 2, -1] is [0, 2, 3]
        divided = 1
        for i in range(len(tensor)):
            divided *= tensor[i] if tensor[i] > 0 or not has_zero else 1
        check_in_words(
            size == 0 if has_zero else divided % given == 0,
            "Dimension size must be evenly divisible by {1} but is {0}",
            "Input to reshape is a tensor with {} values, but the requested shape requires a multiple of {}",
            size,
            given,
        )
        out[open_axis] = divided // given
    else:
        given = 0 if has_zero else given
        check(
            given == size,
            "Input to reshape is a tensor with {} values, but the requested shape has {}",
            size,
            given,
        )


@op("Reshape")
class Reshape:
    """Same elements, other dims; one -1 is inferred. Shares the buffer of its input."""

    shares = ("output", "tensor")

    shape = reshaped

    def gradient(op, dy):
        return terms.reshaped_like(dy, op.inputs[0]), None


@op("ExpandDims")
class ExpandDims:
    """A new axis of one element before axis dim: [...] -> [..., 1, ...]. Shares the buffer of its input."""

    shares = ("output", "input")

    def shape(input, dim: Value, out):
        rank = len(input)
        check(len(dim) == 1, "'dim' must be a tensor with a single value")
        at = dim[0]
        if at == HIDDEN:
            for _ in range(rank + 1):
                out.append(UNKNOWN)
            return
        check(
            -rank - 1 <= at <= rank,
            "Tried to expand dim index {} for tensor with {} dimensions.",
            at,
            rank,
        )
        at = at + rank + 1 if at < 0 else at
        for i in range(rank):
            if i == at:
                out.append(1)
            out.append(input[i])
        if at == rank:
            out.append(1)

    def gradient(op, dy):
        return terms.reshaped_like(dy, op.inputs[0]), None


@op("Squeeze")
class Squeeze:
    """Without the named axes, which have one element; without all such if none are named. Shares its input's buffer."""

    shares = ("output", "input")

    def shape(input, squeeze_dims, out):
        named, rank = 0, len(input)
        for i in range(len(squeeze_dims)):
            axis = squeeze_dims[i]
            check(-rank <= axis < rank, "Tried to squeeze dim index {} for tensor with {} dimensions.", axis, rank)
            axis = axis + rank if axis < 0 else axis
            check(
                may_equal(input[axis], 1),
                "Can not squeeze dim[{}], expected a dimension of 1, got {}",
                axis,
                input[axis],
            )
            named |= 1 << axis
        for i in range(rank):
            if not named and input[i] == UNKNOWN:
                out.unknown_rank()
                return
            if not (named >> i) & 1 and (named or input[i] != 1):
                out.append(input[i])

    def gradient(op, dy):
        return terms.reshaped_like(dy, op.inputs[0])


@op("EnsureShape")
class EnsureShape:
    """The input, refused unless its dims are compatible with `shape`. Shares the buffer of its input."""

    shares = ("output", "input")
    gradient = _passed_on

    def shape(input, shape, out):
        known = not (len(shape) == 1 and shape[0] == UNKNOWN_RANK)
        compatible = not known or len(shape) == len(input)
        for i in range(len(input)):
            if known and compatible:
                compatible = may_equal(input[i], shape[i])
            out.append(input[i])
        check(compatible, "Shape of tensor {} is not compatible with expected shape {}.", input, shape)


# ---- new values ------------------------------------------------------------------------------------------------------


@op("Fill")
class Fill:
    """One value everywhere: dims [r], value [] -> dims."""

    kernel = "fill"
    moves = ("value", "output")

    def shape(dims: Value, value, dims_dims, out):
        check(len(dims_dims) == 1, "dims must represent a vector, got shape {}", dims_dims)
        one = len(value) == 0 or (len(value) == 1 and may_equal(value[0], 1))  # as TensorFlow's early graphs have it
        check(one, "value must represent a scalar, got shape {}", value)
        _dims_from(dims, out)

    def gradient(op, dy):
        return None, terms.reduce_sum(dy)


FLOAT, DOUBLE = dtypes.float32.as_datatype_enum, dtypes.float64.as_datatype_enum


@op("Range")
class Range:
    """start + i * delta as long as it lies before limit: start [], limit [], delta [] -> [n]."""

    kernel = "range_values"
    gradient = NOT_DIFFERENTIABLE

    def shape(start: Value, limit: Value, delta: Value, start_dims, limit_dims, delta_dims, Tidx):
        check(len(start) == 1 and len(start_dims) <= 1, "start must be a scalar, not shape {}", start_dims)
        check(len(limit) == 1 and len(limit_dims) <= 1, "limit must be a scalar, not shape {}", limit_dims)
        check(len(delta) == 1 and len(delta_dims) <= 1, "delta must be a scalar, not shape {}", delta_dims)
        first, last, step = start[0], limit[0], delta[0]
        if first == HIDDEN or last == HIDDEN or step == HIDDEN:
            return (UNKNOWN,)
        check(step != 0, "Requires delta != 0: {}", step)
        check(step < 0 or first <= last, "Requires start <= limit when delta > 0: {}/{}", first, last)
        check(step > 0 or first >= last, "Requires start >= limit when delta < 0: {}/{}", first, last)
        if Tidx == FLOAT:  # in the precision of the type, as TensorFlow counts
            steps = float(np.ceil(np.float32(np.float32(last) - np.float32(first)) / np.float32(step)))
        elif Tidx == DOUBLE:
            steps = float(np.ceil((last - first) / step))
        else:
            return (int((last - first + step - (1 if step > 0 else -1)) // step),)
        check(steps < 2.0**46, "Requires ((limit - start) / delta) <= {}", 2**46)
        return (int(steps),)


@op("LinSpace")
class LinSpace:
    """num values from start to stop, both included: start [], stop [], num [] -> [num]."""

    kernel = "linspace"
    gradient = NOT_DIFFERENTIABLE

    def shape(start, stop, num: Value):
        check(len(start) == 0, "start must be a scalar, not shape {}", start)
        check(len(stop) == 0, "stop must be a scalar, not shape {}", stop)
        check(len(num) == 1, "num must be a scalar, not {} elements", len(num))
        check(num[0] > 0 or num[0] == HIDDEN, "Requires num > 0: {}", num[0])
        return (max(num[0], UNKNOWN),)
