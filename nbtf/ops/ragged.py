"""Ragged tensors as dense and sparse ones. Python computes these ops."""

import numpy as np

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.sparse_sets import fill_empty_rows_grad
from nbtf.shapes import UNKNOWN, check, check_rank, equal_dims, may_equal

# ---- where rows are --------------------------------------------------------------------------------------------------


def _lengths(kinds, partitions, first):
    """How long the rows of each ragged dimension are. first: number of rows, None where the partitions tell."""
    found = []
    for kind, partition in zip(kinds, partitions, strict=True):
        if kind == "FIRST_DIM_SIZE":
            first = int(partition)
        elif kind == "ROW_SPLITS":
            check_splits(partition)
            found.append(np.diff(partition))
            first = int(partition[-1])
        else:
            check(kind == "VALUE_ROWIDS", "Unsupported partition type: {}", kind)
            check(first is not None, "VALUE_ROWIDS needs FIRST_DIM_SIZE before it")
            check((np.diff(partition) >= 0).all(), "Value rowids must not fall")
            inside = len(partition) == 0 or (partition[0] >= 0 and partition[-1] < first)
            check(inside, "Value rowids must be in [0, {})", first)
            found.append(np.bincount(partition, minlength=first)[:first])
            first = len(partition)
    return found


def check_splits(splits):
    check(splits.ndim == 1 and len(splits) > 0, "Row splits must be a vector of at least one element")
    check(splits[0] == 0, "First value of ragged splits must be 0.")
    check((np.diff(splits) >= 0).all(), "Ragged splits must be non-decreasing.")


def _places(lengths):
    """The place of each innermost value in all dimensions, [values, ragged rank + 1], from outside in."""
    places = np.arange(len(lengths[0]))[:, None]
    for counts in lengths:
        check(len(counts) == len(places), "Row partitions do not fit: {} rows, {} values", len(counts), len(places))
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.concatenate([np.repeat(places, counts, 0), within[:, None]], 1)
    return places


# ---- dense -----------------------------------------------------------------------------------------------------------


def _to_tensor(call, shape, values, default_value, *partitions):
    kinds = [kind if isinstance(kind, str) else kind.decode() for kind in call.attrs.row_partition_types]
    lengths = _lengths(kinds, partitions, None)
    places = _places(lengths)
    check(len(places) == len(values), "Row partitions are of {} values, but there are {}", len(places), len(values))
    longest = [len(lengths[0]), *[int(counts.max(initial=0)) for counts in lengths]]
    natural = [*longest, *values.shape[1:]]
    dims = natural if shape.ndim == 0 or (shape < 0).all() else _completed(shape.tolist(), natural)
    result = np.empty(dims, values.dtype)
    inner = dims[len(longest) :]
    check(
        default_value.ndim <= len(inner) and _broadcasts(default_value.shape, inner),
        "default_value.shape={} and rt_input.flat_values.shape={} are incompatible",
        default_value.shape,
        values.shape,
    )
    result[...] = default_value
    inside = (places < np.array(dims[: places.shape[1]])).all(1)
    result[tuple(places[inside].T)] = values[inside]
    return result


def _completed(wanted, natural):
    check(len(wanted) == len(natural), "Rank of shape {} is not that of the ragged tensor, {}", len(wanted),
          len(natural))  # fmt: skip
    return [own if dim < 0 else dim for dim, own in zip(wanted, natural, strict=True)]


def _broadcasts(dims, target):
    return all(dim in (1, own) for dim, own in zip(dims[::-1], target[::-1], strict=False))


def _of_to_tensor(op, dy):
    """By which value stands where, or -1 where the default does; the values' gradient is sparse."""
    values, default, partitions = op.inputs[1], op.inputs[2], op.inputs[3:]
    kinds = op.get_attr("row_partition_types")
    dims = terms.shape(values)
    ragged = sum(kind not in ("FIRST_DIM_SIZE", b"FIRST_DIM_SIZE") for kind in kinds)
    numbers = raw.RaggedTensorToTensor(
        terms.shape(dy)[: 1 + ragged],
        raw.Range(0, dims[0], 1, name="range"),
        -1,
        list(partitions),
        row_partition_types=kinds,
    )
    if dy.dims is not None:
        numbers.set_shape(dy.shape[: 1 + ragged])
    is_value = raw.NotEqual(numbers, -1)
    of_values = IndexedSlices(_where(dy, is_value), _where(numbers, is_value), dims)
    of_default = _where(dy, raw.LogicalNot(is_value))
    outer = raw.Range(0, terms.rank(of_default) - len(default.dims), 1, name="range")
    of_default = raw.Reshape(terms.reduce_sum(of_default, outer), terms.shape(default))
    return None, of_values, of_default, *[None] * len(partitions)


def _where(x, mask):
    """The elements of x [dims of the mask, ...] where the mask is true."""
    with terms.op_scope("boolean_mask"):
        count, known = len(mask.dims), x.shape
        masked = terms.reduce_prod(terms.shape(x)[0:count], [0])
        outer, inner = terms.shape(x)[:0], terms.shape(x)[count:]
        with terms.op_scope("concat") as scope:
            dims = raw.ConcatV2([outer, raw.Pack([masked], axis=0, name="values_1"), inner], 0, name=scope)
        rows = raw.Reshape(x, dims)
        rows.set_shape(known[:0].concatenate([known[:count].num_elements()]).concatenate(known[count:]))
        places = raw.Squeeze(raw.Where(raw.Reshape(mask, [-1])), axis=[1])
        return terms.gather(rows, places, 0)


@op("RaggedTensorToTensor")
class RaggedTensorToTensor:
    """A ragged tensor as a dense one: shape [] (any) or [rank], values [n, ...], default_value, partitions.

    row_partition_types: what each partition is: ROW_SPLITS; VALUE_ROWIDS, after a FIRST_DIM_SIZE.
    """

    host = _to_tensor
    gradient = _of_to_tensor

    def shape(values, row_partition_tensors, row_partition_types, out):
        ragged = 0
        for kind in row_partition_types:
            if kind not in ("FIRST_DIM_SIZE", b"FIRST_DIM_SIZE"):
                ragged += 1
        rows = UNKNOWN
        if row_partition_types[0] in ("ROW_SPLITS", b"ROW_SPLITS") and row_partition_tensors[0][0] != UNKNOWN:
            rows = row_partition_tensors[0][0] - 1
        out.append(rows)
        for _ in range(ragged):
            out.append(UNKNOWN)
        for i in range(1, len(values)):
            out.append(values[i])


# ---- sparse ----------------------------------------------------------------------------------------------------------


def _to_sparse(call, *parts):
    *splits, values = parts
    check(len(splits) > 0, "Expected at least one vector of row splits")
    lengths = _lengths(["ROW_SPLITS"] * len(splits), splits, None)
    places = _places(lengths)
    check(
        len(places) == len(values),
        "Final value of ragged splits must match the length of the values: {} and {}",
        len(places),
        len(values),
    )
    inner = values.shape[1:]
    if inner:
        within = np.stack(np.unravel_index(np.arange(int(np.prod(inner))), inner), 1)
        places = np.concatenate([np.repeat(places, len(within), 0), np.tile(within, (len(places), 1))], 1)
    longest = [int(counts.max(initial=0)) for counts in lengths]
    return places, values.reshape(-1), np.array([len(lengths[0]), *longest, *inner], np.int64)


def _of_to_sparse(op, _, dy, __):
    values = op.inputs[-1]
    return *[None] * (len(op.inputs) - 1), raw.Reshape(dy, terms.shape(values))


@op("RaggedTensorToSparse")
class RaggedTensorToSparse:
    """A ragged tensor as a sparse one: row splits of each ragged dimension, values [n, ...] -> indices, values, shape."""

    host = _to_sparse
    gradient = _of_to_sparse

    def shape(rt_nested_splits, rt_dense_values):
        rank = len(rt_nested_splits) + len(rt_dense_values)
        check(len(rt_dense_values) >= 1, "Shape must be at least rank 1 but is rank {}", len(rt_dense_values))
        for splits in rt_nested_splits:
            check(len(splits) == 1, "Shape must be rank 1 but is rank {}", len(splits))
        elements = 1
        for dim in rt_dense_values:
            elements = UNKNOWN if dim == UNKNOWN or elements == UNKNOWN else elements * dim
        return (elements, rank), (elements,), (rank,)


# ---- rows without a value --------------------------------------------------------------------------------------------


def _fill_empty_rows(call, value_rowids, values, nrows, default_value):
    rows = int(nrows)
    check(rows >= 0, "nrows = {} must be >= 0", rows)
    check(rows > 0 or not len(values), "Received {} values for no rows: nrows = 0", len(values))
    outside = np.flatnonzero((value_rowids < 0) | (value_rowids >= rows))
    if outside.size:
        check(False, "indices({}, 0) is invalid: {} >= {}", int(outside[0]), int(value_rowids[outside[0]]), rows)
    counts = np.bincount(value_rowids, minlength=rows)[:rows]
    empty = counts == 0
    lengths = np.maximum(counts, 1)
    rowids = np.repeat(np.arange(rows), lengths)
    order = np.argsort(value_rowids, kind="stable")
    places = np.empty(len(values), np.int64)
    places[order] = np.flatnonzero(~empty[rowids])
    filled = np.empty(len(rowids), values.dtype)
    filled[...] = default_value[()]
    filled[places] = values
    return rowids, filled, empty, places


@op("RaggedFillEmptyRows")
class RaggedFillEmptyRows:
    """default_value in every row that has no value.

    value_rowids [n], values [n], nrows [], default_value [] -> output_value_rowids [m], output_values [m],
    empty_row_indicator [nrows], reverse_index_map [n]: where each value went.
    """

    host = _fill_empty_rows
    checked = True

    def shape(value_rowids, values, nrows, default_value):
        check_rank(value_rowids, 1)
        check_rank(values, 1)
        check_rank(nrows, 0)
        check_rank(default_value, 0)
        count = equal_dims(value_rowids[0], values[0])
        return ((UNKNOWN,), (UNKNOWN,), (UNKNOWN,), (count,))

    def gradient(op, _, dy, *more):
        d_values, d_default = raw.RaggedFillEmptyRowsGrad(op.outputs[3], dy)
        return None, d_values, None, d_default


@op("RaggedFillEmptyRowsGrad")
class RaggedFillEmptyRowsGrad:
    """Gradients of RaggedFillEmptyRows: reverse_index_map [n], grad_values [m] -> d_values [n], d_default_value []."""

    host = fill_empty_rows_grad
    checked = True

    def shape(reverse_index_map, grad_values):
        check_rank(reverse_index_map, 1)
        check_rank(grad_values, 1)
        return ((reverse_index_map[0],), ())


# ---- ranges ----------------------------------------------------------------------------------------------------------


_MOST_VALUES = (1 << 31) - 1


def _ranges(call, starts, limits, deltas):
    check((deltas != 0).all(), "Requires delta != 0")
    rows = np.broadcast_shapes(starts.shape, limits.shape, deltas.shape)
    count = rows[0] if rows else 1
    first, last, by = (np.broadcast_to(part, count) for part in (starts, limits, deltas))
    if starts.dtype.kind == "f":
        lengths = np.maximum(np.ceil((last - first) / by), 0).astype(np.int64)
    else:
        lengths = np.maximum(-((first - last) // by), 0).astype(np.int64)
    total = lengths.sum(dtype=np.float64)
    check(total <= _MOST_VALUES, "The rows would have {} values together", total)
    splits = np.concatenate([[0], np.cumsum(lengths)])
    within = np.arange(splits[-1]) - np.repeat(splits[:-1], lengths)
    values = np.repeat(first, lengths) + (within * np.repeat(by, lengths)).astype(starts.dtype)
    return splits.astype(call.attrs.Tsplits.storage), values


@op("RaggedRange")
class RaggedRange:
    """A row from starts to limits by deltas each, all [] or [n] -> rt_nested_splits [n + 1], rt_dense_values."""

    host = _ranges
    checked = True
    gradient = NOT_DIFFERENTIABLE

    def shape(starts, limits, deltas):
        count = UNKNOWN
        all_scalars = True
        for dims in (starts, limits, deltas):
            check(len(dims) <= 1, "Shape must be at most rank 1 but is rank {}", len(dims))
            if len(dims) == 1:
                all_scalars = False
                check(may_equal(dims[0], count), "starts, limits, and deltas must have the same shape")
                count = max(count, dims[0])
        if all_scalars:
            count = 1
        return ((count + 1 if count != UNKNOWN else UNKNOWN,), (UNKNOWN,))


# ---- rows ------------------------------------------------------------------------------------------------------------


def _gather(call, *parts):
    *splits, values, indices = parts
    count = len(splits[0]) - 1
    for where in np.argwhere((indices < 0) | (indices >= count))[:1]:
        place = ",".join(str(i) for i in where)
        check(False, "indices[{}] = {} is not in [0, {})", place, int(indices[tuple(where)]), count)
    ends = [*(len(one) - 1 for one in splits[1:]), len(values)]
    for one, end in zip(splits, ends, strict=True):
        check((np.diff(one) >= 0).all() and one[0] >= 0, "Ragged splits must be sorted")
        check(one[-1] <= end, "Ragged splits must not point past values")
    sizes = indices.shape
    made = [np.arange(int(np.prod(sizes[:i])) + 1) * sizes[i] for i in range(1, len(sizes))]
    chosen = indices.reshape(-1)
    for level, one in enumerate(splits):
        lengths = (one[1:] - one[:-1])[chosen]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        chosen = np.repeat(one[:-1][chosen], lengths) + within
        if level or sizes:  # one row alone is no dimension
            made.append(np.concatenate([[0], np.cumsum(lengths)]))
    return *(one.astype(splits[0].dtype) for one in made), values[chosen]


def _of_gather(op, *gradients):
    """Gathered values go to where they came from."""
    *splits, values, indices = op.inputs
    combined = splits[0]
    for one in splits[1:]:
        combined = terms.gather(one, combined)
    flat = raw.Reshape(indices, [-1])
    starts, limits = terms.gather(combined, flat), terms.gather(combined[1:], flat)
    with terms.op_scope("RaggedRange") as scope:
        step = terms.cast(terms.constant(1, dtypes.int32, "deltas"), starts.dtype)
        places = raw.RaggedRange(starts, limits, step, name=scope)[1]
    return *[None] * len(splits), IndexedSlices(gradients[-1], places, terms.shape(values)), None


@op("RaggedGather")
class RaggedGather:
    """Rows of a ragged tensor: params_nested_splits, params_dense_values [n, ...], indices [...] of any rank -> as many
    ragged dimensions more as indices has beyond the first."""

    host = _gather
    checked = True
    gradient = _of_gather

    def shape(params_nested_splits, params_dense_values, indices, OUTPUT_RAGGED_RANK, out):
        check(
            OUTPUT_RAGGED_RANK == len(indices) + len(params_nested_splits) - 1,
            "OUTPUT_RAGGED_RANK {} is not the rank of indices, {}, and PARAMS_RAGGED_RANK, {}, less 1",
            OUTPUT_RAGGED_RANK,
            len(indices),
            len(params_nested_splits),
        )
        for i in range(OUTPUT_RAGGED_RANK):
            out[i].append(UNKNOWN)
        out[OUTPUT_RAGGED_RANK].append(UNKNOWN)
        for i in range(1, len(params_dense_values)):
            out[OUTPUT_RAGGED_RANK].append(params_dense_values[i])
