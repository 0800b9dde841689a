"""What can be told of a tensor's value without running anything: constants, and arithmetic on static shapes.

Values of integer tensors may be partly known: an element that is not is HIDDEN. The search is bounded in depth and in
nodes visited, so asking for every tensor of a graph stays linear in its size; what lies deeper counts as unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from nbtf import errors, tensor_shape
from nbtf.graph.tensor import StaticDims, Tensor, shape_of_dims
from nbtf.shapes import HIDDEN, UNKNOWN, product
from nbtf.wire import tensor as tensor_encoding

Value = np.ndarray[Any, Any]

MAX_DEPTH: Final = 32
MAX_VISITS: Final = 256
MAX_ELEMENTS: Final = 4096  # of a computed value; a constant may have any size


def constant_value(tensor: Tensor, partial: bool = False) -> Value | None:
    """The value of `tensor` as an array of its dtype, or None where it cannot be told.

    partial: elements that cannot be told are None; the array's dtype is then object.
    """
    value = _Search(_FROM_PYTHON).value(tensor, 0)
    if value is None:
        return None
    hidden = _hidden(value)
    if hidden.any():
        if not partial:
            return None
        shown = value.astype(object)
        shown[hidden] = None
        return shown
    return value.astype(tensor.dtype.base_dtype.storage, copy=False)


def constant_value_as_shape(tensor: Tensor) -> tensor_shape.TensorShape:
    """The shape that a vector (or the scalar -1) means: unknown dims for -1 and for what cannot be told.

    Raises ValueError for a tensor of rank above 1, or a scalar other than -1.
    """
    return shape_of_dims(_dims_from(tensor, _Search(_SHAPE_FROM_PYTHON).value(tensor, 0)))


def dims_from_value(tensor: Tensor) -> StaticDims:
    """The dims that a vector means, as shape inference tells them."""
    return _dims_from(tensor, partial_value(tensor))


def _dims_from(tensor: Tensor, value: Value | None) -> StaticDims:
    if tensor.dims == ():
        if value is not None and value.shape == () and value != -1:
            raise ValueError(
                f"Received a scalar value '{value}' as shape; require a statically known scalar with value '-1' "
                "to describe an unknown shape."
            )
        return None
    if tensor.dims is not None and len(tensor.dims) != 1:
        raise ValueError(f"Shape must be rank 1 but is rank {len(tensor.dims)} for tensor {tensor.name}")
    if value is None:
        length = None if tensor.dims is None else tensor.dims[0]
        return None if length is None or not 0 <= length <= MAX_ELEMENTS else (UNKNOWN,) * length
    return tuple([UNKNOWN if item == HIDDEN or item == -1 else int(item) for item in value.tolist()])


def partial_value(tensor: Tensor) -> Value | None:
    """The value with HIDDEN for unknown elements (int64 then, whatever the dtype), or None where nothing is known."""
    if tensor.op.type == "ShapeN":  # itself a shape: TensorFlow takes it as one of Shape
        return _dims_value(tensor.op._inputs[tensor.value_index].dims)
    return _Search().value(tensor, 0)


def _hidden(value: Value) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if value.dtype != np.int64:
        return np.zeros(value.shape, np.bool_)
    return np.asarray(value == HIDDEN)


class _Search:
    """One question: remembers what it saw, and stops after MAX_VISITS tensors."""

    def __init__(self, through: frozenset[str] | None = None) -> None:
        """through: the only op types to look through; None: all that are known."""
        self._seen: dict[Tensor, Value | None] = {}
        self._through = through

    def value(self, tensor: Tensor, depth: int) -> Value | None:
        if tensor in self._seen:
            return self._seen[tensor]
        evaluate = _EVALUATORS.get(tensor.op.type)
        if self._through is not None and tensor.op.type not in self._through:
            return None
        if evaluate is None or not tensor.dtype.is_numpy_compatible:
            return None
        if depth and tensor._dims is not None and product(tensor._dims) > MAX_ELEMENTS:
            return None  # weights on their way to a Gather, say: shapes are made of less
        if depth > MAX_DEPTH or len(self._seen) > MAX_VISITS:
            return None
        self._seen[tensor] = None  # also what a cycle finds
        only_known = tensor.op.type not in _OF_PARTS
        # TensorFlow's Python looks for parts of shapes only in vectors, not in the scalars that Pack makes one of
        search = _Search(_FROM_PYTHON) if tensor.op.type == "Pack" and self._through is _SHAPE_FROM_PYTHON else self

        def inputs(i: int) -> Value | None:
            value = search.value(tensor.op._inputs[i], depth + 1)
            return search._folded(tensor.op._inputs[i], value, depth + 1) if only_known else value

        found = evaluate(tensor, inputs)
        self._seen[tensor] = found
        return found

    def _folded(self, tensor: Tensor, value: Value | None, depth: int) -> Value | None:
        """The value as TensorFlow folds constants: all known, and of a part of a shape a single dim."""
        if value is None or _hidden(value).any():
            return None
        if tensor.op.type == "StridedSlice" and value.ndim:
            source = self.value(tensor.op._inputs[0], depth)
            return None if source is None or _hidden(source).any() else value
        return value


Inputs = Callable[[int], Value | None]

# What TensorFlow's Python looks through: less than its shape inference does. Programs see the difference: a constant
# here or a few operations there.
_FROM_PYTHON: Final = frozenset(
    {
        "BroadcastTo", "Cast", "Concat", "ConcatV2", "Const", "Equal", "Fill", "Identity", "NotEqual", "Pack",
        "Range", "Rank", "Shape", "Size", "Split", "StopGradient", "Unpack",
    }
)  # fmt: skip
_SHAPE_FROM_PYTHON: Final = _FROM_PYTHON | {"StridedSlice"}

# What TensorFlow follows the parts of a shape through; of other ops it knows the value only if it knows the inputs'.
_OF_PARTS: Final = frozenset({"Cast", "Concat", "ConcatV2", "Pack", "StridedSlice", "Unpack"})

_EVALUATORS: dict[str, Callable[[Tensor, Inputs], Value | None]] = {}


def _evaluates(*op_types: str) -> Callable[[Callable[[Tensor, Inputs], Value | None]], Any]:
    def register(evaluate: Callable[[Tensor, Inputs], Value | None]) -> Any:
        for op_type in op_types:
            _EVALUATORS[op_type] = evaluate
        return evaluate

    return register


def _known(value: Value | None) -> Value | None:
    """The value if all of it is known."""
    return None if value is None or _hidden(value).any() else value


# ---- sources ---------------------------------------------------------------------------------------------------------


@_evaluates("Const")
def _const(tensor: Tensor, inputs: Inputs) -> Value | None:
    try:
        value: Value = tensor_encoding.make_ndarray(tensor.op.attrs.value)
    except (TypeError, errors.InvalidArgumentError):
        return None  # a malformed value is an error when it is run, as in TensorFlow
    if tensor.dtype.base_dtype.is_numpy_compatible and value.dtype != tensor.dtype.base_dtype.as_numpy_dtype:
        return None
    return value.astype(np.int64) if value.dtype.kind == "i" and value.dtype != np.int64 else value


def _dims_value(dims: StaticDims) -> Value | None:
    return None if dims is None else np.array([HIDDEN if dim == UNKNOWN else dim for dim in dims], np.int64)


@_evaluates("Shape")
def _shape(tensor: Tensor, inputs: Inputs) -> Value | None:
    return _dims_value(tensor.op._inputs[0].dims)


@_evaluates("VariableShape")
def _variable_shape(tensor: Tensor, inputs: Inputs) -> Value | None:
    handle = tensor.op._inputs[0].handle_data
    return _dims_value(handle[0][1]) if handle else None


@_evaluates("ShapeN")
def _shape_n(tensor: Tensor, inputs: Inputs) -> Value | None:
    """Unlike Shape, TensorFlow computes it of constants only where other ops make a shape of it."""
    if any(inputs(i) is None for i in range(len(tensor.op._inputs))):
        return None
    return _dims_value(tensor.op._inputs[tensor.value_index].dims)


@_evaluates("Size")
def _size(tensor: Tensor, inputs: Inputs) -> Value | None:
    dims = tensor.op._inputs[0].dims
    if dims is None or UNKNOWN in dims:
        return None
    size = 1
    for dim in dims:
        size *= dim
    return np.array(size, np.int64) if size < 2**63 else None


@_evaluates("Rank")
def _rank(tensor: Tensor, inputs: Inputs) -> Value | None:
    dims = tensor.op._inputs[0].dims
    return None if dims is None else np.array(len(dims), np.int64)


# ---- movement --------------------------------------------------------------------------------------------------------


@_evaluates("Identity", "StopGradient", "PreventGradient", "Snapshot")
def _identity(tensor: Tensor, inputs: Inputs) -> Value | None:
    return inputs(0)


@_evaluates("Cast")
def _cast(tensor: Tensor, inputs: Inputs) -> Value | None:
    value = inputs(0)
    target = tensor.dtype.base_dtype
    if value is None or not target.is_numpy_compatible or (value.dtype.kind not in "iub" and _hidden(value).any()):
        return None
    if target.name in ("int32", "int64") and value.dtype.kind in "iub":
        return value.astype(np.int64)
    known = _known(value)
    if known is None or known.dtype.kind not in "iufb" or target.storage.kind not in "iufb":
        return None
    with np.errstate(all="ignore"):
        cast = known.astype(target.storage)
    return cast.astype(np.int64) if cast.dtype.kind == "i" else cast


@_evaluates("Pack")
def _pack(tensor: Tensor, inputs: Inputs) -> Value | None:
    count = len(tensor.op._inputs)
    if count > MAX_ELEMENTS:
        return None
    parts = [inputs(i) for i in range(count)]
    integer = tensor.dtype.base_dtype.name in ("int32", "int64")
    shapes = {part.shape for part in parts if part is not None}
    if len(shapes) > 1 or (not integer and None in [None if part is None else True for part in parts]):
        return None
    if not shapes:
        dims = tensor.op._inputs[0].dims
        shapes = {()} if dims == () else set()
    if not shapes:
        return None
    shape = shapes.pop()
    filled = [np.full(shape, HIDDEN, np.int64) if part is None else part for part in parts]
    axis = tensor.op.attrs.axis
    return np.stack(filled, axis) if -len(shape) - 1 <= axis <= len(shape) else None


@_evaluates("ConcatV2")
def _concat_v2(tensor: Tensor, inputs: Inputs) -> Value | None:
    count = len(tensor.op._inputs) - 1
    return _concatenated(tensor, [*range(count)], inputs, inputs(count))


@_evaluates("Concat")
def _concat(tensor: Tensor, inputs: Inputs) -> Value | None:
    return _concatenated(tensor, [*range(1, len(tensor.op._inputs))], inputs, inputs(0))


def _concatenated(tensor: Tensor, positions: list[int], inputs: Inputs, axis: Value | None) -> Value | None:
    """Of vectors only: that is what shapes are made of."""
    if axis is None or axis.shape != () or int(axis) not in (0, -1) or len(positions) > MAX_ELEMENTS:
        return None
    parts = []
    for i in positions:
        part = inputs(i)
        if part is None:
            dims = tensor.op._inputs[i].dims
            if dims is None or len(dims) != 1 or not 0 <= dims[0] <= MAX_ELEMENTS:
                return None
            if tensor.dtype.base_dtype.name not in ("int32", "int64"):
                return None
            part = np.full(dims, HIDDEN, np.int64)
        if part.ndim != 1:
            return None
        parts.append(part)
    return np.concatenate(parts) if sum(part.size for part in parts) <= MAX_ELEMENTS else None


@_evaluates("StridedSlice")
def _strided_slice(tensor: Tensor, inputs: Inputs) -> Value | None:
    value = inputs(0)
    bounds = [_known(inputs(i)) for i in (1, 2, 3)]
    if value is None or any(bound is None or bound.ndim != 1 for bound in bounds):
        return None
    begin, end, strides = [bound.tolist() for bound in bounds if bound is not None]
    if not len(begin) == len(end) == len(strides) or 0 in strides:
        return None
    attrs = tensor.op.attrs
    index: list[Any] = []
    for i in range(len(begin)):
        if attrs.ellipsis_mask >> i & 1:
            index.append(Ellipsis)
        elif attrs.new_axis_mask >> i & 1:
            index.append(None)
        elif attrs.shrink_axis_mask >> i & 1:
            index.append(begin[i])
        else:
            low = None if attrs.begin_mask >> i & 1 else begin[i]
            high = None if attrs.end_mask >> i & 1 else end[i]
            index.append(slice(low, high, strides[i]))
    try:
        return np.asarray(value[tuple(index)])
    except IndexError:
        return None  # the shape rule says what is wrong


@_evaluates("Slice")
def _slice(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, begin, size = inputs(0), _known(inputs(1)), _known(inputs(2))
    if value is None or begin is None or size is None or not begin.shape == size.shape == (value.ndim,):
        return None
    index = []
    for low, count, dim in zip(begin.tolist(), size.tolist(), value.shape, strict=True):
        high = dim if count == -1 else low + count
        if not 0 <= low <= high <= dim:
            return None
        index.append(slice(low, high))
    return np.asarray(value[tuple(index)])


@_evaluates("Gather", "GatherV2")
def _gather(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, indices = inputs(0), _known(inputs(1))
    if value is None or value.ndim != 1 or indices is None:
        return None
    if tensor.op.type == "GatherV2":
        axis = _known(inputs(2))
        if axis is None or axis.shape != () or int(axis) not in (0, -1) or tensor.op.attrs.batch_dims != 0:
            return None
    if indices.size > MAX_ELEMENTS or (indices.size and not (indices.min() >= 0 and indices.max() < value.size)):
        return None
    return np.asarray(value[indices])


@_evaluates("ExpandDims")
def _expand_dims(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, axis = inputs(0), _known(inputs(1))
    if value is None or axis is None or axis.size != 1 or not -value.ndim - 1 <= int(axis.ravel()[0]) <= value.ndim:
        return None
    return np.expand_dims(value, int(axis.ravel()[0]))


@_evaluates("Squeeze")
def _squeeze(tensor: Tensor, inputs: Inputs) -> Value | None:
    value = inputs(0)
    if value is None:
        return None
    axes = tuple(tensor.op.attrs.squeeze_dims) or None
    if axes is not None and any(not -value.ndim <= axis < value.ndim or value.shape[axis] != 1 for axis in axes):
        return None
    return np.squeeze(value, axes)


@_evaluates("Reshape")
def _reshape(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, shape = inputs(0), _known(inputs(1))
    if value is None or shape is None or shape.ndim != 1 or value.size > MAX_ELEMENTS:
        return None
    try:
        return value.reshape(tuple(shape.tolist()))
    except ValueError:
        return None  # the shape rule says what is wrong


# ---- new values ------------------------------------------------------------------------------------------------------


@_evaluates("Fill")
def _fill(tensor: Tensor, inputs: Inputs) -> Value | None:
    dims, value = _known(inputs(0)), inputs(1)
    if dims is None or value is None or dims.ndim != 1 or value.shape != ():
        return None
    size = 1
    for dim in dims.tolist():
        if dim < 0:
            return None
        size *= dim
    return np.full(tuple(dims.tolist()), value) if size <= MAX_ELEMENTS else None


@_evaluates("Range")
def _range(tensor: Tensor, inputs: Inputs) -> Value | None:
    start, limit, delta = (_known(inputs(i)) for i in range(3))
    if start is None or limit is None or delta is None or not start.shape == limit.shape == delta.shape == ():
        return None
    if start.dtype.kind != "i" or limit.dtype.kind != "i" or delta.dtype.kind != "i" or int(delta) == 0:
        return None
    items = range(int(start), int(limit), int(delta))
    return np.array(items, np.int64) if len(items) <= MAX_ELEMENTS else None


def _floor_div(a: int, b: int) -> int:
    return a // b if b else HIDDEN


def _floor_mod(a: int, b: int) -> int:
    return a % b if b else HIDDEN


_ARITHMETIC: Final[dict[str, Callable[[int, int], int]]] = {
    "Add": lambda a, b: a + b,
    "AddV2": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Maximum": max,
    "Minimum": min,
    "FloorDiv": _floor_div,
    "FloorMod": _floor_mod,
}


@_evaluates(*_ARITHMETIC)
def _arithmetic(tensor: Tensor, inputs: Inputs) -> Value | None:
    """Of integers, in exact arithmetic; what leaves the dtype's range would wrap at run time and counts as unknown."""
    if tensor.dtype.is_floating:
        found: Value | None = _of_floats(tensor, inputs)
        return found
    if tensor.dtype.base_dtype.name not in ("int32", "int64"):
        return None
    x, y = inputs(0), inputs(1)
    if x is None or y is None or x.dtype.kind not in "iu" or y.dtype.kind not in "iu":
        return None
    try:
        x, y = np.broadcast_arrays(x, y)
    except ValueError:
        return None  # the shape rule says what is wrong
    if x.size > MAX_ELEMENTS:
        return None
    low, high = tensor.dtype.min, tensor.dtype.max
    compute = _ARITHMETIC[tensor.op.type]
    results = []
    for a, b in zip(x.ravel().tolist(), y.ravel().tolist(), strict=True):
        result = HIDDEN if HIDDEN in (a, b) else compute(a, b)
        results.append(result if low <= result <= high else HIDDEN)
    return np.array(results, np.int64).reshape(x.shape)


_FLOAT_ARITHMETIC: Final[dict[str, Callable[..., Value]]] = {
    "Add": np.add,
    "AddV2": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "RealDiv": np.divide,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Floor": np.floor,
    "Ceil": np.ceil,
    "Round": np.rint,
}


@_evaluates(*_FLOAT_ARITHMETIC.keys() - _ARITHMETIC.keys())
def _of_floats(tensor: Tensor, inputs: Inputs) -> Value | None:
    """In the dtype's own arithmetic: sizes are computed by factors."""
    compute = _FLOAT_ARITHMETIC.get(tensor.op.type)
    values = [inputs(i) for i in range(len(tensor.op._inputs))]
    if compute is None or any(value is None or value.dtype.kind != "f" for value in values):
        return None
    try:
        with np.errstate(all="ignore"):
            result: Value = np.asarray(compute(*values))
    except ValueError:
        return None  # the shape rule says what is wrong
    return result if result.size <= MAX_ELEMENTS else None


_COMPARISONS: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "Equal": np.equal,
    "NotEqual": np.not_equal,
    "Less": np.less,
    "LessEqual": np.less_equal,
    "Greater": np.greater,
    "GreaterEqual": np.greater_equal,
    "LogicalAnd": np.logical_and,
    "LogicalOr": np.logical_or,
}


@_evaluates(*_COMPARISONS)
def _comparison(tensor: Tensor, inputs: Inputs) -> Value | None:
    x, y = inputs(0), inputs(1)
    if x is None or y is None or x.dtype.kind not in "iub" or y.dtype.kind not in "iub":
        return None
    try:
        return np.asarray(_COMPARISONS[tensor.op.type](x, y))
    except ValueError:
        return None  # the shape rule says what is wrong


@_evaluates("Select", "SelectV2")
def _select(tensor: Tensor, inputs: Inputs) -> Value | None:
    condition, x, y = inputs(0), inputs(1), inputs(2)
    if condition is None or x is None or y is None or x.dtype != y.dtype:
        return None
    if tensor.op.type == "Select" and condition.shape not in ((), x.shape):
        return None
    try:
        return np.asarray(np.where(condition, x, y))
    except ValueError:
        return None  # the shape rule says what is wrong


@_evaluates("Unpack")
def _unpack(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, axis = inputs(0), tensor.op.attrs.axis
    if value is None or not -value.ndim <= axis < value.ndim or tensor.value_index >= value.shape[axis]:
        return None
    return np.asarray(np.take(value, tensor.value_index, axis))


@_evaluates("BroadcastTo")
def _broadcast_to(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, dims = inputs(0), inputs(1)
    if value is None or dims is None or dims.ndim != 1 or not 0 <= product(dims.tolist()) <= MAX_ELEMENTS:
        return None
    try:
        return np.broadcast_to(value, tuple(dims.tolist()))
    except ValueError:
        return None  # the shape rule says what is wrong


@_evaluates("Sum")
def _sum(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, axes = inputs(0), inputs(1)
    if (
        value is None
        or axes is None
        or value.dtype.kind != "i"
        or tensor.dtype.base_dtype.name not in ("int32", "int64")
    ):
        return None
    listed = tuple(axes.ravel().tolist())
    if any(not -value.ndim <= axis < value.ndim for axis in listed) or len(set(listed)) < len(listed):
        return None
    exact = np.asarray(np.sum(value.astype(object), axis=listed, keepdims=bool(tensor.op.attrs.keep_dims)), object)
    fits = all(tensor.dtype.min <= item <= tensor.dtype.max for item in exact.ravel().tolist())
    return exact.astype(np.int64) if fits else None


@_evaluates("Max", "Min")
def _extreme(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, axes = inputs(0), inputs(1)
    if value is None or axes is None or value.dtype.kind != "i" or not value.size:
        return None
    listed = tuple(axes.ravel().tolist())
    if any(not -value.ndim <= axis < value.ndim for axis in listed) or len(set(listed)) < len(listed):
        return None
    extreme = np.max if tensor.op.type == "Max" else np.min
    return np.asarray(extreme(value, axis=listed, keepdims=bool(tensor.op.attrs.keep_dims)))


@_evaluates("Prod")
def _prod(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, axes = _known(inputs(0)), _known(inputs(1))
    if value is None or axes is None or value.dtype.kind != "i" or value.size > MAX_ELEMENTS:
        return None
    listed = tuple(axes.ravel().tolist())
    if any(not -value.ndim <= axis < value.ndim for axis in listed) or len(set(listed)) < len(listed):
        return None
    exact = np.prod(value.astype(object), axis=listed, keepdims=bool(tensor.op.attrs.keep_dims))
    flat = np.asarray(exact, object)
    if any(not -(2**31) <= item < 2**31 for item in flat.ravel().tolist()) and tensor.dtype.name == "int32":
        return None
    if any(not -(2**63) < item < 2**63 for item in flat.ravel().tolist()):
        return None
    return flat.astype(np.int64)


@_evaluates("BroadcastArgs")
def _broadcast_args(tensor: Tensor, inputs: Inputs) -> Value | None:
    one, other = inputs(0), inputs(1)
    if one is None or other is None or one.ndim != 1 or other.ndim != 1:
        return None
    try:
        return np.array(np.broadcast_shapes(tuple(one.tolist()), tuple(other.tolist())), np.int64)
    except ValueError:
        return None  # the run says what is wrong


@_evaluates("BroadcastGradientArgs")
def _broadcast_gradient_args(tensor: Tensor, inputs: Inputs) -> Value | None:
    own, other = _known(inputs(tensor.value_index)), _known(inputs(1 - tensor.value_index))
    if own is None or other is None or not own.ndim == other.ndim == 1:
        return None
    missing = max(other.size - own.size, 0)
    axes = [*range(missing), *(np.flatnonzero(own == 1) + missing).tolist()]
    return np.array([] if np.array_equal(own, other) else axes, np.int64)


@_evaluates("Transpose")
def _transpose(tensor: Tensor, inputs: Inputs) -> Value | None:
    value, perm = inputs(0), _known(inputs(1))
    if value is None or perm is None or sorted(perm.ravel().tolist()) != [*range(value.ndim)]:
        return None
    return value.transpose(perm.ravel().tolist())


@_evaluates("ListDiff")
def _list_diff(tensor: Tensor, inputs: Inputs) -> Value | None:
    x, y = _known(inputs(0)), _known(inputs(1))
    if x is None or y is None or not x.ndim == y.ndim == 1:
        return None
    kept = np.flatnonzero(~np.isin(x, y))
    return kept.astype(np.int64) if tensor.value_index else x[kept]


@_evaluates("SparseReshape")
def _sparse_reshape(tensor: Tensor, inputs: Inputs) -> Value | None:
    own, wanted = _known(inputs(1)), _known(inputs(2))
    if tensor.value_index != 1 or own is None or wanted is None or (wanted < 0).sum() > 1:
        return None
    rest = int(np.prod(wanted[wanted >= 0]))
    return np.where(wanted < 0, int(np.prod(own)) // max(rest, 1), wanted)
