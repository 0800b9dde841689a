"""Sparse tensors: indices [n, r] in row-major order, values [n], and the dense shape [r]. Kernels over one of them."""

from nbtf import dtypes
from nbtf.graph import conversion
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, at_most, check, check_rank, copy_dims, may_equal, merged


def _scaled_by_dense(op, dz, multiplied):
    """Gradients of SparseDenseCwiseMul and Div: y is broadcast against the sparse tensor."""
    indices, x, x_shape, y = op.inputs
    y_shape = terms.cast(terms.shape(y), dtypes.int64)
    added = raw.ExpandDims(terms.size(x_shape) - terms.size(y_shape), 0)
    full_shape = terms.concat([terms.ones(added, dtypes.int64), y_shape], 0)
    own = raw.Slice(indices // (x_shape // full_shape), terms.concat([[0], added], 0), [-1, -1])
    values = raw.GatherNd(y, own)
    if multiplied:
        dx, dy = dz * values, dz * x
    else:
        dx = dz / values
        dy = dz * (-x / raw.Square(values))
    return None, dx, None, raw.SparseTensorDenseAdd(own, dy, y_shape, terms.zeros_like(y))


def _not_implemented(op, *dy):
    raise NotImplementedError(f"Gradient for {op.type} is currently not implemented yet.")


def check_sparse(indices, values, shape):
    """What every op asks of the three tensors' own shapes."""
    check(len(indices) == 2, "Input indices should be a matrix but received shape {}", indices)
    check(len(values) == 1, "Input values should be a vector but received shape {}", values)
    check(len(shape) == 1, "Input shape should be a vector but received shape {}", shape)
    check(
        may_equal(indices[0], values[0]),
        "Number of elements of indices and values must match: {} and {}",
        indices[0],
        values[0],
    )
    check(
        may_equal(indices[1], shape[0]),
        "Number of columns of indices must match the rank of the dense shape: {} and {}",
        indices[1],
        shape[0],
    )


def _dense_dims(shape, out):
    for i in range(len(shape)):
        check(shape[i] >= 0 or shape[i] == HIDDEN, "Dimension {} must be >= 0", shape[i])
        out.append(max(shape[i], UNKNOWN))


@op("SparseToDense")
class SparseToDense:
    """default_value with sparse_values put at sparse_indices.

    sparse_indices [n, r], [n] or [], output_shape [r], sparse_values [n] or [], default_value [] -> output_shape.
    """

    kernel = "sparse_to_dense"
    moves = ("sparse_values", "default_value", "dense")

    def shape(sparse_indices, output_shape: Value, sparse_values, default_value, out):
        check(
            len(sparse_indices) <= 2,
            "sparse_indices should be a scalar, vector, or matrix, got shape {}",
            sparse_indices,
        )
        count = sparse_indices[0] if len(sparse_indices) > 0 else 1
        rank = sparse_indices[1] if len(sparse_indices) > 1 else 1
        check(
            may_equal(rank, len(output_shape)),
            "output_shape has incorrect number of elements: {} should be: {}",
            len(output_shape),
            rank,
        )
        check(
            len(sparse_values) == 0 or (len(sparse_values) == 1 and may_equal(sparse_values[0], count)),
            "sparse_values has incorrect shape {}, should be [] or [{}]",
            sparse_values,
            count,
        )
        check(len(default_value) == 0, "default_value should be a scalar.")
        _dense_dims(output_shape, out)

    def gradient(op, dy):
        indices, output_shape = op.inputs[:2]
        values = raw.GatherNd(dy, indices)
        default = terms.reduce_sum(dy) - terms.reduce_sum(values)
        return terms.zeros_like(indices), terms.zeros_like(output_shape), values, default


@op("SparseTensorDenseMatMul")
class SparseTensorDenseMatMul:
    """Product of a sparse matrix a [m, k] and b [k, n] -> [m, n]; adjoint: of the conjugate transpose."""

    kernel = "sparse_dense_matmul"

    def shape(a_indices, a_values, a_shape: Value, b, a_shape_dims, adjoint_a, adjoint_b):
        check_sparse(a_indices, a_values, a_shape_dims)
        check(len(a_shape) == 2, "Tensor 'a_shape' must have 2 elements")
        check(len(b) == 2, "Tensor 'b' is not a matrix")
        outer, depth = (a_shape[1], a_shape[0]) if adjoint_a else (a_shape[0], a_shape[1])
        depth_b, columns = (b[1], b[0]) if adjoint_b else (b[0], b[1])
        check(
            depth == HIDDEN or may_equal(depth, depth_b),
            "Cannot multiply A and B because inner dimension does not match: {} vs. {}.  Did you forget a transpose?  "
            "Dimensions of A: {}).  Dimensions of B: {}",
            depth,
            depth_b,
            a_shape,
            b,
        )
        return (max(outer, UNKNOWN), columns)

    def gradient(op, dz):
        indices, values, dense_shape, b = op.inputs
        adjoint_a, adjoint_b = op.attrs.adjoint_a, op.attrs.adjoint_b
        db = raw.SparseTensorDenseMatMul(indices, values, dense_shape, dz, adjoint_a=not adjoint_a)
        if adjoint_b:
            db = terms.transposed_matrices(db, conjugate=True)
        rows, columns = indices[:, 0], indices[:, 1]
        of_dz = terms.gather(dz, columns if adjoint_a else rows)
        if adjoint_b:
            b = terms.transpose(b)
        of_b = terms.gather(b, rows if adjoint_a else columns)
        # of each value the product of a row and a column
        of_dz = raw.ExpandDims(of_dz, -1 if adjoint_a else -2)
        of_b = raw.ExpandDims(of_b, -1 if adjoint_a or adjoint_b else -2)
        d_values = terms.matmul(of_dz, of_b, adjoint_a=adjoint_a, adjoint_b=not adjoint_a and not adjoint_b)
        return None, raw.Squeeze(d_values, axis=[-2, -1]), None, db


@op("SparseReorder")
class SparseReorder:
    """The entries in row-major order: input_indices [n, r], input_values [n] -> [n, r], [n]."""

    kernel = "sparse_reorder"
    moves = ("input_values", "output_values")
    workspace = {"order": "int64", "merged": "int64"}

    def shape(input_indices, input_values, input_shape):
        check_sparse(input_indices, input_values, input_shape)
        return ((input_indices[0], input_indices[1]), (input_values[0],))

    def workspace_size(input_values):
        return (input_values[0], input_values[0])

    def gradient(op, _, dy):
        indices, _, dense_shape = op.inputs
        count = terms.shape(indices)[0]
        positions = raw.Range(0, count, 1, name="range")
        with terms.op_scope("SparseTensor"):  # empty here, but TensorFlow's names count it
            pass
        _, order = raw.SparseReorder(indices, positions, dense_shape)
        known = constant_value(dense_shape)
        if known is not None:
            with terms.op_scope("SparseTensor"):
                terms.constant(known, dense_shape.dtype, "dense_shape")
        return None, terms.gather(dy, raw.InvertPermutation(order)), None


@op("SparseReshape")
class SparseReshape:
    """The same entries under another dense shape; one -1 is inferred.

    input_indices [n, r], input_shape [r], new_shape [q] -> output_indices [n, q], output_shape [q].
    """

    kernel = "sparse_reshape"

    def shape(input_indices, input_shape, new_shape):
        check_rank(input_indices, 2)
        check_rank(input_shape, 1)
        check_rank(new_shape, 1)
        check(
            may_equal(input_indices[1], input_shape[0]),
            "Input tensor rank must match input shape length: {} and {}",
            input_indices[1],
            input_shape[0],
        )
        return ((input_indices[0], new_shape[0]), (new_shape[0],))


def reduced_sparse(shape, axes, keep_dims, out):
    """Dims of a reduction of a sparse tensor; no axes: all of them."""
    rank, removed, hidden = len(shape), 0, False
    for i in range(len(axes)):
        if axes[i] == HIDDEN:
            hidden = True
            continue
        check(
            -rank <= axes[i] < rank,
            "Invalid reduction dimension {}, for input with {} dimensions.",
            axes[i],
            rank,
        )
        removed |= 1 << (axes[i] + rank if axes[i] < 0 else axes[i])
    if hidden:
        out.unknown_rank()
        return
    for i in range(rank):
        gone = len(axes) == 0 or (removed >> i) & 1
        if keep_dims or not gone:
            out.append(1 if gone else max(shape[i], UNKNOWN))


@op("SparseReduceSum")
class SparseReduceSum:
    """Sums over reduction_axes, all of them if none are given, as a dense tensor."""

    kernel = "sparse_reduce_sum"

    def shape(input_indices, input_values, input_shape: Value, reduction_axes: Value, input_shape_dims, keep_dims, out):
        check_sparse(input_indices, input_values, input_shape_dims)
        reduced_sparse(input_shape, reduction_axes, keep_dims, out)

    def gradient(op, dy):
        indices, _, dense_shape, axes = op.inputs
        kept = terms.reduced_shape(dense_shape, axes)
        dy = raw.Reshape(dy, kept)
        with terms.op_scope("Cast") as scope:
            kept = raw.Cast(conversion.convert_to_tensor(kept, name="x"), dtypes.int64, name=scope)
        return None, raw.GatherNd(dy, indices // (dense_shape // kept)), None, None


@op("SparseFillEmptyRows")
class SparseFillEmptyRows:
    """An entry with default_value at column 0 for every row that has none.

    indices [n, r], values [n], dense_shape [r] -> output_indices [m, r], output_values [m], empty_row_indicator [rows],
    reverse_index_map [n].
    """

    kernel = "sparse_fill_empty_rows"
    moves = ("values", "default_value", "output_values")
    shrinks = ("output_indices", "output_values")
    workspace = {"starts": "int64"}

    def shape(indices, values, dense_shape: Value, default_value, dense_shape_dims):
        check_sparse(indices, values, dense_shape_dims)
        check(len(dense_shape) >= 1, "Dense shape cannot be empty.")
        check(len(default_value) == 0, "default_value must be a scalar, saw: {}", default_value)
        rows = dense_shape[0]
        check(rows >= 0 or rows == HIDDEN, "dense_shape[0] = {} must be >= 0", rows)
        check(
            rows != 0 or indices[0] <= 0,
            "Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = {}",
            indices[0],
        )
        most = at_most(indices[0] + rows)
        return ((most, indices[1]), (most,), (max(rows, UNKNOWN),), (indices[0],))

    def workspace_size(dense_shape: Value):
        return (dense_shape[0] + 1,)

    def gradient(op, _, dy, *more):
        d_values, d_default = raw.SparseFillEmptyRowsGrad(op.outputs[3], dy)
        return None, d_values, None, d_default


@op("SparseTensorDenseAdd")
class SparseTensorDenseAdd:
    """b with the entries of a added: a_indices [n, r], a_values [n], a_shape [r], b [...] -> [...]."""

    kernel = "sparse_dense_add"

    def shape(a_indices, a_values, a_shape: Value, b, a_shape_dims, out):
        check_sparse(a_indices, a_values, a_shape_dims)
        check(
            len(a_shape) == len(b),
            "Two operands have different ranks; received: {} and {}",
            len(a_shape),
            len(b),
        )
        for i in range(len(b)):
            check(
                a_shape[i] == HIDDEN or may_equal(a_shape[i], b[i]),
                "Dimension {} does not equal (no broadcasting is supported): sparse side {} vs dense side {}",
                i,
                a_shape[i],
                b[i],
            )
        copy_dims(b, out)

    def gradient(op, dz):
        return None, raw.GatherNd(dz, op.inputs[0]), None, dz


def _with_dense(sp_indices, sp_values, sp_shape, dense):
    """Values of a sparse tensor combined with a dense one that broadcasts to it."""
    check_sparse(sp_indices, sp_values, sp_shape)
    check(
        sp_shape[0] == UNKNOWN or len(dense) <= sp_shape[0],
        "SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: [{} dims] vs. {}",
        sp_shape[0],
        dense,
    )
    return (merged(sp_values[0], sp_indices[0]),)


@op("SparseDenseCwiseMul")
class SparseDenseCwiseMul:
    """Each value times the element of dense at its place; dense broadcasts: -> [n]."""

    kernel = "sparse_dense_multiply"

    def shape(sp_indices, sp_values, sp_shape, dense):
        return _with_dense(sp_indices, sp_values, sp_shape, dense)

    def gradient(op, dz):
        return _scaled_by_dense(op, dz, True)


@op("SparseDenseCwiseDiv")
class SparseDenseCwiseDiv:
    """Each value over the element of dense at its place; dense broadcasts: -> [n]."""

    kernel = "sparse_dense_divide"

    def shape(sp_indices, sp_values, sp_shape, dense):
        return _with_dense(sp_indices, sp_values, sp_shape, dense)

    def gradient(op, dz):
        return _scaled_by_dense(op, dz, False)


@op("SparseDenseCwiseAdd")
class SparseDenseCwiseAdd:
    """Each value plus the element of dense at its place; dense broadcasts: -> [n]."""

    kernel = "sparse_dense_sum"
    gradient = _not_implemented

    def shape(sp_indices, sp_values, sp_shape, dense):
        return _with_dense(sp_indices, sp_values, sp_shape, dense)


@op("SparseSoftmax")
class SparseSoftmax:
    """Softmax over the entries of each row along the last axis: sp_indices [n, r], sp_values [n] -> [n]."""

    kernel = "sparse_softmax"

    def shape(sp_indices, sp_values, sp_shape):
        check_sparse(sp_indices, sp_values, sp_shape)
        check(
            sp_shape[0] == UNKNOWN or sp_shape[0] >= 2, "Input should have rank >= 2, but received rank {}", sp_shape[0]
        )
        return (sp_values[0],)

    def gradient(op, dy):
        indices, _, dense_shape = op.inputs
        y = op.outputs[0]
        total = -raw.SparseReduceSum(indices, y * dy, dense_shape, [-1], keep_dims=True)
        return None, raw.SparseDenseCwiseAdd(indices, dy, dense_shape, total) * y, None
