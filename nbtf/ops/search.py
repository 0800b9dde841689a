"""Which elements there are and where: nonzero places, distinct elements, differences, positions in sorted rows."""

import numpy as np

from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, at_most, check, may_equal, merged, product


@op("Where")
class Where:
    """Coordinates of the elements that are not zero, in order: input [...] -> index [n, r]."""

    kernel = "where_nonzero"
    shrinks = ("index",)

    def shape(input):
        return (at_most(product(input)), len(input))


# ---- distinct elements -----------------------------------------------------------------------------------------------


def _table_size(count):
    """Slots of a hash table that stays at most half full: a power of two."""
    size = 8
    while size < 2 * count:
        size *= 2
    return size


def _distinct_strings(x, axis):
    """y, idx and count of the distinct slices of x along an axis."""
    count = x.shape[axis]
    slices = np.moveaxis(x, axis, 0).reshape(count, x.size // max(count, 1))
    numbers = {}
    firsts, index = [], np.empty(count, np.int64)
    for i, part in enumerate(slices):
        key = tuple(part)
        if key not in numbers:
            firsts.append(i)
        index[i] = numbers.setdefault(key, len(numbers))
    return np.take(x, np.asarray(firsts, np.int64), axis), index, np.bincount(index, minlength=len(firsts))


def _unique_strings(call, x):
    check(x.ndim == 1, "unique expects a 1D vector.")
    return _distinct_strings(x, 0)[: len(call.node.outputs)]


def _unique_string_slices(call, x, axis):
    return _distinct_strings(x, int(axis[0]) if axis.size else 0)[: len(call.node.outputs)]


def _unique_space(x):
    return (_table_size(x[0]), x[0])


@op("Unique")
class Unique:
    """The distinct elements in order of appearance, and which one each element is: x [n] -> y [m], idx [n]."""

    kernel = "unique"
    host = _unique_strings
    shrinks = ("y",)
    workspace = {"table": "int64", "firsts": "int64"}
    workspace_size = _unique_space

    def shape(x):
        check(len(x) == 1, "unique expects a 1D vector.")
        return ((at_most(x[0]),), (x[0],))


@op("UniqueWithCounts")
class UniqueWithCounts:
    """Distinct elements, which one each is, and how often each occurs: x [n] -> y [m], idx [n], count [m]."""

    kernel = "unique_with_counts"
    host = _unique_strings
    shrinks = ("y", "count")
    workspace = {"table": "int64", "firsts": "int64"}
    workspace_size = _unique_space

    def shape(x):
        check(len(x) == 1, "unique expects a 1D vector.")
        return ((at_most(x[0]),), (x[0],), (at_most(x[0]),))


def _unique_axis(x, axis):
    check(len(axis) <= 1, "axis does not support input tensors larger than 1 elements")
    if len(axis) == 0:
        check(len(x) == 1, "unique expects a 1D vector.")
        return 0
    check(-len(x) <= axis[0] < len(x), "axis has to be between [0, {})", len(x))
    return axis[0] + len(x) if axis[0] < 0 else axis[0]


def _unique_dims(x, axis, out):
    hidden = len(axis) == 1 and axis[0] == HIDDEN
    at = -1 if hidden else _unique_axis(x, axis)
    for i in range(len(x)):
        out[0].append(UNKNOWN if hidden else at_most(x[i]) if i == at else x[i])
    out[1].append(UNKNOWN if hidden else x[at])
    if len(out) > 2:
        out[2].append(UNKNOWN if hidden else at_most(x[at]))


def _unique_slices_space(x, axis: Value):
    count = x[_unique_axis(x, axis)]
    return (_table_size(count), count)


@op("UniqueV2")
class UniqueV2:
    """The distinct slices along an axis: x [..., n, ...], axis [0 or 1] -> y [..., m, ...], idx [n]."""

    kernel = "unique_v2"
    host = _unique_string_slices
    shrinks = ("y",)
    workspace = {"table": "int64", "firsts": "int64"}
    workspace_size = _unique_slices_space

    def shape(x, axis: Value, out):
        _unique_dims(x, axis, out)


@op("UniqueWithCountsV2")
class UniqueWithCountsV2:
    """The distinct slices along an axis: x [..., n, ...], axis [0 or 1] -> y [..., m, ...], idx [n], count [m]."""

    kernel = "unique_with_counts_v2"
    host = _unique_string_slices
    shrinks = ("y", "count")
    workspace = {"table": "int64", "firsts": "int64"}
    workspace_size = _unique_slices_space

    def shape(x, axis: Value, out):
        _unique_dims(x, axis, out)


def _string_difference(call, x, y):
    check(x.ndim == 1 and y.ndim == 1, "x and y should be 1D vectors.")
    removed = set(y)
    kept = np.asarray([i for i, item in enumerate(x) if item not in removed], np.int64)
    return x[kept], kept


def _difference_space(y):
    return (_table_size(y[0]),)


@op("ListDiff")
class ListDiff:
    """The elements of x that are not in y, and their positions: x [n], y [m] -> out [k], idx [k]."""

    kernel = "list_diff"
    host = _string_difference
    shrinks = ("out", "idx")
    workspace = {"table": "int64"}
    workspace_size = _difference_space

    def shape(x, y):
        check(len(x) == 1, "x should be a 1D vector.")
        check(len(y) == 1, "y should be a 1D vector.")
        return ((at_most(x[0]),), (at_most(x[0]),))


# ---- sorted rows -----------------------------------------------------------------------------------------------------


def _bound(sorted_inputs, values):
    check(len(sorted_inputs) == 2 and len(values) == 2, "sorted input argument and values must be matrices")
    check(
        may_equal(sorted_inputs[0], values[0]),
        "Leading dim_size of both tensors must match: {} and {}",
        sorted_inputs[0],
        values[0],
    )
    return (merged(values[0], sorted_inputs[0]), values[1])


@op("LowerBound")
class LowerBound:
    """Position of the first element not below each value: sorted_inputs [b, n], values [b, m] -> [b, m]."""

    kernel = "lower_bound"

    def shape(sorted_inputs, values):
        return _bound(sorted_inputs, values)


@op("UpperBound")
class UpperBound:
    """Position of the first element above each value: sorted_inputs [b, n], values [b, m] -> [b, m]."""

    kernel = "upper_bound"

    def shape(sorted_inputs, values):
        return _bound(sorted_inputs, values)
